# processors: 2
# The same, where more than flash and one cached memory survives: companions, whose configurations a
# warm reset leaves and a power cut does not, a staging device past the cache, a raised counter.
include(${SOURCE}/ctest/campaign/include/brute-force.cmake)

write_both_plans(
    "device: {flash: {bank: 8K, sector: 512, data: 1K, pla: 1K, phy: 1K}, memory: {staging_device: sram}, cache: {lines: 4}}"
    "images:"
    "  old: {pattern: 2, size: 3K, version: 1.0.0, pla: {level: 1, size: 512}, phy: {level: 1, size: 256}}"
    "  new: {pattern: 3, size: 3K, version: 1.1.0, security_counter: 2, pla: {level: 2, size: 512}, phy: {level: 1, size: 256}}"
    "start: [factory]"
    "memory: [volatile, battery]"
    "world: {staging: flushed}")

compare(0 fastload)
# These are counted wrongly when a cut and a reset share what their crash states are like.
compare(1 ${MUTANTS}/seal-believed.so)
compare(1 ${MUTANTS}/key-outlives-transceivers.so)
