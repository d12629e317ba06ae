file(REMOVE_RECURSE
  "CMakeFiles/test_call.dir/test_call.c.o"
  "CMakeFiles/test_call.dir/test_call.c.o.d"
  "test_call"
  "test_call.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_call.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
