# Empty dependencies file for test_board_rules.
# This may be replaced when dependencies are built.
