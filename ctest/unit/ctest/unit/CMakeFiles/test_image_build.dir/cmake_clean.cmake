file(REMOVE_RECURSE
  "CMakeFiles/test_image_build.dir/test_image_build.c.o"
  "CMakeFiles/test_image_build.dir/test_image_build.c.o.d"
  "test_image_build"
  "test_image_build.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_image_build.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
