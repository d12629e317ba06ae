file(REMOVE_RECURSE
  "CMakeFiles/test_second_cuts.dir/test_second_cuts.c.o"
  "CMakeFiles/test_second_cuts.dir/test_second_cuts.c.o.d"
  "test_second_cuts"
  "test_second_cuts.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_second_cuts.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
