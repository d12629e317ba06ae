# MUTANT is found by the fault class that its patch names, as a violation of the property that its
# patch names, and nothing is found when that class is taken out of the same cells.
include(${SOURCE}/ctest/mutants/include/mutants.cmake)

mutant_header(${MUTANT} Story story)
mutant_header(${MUTANT} Property property)
mutant_header(${MUTANT} Class class)
set(engine ${MUTANTS}/${MUTANT}.so)
set(most_seconds 3) # of a cell

# run_class(OUTPUT CODE ARGUMENTS...): the class's variant of the catalogue, with this engine.
function(run_class output code)
    execute_process(COMMAND ${RELIGHT} run --json --jobs 1 --only ${class} --engine ${engine}
                            ${ARGN} ${catalogue_plan}
                    RESULT_VARIABLE got OUTPUT_VARIABLE json ERROR_VARIABLE err)
    if(NOT got STREQUAL "${code}")
        set(findings "")
        if(NOT json STREQUAL "")
            describe_findings("${json}" findings)
        endif()
        list(JOIN ARGN " " arguments)
        message(FATAL_ERROR "${MUTANT}: relight run --only ${class} ${arguments}: exit ${got}, "
                            "expected ${code}\n${findings}${err}")
    endif()
    set(${output} "${json}" PARENT_SCOPE)
endfunction()

run_class(found 1)
find_class_token("${found}" ${property} ${class} token)
if(token STREQUAL "")
    describe_findings("${found}" findings)
    message(FATAL_ERROR "${MUTANT}: a violation of ${property} by class ${class} expected, got\n"
                        "${findings}")
endif()
expect_replay(${property} "${token}" --plan ${catalogue_plan} --engine ${engine})

run_class(silent 0 --without ${class})
slowest_cell("${found}" seconds)
# Machines are noisy: slow is said, and fails nothing.
if(seconds GREATER ${most_seconds})
    message(STATUS "${MUTANT}: SLOW: a cell of ${class} took ${seconds} s of processor time; at most "
                   "${most_seconds} s expected, so that all classes can be run often")
endif()
message(STATUS "${MUTANT}: ${property} by ${class}, ${seconds} s a cell at most, silent without; "
               "${token}")
# For the table in fixtures/mutants/README.md.
file(WRITE ${WORK}/row "| ${MUTANT} | ${story} | ${class} | ${property} | yes | yes |\n")
