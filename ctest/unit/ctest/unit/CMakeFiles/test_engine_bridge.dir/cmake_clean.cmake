file(REMOVE_RECURSE
  "CMakeFiles/test_engine_bridge.dir/test_engine_bridge.c.o"
  "CMakeFiles/test_engine_bridge.dir/test_engine_bridge.c.o.d"
  "test_engine_bridge"
  "test_engine_bridge.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_engine_bridge.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
