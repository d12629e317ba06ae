# processors: 2
# label: closure
# A closure comes to the same each time: with one job and with two, in shards that are merged, and
# when it is killed again and again and goes on. All is the same but for what is measured.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

file(WRITE ${WORK}/closed.yaml "name: closed
device: {flash: {bank: 32K}, cache: {lines: 16}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
memory: [volatile, battery]
start: [factory, updated, aborted, stale]
explore: closure
")
# Images and outcomes of which a violation is among a few states.
file(WRITE ${WORK}/small.yaml "name: small
device: {flash: {bank: 16K}, cache: {lines: 16}}
images:
  old: {pattern: 2, size: 6K, version: 1.0.0}
  new: {pattern: 3, size: 7K, version: 1.1.0}
memory: [volatile, battery]
start: [factory, aborted]
explore: {mode: closure, tear: [between]}
")

# normal(OUTPUT MEMBERS...): `out` without what is measured, which shard it is, and these members.
macro(normal output)
    set(${output} "${out}")
    foreach(member IN ITEMS inject_seconds seconds cpu_seconds peak_bytes ${ARGN})
        string(REGEX REPLACE "\"${member}\":[-+.0-9eE]+" "" ${output} "${${output}}")
    endforeach()
    string(REGEX REPLACE "\"shard\":(null|\"[^\"]*\")" "" ${output} "${${output}}")
endmacro()

# run_quietly(OUTPUT ARGUMENTS...): the exit code.
function(run_quietly output)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK} OUTPUT_QUIET ERROR_VARIABLE err
                    RESULT_VARIABLE status)
    if(NOT status MATCHES "^(137|[014])$" AND NOT status MATCHES "[Kk]ill")
        message(FATAL_ERROR "${ARGN}: ${status}: ${err}")
    endif()
    set(${output} "${status}" PARENT_SCOPE)
endfunction()

# In two shards, the last one first.
# Runs of what was done twice count twice: the golden run of each shard, and after each kill.
function(merge_shards code whole)
    foreach(shard 1 2)
        run_quietly(status ${RELIGHT} run --jobs 2 --shard ${shard}/2 --store ${shard}.db ${ARGN})
    endforeach()
    expect(${code} merge --json 2.db 1.db -o both.db)
    normal(both runs)
    expect_equal("${ARGN} in two shards" "${whole}" "${both}")
    file(REMOVE ${WORK}/1.db ${WORK}/2.db ${WORK}/both.db)
endfunction()

# Killed later and later, until it ends by itself.
function(kill_again_and_again code whole)
    set(kills 0)
    set(status 137)
    while(status MATCHES "137|[Kk]ill")
        math(EXPR kills "${kills} + 1")
        math(EXPR after "${kills} * 70")
        math(EXPR seconds "${after} / 1000")
        math(EXPR rest "${after} % 1000 + 1000") # a leading 1, to be cut off
        string(SUBSTRING ${rest} 1 3 rest)
        run_quietly(status timeout -s KILL ${seconds}.${rest}
                    ${RELIGHT} run --jobs 2 --resume --store killed.db ${ARGN})
    endwhile()
    if(kills LESS 2)
        message(FATAL_ERROR "${ARGN} was never killed")
    endif()
    expect(${code} run --json --jobs 2 --resume --store killed.db ${ARGN})
    normal(killed runs)
    expect_equal("${ARGN}, killed ${kills} times" "${whole}" "${killed}")
    file(REMOVE ${WORK}/killed.db)
endfunction()

function(expect_same_again code)
    expect(${code} run --json --jobs 1 ${ARGN})
    normal(whole)
    foreach(jobs 1 2 2)
        expect(${code} run --json --jobs ${jobs} ${ARGN})
        normal(again)
        expect_equal("${ARGN} once more, with ${jobs} jobs" "${whole}" "${again}")
    endforeach()
    expect(${code} run --json --jobs 2 ${ARGN})
    normal(whole runs)
    merge_shards(${code} "${whole}" ${ARGN})
    kill_again_and_again(${code} "${whole}" ${ARGN})
endfunction()

expect_same_again(0 closed.yaml)
expect_same_again(1 small.yaml --engine ${MUTANTS}/header-first.so)
