file(REMOVE_RECURSE
  "CMakeFiles/test_plan_images.dir/test_plan_images.c.o"
  "CMakeFiles/test_plan_images.dir/test_plan_images.c.o.d"
  "test_plan_images"
  "test_plan_images.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_plan_images.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
