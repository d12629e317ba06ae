file(REMOVE_RECURSE
  "CMakeFiles/test_engine_asserts.dir/test_engine_asserts.c.o"
  "CMakeFiles/test_engine_asserts.dir/test_engine_asserts.c.o.d"
  "test_engine_asserts"
  "test_engine_asserts.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_engine_asserts.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
