# Empty dependencies file for test_inject_world.
# This may be replaced when dependencies are built.
