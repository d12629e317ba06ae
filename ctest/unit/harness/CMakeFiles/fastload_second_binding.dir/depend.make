# Empty dependencies file for fastload_second_binding.
# This may be replaced when dependencies are built.
