# A scenario of several faults becomes one of the fault that it takes, in steps that are printed.
include(${SOURCE}/ctest/cli/include/expect.cmake)
file(WRITE ${WORK}/one.yaml "name: one
engine: conventional
device: {flash: {bank: 32K}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
explore: {depth: 1, tear: [full]}
properties: [bootable, progress]
")
expect_refusal("stale" replay --plan one.yaml "one/only #00000000.00000000")
string(REGEX MATCH "then, ([0-9a-f]+) now" match "${err}")
set(plan ${CMAKE_MATCH_1})
expect_refusal("another engine" replay --plan one.yaml "one/only #${plan}.00000000")
string(REGEX MATCH "then, ([0-9a-f]+) now" match "${err}")
set(digests "#${plan}.${CMAKE_MATCH_1}")

set(drawn "one/only 1:offline:execute@resident#1=before 2:load:receive@resident#3=reset/after+lost 3:burn:program@bankA#20=reset/torn:9/32+kept ${digests}")
expect(1 replay --plan one.yaml "${drawn}")

expect(1 shrink --plan one.yaml "${drawn}")
expect_text("${out}" "^ +[0-9]+ replays: without fault" "\n +[0-9]+ replays: fault 1 simpler\n"
            "\nproperty  bootable: no image runs" "\nshrunk    [0-9]+ steps, [0-9]+ replays\n")
set(first "${out}")
string(REGEX MATCH "\ntoken     ([^\n]*)\n" match "${out}")
set(token "${CMAKE_MATCH_1}")
expect_text("${token}" "^one/only 1:burn:program@bankA#1=before ${digests}$")
string(FIND "${out}" "\nreplay    relight replay '${token}' --plan 'one.yaml'\n" position)
if(position EQUAL -1)
    message(FATAL_ERROR "${command}: no line to replay it with:\n${out}")
endif()
expect(1 shrink --plan one.yaml "${drawn}")
if(NOT out STREQUAL first)
    message(FATAL_ERROR "${command}: another result the second time:\n${first}\n${out}")
endif()
expect(1 replay --plan one.yaml "${token}")
expect_text("${out}" "\nVIOLATED bootable: ")
expect(1 shrink --plan one.yaml "${token}")
expect_text("${out}" "^property [^\n]*\nshrunk    0 steps, ")

# Limits, and what there is nothing to shrink of.
expect(1 shrink --plan one.yaml --replays 2 "${drawn}")
expect_text("${out}" ", 2 replays; there may be more: replays or time ran out\n")
expect(1 shrink --plan one.yaml --budget 60s "${drawn}")
if(NOT out STREQUAL first)
    message(FATAL_ERROR "${command}: another result with time enough:\n${first}\n${out}")
endif()
expect(0 shrink --plan one.yaml --property monotonic "${drawn}")
expect_text("${out}" "^held: the token does not violate monotonic; there is nothing to shrink\n$")
expect(0 shrink --plan one.yaml one/only)
expect_text("${out}" "^held: the token does not violate any property")
expect_refusal("a fault of the token does not exist"
               shrink --plan one.yaml "one/only 1:burn:erase@bankA#99=after ${digests}")
expect_refusal("stale" shrink --plan one.yaml "one/only #00000000.00000000")
expect_refusal("malformed token" shrink --plan one.yaml "one /")
expect(2 shrink)
expect_text("${err}" "a TOKEN is expected")
expect(2 shrink one two)
expect_text("${err}" "one TOKEN expected; put it in single quotes")
expect(2 shrink --property nothing token)
expect_text("${err}" "--property: a name of `relight properties` expected")
foreach(replays IN ITEMS 0 -1 x 1x 99999999999999999999)
    expect(2 shrink --replays=${replays} token)
    expect_text("${err}" "--replays: a number from 1 up expected")
endforeach()
expect(2 shrink --budget=10 token)
expect_text("${err}" "--budget: a number with s, m or h expected")
