# Empty dependencies file for test_inject_rot.
# This may be replaced when dependencies are built.
