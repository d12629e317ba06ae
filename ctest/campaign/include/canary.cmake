# expect_canary(MUTANT): the default campaign, or the plan that its patch names, finds this broken
# engine, by the property that the patch names, and the token replays.
include(${CMAKE_CURRENT_LIST_DIR}/campaign.cmake)

# plan_of(MUTANT): the plan that its patch names, or the default campaign, in `plan`; in `only` the
# option that leaves the cells that its patch names, where it names some.
macro(plan_of mutant)
    set(plan ${SOURCE}/faultplans/power-cut.yaml)
    file(STRINGS ${SOURCE}/fixtures/mutants/${mutant}.patch line REGEX "^Plan: " LIMIT_COUNT 1)
    if(line MATCHES "^Plan: (.+)")
        set(plan ${SOURCE}/faultplans/${CMAKE_MATCH_1}.yaml)
    endif()
    set(only)
    file(STRINGS ${SOURCE}/fixtures/mutants/${mutant}.patch line REGEX "^Only: " LIMIT_COUNT 1)
    if(line MATCHES "^Only: (.+)")
        set(only --only ${CMAKE_MATCH_1})
    endif()
endmacro()

# run_until_found(MUTANT PROPERTY OUTPUT)
#
# A finding counts whether or not the campaign came to its end. So the budget grows until there is
# one of the property, and on any machine the test takes about as long as the finding. Golden runs
# are run whatever the budget is.
function(run_until_found mutant property output)
    foreach(budget IN ITEMS 2s 4s 8s 16s 32s 64s 128s 256s)
        execute_process(COMMAND ${RELIGHT} run --json --jobs 2 --budget ${budget}
                                --engine ${MUTANTS}/${mutant}.so ${only} ${plan}
                        WORKING_DIRECTORY ${WORK}
                        RESULT_VARIABLE got OUTPUT_VARIABLE json ERROR_VARIABLE err)
        if(got STREQUAL "1")
            find_token("${json}" ${property} token)
            if(NOT token STREQUAL "")
                set(${output} "${json}" PARENT_SCOPE)
                return()
            endif()
        elseif(NOT got STREQUAL "4")
            break()
        endif()
    endforeach()
    message(FATAL_ERROR "${mutant}: exit ${got} with a budget of ${budget}, expected 1 and a "
                        "finding of property ${property}\n"
                        "${json}${err}")
endfunction()

function(expect_canary mutant)
    mutant_header(${mutant} Property property)
    mutant_header(${mutant} Needs needs)
    plan_of(${mutant})
    run_until_found(${mutant} ${property} json)
    string(JSON verdict GET "${json}" verdict)
    expect_equal("verdict on ${mutant}" "${verdict}" violated)

    find_token("${json}" ${property} token)
    # Without a fault, plan and cell stand before the digests, and nothing else.
    if(needs STREQUAL "nothing" AND NOT token MATCHES "^[^ ]+ #[^ ]+$")
        message(FATAL_ERROR "${mutant}: a token without a fault expected, got ${token}")
    endif()
    if(needs STREQUAL "any" AND NOT token MATCHES " 1:")
        message(FATAL_ERROR "${mutant}: a token with a fault expected, got ${token}")
    endif()
    expect_replay(${property} "${token}" --plan ${plan} --engine ${MUTANTS}/${mutant}.so)
    message(STATUS "${mutant}: ${property}, ${token}")
endfunction()
