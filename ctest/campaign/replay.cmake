# A token replays byte for byte: twice here, and in another folder with an engine built there. With
# another plan or engine it says that it is stale.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

set(mutant ${MUTANTS}/overlay-not-redone.so)

# As in another checkout, with a plan that has to be found by its name.
set(elsewhere ${WORK}/elsewhere)
file(MAKE_DIRECTORY ${elsewhere}/faultplans ${elsewhere}/program)
file(COPY ${RELIGHT} DESTINATION ${elsewhere}/program)
write_small_plan(small "memory: [battery]")
file(COPY ${WORK}/small.yaml DESTINATION ${elsewhere}/faultplans)

# The same engine built a second time, with the settings of this build.
load_cache(${BUILD} READ_WITH_PREFIX here_
           CMAKE_C_COMPILER CMAKE_GENERATOR CMAKE_BUILD_TYPE RELIGHT_SANITIZE RELIGHT_COVERAGE
           RELIGHT_LTO)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${elsewhere}/build
                        -G ${here_CMAKE_GENERATOR}
                        -DCMAKE_C_COMPILER=${here_CMAKE_C_COMPILER}
                        -DCMAKE_BUILD_TYPE=${here_CMAKE_BUILD_TYPE}
                        -DRELIGHT_SANITIZE=${here_RELIGHT_SANITIZE}
                        -DRELIGHT_COVERAGE=${here_RELIGHT_COVERAGE}
                        -DRELIGHT_LTO=${here_RELIGHT_LTO}
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${elsewhere}/build
                        --target mutant_overlay-not-redone
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(COPY ${elsewhere}/build/fixtures/mutants/overlay-not-redone.so
     DESTINATION ${elsewhere}/program)

# replay_elsewhere(TOKEN OUTPUT)
function(replay_elsewhere token output)
    execute_process(COMMAND ${elsewhere}/program/relight replay
                            --engine ./program/overlay-not-redone.so "${token}"
                    WORKING_DIRECTORY ${elsewhere}
                    RESULT_VARIABLE got OUTPUT_VARIABLE out ERROR_VARIABLE err)
    if(NOT got STREQUAL "1")
        message(FATAL_ERROR "replay elsewhere of ${token}: exit ${got}, expected 1\n${out}${err}")
    endif()
    set(${output} "${out}" PARENT_SCOPE)
endfunction()

expect(1 run --json --engine ${mutant} small.yaml)
set(json "${out}")
string(JSON count LENGTH "${json}" findings)
if(count LESS 2)
    message(FATAL_ERROR "at least 2 findings expected in\n${json}")
endif()
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
    foreach(member IN ITEMS property token why)
        string(JSON ${member} GET "${json}" findings ${i} ${member})
    endforeach()
    expect_replay(${property} "${token}" --plan small.yaml --engine ${mutant})
    set(first "${out}")
    # The judge of the replay saw what the judge of the campaign saw.
    string(FIND "${first}" "\nVIOLATED ${property}: ${why}\n" position)
    if(position EQUAL -1)
        message(FATAL_ERROR "${token}: \"${why}\" expected in\n${first}")
    endif()
    expect_replay(${property} "${token}" --plan small.yaml --engine ${mutant})
    expect_equal("two replays of ${token}" "${first}" "${out}")
    replay_elsewhere("${token}" other)
    expect_equal("replays in two folders of ${token}" "${first}" "${other}")
endforeach()

# Without the engine it was found with, and after the plan was changed.
expect_refusal("another engine" replay --plan small.yaml "${token}")
write_small_plan(small "memory: [battery]" "limits: {boots: 2}")
expect_refusal("the token is stale" replay --plan small.yaml --engine ${mutant} "${token}")
