file(REMOVE_RECURSE
  "CMakeFiles/test_inject_ecc.dir/test_inject_ecc.c.o"
  "CMakeFiles/test_inject_ecc.dir/test_inject_ecc.c.o.d"
  "test_inject_ecc"
  "test_inject_ecc.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_inject_ecc.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
