file(REMOVE_RECURSE
  "CMakeFiles/test_conventional.dir/test_conventional.c.o"
  "CMakeFiles/test_conventional.dir/test_conventional.c.o.d"
  "test_conventional"
  "test_conventional.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_conventional.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
