file(REMOVE_RECURSE
  "CMakeFiles/test_engine_counter.dir/test_engine_counter.c.o"
  "CMakeFiles/test_engine_counter.dir/test_engine_counter.c.o.d"
  "test_engine_counter"
  "test_engine_counter.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_engine_counter.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
