# Compiles all of the engine for a Cortex-M4, links it with start.c and nothing else, and prints how
# large it is: each of its two builds (engine/src/level.h), and the two side by side. Fails on a warning, on a symbol that is left open, and on writable data: the engine
# has no globals.
cmake_minimum_required(VERSION 3.25)

set(prefix arm-none-eabi-)
set(target -mcpu=cortex-m4 -mthumb)

# run(OUTPUT COMMAND...): stops the test, with all that was printed, when the command fails.
function(run output)
    execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        list(JOIN ARGN " " command)
        message(NOTICE "${said}")
        message(FATAL_ERROR "Expected to succeed, but it ended with ${status}: ${command}")
    endif()
    set(${output} "${said}" PARENT_SCOPE)
endfunction()

# compile(SOURCE OBJECT FLAGS…)
function(compile source object)
    run(said ${prefix}gcc ${target} -Os -g -std=c11 -ffreestanding -nostdlib ${WARNINGS}
        ${ARGN} -c ${source} -o ${object})
endfunction()

find_program(COMPILER ${prefix}gcc)
if(NOT COMPILER)
    message(FATAL_ERROR "${prefix}gcc is missing. scripts/setup.sh test installs it.")
endif()
if(SOURCES STREQUAL "")
    message(FATAL_ERROR "${ENGINE}/src has no source files; expected the engine there.")
endif()
file(REMOVE_RECURSE ${WORK})

# build(LEVEL FLAGS…): a program, and all.o, of the build of this level, in a folder of its own.
function(build level)
    set(folder ${WORK}/level-${level})
    file(MAKE_DIRECTORY ${folder}/engine)
    set(objects "")
    foreach(source IN LISTS SOURCES)
        cmake_path(GET source STEM name)
        set(object ${folder}/engine/${name}.o)
        compile(${source} ${object} -I${ENGINE}/include -I${ENGINE}/src ${ARGN})
        list(APPEND objects ${object})
    endforeach()
    compile(${START} ${folder}/start.o -I${ENGINE}/include ${ARGN})

    # No garbage collection of sections: what is open in any function of the engine shows.
    run(said ${prefix}gcc ${target} -nostdlib -Wl,--entry=reset ${folder}/start.o ${objects}
        -o ${folder}/fastload.elf)

    run(said ${prefix}ld -r ${objects} -o ${folder}/all.o)
    run(sizes ${prefix}size ${folder}/all.o)
    if(NOT sizes MATCHES "\n *([0-9]+)[ \t]+([0-9]+)[ \t]+([0-9]+)[ \t]")
        message(FATAL_ERROR "Expected text, data and bss from ${prefix}size; it printed:\n${sizes}")
    endif()
    set(code ${CMAKE_MATCH_1})
    math(EXPR writable "${CMAKE_MATCH_2} + ${CMAKE_MATCH_3}")
    message(NOTICE "${sizes}fastload, level ${level}, for Cortex-M4, -Os: "
                   "${code} bytes of code and constants")
    if(NOT writable EQUAL 0)
        run(symbols ${prefix}nm --print-size ${folder}/all.o)
        string(REGEX MATCHALL "[^\n]* [bBdD] [^\n]*" symbols "${symbols}")
        list(JOIN symbols "\n" symbols)
        message(FATAL_ERROR "The engine has ${writable} bytes of writable data; expected none. "
                            "Keep state in struct fl_engine:\n${symbols}")
    endif()
endfunction()

build(1)
build(2 -include ${SECOND_NAMES})

# A name that both define would stop the program that holds both.
run(said ${prefix}ld -r ${WORK}/level-1/all.o ${WORK}/level-2/all.o -o ${WORK}/both.o)
