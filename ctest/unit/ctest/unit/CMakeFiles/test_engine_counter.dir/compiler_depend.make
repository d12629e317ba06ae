# Empty compiler generated dependencies file for test_engine_counter.
# This may be replaced when dependencies are built.
