# processors: 2
# label: closure
# A campaign that is killed again and again at seeded random moments, and goes on each time, comes to
# what an undisturbed one does: nothing is lost, nothing counts twice. RELIGHT_KILLS says how often
# (20), RELIGHT_KILL_SEED begins the draw (1).
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

set(kills 20)
set(seed 1)
if(DEFINED ENV{RELIGHT_KILLS})
    set(kills $ENV{RELIGHT_KILLS})
endif()
if(DEFINED ENV{RELIGHT_KILL_SEED})
    set(seed $ENV{RELIGHT_KILL_SEED})
endif()

set(device "device: {flash: {bank: 32K}, cache: {lines: 16}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
")
file(WRITE ${WORK}/long.yaml "name: long\n${device}
explore: {depth: 1, tear: [between]}
variants:
  - name: cuts
    memory: [volatile, battery]
    faults: [cut-before, cut-after, lost-unflushed, warm-reset, unstable-bits, bit-rot]
  - name: pairs
    faults: [cut-after, program-error, erase-error]
    pairs: [[cut-after, erase-error], [erase-error, cut-after], [erase-error, program-error]]
  - name: second
    memory: [volatile, battery]
    faults: [cut-before, cut-after, nested-cut]
    explore: {depth: 2, tear: [between, between]}
")

# normal(OUTPUT): `out` without what may differ.
macro(normal output)
    set(${output} "${out}")
    foreach(member IN ITEMS inject_seconds seconds cpu_seconds peak_bytes runs joined)
        string(REGEX REPLACE "\"${member}\":[-+.0-9eE]+" "" ${output} "${${output}}")
    endforeach()
endmacro()

function(kill_again_and_again kills code)
    file(REMOVE ${WORK}/killed.db)
    expect(${code} run --json --jobs 2 long.yaml ${ARGN})
    normal(whole)
    string(RANDOM LENGTH 1 ALPHABET 0123456789 RANDOM_SEED ${seed} digit)
    foreach(kill RANGE 1 ${kills})
        string(RANDOM LENGTH 1 ALPHABET 01 second)
        string(RANDOM LENGTH 2 ALPHABET 0123456789 hundredths)
        execute_process(COMMAND timeout -s KILL ${second}.${hundredths}
                                ${RELIGHT} run --json --jobs 2 --resume --store killed.db long.yaml ${ARGN}
                        WORKING_DIRECTORY ${WORK} OUTPUT_QUIET ERROR_VARIABLE err
                        RESULT_VARIABLE status)
        if(NOT status MATCHES "^(137|[014])$" AND NOT status MATCHES "[Kk]ill")
            message(FATAL_ERROR "kill ${kill} after ${second}.${hundredths} s: ${status}: ${err}")
        endif()
    endforeach()
    expect(${code} run --json --jobs 2 --resume --store killed.db long.yaml ${ARGN})
    normal(killed)
    expect_equal("a campaign that was killed ${kills} times" "${whole}" "${killed}")

    # It has ended: there is nothing to go on with, and the results are there.
    expect(${code} run --json --jobs 2 --resume --store killed.db long.yaml ${ARGN})
    normal(again)
    expect_equal("a campaign that had ended" "${whole}" "${again}")
endfunction()

math(EXPR half "${kills} / 2")
kill_again_and_again(${half} 0)
kill_again_and_again(${half} 1 --engine ${MUTANTS}/overlay-not-redone.so)
