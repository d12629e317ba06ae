# processors: 2
# Taking runs up in their middle, and ending them where the end is known, changes no verdict: each
# scenario with an injected fault, run from power-on to its end, gives the same counts and findings.
include(${SOURCE}/ctest/campaign/include/brute-force.cmake)

foreach(reuse IN ITEMS merge snapshots none)
    file(WRITE ${WORK}/${reuse}.yaml
         "name: brute-force\n"
         "device: {flash: {bank: 8K, sector: 512, data: 1K}, cache: {lines: 8}}\n"
         "images:\n"
         "  old: {pattern: 2, size: 2K, version: 1.0.0, data_format: 1}\n"
         "  new: {pattern: 3, size: 3K, version: 1.1.0, data_format: 3, data_reads: [1, 3]}\n"
         "  older: {pattern: 4, size: 2K, version: 0.9.0}\n"
         "start: [factory, updated]\n"
         "memory: [volatile, battery]\n"
         "world: {data_every: 8}\n"
         "faults: [{class: program-error, lasts: [once, times, for-good]}, erase-error]\n"
         "pairs: [[erase-error, program-error], [erase-error, erase-error]]\n"
         "explore: {reuse: ${reuse}}\n")
endforeach()

# compare_three(CODE ENGINE)
function(compare_three code engine)
    foreach(reuse IN ITEMS merge snapshots none)
        expect(${code} run --json --jobs 2 --engine ${engine} ${reuse}.yaml)
        describe("${out}" ${reuse})
        string(JSON ${reuse}_joined GET "${out}" joined)
        string(JSON injected GET "${out}" injected)
        string(JSON pairs GET "${out}" pairs)
        string(APPEND ${reuse} "${injected} injected\n${pairs}\n")
    endforeach()
    expect_equal("${engine}, taken up and ended early, and only taken up" "${merge}" "${snapshots}")
    expect_equal("${engine}, taken up, and from power-on" "${snapshots}" "${none}")
    # Otherwise there was nothing to compare.
    if(snapshots_joined OR none_joined OR merge_joined LESS 100)
        message(FATAL_ERROR "${engine}: of ${injected} scenarios at least 100 that end early "
                            "expected, with reuse: merge alone; ${merge_joined}, "
                            "${snapshots_joined} and ${none_joined} did")
    endif()
    message(STATUS "${engine}: ${injected} scenarios, ${merge_joined} ended early")
endfunction()

compare_three(0 fastload)
