file(REMOVE_RECURSE
  "CMakeFiles/test_doubt.dir/test_doubt.c.o"
  "CMakeFiles/test_doubt.dir/test_doubt.c.o.d"
  "test_doubt"
  "test_doubt.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_doubt.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
