# Empty dependencies file for test_known.
# This may be replaced when dependencies are built.
