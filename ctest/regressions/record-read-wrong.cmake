# Two reads in a row had a wrong bit in the newest boot record, each another one: its CRC did not fit,
# and boot ran an older image.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(read-believed-once unstable-read
           "catalogue/unstable-read/memory=volatile 1:boot:read@recordB#1=unstable-read:1/x2/silent"
           whole)
