# processors: 2
# label: closure
# Shards of a plan, merged, give what one run gives, whatever the number of shards: all but runs,
# joined and what is measured. What is no whole is not merged.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

# normal(OUTPUT): `out` without what may differ.
macro(normal output)
    set(${output} "${out}")
    foreach(member IN ITEMS inject_seconds seconds cpu_seconds peak_bytes runs joined)
        string(REGEX REPLACE "\"${member}\":[-+.0-9eE]+" "" ${output} "${${output}}")
    endforeach()
    string(REGEX REPLACE "\"shard\":(null|\"[^\"]*\")" "" ${output} "${${output}}")
endmacro()

# expect_same(CODE PLAN SHARDS...): for each number of shards.
function(expect_same code plan)
    expect(${code} run --json --jobs 2 ${plan})
    normal(whole)
    foreach(shards IN LISTS ARGN)
        set(stores "")
        foreach(shard RANGE 1 ${shards})
            execute_process(COMMAND ${RELIGHT} run --jobs 2 --shard ${shard}/${shards}
                                    --store ${shard}-of-${shards}.db ${plan}
                            WORKING_DIRECTORY ${WORK} OUTPUT_QUIET ERROR_VARIABLE error
                            RESULT_VARIABLE status)
            if(NOT status MATCHES "^[014]$")
                message(FATAL_ERROR "shard ${shard}/${shards} of ${plan}: ${status}: ${error}")
            endif()
            list(APPEND stores ${shard}-of-${shards}.db)
        endforeach()
        list(REVERSE stores) # the order says nothing
        expect(${code} merge --json ${stores} -o whole.db)
        normal(merged)
        expect_equal("${plan} in ${shards} shards" "${whole}" "${merged}")
        list(TRANSFORM stores PREPEND ${WORK}/)
        file(REMOVE ${WORK}/whole.db ${stores})
    endforeach()
endfunction()

set(device "device: {flash: {bank: 32K}, cache: {lines: 16}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
")

# First cuts in two cells, cells in doubt, injected faults, and pairs that begin with either.
file(WRITE ${WORK}/everything.yaml "name: everything\n${device}
memory: [volatile, battery]
faults: [cut-before, cut-after, lost-unflushed, warm-reset, unstable-bits, bit-rot]
explore: {depth: 1, tear: [between]}
")
file(WRITE ${WORK}/pairs.yaml "name: pairs\n${device}
faults: [cut-after, program-error, erase-error]
pairs: [[cut-after, erase-error], [erase-error, cut-after], [erase-error, program-error]]
explore: {depth: 1, tear: [between]}
")
# Samples; and second cuts, which are one block a cell.
file(WRITE ${WORK}/sample.yaml "name: sample\n${device}
faults: [cut-before, cut-after, torn-program-prefix]
explore: {depth: 1, tear: [full], sample: 300, seed: 7, reuse: snapshots}
")
file(WRITE ${WORK}/second-cuts.yaml "name: second-cuts\n${device}
memory: [volatile, battery]
faults: [cut-before, cut-after, nested-cut]
explore: {depth: 2, tear: [between, between]}
")
expect_same(0 everything.yaml 3)
expect_same(0 pairs.yaml 2)
expect_same(0 sample.yaml 2)
expect_same(0 second-cuts.yaml 2)
expect_same(1 "everything.yaml;--engine;${MUTANTS}/overlay-not-redone.so" 3)

# What makes no whole is refused, by name, and nothing is written.
function(run_shard shard store)
    execute_process(COMMAND ${RELIGHT} run --jobs 1 --shard ${shard} --store ${store} ${ARGN}
                    WORKING_DIRECTORY ${WORK} OUTPUT_QUIET ERROR_QUIET RESULT_VARIABLE status)
    if(NOT status MATCHES "^[014]$")
        message(FATAL_ERROR "shard ${shard}: exit ${status}")
    endif()
endfunction()

run_shard(1/3 one.db sample.yaml)
run_shard(2/3 two.db sample.yaml)
run_shard(3/3 three.db sample.yaml)
run_shard(2/2 half.db sample.yaml)
run_shard(3/3 other.db second-cuts.yaml)
run_shard(3/3 mutant.db sample.yaml --engine ${MUTANTS}/overlay-not-redone.so)
expect_refusal("2 of 3 shards missing: 1/3, 3/3" merge two.db -o whole.db)
expect_refusal("shard 2/3 is there twice: in two.db and in two.db" merge one.db two.db two.db -o whole.db)
expect_refusal("different numbers of shards" merge one.db half.db -o whole.db)
expect_refusal("different plans" merge one.db two.db other.db -o whole.db)
expect_refusal("different engines" merge one.db two.db mutant.db -o whole.db)
expect_refusal("not a results store" merge one.db sample.yaml -o whole.db)
expect_refusal("is there already" merge one.db two.db three.db -o one.db)
if(EXISTS ${WORK}/whole.db)
    message(FATAL_ERROR "a refused merge wrote its output")
endif()
expect(0 merge one.db two.db three.db -o whole.db)

# A block that is missing, or that is another shard's, is found in the stores' rows.
find_program(sqlite sqlite3)
if(sqlite)
    foreach(case IN ITEMS "X'00'!is missing in shard" "X'FF'!it is doubled")
        string(REPLACE "!" ";" case "${case}")
        list(GET case 0 byte)
        list(GET case 1 why)
        file(COPY_FILE ${WORK}/two.db ${WORK}/tampered.db)
        execute_process(COMMAND ${sqlite} tampered.db "UPDATE part SET done = CAST(${byte} || substr(done, 2) AS BLOB) WHERE name = 'cuts'"
                        WORKING_DIRECTORY ${WORK} COMMAND_ERROR_IS_FATAL ANY)
        expect_refusal("cell only: block [0-9]+ of cuts .*${why}" merge one.db tampered.db three.db -o again.db)
    endforeach()
endif()
