file(REMOVE_RECURSE
  "CMakeFiles/test_outcome_rules.dir/test_outcome_rules.c.o"
  "CMakeFiles/test_outcome_rules.dir/test_outcome_rules.c.o.d"
  "test_outcome_rules"
  "test_outcome_rules.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_outcome_rules.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
