# Empty dependencies file for test_board_port.
# This may be replaced when dependencies are built.
