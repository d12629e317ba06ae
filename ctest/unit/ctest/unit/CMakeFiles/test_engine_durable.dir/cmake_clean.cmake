file(REMOVE_RECURSE
  "CMakeFiles/test_engine_durable.dir/test_engine_durable.c.o"
  "CMakeFiles/test_engine_durable.dir/test_engine_durable.c.o.d"
  "test_engine_durable"
  "test_engine_durable.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_engine_durable.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
