# Empty dependencies file for test_ecc.
# This may be replaced when dependencies are built.
