file(REMOVE_RECURSE
  "CMakeFiles/test_inject_transport.dir/test_inject_transport.c.o"
  "CMakeFiles/test_inject_transport.dir/test_inject_transport.c.o.d"
  "test_inject_transport"
  "test_inject_transport.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_inject_transport.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
