file(REMOVE_RECURSE
  "CMakeFiles/test_same_run.dir/test_same_run.c.o"
  "CMakeFiles/test_same_run.dir/test_same_run.c.o.d"
  "test_same_run"
  "test_same_run.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_same_run.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
