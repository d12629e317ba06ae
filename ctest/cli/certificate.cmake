# What a closure explored is written down, and found true by who knows nothing of how it was found.
include(${SOURCE}/ctest/cli/include/expect.cmake)

file(WRITE ${WORK}/closed.yaml "
name: closed
about: Any number of cuts between operations.
engine: fastload
device: ${SOURCE}/faultplans/devices/default.yaml
key: test
variants:
  - name: small
    about: 16 KiB images.
    device: {flash: {bank: 32K}, cache: {lines: 16}}
    images:
      old: {pattern: 2, size: 14K, version: 1.0.0}
      new: {pattern: 3, size: 15K, version: 1.1.0}
    memory: [volatile, battery]
    explore: {mode: closure, tear: [between]}
")
file(READ ${WORK}/closed.yaml text)
string(REPLACE "size: 15K" "size: 14K" text "${text}")
file(WRITE ${WORK}/other.yaml "${text}")

# One file for all cells, written whole or not at all.
expect(0 run --certificate c.rlc --jobs 2 closed.yaml)
expect_files(c.rlc closed.yaml other.yaml)
expect(0 check --plan closed.yaml c.rlc)
expect_text("${out}" "small/memory=volatile: checked [0-9]+ of [0-9]+ states \\(100\\.0%\\)"
            "small/memory=battery: checked [0-9]+ of [0-9]+ states \\(100"
            "c\\.rlc is true of what was checked: [0-9]+ of [0-9]+ states \\(100\\.0%\\)")

# The same for any number of workers.
file(SHA256 ${WORK}/c.rlc two)
expect(0 run --certificate c.rlc --jobs 1 closed.yaml)
file(SHA256 ${WORK}/c.rlc one)
if(NOT one STREQUAL two)
    message(FATAL_ERROR "certificates of one worker and of two differ")
endif()

# What is found is the same for any number of processes; each cell has one.
expect(0 check --plan closed.yaml --json --jobs 1 c.rlc)
set(one "${out}")
expect(0 check --plan closed.yaml --json --jobs 2 c.rlc)
if(NOT one STREQUAL out)
    message(FATAL_ERROR "one process and two differ:\n${one}\n${out}")
endif()
string(JSON drawn GET "${out}" drawn)
if(NOT drawn EQUAL 0)
    message(FATAL_ERROR "lines were drawn:\n${out}")
endif()
expect(2 check --plan closed.yaml --jobs 0 c.rlc)
expect_text("${err}" "--jobs: a number from 1 to 256 expected")

# A sample says its share; by its seed.
expect(0 check --plan closed.yaml --sample 5% --seed 3 --json c.rlc)
string(JSON states GET "${out}" states)
string(JSON checked GET "${out}" checked)
string(JSON share GET "${out}" share)
string(JSON cells LENGTH "${out}" cells)
if(states LESS 20 OR checked LESS 4 OR NOT checked LESS states OR NOT share LESS 0.5
   OR NOT cells EQUAL 2)
    message(FATAL_ERROR "a sample of 5 %: ${out}")
endif()

# Of another plan, engine, or no certificate at all: nothing is run.
expect_refusal("a certificate of plan closed with digest" check --plan other.yaml c.rlc)
expect_refusal("a certificate of engine fastload" check --plan closed.yaml --engine conventional c.rlc)
expect_refusal("no plan \"closed\"" check c.rlc)
expect_refusal("not a certificate" check closed.yaml)
expect_refusal("nowhere.rlc: cannot be opened" check nowhere.rlc)
expect(2 check --sample 0 c.rlc)
expect_text("${err}" "--sample: a share above 0 and up to 1 expected")
expect(2 check)
expect_text("${err}" "a CERTIFICATE is expected")
execute_process(COMMAND head -c 1000 c.rlc WORKING_DIRECTORY ${WORK} OUTPUT_FILE ${WORK}/cut.rlc)
expect_refusal("cut.rlc: damaged, or not all of a certificate" check --plan closed.yaml cut.rlc)

# Only closures have one, and only when they are closed.
expect_refusal("cells with \"explore: closure\" expected" run --certificate d.rlc
               ${SOURCE}/faultplans/smoke.yaml)
expect(2 run --certificate d.rlc closed.yaml other.yaml)
expect_text("${err}" "a certificate is about one plan")
expect(1 run --engine conventional --certificate d.rlc closed.yaml)
expect(1 check --plan closed.yaml --engine conventional d.rlc)
expect_text("${out}" "d\\.rlc is true" "it tells of [0-9]+ crash states that violate a property")
expect_files(c.rlc closed.yaml cut.rlc d.rlc other.yaml)
