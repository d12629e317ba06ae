# Bad plans: exit code 2, exactly one line that starts with file:line:column, nothing on standard
# output, and no file created or changed, also when a store was asked for.
#
# The words of each message are tested in unit/test_plan_errors.c. This is what a user sees of them.

file(COPY ${SOURCE}/faultplans/devices DESTINATION ${WORK})
set(plan ${WORK}/plan.yaml)
set(good "name: p\nimages: {old: {pattern: 1, size: 4K}, new: {pattern: 2, size: 5K}}\n")

# Every file below the folder, with its digest.
function(list_files result)
    file(GLOB_RECURSE files LIST_DIRECTORIES true ${WORK}/*)
    set(found "")
    foreach(file IN LISTS files)
        set(digest folder)
        if(NOT IS_DIRECTORY ${file})
            file(SHA256 ${file} digest)
        endif()
        list(APPEND found "${file} ${digest}")
    endforeach()
    set(${result} "${found}" PARENT_SCOPE)
endfunction()

# refused(PATH PLACE PART): running the plan at PATH fails at "PATH:PLACE: " with a line that has
# PART in it.
function(refused path place part)
    list_files(before)
    execute_process(COMMAND ${RELIGHT} run --json --store ${WORK}/store.db ${path}
                    WORKING_DIRECTORY ${WORK}
                    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE error)
    list_files(after)
    set(shown "for the error at ${place} with \"${part}\":\nexit code ${code}\n${output}${error}")
    if(NOT code EQUAL 2)
        message(FATAL_ERROR "expected exit code 2 ${shown}")
    endif()
    if(NOT output STREQUAL "")
        message(FATAL_ERROR "expected nothing on standard output ${shown}")
    endif()
    if(NOT error MATCHES "^[^\n]+\n$")
        message(FATAL_ERROR "expected exactly one line ${shown}")
    endif()
    string(FIND "${error}" "${path}:${place}: " start)
    string(FIND "${error}" "${part}" at)
    if(NOT start EQUAL 0 OR at LESS 0)
        message(FATAL_ERROR "expected another line ${shown}")
    endif()
    if(NOT before STREQUAL after)
        message(FATAL_ERROR "files changed ${shown}\nbefore: ${before}\nafter: ${after}")
    endif()
endfunction()

# bad(PLACE PART TEXT): the same for a plan with that text.
function(bad place part text)
    file(WRITE ${plan} "${text}")
    refused(${plan} ${place} "${part}")
endfunction()

# The file itself.
refused(${WORK}/none.yaml 1:1 "No such file or directory")
refused(${WORK} 1:1 "is not a regular file")
bad(1:1 "the file is empty" "")
bad(1:8 "not valid YAML" "name: a: b\n")
bad(2:1 "was already given in line 1" "name: a\nname: b\n")
bad(3:9 "anchors are not allowed" "${good}device: &d {flash: {bank: 32K}}\n")
bad(3:9 "aliases are not allowed" "${good}device: *d\n")
bad(3:9 "tags are not allowed" "${good}device: !d {}\n")
bad(3:10 "merge keys are not allowed" "${good}device: {<<: {flash: {bank: 32K}}}\n")
bad(3:1 "a second document" "${good}---\nname: q\n")
string(REPEAT "# 0123456789abcde\n" 60000 comments)
bad(1:1 "1048576" "${good}${comments}")
string(REPEAT "{a: " 20 nested)
bad(1:67 "nested deeper than 16 levels" "name: ${nested}")

# Keys and words.
bad(1:1 "did you mean \"name\"?" "nmae: a\n")
bad(1:1 "name is missing" "images: {}\n")
bad(3:1 "unknown key in the plan: \"faluts\"" "${good}faluts: [cut-before]\n")
bad(3:18 "did you mean \"bank\"?" "${good}device: {flash: {banks: 32K}}\n")
bad(3:11 "unknown fault class \"cut-befor\"" "${good}faults: [ cut-befor ]\n")
bad(3:14 "unknown property \"bootible\"" "${good}properties: [bootible]\n")
bad(3:9 "unknown start state \"fresh\"" "${good}start: [fresh]\n")
bad(3:10 "unknown memory kind \"nvram\"" "${good}memory: [nvram]\n")

# Types and ranges.
bad(3:8 "expected a list" "${good}start: factory\n")
bad(3:10 "expected a mapping" "${good}explore: deep\n")
bad(3:18 "expected a number from 0 to 2" "${good}explore: {depth: 3}\n")
bad(3:18 "expected a number from 0 to 2" "${good}explore: {depth: two}\n")
bad(1:1 "doubts counts in a closure with marginal-cell" "${good}explore: {mode: closure, doubts: 2}\n")
bad(3:22 "expected a number from 1000" "${good}limits: {operations: 10}\n")
bad(3:24 "as bytes or with K, KiB, M or MiB" "${good}device: {flash: {bank: 32kb}}\n")
bad(3:12 "expected a name for the variant" "${good}variants: [{start: [stale]}]\n")

# Impossible geometry.
bad(3:26 "expected a power of two" "${good}device: {flash: {sector: 5K}}\n")
bad(3:24 "larger than a sector" "${good}device: {flash: {page: 64K}}\n")
bad(3:27 "expected a size from 8 to 32" "${good}device: {flash: {granule: 2}}\n")
bad(3:24 "not whole sectors" "${good}device: {flash: {bank: 17K}}\n")
bad(3:24 "from 8K to 64M" "${good}device: {flash: {bank: 512M}}\n")
bad(3:28 "smaller than a bank" "${good}device: {memory: {staging: 8K}}\n")
bad(3:55 "not whole sectors"
    "${good}device: {profile: devices/default.yaml, flash: {data: 6K}}\n")

# World and expectation.
bad(3:17 "did you mean \"relay\"" "${good}world: {source: relai}\n")
bad(3:8 "expected adapters: 2 or more" "${good}world: {source: relay}\n")
bad(3:13 "data-kept has nothing to judge here" "${good}properties: [data-kept]\n")
bad(3:19 "expected a duration" "${good}limits: {offline: 1}\n")

# Images and other files.
bad(2:23 "cannot be opened" "name: p\nimages: {old: {image: missing.img}, new: {}}\n")
bad(2:25 "cannot be opened" "name: p\nimages: {old: {payload: missing.bin}, new: {}}\n")
bad(2:25 "install Debian's package seabios"
    "name: p\nimages: {old: {payload: /usr/share/seabios/missing.bin}, new: {}}\n")
bad(3:9 "missing.yaml" "${good}device: missing.yaml\n")
bad(3:6 "missing.pub" "${good}key: missing.pub\n")
bad(2:15 "does not fit into a bank of 32768 bytes"
    "name: p\nimages: {old: {pattern: 1, size: 64K}, new: {pattern: 2, size: 4K}}\ndevice: {flash: {bank: 32K}}\n")
file(WRITE ${WORK}/text.img "no image")
bad(2:23 "text.img" "name: p\nimages: {old: {image: text.img}, new: {image: text.img}}\n")

# An error inside a profile is shown at its place there.
file(WRITE ${WORK}/devices/bad.yaml "flash:\n  sector: 3K\n")
file(WRITE ${plan} "${good}device: devices/bad.yaml\n")
execute_process(COMMAND ${RELIGHT} run ${plan} RESULT_VARIABLE code ERROR_VARIABLE error)
string(FIND "${error}" "${WORK}/devices/bad.yaml:2:11: sector is 3K" at)
if(NOT code EQUAL 2 OR NOT at EQUAL 0)
    message(FATAL_ERROR "expected the profile's own place: exit code ${code}\n${error}")
endif()
