# Empty compiler generated dependencies file for test_image_recipe.
# This may be replaced when dependencies are built.
