# Empty dependencies file for test_engine_init.
# This may be replaced when dependencies are built.
