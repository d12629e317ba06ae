# Empty dependencies file for test_engine_companion.
# This may be replaced when dependencies are built.
