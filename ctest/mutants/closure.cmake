# label: closure
# The closure of the cell that the patch of MUTANT names finds it, as a violation of the property
# that the patch names, with a token that replays and has no more faults than the shortest of the
# sweep of the same cell, to the same depth of tearing.
#
# With a line "Why: TEXT" the violation has to say so.
#
# What only closure finds has a patch without a class of faults, and without what it needs: its
# sweeps of two cuts hold, and its token has three faults or more.
#
# A budget ends many a closure of a broken engine, whose states may have no end. Then its tokens are
# the shortest of what was explored, and the budget grows until that is short enough.
include(${SOURCE}/ctest/mutants/include/closures.cmake)

mutant_header(${MUTANT} Property property)
mutant_header(${MUTANT} Closure cell)
set(why "")
file(STRINGS ${SOURCE}/fixtures/mutants/${MUTANT}.patch line REGEX "^Why: " LIMIT_COUNT 1)
if(line)
    string(REGEX REPLACE "^Why: " "" why "${line}")
endif()
set(engine ${MUTANTS}/${MUTANT}.so)
file(STRINGS ${SOURCE}/fixtures/mutants/${MUTANT}.patch others REGEX "^(Class|Needs): " LIMIT_COUNT 1)

# The shortest that sweeps find, in `most`; empty where those of two cuts hold.
set(most "")
foreach(depth IN ITEMS 1 2)
    write_sweep(${depth})
    execute_process(COMMAND ${RELIGHT} run --json --jobs 1 --only ${cell} --engine ${engine} sweep.yaml
                    WORKING_DIRECTORY ${WORK}
                    RESULT_VARIABLE got OUTPUT_VARIABLE json ERROR_VARIABLE err)
    if(NOT got MATCHES "^[01]$")
        message(FATAL_ERROR "${MUTANT}: sweep of depth ${depth}: exit ${got}\n${json}${err}")
    endif()
    find_shortest("${json}" ${property} "${why}" most token)
    if(NOT most STREQUAL "")
        break()
    endif()
endforeach()
if(others AND most STREQUAL "")
    message(FATAL_ERROR "${MUTANT}: no sweep of ${cell} finds it, and its patch names a class")
endif()
if(NOT others AND NOT most STREQUAL "")
    message(FATAL_ERROR "${MUTANT}: ${token} finds it, and its patch says that only closure does")
endif()

set(found "")
foreach(budget IN ITEMS 2s 4s 8s 16s 32s 64s 128s)
    execute_process(COMMAND ${RELIGHT} run --json --jobs 1 --budget ${budget} --only ${cell}
                            --engine ${engine} ${closure_plan}
                    RESULT_VARIABLE got OUTPUT_VARIABLE json ERROR_VARIABLE err)
    if(NOT got MATCHES "^[14]$")
        break()
    endif()
    find_shortest("${json}" ${property} "${why}" found token)
    if(NOT found STREQUAL "" AND (most STREQUAL "" OR NOT found GREATER most))
        break()
    endif()
    string(JSON closed GET "${json}" closed)
    if(closed)
        break() # more time finds no more
    endif()
endforeach()
if(NOT got EQUAL 1 OR found STREQUAL "" OR (NOT most STREQUAL "" AND found GREATER most))
    message(FATAL_ERROR "${MUTANT}: closure of ${cell}, ${budget}: exit ${got}, expected 1 and a "
                        "violation of ${property} with at most \"${most}\" faults, found "
                        "\"${found}\"\n${json}${err}")
endif()
if(most STREQUAL "" AND found LESS 3)
    message(FATAL_ERROR "${MUTANT}: sweeps of two cuts hold, and ${token} has fewer than three")
endif()
string(JSON verdict GET "${json}" verdict)
expect_equal("verdict on ${MUTANT}" "${verdict}" violated)
expect_replay(${property} "${token}" --plan ${closure_plan} --engine ${engine})
expect_text("${out}" "\nVIOLATED ${property}: [^\n]*${why}")
string(JSON closed GET "${json}" closed)
message(STATUS "${MUTANT}: ${property}, ${found} faults, sweep \"${most}\", closed ${closed}; ${token}")
