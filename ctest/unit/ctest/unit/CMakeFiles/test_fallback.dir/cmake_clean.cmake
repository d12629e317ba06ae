file(REMOVE_RECURSE
  "CMakeFiles/test_fallback.dir/test_fallback.c.o"
  "CMakeFiles/test_fallback.dir/test_fallback.c.o.d"
  "test_fallback"
  "test_fallback.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_fallback.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
