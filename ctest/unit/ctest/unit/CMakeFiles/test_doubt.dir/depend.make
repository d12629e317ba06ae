# Empty dependencies file for test_doubt.
# This may be replaced when dependencies are built.
