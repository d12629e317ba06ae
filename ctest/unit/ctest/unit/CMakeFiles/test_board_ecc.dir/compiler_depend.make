# Empty compiler generated dependencies file for test_board_ecc.
# This may be replaced when dependencies are built.
