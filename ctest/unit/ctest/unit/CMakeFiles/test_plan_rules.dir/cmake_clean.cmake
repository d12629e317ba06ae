file(REMOVE_RECURSE
  "CMakeFiles/test_plan_rules.dir/test_plan_rules.c.o"
  "CMakeFiles/test_plan_rules.dir/test_plan_rules.c.o.d"
  "test_plan_rules"
  "test_plan_rules.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_plan_rules.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
