# The key was read with a wrong bit, and initialization took its standard steps without consuming it.
# The next one read it right, and took the fast steps on it.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(unread-key-left unstable-read
           "catalogue/unstable-read/memory=battery 1:init:read@resident#2=unstable-read/x2/silent"
           key-sound)
