# A sector of boot records does not answer. Boot took it for one without records, and ran what an
# older record names, or on a device whose other sector is blank whatever lies in the first bank.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(lost-records-count-as-none bank-absent
           "catalogue/bank-absent/memory=volatile/start=factory 1:finish:read@recordB#1=bank-absent/for-good"
           progress)
