file(REMOVE_RECURSE
  "CMakeFiles/test_data_formats.dir/test_data_formats.c.o"
  "CMakeFiles/test_data_formats.dir/test_data_formats.c.o.d"
  "test_data_formats"
  "test_data_formats.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_data_formats.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
