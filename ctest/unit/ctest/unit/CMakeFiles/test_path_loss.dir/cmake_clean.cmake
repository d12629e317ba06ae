file(REMOVE_RECURSE
  "CMakeFiles/test_path_loss.dir/test_path_loss.c.o"
  "CMakeFiles/test_path_loss.dir/test_path_loss.c.o.d"
  "test_path_loss"
  "test_path_loss.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_path_loss.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
