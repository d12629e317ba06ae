file(REMOVE_RECURSE
  "CMakeFiles/test_image_segments.dir/test_image_segments.c.o"
  "CMakeFiles/test_image_segments.dir/test_image_segments.c.o.d"
  "test_image_segments"
  "test_image_segments.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_image_segments.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
