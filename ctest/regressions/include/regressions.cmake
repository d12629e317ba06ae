# For tests of bugs that fault classes found in fastload, and that were mended. A mutant puts each
# back.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

# regression(MUTANT CLASS SCENARIO PROPERTY): the scenario of a token of the catalogue, without its
# digests, violates PROPERTY with the bug that MUTANT puts back. That fastload holds there is what
# the catalogue's own campaign says.
function(regression mutant class scenario property)
    set(engine ${MUTANTS}/${mutant}.so)
    execute_process(COMMAND ${RELIGHT} run --json --jobs 1 --only ${class} --engine ${engine}
                            ${SOURCE}/faultplans/catalogue.yaml
                    RESULT_VARIABLE got OUTPUT_VARIABLE json ERROR_VARIABLE err)
    if(NOT got STREQUAL "1")
        message(FATAL_ERROR "${mutant}, class ${class}: exit ${got}, expected 1\n${err}")
    endif()
    string(JSON token GET "${json}" findings 0 token)
    string(REGEX MATCH " #[0-9a-f.]+$" digests "${token}")
    execute_process(COMMAND ${RELIGHT} replay --engine ${engine} "${scenario}${digests}"
                    WORKING_DIRECTORY ${SOURCE}
                    RESULT_VARIABLE got OUTPUT_VARIABLE out ERROR_VARIABLE err)
    if(NOT got STREQUAL "1" OR NOT out MATCHES "VIOLATED ${property}: ")
        message(FATAL_ERROR "${mutant}: replay of ${scenario}${digests}: exit ${got}, expected 1 "
                            "with ${property} violated\n${out}${err}")
    endif()
endfunction()
