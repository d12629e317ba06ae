# Empty compiler generated dependencies file for fastload.
# This may be replaced when dependencies are built.
