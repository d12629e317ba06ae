# Empty compiler generated dependencies file for test_engine_overlay.
# This may be replaced when dependencies are built.
