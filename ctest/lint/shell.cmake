# Shell scripts parse, and shellcheck has nothing to say about them.
cmake_minimum_required(VERSION 3.25)

file(GLOB scripts ${SOURCE}/scripts/*.sh)
if(NOT scripts)
    message(FATAL_ERROR "${SOURCE}/scripts has no shell scripts; expected some.")
endif()
list(APPEND scripts ${SOURCE}/.ci/run)
foreach(script IN LISTS scripts)
    execute_process(COMMAND ${BASH} -n ${script} RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(SEND_ERROR "${script} does not parse.")
    endif()
endforeach()
execute_process(COMMAND ${SHELLCHECK} --shell=bash --external-sources ${scripts}
                RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(SEND_ERROR "shellcheck found something; see above.")
endif()
