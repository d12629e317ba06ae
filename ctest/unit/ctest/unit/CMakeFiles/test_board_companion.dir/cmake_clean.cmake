file(REMOVE_RECURSE
  "CMakeFiles/test_board_companion.dir/test_board_companion.c.o"
  "CMakeFiles/test_board_companion.dir/test_board_companion.c.o.d"
  "test_board_companion"
  "test_board_companion.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_board_companion.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
