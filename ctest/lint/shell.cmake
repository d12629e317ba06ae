# Shell scripts parse, and shellcheck has nothing to say about them.
cmake_minimum_required(VERSION 3.25)

if(SCRIPTS STREQUAL "")
    message(FATAL_ERROR "No shell scripts to check; expected those in scripts/.")
endif()
foreach(script IN LISTS SCRIPTS)
    execute_process(COMMAND ${BASH} -n ${script} RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(SEND_ERROR "${script} does not parse.")
    endif()
endforeach()
execute_process(COMMAND ${SHELLCHECK} --shell=bash --external-sources ${SCRIPTS}
                RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(SEND_ERROR "shellcheck found something; see above.")
endif()
