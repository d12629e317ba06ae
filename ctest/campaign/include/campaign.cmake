# What the campaign tests share, on top of expect.cmake.
include(${SOURCE}/ctest/cli/include/expect.cmake)

# mutant_header(MUTANT FIELD OUTPUT): what the patch of MUTANT says after "FIELD: " in its first
# lines: its Story, the Property that must find it, and the fault classes that this Needs.
function(mutant_header mutant field output)
    set(patch ${SOURCE}/fixtures/mutants/${mutant}.patch)
    file(STRINGS ${patch} line REGEX "^${field}: " LIMIT_COUNT 1)
    string(REGEX REPLACE "^${field}: " "" value "${line}")
    if(value STREQUAL "")
        message(FATAL_ERROR "${patch}: a line \"${field}: ...\" expected before the patch")
    endif()
    set(${output} "${value}" PARENT_SCOPE)
endfunction()

# find_token(JSON PROPERTY OUTPUT): the token of the first finding of PROPERTY in the object that
# `run --json` printed; empty when it has none.
function(find_token json property output)
    set(${output} "" PARENT_SCOPE)
    string(JSON count LENGTH "${json}" findings)
    set(i 0)
    while(i LESS count)
        string(JSON found GET "${json}" findings ${i} property)
        if(found STREQUAL property)
            string(JSON token GET "${json}" findings ${i} token)
            set(${output} "${token}" PARENT_SCOPE)
            return()
        endif()
        math(EXPR i "${i} + 1")
    endwhile()
endfunction()

# expect_equal(WHAT TEXT OTHER)
function(expect_equal what text other)
    if(NOT "${text}" STREQUAL "${other}")
        message(FATAL_ERROR "${what}: two equal texts expected, got\n${text}\nand\n${other}")
    endif()
endfunction()

# expect_replay(PROPERTY TOKEN ARGUMENTS...): the scenario ends in a violation of PROPERTY, and its
# timeline says so. The timeline is in `out` afterwards.
macro(expect_replay property token)
    expect(1 replay ${ARGN} "${token}")
    expect_text("${out}" "\nVIOLATED ${property}: ")
endmacro()

# expect_whole_campaign(PLAN): the plan holds, says so with its counts, and each fault class that it
# asks for was put in, and seen by the engine. The object that was printed is in `out` afterwards.
function(expect_whole_campaign plan)
    expect(0 run --json --jobs 2 ${plan})
    string(JSON verdict GET "${out}" verdict)
    string(JSON states GET "${out}" crash_states)
    string(JSON injected GET "${out}" injected)
    math(EXPR faults "${states} + ${injected}")
    expect_text("${verdict} ${faults}" "^held [1-9][0-9]*$")
    string(JSON count LENGTH "${out}" classes)
    set(i 0)
    while(i LESS count)
        string(JSON class MEMBER "${out}" classes ${i})
        foreach(what IN ITEMS applicable fired observed)
            string(JSON times GET "${out}" classes ${class} ${what})
            if(NOT times GREATER 0)
                message(FATAL_ERROR "${command}: class ${class}: ${what} ${times}, expected more")
            endif()
        endforeach()
        math(EXPR i "${i} + 1")
    endwhile()
    set(out "${out}" PARENT_SCOPE)
    message(STATUS "${plan}: ${verdict}, ${states} crash states")
endfunction()

# write_small_plan(NAME LINES...): WORK/NAME.yaml, a plan of 16 KiB images called NAME, with LINES at
# its end.
function(write_small_plan name)
    list(JOIN ARGN "\n" lines)
    file(WRITE ${WORK}/${name}.yaml
"name: ${name}
device: {flash: {bank: 32K}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
${lines}
")
endfunction()
