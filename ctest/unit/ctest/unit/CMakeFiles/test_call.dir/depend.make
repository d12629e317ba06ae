# Empty dependencies file for test_call.
# This may be replaced when dependencies are built.
