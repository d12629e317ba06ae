# An invalidation of the instruction cache did nothing. Initialization ran on code of the image
# before: an invalidation cannot be looked at, so each is made twice.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(icache-invalidated-once stale-cache
           "catalogue/stale-cache/memory=volatile 1:clean:invalidate@resident#1=stale-cache:3/silent"
           whole)
