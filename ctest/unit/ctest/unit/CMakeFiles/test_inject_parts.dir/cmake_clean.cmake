file(REMOVE_RECURSE
  "CMakeFiles/test_inject_parts.dir/test_inject_parts.c.o"
  "CMakeFiles/test_inject_parts.dir/test_inject_parts.c.o.d"
  "test_inject_parts"
  "test_inject_parts.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_inject_parts.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
