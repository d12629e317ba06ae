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

# digests(CELL): of its tokens, as the refusal of a stale one names them, in `found`.
function(digests cell)
    expect_refusal("stale" replay --plan pairs.yaml "${cell} #00000000.00000000")
    string(REGEX MATCH "then, ([0-9a-f]+) now" match "${err}")
    set(plan ${CMAKE_MATCH_1})
    expect_refusal("another engine" replay --plan pairs.yaml "${cell} #${plan}.00000000")
    string(REGEX MATCH "then, ([0-9a-f]+) now" match "${err}")
    set(found "#${plan}.${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

# second_cycle(FIRST SECOND): what the replay of two faults tells of power cycle 2, in `out`.
macro(second_cycle first second)
    expect(0 replay --plan pairs.yaml "pairs/only ${first} ${second} ${found}")
    string(REGEX REPLACE ".*\npower cycle 2, from what the fault left\n" "" out "${out}")
    if(out MATCHES "power cycle 1")
        message(FATAL_ERROR "${command}: no power cycle 2 in:\n${out}")
    endif()
endmacro()

# Behind a cut, a sector that fails for good fails in the replay, too; one that failed once does not.
# What a fault did to flash, and what is owed because of it, is there as well.
digests(pairs/only)
set(goes_on "^  a fault of the power cycle before goes on, or its damage\n")
set(first "1:flash:program@bankB#17=program-error")
set(cut "1:flash:program@bankB#18=before")
set(early "1:flash:program@journal#3=after")
second_cycle("${first}/for-good" "${cut}")
expect_text("${out}" "${goes_on}" "flash +program +bankB\\+0x[0-9a-f]+, [0-9]+ B: failed\n"
            "the update was refused: io\n")
second_cycle("${first}" "${cut}")
if(out MATCHES "goes on|failed")
    message(FATAL_ERROR "${command}: it failed once, and goes on behind the cut:\n${out}")
endif()
second_cycle("1:commit:read@recordA#1=latent-error/until-erase"
             "1:commit:program@recordB#1=after")
expect_text("${out}" "${goes_on}" "commit +read +recordA[^\n]*uncorrectable ECC error\n")
# A cut before it: then the fault never came.
expect_refusal("fault 2 of the token does not exist"
               replay --plan pairs.yaml "pairs/only ${first}/for-good ${early} ${found}")
