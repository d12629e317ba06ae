# Empty compiler generated dependencies file for test_inject_transport.
# This may be replaced when dependencies are built.
