# Empty dependencies file for test_past_cache.
# This may be replaced when dependencies are built.
