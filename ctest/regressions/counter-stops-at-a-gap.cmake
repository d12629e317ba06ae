# Flash that lands programs out of order had the second granule of the security counter and not the
# first. The counter ended there, and the granule behind was programmed once more, for ever.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(counter-stops-at-a-gap reordered-persist
           "catalogue/reordered-persist/memory=volatile/start=factory 1:finish:program@otp#2=unordered:2/4"
           device-rules)
