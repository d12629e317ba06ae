# Empty dependencies file for test_inject_images.
# This may be replaced when dependencies are built.
