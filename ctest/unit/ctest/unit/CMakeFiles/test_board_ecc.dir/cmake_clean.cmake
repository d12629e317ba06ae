file(REMOVE_RECURSE
  "CMakeFiles/test_board_ecc.dir/test_board_ecc.c.o"
  "CMakeFiles/test_board_ecc.dir/test_board_ecc.c.o.d"
  "test_board_ecc"
  "test_board_ecc.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_board_ecc.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
