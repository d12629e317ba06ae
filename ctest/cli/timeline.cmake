# What a storage engineer reads in the timeline of an update without faults: `relight replay
# PLAN/CELL`.
include(${SOURCE}/ctest/cli/include/expect.cmake)

file(WRITE ${WORK}/story.yaml
"name: story
device: {profile: ${SOURCE}/faultplans/devices/default.yaml, flash: {bank: 32K}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0, data_format: 1}
  new: {pattern: 3, size: 15K, version: 3.0.0, data_format: 3, data_reads: [1, 3]}
explore: {depth: 1, tear: [between]}
variants:
  - {name: data, world: {data_every: 4}}
  - {name: key, world: {key: unreadable}, properties: [bootable, whole, key-sound, progress]}
  - name: refused
    images: {new: {pattern: 3, size: 15K, hardware_min: 9}}
    expect: {refused: hardware}
  - name: pair
    world: {adapters: 2, source: relay}
")

# timeline(CELL): its timeline, in `out`.
macro(timeline cell)
    expect(0 replay --plan ${WORK}/story.yaml story/${cell})
endmacro()

timeline(data)
expect_text("${out}"
            "-- query: fastload is possible; differs: version, size, data format.*; to do: data format, flash"
            "-- the running image sets item 0 to [0-9]+\n"
            "-- the running image may not now set item"
            "the update took [0-9.]+ ms: off-line [0-9.]+ ms, light off [0-9.]+ ms\n"
            "3 hosts: [0-9]+ commands, the longest waited [0-9.]+ ms; 0 timeouts, 0 paths lost\n"
            "held: no property that the plan asks for is violated")
if(NOT out MATCHES "off-line ([0-9]+)\\.")
    message(FATAL_ERROR "no off-line time in:\n${out}")
endif()
set(with_key ${CMAKE_MATCH_1})

# Initialization takes the standard steps when it cannot read its key, and that is what it costs.
timeline(key)
expect_text("${out}" "-- the fastload key becomes unreadable, as the plan asks\n"
            "init +init +step 1[^\n]*standard")
if(NOT out MATCHES "off-line ([0-9]+)\\." OR NOT CMAKE_MATCH_1 GREATER with_key)
    message(FATAL_ERROR "off-line ${with_key} ms with a key, and not more without one:\n${out}")
endif()

timeline(refused)
expect_text("${out}" "-- query: no fastload \\(hardware\\)[^\n]*: [A-Z]"
            "at the end: old runs; the update was refused: hardware\n")

# The first of the pair is updated before, and hosts never lose their last path.
timeline(pair)
expect_text("${out}" "storage: adapter 1 notified of the update.*storage: adapter 2 notified"
            "0 timeouts, 0 paths lost")
expect_refusal("has no cell 'none'; expected one such as 'data'"
               replay --plan ${WORK}/story.yaml story/none)
# Each of them holds under cuts, too, and all was judged.
expect(0 run --json ${WORK}/story.yaml)
foreach(cell RANGE 3)
    string(JSON states GET "${out}" cells ${cell} crash_states)
    if(states LESS 50)
        message(FATAL_ERROR "cell ${cell}: only ${states} crash states")
    endif()
endforeach()
