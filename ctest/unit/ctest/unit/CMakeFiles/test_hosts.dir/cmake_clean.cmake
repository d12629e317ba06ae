file(REMOVE_RECURSE
  "CMakeFiles/test_hosts.dir/test_hosts.c.o"
  "CMakeFiles/test_hosts.dir/test_hosts.c.o.d"
  "test_hosts"
  "test_hosts.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_hosts.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
