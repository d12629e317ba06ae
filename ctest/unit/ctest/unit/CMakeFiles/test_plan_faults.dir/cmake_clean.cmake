file(REMOVE_RECURSE
  "CMakeFiles/test_plan_faults.dir/test_plan_faults.c.o"
  "CMakeFiles/test_plan_faults.dir/test_plan_faults.c.o.d"
  "test_plan_faults"
  "test_plan_faults.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_plan_faults.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
