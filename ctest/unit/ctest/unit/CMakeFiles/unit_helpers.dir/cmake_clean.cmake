file(REMOVE_RECURSE
  "CMakeFiles/unit_helpers.dir/array_port.c.o"
  "CMakeFiles/unit_helpers.dir/array_port.c.o.d"
  "CMakeFiles/unit_helpers.dir/board_rig.c.o"
  "CMakeFiles/unit_helpers.dir/board_rig.c.o.d"
  "CMakeFiles/unit_helpers.dir/engine_rig.c.o"
  "CMakeFiles/unit_helpers.dir/engine_rig.c.o.d"
  "CMakeFiles/unit_helpers.dir/groups.c.o"
  "CMakeFiles/unit_helpers.dir/groups.c.o.d"
  "CMakeFiles/unit_helpers.dir/image_rig.c.o"
  "CMakeFiles/unit_helpers.dir/image_rig.c.o.d"
  "CMakeFiles/unit_helpers.dir/inject_rig.c.o"
  "CMakeFiles/unit_helpers.dir/inject_rig.c.o.d"
  "CMakeFiles/unit_helpers.dir/plan_files.c.o"
  "CMakeFiles/unit_helpers.dir/plan_files.c.o.d"
  "CMakeFiles/unit_helpers.dir/scripts.c.o"
  "CMakeFiles/unit_helpers.dir/scripts.c.o.d"
  "CMakeFiles/unit_helpers.dir/toy.c.o"
  "CMakeFiles/unit_helpers.dir/toy.c.o.d"
  "CMakeFiles/unit_helpers.dir/toy_data.c.o"
  "CMakeFiles/unit_helpers.dir/toy_data.c.o.d"
  "libunit_helpers.a"
  "libunit_helpers.pdb"
)

# Per-language clean rules from dependency scanning.
foreach(lang C)
  include(CMakeFiles/unit_helpers.dir/cmake_clean_${lang}.cmake OPTIONAL)
endforeach()
