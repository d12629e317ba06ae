file(REMOVE_RECURSE
  "CMakeFiles/test_plan_without.dir/test_plan_without.c.o"
  "CMakeFiles/test_plan_without.dir/test_plan_without.c.o.d"
  "test_plan_without"
  "test_plan_without.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_plan_without.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
