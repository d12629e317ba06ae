# Empty compiler generated dependencies file for test_hosts.
# This may be replaced when dependencies are built.
