file(REMOVE_RECURSE
  "CMakeFiles/test_board_rules.dir/test_board_rules.c.o"
  "CMakeFiles/test_board_rules.dir/test_board_rules.c.o.d"
  "test_board_rules"
  "test_board_rules.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_board_rules.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
