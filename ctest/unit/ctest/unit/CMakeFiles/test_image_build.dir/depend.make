# Empty dependencies file for test_image_build.
# This may be replaced when dependencies are built.
