# Empty compiler generated dependencies file for test_inject_parts.
# This may be replaced when dependencies are built.
