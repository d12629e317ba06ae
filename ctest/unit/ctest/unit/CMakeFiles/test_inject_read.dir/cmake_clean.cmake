file(REMOVE_RECURSE
  "CMakeFiles/test_inject_read.dir/test_inject_read.c.o"
  "CMakeFiles/test_inject_read.dir/test_inject_read.c.o.d"
  "test_inject_read"
  "test_inject_read.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_inject_read.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
