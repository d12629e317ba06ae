file(REMOVE_RECURSE
  "CMakeFiles/test_kept.dir/test_kept.c.o"
  "CMakeFiles/test_kept.dir/test_kept.c.o.d"
  "test_kept"
  "test_kept.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_kept.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
