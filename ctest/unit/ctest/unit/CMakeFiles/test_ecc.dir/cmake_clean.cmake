file(REMOVE_RECURSE
  "CMakeFiles/test_ecc.dir/test_ecc.c.o"
  "CMakeFiles/test_ecc.dir/test_ecc.c.o.d"
  "test_ecc"
  "test_ecc.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_ecc.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
