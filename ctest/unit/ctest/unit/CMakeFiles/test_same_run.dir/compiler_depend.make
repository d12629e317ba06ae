# Empty compiler generated dependencies file for test_same_run.
# This may be replaced when dependencies are built.
