# Empty compiler generated dependencies file for test_plane.
# This may be replaced when dependencies are built.
