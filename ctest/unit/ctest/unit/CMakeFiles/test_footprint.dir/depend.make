# Empty dependencies file for test_footprint.
# This may be replaced when dependencies are built.
