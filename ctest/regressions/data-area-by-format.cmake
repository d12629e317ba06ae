# No boot record read any more after the security counter had been raised: only the new image could
# run, and boot gave it the first data area, whose data was in the old format. It could neither read
# its data nor change it, and every later update was refused.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(data-area-guessed record-tie
           "catalogue/record-tie/start=factory 1:finish:fill@staging#64=record-tie/silent" invariant)
