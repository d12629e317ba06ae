file(REMOVE_RECURSE
  "../relight"
  "../relight.pdb"
  "CMakeFiles/relight.dir/cli/main.c.o"
  "CMakeFiles/relight.dir/cli/main.c.o.d"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/relight.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
