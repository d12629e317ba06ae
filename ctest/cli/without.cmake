# `relight run --without CLASS` takes classes out of every cell, says that it did, and leaves what
# does not depend on them as it was.
include(${SOURCE}/ctest/cli/include/expect.cmake)

file(WRITE ${WORK}/plan.yaml
"name: without
device: {flash: {bank: 8K, sector: 512}, cache: {lines: 8}}
images:
  old: {pattern: 2, size: 2K, version: 1.0.0}
  new: {pattern: 3, size: 3K, version: 1.1.0}
explore: {depth: 1, tear: [between]}
variants:
  - name: both
    faults: [cut-before, program-error]
  - name: one
    faults: [program-error]
  - name: twice
    explore: {depth: 2, tear: [between, between]}
    faults: [cut-before, nested-cut, erase-error]
")

# expect_classes(JSON CLASSES...): these were asked for, and no others.
function(expect_classes json)
    string(JSON count LENGTH "${json}" classes)
    set(asked)
    set(i 0)
    while(i LESS count)
        string(JSON class MEMBER "${json}" classes ${i})
        list(APPEND asked ${class})
        math(EXPR i "${i} + 1")
    endwhile()
    if(NOT "${asked}" STREQUAL "${ARGN}")
        message(FATAL_ERROR "${command}: classes \"${ARGN}\" expected, got \"${asked}\"")
    endif()
endfunction()

# expect_member(EXPECTED JSON PATH...)
function(expect_member expected json)
    string(JSON value GET "${json}" ${ARGN})
    if(NOT "${value}" STREQUAL "${expected}")
        message(FATAL_ERROR "${command}: ${ARGN}: ${expected} expected in\n${json}")
    endif()
endfunction()

expect(0 run --json --jobs 1 --only both plan.yaml)
string(JSON type TYPE "${out}" without)
if(NOT type STREQUAL "NULL")
    message(FATAL_ERROR "without: null expected when nothing was taken out, got ${type}")
endif()
string(JSON cuts GET "${out}" classes cut-before fired)
expect_classes("${out}" cut-before program-error)

expect(0 run --json --jobs 1 --only both --without program-error plan.yaml)
expect_member(program-error "${out}" without)
expect_member(${cuts} "${out}" classes cut-before fired)
expect_classes("${out}" cut-before)

# A cell without any fault runs its golden run, and has something to say all the same.
expect(0 run --json --jobs 1 --only one --without program-error plan.yaml)
expect_member(held "${out}" verdict)
expect_member(1 "${out}" scenarios)
expect_classes("${out}")

# Second cuts go with the last first one, or by themselves.
expect(0 run --json --jobs 1 --only twice --without cut-before plan.yaml)
expect_member(0 "${out}" crash_states)
expect_classes("${out}" erase-error)
expect(0 run --json --jobs 1 --only twice --without nested-cut plan.yaml)
expect_member(${cuts} "${out}" crash_states)
expect_classes("${out}" cut-before erase-error)

expect(0 run --jobs 1 --without cut-before,program-error plan.yaml)
expect_text("${out}" "\nwithout            cut-before,program-error\n")

expect_refusal("--without: unknown fault class \"program-eror\"; did you mean \"program-error\""
               run --without program-eror plan.yaml)
expect_refusal("--without: unknown fault class \"\"; expected " run --without cut-before, plan.yaml)
expect_refusal("--without: plan.yaml has no faults of class torn-erase"
               run --without torn-erase plan.yaml)
expect(2 run --without cut-before --store x.db plan.yaml)
expect_text("${err}" "--store: a store has the results of whole plans; leave --without out")
expect_files(plan.yaml)
