# The newest boot record did not read three times in a row. Boot took it for torn, fell back to the
# record of an older image, and ran that.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(read-not-tried-again transient-read
           "catalogue/transient-read/memory=volatile 1:boot:read@recordB#1=transient-read:1/x3"
           whole)
