# On flash whose pages are paired, an entry of persistent data that was cut took the header of its
# half with it: all items were lost.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(pairs-ignored paired-damage
           "catalogue/paired-damage/memory=volatile/start=factory 1:load:program@dataA#1=pair:0/2"
           data-kept)
