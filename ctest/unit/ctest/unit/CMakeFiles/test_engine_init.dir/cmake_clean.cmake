file(REMOVE_RECURSE
  "CMakeFiles/test_engine_init.dir/test_engine_init.c.o"
  "CMakeFiles/test_engine_init.dir/test_engine_init.c.o.d"
  "test_engine_init"
  "test_engine_init.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_engine_init.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
