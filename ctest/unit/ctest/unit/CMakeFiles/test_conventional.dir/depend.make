# Empty dependencies file for test_conventional.
# This may be replaced when dependencies are built.
