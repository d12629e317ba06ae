file(REMOVE_RECURSE
  "CMakeFiles/test_board_flash.dir/test_board_flash.c.o"
  "CMakeFiles/test_board_flash.dir/test_board_flash.c.o.d"
  "test_board_flash"
  "test_board_flash.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_board_flash.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
