# Empty dependencies file for test_plan_rules.
# This may be replaced when dependencies are built.
