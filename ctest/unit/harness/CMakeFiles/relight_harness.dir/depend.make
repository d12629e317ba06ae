# Empty dependencies file for relight_harness.
# This may be replaced when dependencies are built.
