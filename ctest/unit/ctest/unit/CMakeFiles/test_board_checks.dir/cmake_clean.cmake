file(REMOVE_RECURSE
  "CMakeFiles/test_board_checks.dir/test_board_checks.c.o"
  "CMakeFiles/test_board_checks.dir/test_board_checks.c.o.d"
  "test_board_checks"
  "test_board_checks.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_board_checks.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
