file(REMOVE_RECURSE
  "CMakeFiles/test_outcome.dir/test_outcome.c.o"
  "CMakeFiles/test_outcome.dir/test_outcome.c.o.d"
  "test_outcome"
  "test_outcome.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_outcome.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
