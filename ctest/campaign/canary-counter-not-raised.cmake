# processors: 2
include(${SOURCE}/ctest/campaign/include/canary.cmake)
expect_canary(counter-not-raised)
