# Empty compiler generated dependencies file for test_plan_images.
# This may be replaced when dependencies are built.
