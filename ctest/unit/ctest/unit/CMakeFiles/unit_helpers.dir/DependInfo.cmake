
# Consider dependencies only in project.
set(CMAKE_DEPENDS_IN_PROJECT_ONLY OFF)

# The set of languages for which implicit dependencies are needed:
set(CMAKE_DEPENDS_LANGUAGES
  )

# The set of dependency files which are needed:
set(CMAKE_DEPENDS_DEPENDENCY_FILES
  "/tmp/wt/questions/ctest/unit/array_port.c" "ctest/unit/CMakeFiles/unit_helpers.dir/array_port.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/array_port.c.o.d"
  "/tmp/wt/questions/ctest/unit/board_rig.c" "ctest/unit/CMakeFiles/unit_helpers.dir/board_rig.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/board_rig.c.o.d"
  "/tmp/wt/questions/ctest/unit/engine_rig.c" "ctest/unit/CMakeFiles/unit_helpers.dir/engine_rig.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/engine_rig.c.o.d"
  "/tmp/wt/questions/ctest/unit/groups.c" "ctest/unit/CMakeFiles/unit_helpers.dir/groups.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/groups.c.o.d"
  "/tmp/wt/questions/ctest/unit/image_rig.c" "ctest/unit/CMakeFiles/unit_helpers.dir/image_rig.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/image_rig.c.o.d"
  "/tmp/wt/questions/ctest/unit/inject_rig.c" "ctest/unit/CMakeFiles/unit_helpers.dir/inject_rig.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/inject_rig.c.o.d"
  "/tmp/wt/questions/ctest/unit/plan_files.c" "ctest/unit/CMakeFiles/unit_helpers.dir/plan_files.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/plan_files.c.o.d"
  "/tmp/wt/questions/ctest/unit/scripts.c" "ctest/unit/CMakeFiles/unit_helpers.dir/scripts.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/scripts.c.o.d"
  "/tmp/wt/questions/ctest/unit/toy.c" "ctest/unit/CMakeFiles/unit_helpers.dir/toy.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/toy.c.o.d"
  "/tmp/wt/questions/ctest/unit/toy_data.c" "ctest/unit/CMakeFiles/unit_helpers.dir/toy_data.c.o" "gcc" "ctest/unit/CMakeFiles/unit_helpers.dir/toy_data.c.o.d"
  )

# Targets to which this target links.
set(CMAKE_TARGET_LINKED_INFO_FILES
  "/tmp/wt/questions/ctest/unit/harness/CMakeFiles/relight_harness.dir/DependInfo.cmake"
  "/tmp/wt/questions/ctest/unit/engine/CMakeFiles/fastload.dir/DependInfo.cmake"
  "/tmp/wt/questions/ctest/unit/engine/CMakeFiles/fastload_second.dir/DependInfo.cmake"
  )

# Fortran module output directory.
set(CMAKE_Fortran_TARGET_MODULE_DIR "")
