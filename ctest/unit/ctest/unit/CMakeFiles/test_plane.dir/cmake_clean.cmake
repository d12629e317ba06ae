file(REMOVE_RECURSE
  "CMakeFiles/test_plane.dir/test_plane.c.o"
  "CMakeFiles/test_plane.dir/test_plane.c.o.d"
  "test_plane"
  "test_plane.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_plane.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
