file(REMOVE_RECURSE
  "CMakeFiles/test_engine_companion.dir/test_engine_companion.c.o"
  "CMakeFiles/test_engine_companion.dir/test_engine_companion.c.o.d"
  "test_engine_companion"
  "test_engine_companion.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_engine_companion.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
