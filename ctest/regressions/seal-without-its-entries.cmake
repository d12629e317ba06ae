# Flash that lets programs overtake each other had the seal of a half of persistent data, and not an
# entry that was programmed and read back before it. The item was lost.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(seal-without-its-entries reordered-persist
           "catalogue/reordered-persist/memory=volatile/start=factory 1:branch:program@dataA#6=unordered:2/4"
           data-kept)
