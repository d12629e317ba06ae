# Empty dependencies file for test_data_formats.
# This may be replaced when dependencies are built.
