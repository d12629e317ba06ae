# A results store takes campaigns of one plan and engine; every other file is left as it is.
include(${SOURCE}/ctest/cli/include/expect.cmake)

set(smoke ${SOURCE}/faultplans/smoke.yaml)
set(other ${SOURCE}/faultplans/power-cut.yaml)

# refused(FILE REGEX ARGUMENTS...): exit 2 with a line that says why; FILE keeps every byte.
macro(refused file regex)
    file(SHA256 ${WORK}/${file} before)
    expect_refusal("${regex}" run --store ${file} ${ARGN})
    file(SHA256 ${WORK}/${file} after)
    if(NOT before STREQUAL after)
        message(FATAL_ERROR "${command}: changed ${file}")
    endif()
endmacro()

file(WRITE ${WORK}/notes.txt "not a store\n")
file(WRITE ${WORK}/empty "")
refused(notes.txt "notes.txt: not a results store" ${smoke})
refused(empty "empty: not a results store" ${smoke})
expect_refusal("not a regular file" run --store ${WORK} ${smoke})
expect_refusal("cannot be created: No such file" run --store none/results.db ${smoke})
expect_refusal("a store needs a file name" run --store= ${smoke})

# A store that could be made is not made when something else is wrong.
expect_refusal("no built-in engine" run --store results.db --engine nosuch ${smoke})
expect_refusal("nowhere.yaml" run --store results.db nowhere.yaml)
expect_files(empty notes.txt)

# Campaigns of the same plan and engine add up; another plan is refused.
expect(0 run --json --store results.db ${smoke})
expect_files(empty notes.txt results.db)
expect(0 run --json --store results.db ${smoke})
refused(results.db "holds results of plan smoke .*this is plan power-cut " ${other})
expect_files(empty notes.txt results.db)

# A file that may not grow is an error that says so, and leaves no store behind.
execute_process(COMMAND sh -c "ulimit -f 8; exec \"$0\" run --store grown.db \"$1\"" ${RELIGHT} ${smoke}
                WORKING_DIRECTORY ${WORK} OUTPUT_QUIET ERROR_VARIABLE error RESULT_VARIABLE status)
if(NOT status EQUAL 3 OR NOT error MATCHES "grown.db: the results were not stored"
   OR EXISTS ${WORK}/grown.db)
    message(FATAL_ERROR "a limit on file sizes: exit 3 expected, got ${status}: ${error}")
endif()
