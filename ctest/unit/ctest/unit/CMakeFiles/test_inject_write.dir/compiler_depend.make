# Empty compiler generated dependencies file for test_inject_write.
# This may be replaced when dependencies are built.
