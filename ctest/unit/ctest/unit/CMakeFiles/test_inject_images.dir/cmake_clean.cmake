file(REMOVE_RECURSE
  "CMakeFiles/test_inject_images.dir/test_inject_images.c.o"
  "CMakeFiles/test_inject_images.dir/test_inject_images.c.o.d"
  "test_inject_images"
  "test_inject_images.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_inject_images.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
