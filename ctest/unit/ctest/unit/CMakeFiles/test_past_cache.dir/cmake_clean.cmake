file(REMOVE_RECURSE
  "CMakeFiles/test_past_cache.dir/test_past_cache.c.o"
  "CMakeFiles/test_past_cache.dir/test_past_cache.c.o.d"
  "test_past_cache"
  "test_past_cache.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_past_cache.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
