file(REMOVE_RECURSE
  "CMakeFiles/test_observer.dir/test_observer.c.o"
  "CMakeFiles/test_observer.dir/test_observer.c.o.d"
  "test_observer"
  "test_observer.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/test_observer.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
