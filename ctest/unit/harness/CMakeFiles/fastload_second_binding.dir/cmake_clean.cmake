file(REMOVE_RECURSE
  "CMakeFiles/fastload_second_binding.dir/engines/fastload/build.c.o"
  "CMakeFiles/fastload_second_binding.dir/engines/fastload/build.c.o.d"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/fastload_second_binding.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
