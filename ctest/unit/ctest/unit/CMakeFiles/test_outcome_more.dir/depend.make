# Empty dependencies file for test_outcome_more.
# This may be replaced when dependencies are built.
