# Empty dependencies file for test_image_segments.
# This may be replaced when dependencies are built.
