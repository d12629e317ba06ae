# Configures and builds SOURCE with CLANG in BUILD, without optimisation: the warnings are the same.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G Ninja
                        -DCMAKE_C_COMPILER=${CLANG} -DCMAKE_BUILD_TYPE=Debug
                        -DCMAKE_C_FLAGS_DEBUG=-O0
                OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(NOTICE "${said}")
    message(FATAL_ERROR "Configuring with clang failed; see above.")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} --parallel 2 -- -k 0 RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "Expected: clang builds everything without a warning. See above for what "
                        "it said.")
endif()
