# For tests of bugs that fault classes found in fastload, and that were mended. A mutant puts each
# back.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

# regression(MUTANT CLASS SCENARIO PROPERTY): a scenario of the catalogue violates PROPERTY with the
# bug that MUTANT puts back. SCENARIO is a token without its digests; the count in it (the 5 of
# "read@journal#5") is that of the day when it was found, and may be another one today. That
# fastload holds there is what the catalogue's own campaign says.
function(regression mutant class scenario property)
    set(engine ${MUTANTS}/${mutant}.so)
    execute_process(COMMAND ${RELIGHT} run --json --jobs 1 --only ${class} --engine ${engine}
                            ${SOURCE}/faultplans/catalogue.yaml
                    RESULT_VARIABLE got OUTPUT_VARIABLE json ERROR_VARIABLE err)
    if(NOT got STREQUAL "1")
        message(FATAL_ERROR "${mutant}, class ${class}: exit ${got}, expected 1\n${err}")
    endif()
    find_scenario("${json}" "${scenario}" ${property} token)
    execute_process(COMMAND ${RELIGHT} replay --engine ${engine} "${token}"
                    WORKING_DIRECTORY ${SOURCE}
                    RESULT_VARIABLE got OUTPUT_VARIABLE out ERROR_VARIABLE err)
    if(NOT got STREQUAL "1" OR NOT out MATCHES "VIOLATED ${property}: ")
        message(FATAL_ERROR "${mutant}: replay of ${token}: exit ${got}, expected 1 with "
                            "${property} violated\n${out}${err}")
    endif()
endfunction()

# find_scenario(JSON SCENARIO PROPERTY OUTPUT): the token of a finding of PROPERTY that is SCENARIO
# but for counts of operations. Without one: SCENARIO itself, with the digests of another finding,
# because a finding names the first of its scenarios only.
function(find_scenario json scenario property output)
    string(REGEX REPLACE "#[0-9]+=" "#=" wanted "${scenario}")
    string(JSON count LENGTH "${json}" findings)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
        string(JSON token GET "${json}" findings ${i} token)
        string(JSON found GET "${json}" findings ${i} property)
        string(REGEX MATCH " #[0-9a-f.]+$" digests "${token}")
        string(REGEX REPLACE " #[0-9a-f.]+$" "" plain "${token}")
        string(REGEX REPLACE "#[0-9]+=" "#=" plain "${plain}")
        if(plain STREQUAL wanted AND found STREQUAL property)
            set(${output} "${token}" PARENT_SCOPE)
            return()
        endif()
    endforeach()
    set(${output} "${scenario}${digests}" PARENT_SCOPE)
endfunction()
