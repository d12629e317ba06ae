# label: closure
# What the tests of the mutants that closures find rest on: each mutant of a class that closures
# follow names the cell of faultplans/closure-mutants.yaml in which one finds it, or why none does; and
# the engine without a mistake holds in all of these cells. Where its states end, they are closed.
include(${SOURCE}/ctest/mutants/include/closures.cmake)

# follows(CLASS OUTPUT): whether a closure may be asked to follow the class.
function(follows class output)
    set(more "")
    if(NOT class MATCHES "^(cut-before|cut-after|nested-cut)$")
        set(more ", ${class}")
    endif()
    file(WRITE ${WORK}/follows.yaml "name: follows
device: {flash: {bank: 32K, pairs: true}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
explore: closure
faults: [cut-before, cut-after, nested-cut${more}]
")
    execute_process(COMMAND ${RELIGHT} steps follows.yaml WORKING_DIRECTORY ${WORK}
                    RESULT_VARIABLE got OUTPUT_QUIET ERROR_VARIABLE err)
    if(NOT got EQUAL 0 AND NOT err MATCHES "closure follows power cuts and resets")
        message(FATAL_ERROR "${class}: exit ${got}, ${err}")
    endif()
    if(got EQUAL 0)
        set(${output} TRUE PARENT_SCOPE)
    else()
        set(${output} FALSE PARENT_SCOPE)
    endif()
endfunction()

set(missing "")
set(cells)
set(count 0)
file(GLOB patches ${SOURCE}/fixtures/mutants/*.patch)
foreach(patch IN LISTS patches)
    cmake_path(GET patch STEM LAST_ONLY mutant)
    file(STRINGS ${patch} cell REGEX "^Closure: " LIMIT_COUNT 1)
    file(STRINGS ${patch} why_not REGEX "^No closure: ." LIMIT_COUNT 1)
    file(STRINGS ${patch} class REGEX "^Class: " LIMIT_COUNT 1)
    file(STRINGS ${patch} needs REGEX "^Needs: " LIMIT_COUNT 1)
    if(cell)
        string(REGEX REPLACE "^Closure: " "" cell "${cell}")
        list(APPEND cells ${cell})
        math(EXPR count "${count} + 1")
    endif()
    set(wanted FALSE)
    if(class)
        string(REGEX REPLACE "^Class: " "" class "${class}")
        follows(${class} wanted)
    elseif(needs AND NOT needs STREQUAL "Needs: nothing")
        set(wanted TRUE)
    endif()
    if(wanted AND NOT cell AND NOT why_not)
        string(APPEND missing "${mutant}.patch: a line \"Closure: CELL\" or \"No closure: WHY\" "
                              "expected\n")
    elseif(cell AND why_not)
        string(APPEND missing "${mutant}.patch: both \"Closure\" and \"No closure\"\n")
    endif()
endforeach()
if(NOT missing STREQUAL "")
    message(FATAL_ERROR "${missing}")
endif()
if(count LESS 20)
    message(FATAL_ERROR "at least 20 mutants that closures find expected, found ${count}")
endif()

# What these undo was acknowledged: a commit, too, so that sequence numbers rise for ever.
set(endless reordered-persist)

list(REMOVE_DUPLICATES cells)
foreach(cell IN LISTS cells)
    set(code 0)
    set(budget)
    if(cell MATCHES "^(${endless})/")
        set(code 4)
        set(budget --budget 2s)
    endif()
    expect(${code} run --json --jobs 1 ${budget} --only ${cell} --engine ${MUTANTS}/unchanged.so
           ${closure_plan})
    string(JSON length LENGTH "${out}" cells)
    string(JSON closed GET "${out}" closed)
    string(JSON violations GET "${out}" violations)
    string(JSON states GET "${out}" closure states)
    if(NOT length EQUAL 1 OR NOT violations EQUAL 0 OR states LESS 2 OR (code EQUAL 0 AND NOT closed))
        message(FATAL_ERROR "${cell}: one cell without violations expected:\n${out}")
    endif()
    message(STATUS "${cell}: closed ${closed}, ${states} states")
endforeach()
