# Empty compiler generated dependencies file for test_engine_handover.
# This may be replaced when dependencies are built.
