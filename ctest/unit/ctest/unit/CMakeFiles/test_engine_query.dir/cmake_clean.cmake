file(REMOVE_RECURSE
  "CMakeFiles/test_engine_query.dir/test_engine_query.c.o"
  "CMakeFiles/test_engine_query.dir/test_engine_query.c.o.d"
  "test_engine_query"
  "test_engine_query.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_engine_query.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
