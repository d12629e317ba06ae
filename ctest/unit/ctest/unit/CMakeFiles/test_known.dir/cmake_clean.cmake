file(REMOVE_RECURSE
  "CMakeFiles/test_known.dir/test_known.c.o"
  "CMakeFiles/test_known.dir/test_known.c.o.d"
  "test_known"
  "test_known.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_known.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
