# processors: 2
# Merging changes no verdict: every crash state of one cut, each run by itself, gives the same
# scenarios, violations and findings as the campaign that runs equal ones once.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

foreach(reuse IN ITEMS merge snapshots)
    # A device so small that each of its crash states can be run.
    file(WRITE ${WORK}/${reuse}.yaml
"name: brute-force
device: {flash: {bank: 8K, sector: 512, data: 1K}, cache: {lines: 8}}
images:
  old: {pattern: 2, size: 2K, version: 1.0.0, data_format: 1}
  new: {pattern: 3, size: 3K, version: 1.1.0, data_format: 3, data_reads: [1, 3]}
  older: {pattern: 4, size: 2K, version: 0.9.0}
start: [factory, updated, aborted, stale]
memory: [volatile, battery]
world: {data_every: 8}
explore: {reuse: ${reuse}}
")
endforeach()

# describe(JSON OUTPUT): what must be equal, one thing a line. The digests of a token are left out:
# one of them is of the plan, and so of how it is run.
function(describe json output)
    set(text "")
    foreach(member IN ITEMS verdict golden_operations scenarios crash_states violations)
        string(JSON value GET "${json}" ${member})
        string(APPEND text "${member} ${value}\n")
    endforeach()
    string(JSON count LENGTH "${json}" findings)
    set(i 0)
    while(i LESS count)
        foreach(member IN ITEMS property phase class count token)
            string(JSON value GET "${json}" findings ${i} ${member})
            string(REGEX REPLACE " #[0-9a-f]+\\.[0-9a-f]+$" "" value "${value}")
            string(APPEND text "${value} ")
        endforeach()
        string(APPEND text "\n")
        math(EXPR i "${i} + 1")
    endwhile()
    string(JSON count LENGTH "${json}" classes)
    set(i 0)
    while(i LESS count)
        string(JSON class MEMBER "${json}" classes ${i})
        string(JSON fired GET "${json}" classes ${class} fired)
        string(APPEND text "${class} fired ${fired}\n")
        math(EXPR i "${i} + 1")
    endwhile()
    set(${output} "${text}" PARENT_SCOPE)
endfunction()

# compare(CODE ENGINE)
function(compare code engine)
    foreach(reuse IN ITEMS merge snapshots)
        expect(${code} run --json --jobs 2 --engine ${engine} ${reuse}.yaml)
        describe("${out}" ${reuse})
        string(JSON ${reuse}_runs GET "${out}" runs)
        string(JSON states GET "${out}" crash_states)
    endforeach()
    expect_equal("${engine}, merged and one by one" "${merge}" "${snapshots}")
    # Otherwise there was nothing to compare.
    math(EXPR few "${states} / 10")
    if(snapshots_runs LESS states OR merge_runs GREATER few)
        message(FATAL_ERROR "${engine}: of ${states} crash states, at least all one by one and at "
                            "most a tenth merged expected; ${snapshots_runs} and ${merge_runs} ran")
    endif()
    message(STATUS "${engine}: ${states} crash states, ${merge_runs} runs merged")
endfunction()

compare(0 fastload)
compare(1 ${MUTANTS}/record-without-crc.so)
compare(1 ${MUTANTS}/overlay-not-redone.so)
# What is compared with the power cycle before belongs to no leaf.
compare(1 ${MUTANTS}/data-compacted-in-place.so)
