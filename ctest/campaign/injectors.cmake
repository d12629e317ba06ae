# A broken engine is found because a fault was put in: without the classes that its patch says it
# needs, the same plan does not find it. So the canary tests fail when an injector stops working.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

set(all cut-before cut-after torn-program-prefix torn-program-suffix lost-unflushed warm-reset)

# find(MUTANT CLASSES OUTPUT): the token that a plan with these fault classes finds, or nothing.
function(find mutant classes output)
    mutant_header(${mutant} Property property)
    list(JOIN classes ", " list)
    write_small_plan(small "memory: [volatile]" "faults: [${list}]")
    execute_process(COMMAND ${RELIGHT} run --json --engine ${MUTANTS}/${mutant}.so small.yaml
                    WORKING_DIRECTORY ${WORK}
                    RESULT_VARIABLE got OUTPUT_VARIABLE json ERROR_VARIABLE err)
    find_token("${json}" ${property} token)
    set(code 1)
    if(token STREQUAL "")
        # Held, or unverified where another class cannot happen without the one that is off.
        set(code "[04]")
    endif()
    if(NOT got MATCHES "^${code}$")
        message(FATAL_ERROR "${mutant}, faults [${list}]: exit ${got}, expected ${code}, with "
                            "token \"${token}\"\n${json}${err}")
    endif()
    set(${output} "${token}" PARENT_SCOPE)
endfunction()

file(GLOB patches RELATIVE ${SOURCE}/fixtures/mutants ${SOURCE}/fixtures/mutants/*.patch)
set(tried 0)
foreach(patch IN LISTS patches)
    string(REGEX REPLACE "\\.patch$" "" mutant ${patch})
    file(STRINGS ${SOURCE}/fixtures/mutants/${patch} line REGEX "^Needs: " LIMIT_COUNT 1)
    if(NOT line)
        continue() # it names its class: ctest/mutants
    endif()
    mutant_header(${mutant} Needs needs)
    if(needs STREQUAL "nothing" OR needs STREQUAL "any")
        continue()
    endif()

    find(${mutant} "${all}" token)
    if(token STREQUAL "")
        message(FATAL_ERROR "${mutant}: found with all of ${all}, expected; it was not")
    endif()
    separate_arguments(needs)
    foreach(class IN LISTS needs)
        set(others ${all})
        list(REMOVE_ITEM others ${class})
        find(${mutant} "${others}" token)
        if(NOT token STREQUAL "")
            message(FATAL_ERROR "${mutant}: its patch says that it needs ${class}, and it was "
                                "found without: ${token}")
        endif()
        math(EXPR tried "${tried} + 1")
    endforeach()
endforeach()
if(tried LESS 3)
    message(FATAL_ERROR "at least 3 classes expected that some mutant needs, got ${tried}")
endif()
