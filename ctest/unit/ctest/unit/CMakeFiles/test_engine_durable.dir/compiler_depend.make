# Empty compiler generated dependencies file for test_engine_durable.
# This may be replaced when dependencies are built.
