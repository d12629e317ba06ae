# Empty compiler generated dependencies file for test_board_checks.
# This may be replaced when dependencies are built.
