# Empty dependencies file for test_plan_without.
# This may be replaced when dependencies are built.
