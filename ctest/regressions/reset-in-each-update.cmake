# A fault that resets the device in every update it is offered: the run went round for as long as
# the fault lasted, a million updates. After some of them faults are over, and the update succeeds.
include(${SOURCE}/ctest/cli/include/expect.cmake)
file(WRITE ${WORK}/resets.yaml "name: resets
device: {flash: {bank: 32K}, cache: {lines: 16}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
explore: {depth: 1, tear: [between]}
faults:
  - {class: slow-operation, lasts: times, times: 1000000, phases: [flash], regions: [bankB], match: 1}
")
expect(0 run --json --jobs 1 --budget 60s resets.yaml)
string(JSON fired GET "${out}" classes slow-operation fired)
expect_text("${fired}" "^[1-9]")
