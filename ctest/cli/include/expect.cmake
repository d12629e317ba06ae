# What the tests of the command line share.

# expect(CODE ARGUMENTS...): runs relight in WORK and fails the test unless it exits with CODE. What
# it printed is in `out` and `err` afterwards.
macro(expect code)
    execute_process(COMMAND ${RELIGHT} ${ARGN} WORKING_DIRECTORY ${WORK}
                    RESULT_VARIABLE got OUTPUT_VARIABLE out ERROR_VARIABLE err)
    set(command "relight ${ARGN}")
    if(NOT got STREQUAL "${code}")
        message(FATAL_ERROR "${command}: exit ${got}, expected ${code}\n${out}${err}")
    endif()
endmacro()

# expect_text(TEXT REGEX...): each expression is found in TEXT.
function(expect_text text)
    foreach(regex IN LISTS ARGN)
        if(NOT text MATCHES "${regex}")
            message(FATAL_ERROR "${command}: \"${regex}\" not found in:\n${text}")
        endif()
    endforeach()
endfunction()

# expect_refusal(REGEX ARGUMENTS...): exit 2, nothing on standard output, and one line on standard
# error in which REGEX is found.
macro(expect_refusal regex)
    expect(2 ${ARGN})
    if(NOT out STREQUAL "")
        message(FATAL_ERROR "${command}: nothing expected on standard output, got:\n${out}")
    endif()
    if(NOT err MATCHES "^[^\n]+\n$")
        message(FATAL_ERROR "${command}: one line expected on standard error, got:\n${err}")
    endif()
    expect_text("${err}" "${regex}")
endmacro()

# expect_files(NAME...): WORK holds these files and no others.
function(expect_files)
    file(GLOB files RELATIVE ${WORK} ${WORK}/*)
    list(SORT files)
    set(expected ${ARGN})
    list(SORT expected)
    if(NOT "${files}" STREQUAL "${expected}")
        message(FATAL_ERROR "${command}: files \"${expected}\" expected, found \"${files}\"")
    endif()
endfunction()
