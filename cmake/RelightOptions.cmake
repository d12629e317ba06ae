# Compiler options. What all code shares is the target relight_options; what instruments the code is
# relight_instrumented, which engines that are loaded at run time do not get: they must load into a
# plain program as well as into an instrumented one.

if(NOT CMAKE_C_COMPILER_ID MATCHES "^(GNU|Clang)$")
    message(FATAL_ERROR
            "Relight builds with gcc or clang, not with ${CMAKE_C_COMPILER_ID}: set CMAKE_C_COMPILER.")
endif()

get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT is_multi_config AND NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Assertions stay in every build: a harness that goes on after a broken one proves nothing.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
set(CMAKE_C_FLAGS_DEBUG "-O0 -g3")

# The freestanding build of the engine uses the same list.
set(RELIGHT_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Werror)

add_library(relight_options INTERFACE)
# __FILE__ is relative to the top folder: an engine's code, and with it the digest in a token, must
# not depend on the folder that it was built in.
target_compile_options(relight_options INTERFACE
                       ${RELIGHT_WARNINGS} -fno-omit-frame-pointer
                       -fmacro-prefix-map=${PROJECT_BINARY_DIR}/=
                       -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)

add_library(relight_instrumented INTERFACE)
if(RELIGHT_SANITIZE)
    target_compile_options(relight_instrumented INTERFACE
                           -fsanitize=${RELIGHT_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(relight_instrumented INTERFACE -fsanitize=${RELIGHT_SANITIZE})
endif()
if(RELIGHT_COVERAGE)
    target_compile_options(relight_instrumented INTERFACE --coverage)
    target_link_options(relight_instrumented INTERFACE --coverage)
endif()

if(RELIGHT_LTO)
    include(CheckIPOSupported)
    check_ipo_supported(LANGUAGES C)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
