file(REMOVE_RECURSE
  "CMakeFiles/test_inject_write.dir/test_inject_write.c.o"
  "CMakeFiles/test_inject_write.dir/test_inject_write.c.o.d"
  "test_inject_write"
  "test_inject_write.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_inject_write.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
