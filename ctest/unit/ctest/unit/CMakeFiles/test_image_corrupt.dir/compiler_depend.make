# Empty compiler generated dependencies file for test_image_corrupt.
# This may be replaced when dependencies are built.
