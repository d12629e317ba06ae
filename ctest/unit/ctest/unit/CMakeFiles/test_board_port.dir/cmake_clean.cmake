file(REMOVE_RECURSE
  "CMakeFiles/test_board_port.dir/test_board_port.c.o"
  "CMakeFiles/test_board_port.dir/test_board_port.c.o.d"
  "test_board_port"
  "test_board_port.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_board_port.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
