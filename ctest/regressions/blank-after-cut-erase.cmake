# An erase of a record sector was interrupted and left it reading blank. The next commit wrote its
# record there without erasing it again.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(blank-sector-not-erased unstable-bits
           "catalogue/unstable-bits/memory=volatile 1:commit:erase@recordA#1=unstable:0/0"
           device-rules)
