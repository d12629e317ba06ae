# processors: 2
# label: closure
# A budget ends a campaign cleanly: what was and was not covered is told, the verdict is unverified,
# and with a store the next run does what is missing, until the result is that of one run.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

file(WRITE ${WORK}/long.yaml
"name: long
device: {flash: {bank: 32K}, cache: {lines: 16}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
explore: {depth: 1, tear: [between]}
memory: [volatile, battery]
variants:
  - name: cuts
    faults: [cut-before, cut-after, lost-unflushed, warm-reset, unstable-bits, bit-rot]
  - name: pairs
    faults: [cut-after, program-error, erase-error]
    pairs: [[cut-after, erase-error], [erase-error, cut-after], [erase-error, program-error]]
")

# coverage(MEMBER OUTPUT): of the object that was printed.
macro(coverage member output)
    string(JSON ${output} GET "${out}" coverage ${member})
endmacro()

expect(0 run --json --jobs 2 long.yaml)
string(JSON scenarios GET "${out}" scenarios)
string(JSON states GET "${out}" distinct_states)
coverage(blocks blocks)
coverage(done done)
expect_text("${done}" "^${blocks}$")

# One worker does less in a second than the plan has.
set(status 4)
set(before 0)
foreach(turn RANGE 1 100)
    execute_process(COMMAND ${RELIGHT} run --json --jobs 1 --budget 1s --resume --store long.db long.yaml
                    WORKING_DIRECTORY ${WORK} OUTPUT_VARIABLE out ERROR_VARIABLE err
                    RESULT_VARIABLE status)
    coverage(done done)
    coverage(share share)
    string(JSON verdict GET "${out}" verdict)
    if(done LESS before)
        message(FATAL_ERROR "turn ${turn}: ${before} blocks were done, now ${done} are")
    endif()
    set(before ${done})
    if(NOT status EQUAL 4)
        break()
    endif()
    expect_text("${verdict} ${share}" "^unverified 0\\.[0-9]+")
endforeach()
if(turn EQUAL 1 OR NOT status EQUAL 0)
    message(FATAL_ERROR "several turns, and then exit 0 expected; turn ${turn}: exit ${status}")
endif()
string(JSON scenarios_again GET "${out}" scenarios)
string(JSON states_again GET "${out}" distinct_states)
expect_text("${scenarios_again} ${states_again} ${done} ${share}" "^${scenarios} ${states} ${blocks} 1.0$")

# For a person: the cells that are not complete, and the share.
execute_process(COMMAND ${RELIGHT} run --jobs 1 --budget 1s long.yaml
                WORKING_DIRECTORY ${WORK} OUTPUT_VARIABLE out ERROR_QUIET RESULT_VARIABLE status)
expect_text("${status} ${out}" "^4 .*incomplete.*covered: [0-9] of 4 cells, [0-9]+ of [0-9]+ blocks, [0-9.]+ % of the work")
