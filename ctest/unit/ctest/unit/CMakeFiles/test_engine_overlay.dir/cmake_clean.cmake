file(REMOVE_RECURSE
  "CMakeFiles/test_engine_overlay.dir/test_engine_overlay.c.o"
  "CMakeFiles/test_engine_overlay.dir/test_engine_overlay.c.o.d"
  "test_engine_overlay"
  "test_engine_overlay.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_engine_overlay.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
