# Every mutant has a test of its own, canary-NAME.cmake, and the engine without a mistake, built the
# same way, is not found: what finds the mutants is their mistakes.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

file(GLOB patches RELATIVE ${SOURCE}/fixtures/mutants ${SOURCE}/fixtures/mutants/*.patch)
list(TRANSFORM patches REPLACE "\\.patch$" "")
file(GLOB tests RELATIVE ${SOURCE}/ctest/campaign ${SOURCE}/ctest/campaign/canary-*.cmake)
list(TRANSFORM tests REPLACE "^canary-(.*)\\.cmake$" "\\1")
expect_equal("mutants and their tests" "${patches}" "${tests}")
list(LENGTH patches count)
if(count LESS 6)
    message(FATAL_ERROR "at least 6 mutants expected in fixtures/mutants, found ${count}")
endif()

write_small_plan(unchanged "start: [updated]" "memory: [volatile, battery]")
expect(0 run --json --engine ${MUTANTS}/unchanged.so unchanged.yaml)
