# Empty dependencies file for fastload_second.
# This may be replaced when dependencies are built.
