file(REMOVE_RECURSE
  "CMakeFiles/test_judge.dir/test_judge.c.o"
  "CMakeFiles/test_judge.dir/test_judge.c.o.d"
  "test_judge"
  "test_judge.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_judge.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
