# A change of persistent data was appended, and the entry before it did not read any more. An item
# went back to an older value, because only the new entry was looked at.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(neighbours-not-looked-at double-program-granule
           "catalogue/double-program-granule/memory=volatile 1:bridge:program@dataA#1=double-program-granule:2/silent"
           data-kept)
