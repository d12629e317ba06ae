# Empty compiler generated dependencies file for test_board_companion.
# This may be replaced when dependencies are built.
