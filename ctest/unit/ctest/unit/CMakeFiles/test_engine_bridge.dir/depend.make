# Empty dependencies file for test_engine_bridge.
# This may be replaced when dependencies are built.
