# Empty compiler generated dependencies file for test_engine_query.
# This may be replaced when dependencies are built.
