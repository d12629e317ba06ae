# Empty compiler generated dependencies file for test_plan_faults.
# This may be replaced when dependencies are built.
