# processors: 2
# What a campaign finds does not depend on how many work on it: the JSON is the same but for the
# time and memory that it took.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

# run_with(JOBS CODE OUTPUT PLAN ARGUMENTS...)
function(run_with jobs code output)
    expect(${code} run --json --jobs ${jobs} ${ARGN})
    foreach(member IN ITEMS inject_seconds seconds cpu_seconds peak_bytes)
        if(NOT out MATCHES "\"${member}\":[0-9]")
            message(FATAL_ERROR "${command}: member ${member} expected in\n${out}")
        endif()
        string(REGEX REPLACE "\"${member}\":[-+.0-9eE]+" "" out "${out}")
    endforeach()
    set(${output} "${out}" PARENT_SCOPE)
endfunction()

function(expect_same_for_all_jobs code)
    run_with(1 ${code} one ${ARGN})
    foreach(jobs IN ITEMS 2 3)
        run_with(${jobs} ${code} other ${ARGN})
        expect_equal("${ARGN} with 1 and with ${jobs} jobs" "${one}" "${other}")
    endforeach()
endfunction()

write_small_plan(all-starts "start: [factory, updated, aborted, stale]"
                 "memory: [volatile, battery]")
expect_same_for_all_jobs(0 all-starts.yaml)
expect_same_for_all_jobs(1 all-starts.yaml --engine ${MUTANTS}/overlay-not-redone.so)

# Second cuts too, which take rounds that depend on what the ones before found.
file(WRITE ${WORK}/second-cuts.yaml
"name: second-cuts
device: {flash: {bank: 32K}, cache: {lines: 16}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
start: [factory, aborted]
memory: [volatile, battery]
faults: [cut-before, cut-after, torn-program-prefix, lost-unflushed, warm-reset, nested-cut]
explore: {depth: 2, tear: [full, between]}
")
run_with(1 0 one second-cuts.yaml)
run_with(2 0 other second-cuts.yaml)
expect_equal("second cuts with 1 and with 2 jobs" "${one}" "${other}")
