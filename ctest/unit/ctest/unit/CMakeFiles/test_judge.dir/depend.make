# Empty dependencies file for test_judge.
# This may be replaced when dependencies are built.
