# Empty compiler generated dependencies file for test_outcome_rules.
# This may be replaced when dependencies are built.
