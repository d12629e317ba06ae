file(REMOVE_RECURSE
  "CMakeFiles/test_image_corrupt.dir/test_image_corrupt.c.o"
  "CMakeFiles/test_image_corrupt.dir/test_image_corrupt.c.o.d"
  "test_image_corrupt"
  "test_image_corrupt.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_image_corrupt.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
