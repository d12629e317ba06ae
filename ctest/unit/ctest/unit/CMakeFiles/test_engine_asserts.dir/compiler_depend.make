# Empty compiler generated dependencies file for test_engine_asserts.
# This may be replaced when dependencies are built.
