# Empty compiler generated dependencies file for test_inject_ecc.
# This may be replaced when dependencies are built.
