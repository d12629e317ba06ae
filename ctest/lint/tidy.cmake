# Runs clang-tidy over the C files of FOLDER, one at a time: in a run over several, version 14 takes
# va_start() for missing in every file but the first.
cmake_minimum_required(VERSION 3.25)

file(GLOB files ${FOLDER}/*.c)
if(NOT files)
    message(FATAL_ERROR "${FOLDER} has no C files; expected some.")
endif()
foreach(file IN LISTS files)
    execute_process(COMMAND ${CLANG_TIDY} --quiet -p ${DATABASE} ${file}
                    RESULT_VARIABLE status ERROR_VARIABLE said)
    if(NOT status EQUAL 0)
        # How many warnings system headers would have given is no news; anything else is.
        string(REGEX REPLACE "[0-9]+ warnings? generated\\.\n" "" said "${said}")
        message(NOTICE "${said}")
        message(SEND_ERROR "clang-tidy has something to say about ${file}; see above.")
    endif()
endforeach()
