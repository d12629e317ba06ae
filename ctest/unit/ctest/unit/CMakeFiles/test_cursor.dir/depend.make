# Empty dependencies file for test_cursor.
# This may be replaced when dependencies are built.
