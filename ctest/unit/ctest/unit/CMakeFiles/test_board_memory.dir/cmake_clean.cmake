file(REMOVE_RECURSE
  "CMakeFiles/test_board_memory.dir/test_board_memory.c.o"
  "CMakeFiles/test_board_memory.dir/test_board_memory.c.o.d"
  "test_board_memory"
  "test_board_memory.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_board_memory.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
