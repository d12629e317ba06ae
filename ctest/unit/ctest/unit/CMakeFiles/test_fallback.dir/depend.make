# Empty dependencies file for test_fallback.
# This may be replaced when dependencies are built.
