# Empty compiler generated dependencies file for test_plan_errors.
# This may be replaced when dependencies are built.
