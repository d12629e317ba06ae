# Empty dependencies file for test_kept.
# This may be replaced when dependencies are built.
