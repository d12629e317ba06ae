file(REMOVE_RECURSE
  "CMakeFiles/test_engine_handover.dir/test_engine_handover.c.o"
  "CMakeFiles/test_engine_handover.dir/test_engine_handover.c.o.d"
  "test_engine_handover"
  "test_engine_handover.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_engine_handover.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
