# The libraries that the harness stands on, as the target relight_libraries. The engine uses none.

find_package(PkgConfig REQUIRED)

add_library(relight_libraries INTERFACE)
foreach(library IN ITEMS libfyaml sqlite3 libsodium libxxhash jansson)
    pkg_check_modules(${library} QUIET IMPORTED_TARGET ${library})
    if(NOT ${library}_FOUND)
        message(FATAL_ERROR "pkg-config does not know ${library}. "
                            "scripts/setup.sh run installs what the program needs.")
    endif()
    target_link_libraries(relight_libraries INTERFACE PkgConfig::${library})
endforeach()
target_link_libraries(relight_libraries INTERFACE ${CMAKE_DL_LIBS})
