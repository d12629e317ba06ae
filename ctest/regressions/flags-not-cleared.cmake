# An error flag stood in the flash controller. Each program and erase was refused until the next
# reset, those of persistent data among them.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(flags-not-cleared sticky-flag
           "catalogue/sticky-flag/memory=volatile 1:away:program@dataA#1=sticky-flag/until-reset"
           data-kept)
