# `relight run --only CELL` runs the cells whose names begin so, says that it did, and what it counts
# is what the whole plan counts there.
include(${SOURCE}/ctest/cli/include/expect.cmake)

file(WRITE ${WORK}/plan.yaml
"name: only
device: {flash: {bank: 8K, sector: 512}, cache: {lines: 8}}
images:
  old: {pattern: 2, size: 2K, version: 1.0.0}
  new: {pattern: 3, size: 3K, version: 1.1.0}
explore: {depth: 1, tear: [between]}
memory: [volatile, battery]
start: [factory, aborted]
variants:
  - name: one
    about: As the plan has it.
  - name: two
    about: Without resets.
    faults: [cut-before, cut-after]
")

# measured(JSON NAME OUTPUT): what the object counts for the cell NAME, without its costs.
function(measured json name output)
    string(JSON count LENGTH "${json}" cells)
    set(i 0)
    while(i LESS count)
        string(JSON cell GET "${json}" cells ${i})
        string(JSON is GET "${cell}" name)
        if(is STREQUAL name)
            foreach(member IN ITEMS cpu_seconds peak_bytes)
                string(JSON cell REMOVE "${cell}" ${member})
            endforeach()
            set(${output} "${cell}" PARENT_SCOPE)
            return()
        endif()
        math(EXPR i "${i} + 1")
    endwhile()
    message(FATAL_ERROR "no cell ${name} in\n${json}")
endfunction()

# expect_only(PREFIX CELLS...): CELLS are run, and no others, with the counts that they have in all.
function(expect_only prefix)
    expect(0 run --json --jobs 2 --only ${prefix} plan.yaml)
    set(some "${out}")
    string(JSON only GET "${some}" only)
    string(JSON count LENGTH "${some}" cells)
    list(LENGTH ARGN expected)
    if(NOT only STREQUAL prefix OR NOT count EQUAL expected)
        message(FATAL_ERROR "--only ${prefix}: ${expected} cells expected in\n${some}")
    endif()
    set(sum 0)
    foreach(name IN LISTS ARGN)
        measured("${all}" ${name} whole)
        measured("${some}" ${name} part)
        if(NOT whole STREQUAL part)
            message(FATAL_ERROR "--only ${prefix}: \n${whole}\nexpected, got\n${part}")
        endif()
        string(JSON states GET "${part}" crash_states)
        math(EXPR sum "${sum} + ${states}")
    endforeach()
    string(JSON states GET "${some}" crash_states)
    if(NOT sum EQUAL states OR NOT states GREATER 0)
        message(FATAL_ERROR "--only ${prefix}: ${sum} crash states expected, got ${states}")
    endif()
endfunction()

expect(0 run --json --jobs 2 plan.yaml)
set(all "${out}")
string(JSON type TYPE "${all}" only)
if(NOT type STREQUAL "NULL")
    message(FATAL_ERROR "only: null expected without --only, got ${type}")
endif()
expect_only(two/memory=battery/start=aborted two/memory=battery/start=aborted)
expect_only(one/memory=volatile one/memory=volatile/start=factory one/memory=volatile/start=aborted)

expect(0 run --jobs 1 --only two/memory=volatile plan.yaml)
expect_text("${out}" ", 2 cells, " "\nonly cells         two/memory=volatile\n")

expect(2 run --only three plan.yaml)
expect_text("${err}" "--only: the beginning of a cell's name expected, such as \"one/memory=volatile/start=factory\"; no cell of plan.yaml begins with \"three\"")
