# Runs one test script, SCRIPT, in an empty folder of its own. The script is given
#
#   RELIGHT   the program           SOURCE   the source folder
#   MUTANTS   the folder that holds the engines NAME.so
#   BUILD     the build folder      WORK     an empty folder, to write in
#
# and fails its test with message(FATAL_ERROR).
cmake_minimum_required(VERSION 3.25)

foreach(variable IN ITEMS RELIGHT SOURCE BUILD MUTANTS WORK SCRIPT)
    if(NOT DEFINED ${variable})
        message(FATAL_ERROR "script.cmake needs -D${variable}=…; ctest/CMakeLists.txt passes it.")
    endif()
endforeach()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
include(${SCRIPT})
