# A sector of boot records did not answer for a while. The update went on, and numbered its record
# as if there were none there: when the sector was back, its older record won.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(numbered-past-lost-records bank-absent
           "catalogue/bank-absent/memory=volatile 1:bridge:read@recordA#3=bank-absent/until-reset"
           progress)
