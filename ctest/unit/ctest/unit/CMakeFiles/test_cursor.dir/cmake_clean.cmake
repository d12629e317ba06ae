file(REMOVE_RECURSE
  "CMakeFiles/test_cursor.dir/test_cursor.c.o"
  "CMakeFiles/test_cursor.dir/test_cursor.c.o.d"
  "test_cursor"
  "test_cursor.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_cursor.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
