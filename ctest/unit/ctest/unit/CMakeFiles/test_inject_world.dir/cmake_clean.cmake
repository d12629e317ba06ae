file(REMOVE_RECURSE
  "CMakeFiles/test_inject_world.dir/test_inject_world.c.o"
  "CMakeFiles/test_inject_world.dir/test_inject_world.c.o.d"
  "test_inject_world"
  "test_inject_world.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_inject_world.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
