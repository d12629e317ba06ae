# Empty compiler generated dependencies file for test_outcome.
# This may be replaced when dependencies are built.
