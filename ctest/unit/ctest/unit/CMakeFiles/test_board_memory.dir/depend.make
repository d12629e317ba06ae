# Empty dependencies file for test_board_memory.
# This may be replaced when dependencies are built.
