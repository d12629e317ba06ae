# The store that consumes the key was skipped. The fast steps ran, and the key was left for the next
# initialization.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(key-blanked-once instruction-skip
           "catalogue/instruction-skip/memory=volatile 1:init:fill@resident#1=instruction-skip/silent"
           key-sound)
