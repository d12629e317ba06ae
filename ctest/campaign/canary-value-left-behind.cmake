# processors: 2
include(${SOURCE}/ctest/campaign/include/canary.cmake)
expect_canary(value-left-behind)
