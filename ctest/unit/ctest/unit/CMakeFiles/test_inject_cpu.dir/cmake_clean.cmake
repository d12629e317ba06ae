file(REMOVE_RECURSE
  "CMakeFiles/test_inject_cpu.dir/test_inject_cpu.c.o"
  "CMakeFiles/test_inject_cpu.dir/test_inject_cpu.c.o.d"
  "test_inject_cpu"
  "test_inject_cpu.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_inject_cpu.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
