# processors: 2
# Merging changes no verdict: every crash state of one cut, each run by itself, gives the same
# scenarios, violations and findings as the campaign that runs equal ones once.
include(${SOURCE}/ctest/campaign/include/brute-force.cmake)

write_both_plans(
    "device: {flash: {bank: 8K, sector: 512, data: 1K}, cache: {lines: 8}}"
    "images:"
    "  old: {pattern: 2, size: 2K, version: 1.0.0, data_format: 1}"
    "  new: {pattern: 3, size: 3K, version: 1.1.0, data_format: 3, data_reads: [1, 3]}"
    "  older: {pattern: 4, size: 2K, version: 0.9.0}"
    "start: [factory, updated, aborted, stale]"
    "memory: [volatile, battery]"
    "world: {data_every: 8}")

compare(0 fastload)
compare(1 ${MUTANTS}/record-without-crc.so)
compare(1 ${MUTANTS}/overlay-not-redone.so)
# What is compared with the power cycle before belongs to no leaf.
compare(1 ${MUTANTS}/data-compacted-in-place.so)
