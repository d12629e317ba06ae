# Empty dependencies file for test_image_agreement.
# This may be replaced when dependencies are built.
