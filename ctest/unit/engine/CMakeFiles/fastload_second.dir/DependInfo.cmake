
# Consider dependencies only in project.
set(CMAKE_DEPENDS_IN_PROJECT_ONLY OFF)

# The set of languages for which implicit dependencies are needed:
set(CMAKE_DEPENDS_LANGUAGES
  )

# The set of dependency files which are needed:
set(CMAKE_DEPENDS_DEPENDENCY_FILES
  "/tmp/wt/questions/engine/src/boot.c" "engine/CMakeFiles/fastload_second.dir/src/boot.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/boot.c.o.d"
  "/tmp/wt/questions/engine/src/branch.c" "engine/CMakeFiles/fastload_second.dir/src/branch.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/branch.c.o.d"
  "/tmp/wt/questions/engine/src/bridge.c" "engine/CMakeFiles/fastload_second.dir/src/bridge.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/bridge.c.o.d"
  "/tmp/wt/questions/engine/src/check.c" "engine/CMakeFiles/fastload_second.dir/src/check.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/check.c.o.d"
  "/tmp/wt/questions/engine/src/choose.c" "engine/CMakeFiles/fastload_second.dir/src/choose.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/choose.c.o.d"
  "/tmp/wt/questions/engine/src/commit.c" "engine/CMakeFiles/fastload_second.dir/src/commit.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/commit.c.o.d"
  "/tmp/wt/questions/engine/src/companion.c" "engine/CMakeFiles/fastload_second.dir/src/companion.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/companion.c.o.d"
  "/tmp/wt/questions/engine/src/companions.c" "engine/CMakeFiles/fastload_second.dir/src/companions.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/companions.c.o.d"
  "/tmp/wt/questions/engine/src/confirm.c" "engine/CMakeFiles/fastload_second.dir/src/confirm.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/confirm.c.o.d"
  "/tmp/wt/questions/engine/src/convert.c" "engine/CMakeFiles/fastload_second.dir/src/convert.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/convert.c.o.d"
  "/tmp/wt/questions/engine/src/counter.c" "engine/CMakeFiles/fastload_second.dir/src/counter.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/counter.c.o.d"
  "/tmp/wt/questions/engine/src/crc32c.c" "engine/CMakeFiles/fastload_second.dir/src/crc32c.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/crc32c.c.o.d"
  "/tmp/wt/questions/engine/src/data.c" "engine/CMakeFiles/fastload_second.dir/src/data.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/data.c.o.d"
  "/tmp/wt/questions/engine/src/encoding.c" "engine/CMakeFiles/fastload_second.dir/src/encoding.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/encoding.c.o.d"
  "/tmp/wt/questions/engine/src/finish.c" "engine/CMakeFiles/fastload_second.dir/src/finish.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/finish.c.o.d"
  "/tmp/wt/questions/engine/src/flash_update.c" "engine/CMakeFiles/fastload_second.dir/src/flash_update.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/flash_update.c.o.d"
  "/tmp/wt/questions/engine/src/handover.c" "engine/CMakeFiles/fastload_second.dir/src/handover.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/handover.c.o.d"
  "/tmp/wt/questions/engine/src/image.c" "engine/CMakeFiles/fastload_second.dir/src/image.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/image.c.o.d"
  "/tmp/wt/questions/engine/src/init.c" "engine/CMakeFiles/fastload_second.dir/src/init.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/init.c.o.d"
  "/tmp/wt/questions/engine/src/invariant.c" "engine/CMakeFiles/fastload_second.dir/src/invariant.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/invariant.c.o.d"
  "/tmp/wt/questions/engine/src/journal.c" "engine/CMakeFiles/fastload_second.dir/src/journal.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/journal.c.o.d"
  "/tmp/wt/questions/engine/src/key.c" "engine/CMakeFiles/fastload_second.dir/src/key.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/key.c.o.d"
  "/tmp/wt/questions/engine/src/layout.c" "engine/CMakeFiles/fastload_second.dir/src/layout.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/layout.c.o.d"
  "/tmp/wt/questions/engine/src/load.c" "engine/CMakeFiles/fastload_second.dir/src/load.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/load.c.o.d"
  "/tmp/wt/questions/engine/src/meminit.c" "engine/CMakeFiles/fastload_second.dir/src/meminit.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/meminit.c.o.d"
  "/tmp/wt/questions/engine/src/offer.c" "engine/CMakeFiles/fastload_second.dir/src/offer.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/offer.c.o.d"
  "/tmp/wt/questions/engine/src/overlay.c" "engine/CMakeFiles/fastload_second.dir/src/overlay.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/overlay.c.o.d"
  "/tmp/wt/questions/engine/src/query.c" "engine/CMakeFiles/fastload_second.dir/src/query.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/query.c.o.d"
  "/tmp/wt/questions/engine/src/record.c" "engine/CMakeFiles/fastload_second.dir/src/record.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/record.c.o.d"
  "/tmp/wt/questions/engine/src/source.c" "engine/CMakeFiles/fastload_second.dir/src/source.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/source.c.o.d"
  "/tmp/wt/questions/engine/src/status.c" "engine/CMakeFiles/fastload_second.dir/src/status.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/status.c.o.d"
  "/tmp/wt/questions/engine/src/steady.c" "engine/CMakeFiles/fastload_second.dir/src/steady.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/steady.c.o.d"
  "/tmp/wt/questions/engine/src/step.c" "engine/CMakeFiles/fastload_second.dir/src/step.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/step.c.o.d"
  "/tmp/wt/questions/engine/src/verify.c" "engine/CMakeFiles/fastload_second.dir/src/verify.c.o" "gcc" "engine/CMakeFiles/fastload_second.dir/src/verify.c.o.d"
  )

# Targets to which this target links.
set(CMAKE_TARGET_LINKED_INFO_FILES
  )

# Fortran module output directory.
set(CMAKE_Fortran_TARGET_MODULE_DIR "")
