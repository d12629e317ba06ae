# A pair that begins with a cut happens, although the plan lists cuts only.
include(${SOURCE}/ctest/cli/include/expect.cmake)
file(WRITE ${WORK}/pairs.yaml "name: pairs
device: {flash: {bank: 32K}, cache: {lines: 16}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
explore: {depth: 1, tear: [between]}
faults: [{class: cut-before, phases: [commit]}]
pairs: [[cut-before, program-error]]
")
expect(0 run --json --jobs 1 pairs.yaml)
string(JSON observed GET "${out}" pairs 0 observed)
expect_text("${observed}" "^[1-9]")
