# Every mutant whose patch says what it needs has a test of its own, canary-NAME.cmake; the others
# name a fault class, or a closure (ctest/mutants). And the engine without a mistake, built the same
# way, is not found: what finds the mutants is their mistakes.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

set(patches)
file(GLOB files ${SOURCE}/fixtures/mutants/*.patch)
foreach(file IN LISTS files)
    file(STRINGS ${file} needs REGEX "^Needs: " LIMIT_COUNT 1)
    file(STRINGS ${file} class REGEX "^Class: " LIMIT_COUNT 1)
    file(STRINGS ${file} closure REGEX "^Closure: " LIMIT_COUNT 1)
    cmake_path(GET file STEM LAST_ONLY name)
    if(needs)
        list(APPEND patches ${name})
    elseif(NOT class AND NOT closure)
        message(FATAL_ERROR "${file}: a line \"Needs: ...\", \"Class: ...\" or \"Closure: ...\" "
                            "expected before the patch")
    endif()
endforeach()
file(GLOB tests RELATIVE ${SOURCE}/ctest/campaign ${SOURCE}/ctest/campaign/canary-*.cmake)
list(TRANSFORM tests REPLACE "^canary-(.*)\\.cmake$" "\\1")
expect_equal("mutants and their tests" "${patches}" "${tests}")
list(LENGTH patches count)
if(count LESS 6)
    message(FATAL_ERROR "at least 6 mutants expected in fixtures/mutants, found ${count}")
endif()

write_small_plan(unchanged "start: [updated]" "memory: [volatile, battery]")
expect(0 run --json --engine ${MUTANTS}/unchanged.so unchanged.yaml)
