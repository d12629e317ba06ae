file(REMOVE_RECURSE
  "CMakeFiles/test_image_agreement.dir/test_image_agreement.c.o"
  "CMakeFiles/test_image_agreement.dir/test_image_agreement.c.o.d"
  "test_image_agreement"
  "test_image_agreement.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_image_agreement.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
