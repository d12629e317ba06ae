file(REMOVE_RECURSE
  "CMakeFiles/test_outcome_more.dir/test_outcome_more.c.o"
  "CMakeFiles/test_outcome_more.dir/test_outcome_more.c.o.d"
  "test_outcome_more"
  "test_outcome_more.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_outcome_more.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
