
# Consider dependencies only in project.
set(CMAKE_DEPENDS_IN_PROJECT_ONLY OFF)

# The set of languages for which implicit dependencies are needed:
set(CMAKE_DEPENDS_LANGUAGES
  )

# The set of dependency files which are needed:
set(CMAKE_DEPENDS_DEPENDENCY_FILES
  "/tmp/wt/questions/ctest/unit/test_board_flash.c" "ctest/unit/CMakeFiles/test_board_flash.dir/test_board_flash.c.o" "gcc" "ctest/unit/CMakeFiles/test_board_flash.dir/test_board_flash.c.o.d"
  )

# Targets to which this target links.
set(CMAKE_TARGET_LINKED_INFO_FILES
  "/tmp/wt/questions/ctest/unit/ctest/unit/CMakeFiles/unit_helpers.dir/DependInfo.cmake"
  "/tmp/wt/questions/ctest/unit/harness/CMakeFiles/relight_harness.dir/DependInfo.cmake"
  "/tmp/wt/questions/ctest/unit/engine/CMakeFiles/fastload.dir/DependInfo.cmake"
  "/tmp/wt/questions/ctest/unit/engine/CMakeFiles/fastload_second.dir/DependInfo.cmake"
  )

# Fortran module output directory.
set(CMAKE_Fortran_TARGET_MODULE_DIR "")
