# relight_identity(OUTPUT FILES...): a digest of what the files hold and of their names relative to
# the top folder, so that it is the same in every checkout of the same sources. A change of a file
# configures again.
function(relight_identity output)
    set(all "")
    set(files ${ARGN})
    list(SORT files)
    foreach(file IN LISTS files)
        file(SHA256 ${file} digest)
        cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
        string(APPEND all "${digest} ${file}\n")
    endforeach()
    string(SHA256 identity "${all}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
    set(${output} ${identity} PARENT_SCOPE)
endfunction()
