# Empty compiler generated dependencies file for test_second_cuts.
# This may be replaced when dependencies are built.
