# Between check and flash update another well-signed image took the place of the staged one. Its
# sectors were burnt and all marked as done, under the name of the image that had been checked: the
# journal spoke of an image that no bank carried, until the bank was verified as a whole.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(last-sector-marked-early incompatible-version
           "catalogue/incompatible-version 1:flash:read@journal#5=incompatible-version:18.2/silent"
           invariant)
