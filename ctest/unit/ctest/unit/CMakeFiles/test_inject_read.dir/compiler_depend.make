# Empty compiler generated dependencies file for test_inject_read.
# This may be replaced when dependencies are built.
