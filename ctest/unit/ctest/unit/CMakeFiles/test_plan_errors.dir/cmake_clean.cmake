file(REMOVE_RECURSE
  "CMakeFiles/test_plan_errors.dir/test_plan_errors.c.o"
  "CMakeFiles/test_plan_errors.dir/test_plan_errors.c.o.d"
  "test_plan_errors"
  "test_plan_errors.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_plan_errors.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
