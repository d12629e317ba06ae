file(REMOVE_RECURSE
  "CMakeFiles/test_inject_rot.dir/test_inject_rot.c.o"
  "CMakeFiles/test_inject_rot.dir/test_inject_rot.c.o.d"
  "test_inject_rot"
  "test_inject_rot.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_inject_rot.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
