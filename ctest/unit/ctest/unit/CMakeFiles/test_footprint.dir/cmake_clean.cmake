file(REMOVE_RECURSE
  "CMakeFiles/test_footprint.dir/test_footprint.c.o"
  "CMakeFiles/test_footprint.dir/test_footprint.c.o.d"
  "test_footprint"
  "test_footprint.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_footprint.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
