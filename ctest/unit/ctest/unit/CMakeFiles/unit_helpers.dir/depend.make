# Empty dependencies file for unit_helpers.
# This may be replaced when dependencies are built.
