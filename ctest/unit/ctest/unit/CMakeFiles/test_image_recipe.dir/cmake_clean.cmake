file(REMOVE_RECURSE
  "CMakeFiles/test_image_recipe.dir/test_image_recipe.c.o"
  "CMakeFiles/test_image_recipe.dir/test_image_recipe.c.o.d"
  "test_image_recipe"
  "test_image_recipe.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_image_recipe.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
