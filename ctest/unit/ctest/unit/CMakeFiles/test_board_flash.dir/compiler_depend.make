# Empty compiler generated dependencies file for test_board_flash.
# This may be replaced when dependencies are built.
