# Empty compiler generated dependencies file for relight.
# This may be replaced when dependencies are built.
