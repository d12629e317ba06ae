# A plan may name an engine for each variant: results tell them apart, and tokens replay with theirs.
include(${SOURCE}/ctest/cli/include/expect.cmake)
file(WRITE ${WORK}/both.yaml "name: both
device: {flash: {bank: 32K}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
explore: {depth: 1, tear: [between]}
properties: [bootable]
variants:
  - {name: with-two-banks}
  - {name: with-one, engine: conventional}
")

expect(1 run --json --jobs 2 --store both.db both.yaml)
string(JSON engine GET "${out}" engine)
string(JSON first GET "${out}" cells 0 engine)
string(JSON second GET "${out}" cells 1 engine)
string(JSON first_bricks GET "${out}" cells 0 unbootable)
string(JSON second_bricks GET "${out}" cells 1 unbootable)
string(JSON token GET "${out}" findings 0 token)
expect_text("${engine} ${first} ${second} ${first_bricks} ${second_bricks}"
            "^several fastload conventional 0 [1-9][0-9]*$")
expect_text("${token}" "^both/with-one ")

# The second cell's engine replays its token; the first cell's does not.
expect(1 replay --plan both.yaml "${token}")
expect_text("${out}" "\nVIOLATED bootable: ")
expect_refusal("another engine" replay --plan both.yaml --engine fastload "${token}")

# The share is that of the engine's own cells.
expect(1 run --jobs 1 --store both.db both.yaml)
expect_text("${out}" "^both: engines fastload, conventional, 2 cells"
            "\nbricks +${second_bricks} of [0-9]+ crash states .* with engine conventional\n")
if(out MATCHES "with engine fastload")
    message(FATAL_ERROR "relight run: no brick of fastload expected, got\n${out}")
endif()

# A store belongs to the engines too.
expect_refusal("engine several" run --store both.db --engine fastload both.yaml)

# --engine goes for all cells.
expect(0 run --json --jobs 1 --engine fastload both.yaml)
string(JSON engine GET "${out}" engine)
string(JSON second GET "${out}" cells 1 engine)
expect_text("${engine} ${second}" "^fastload fastload$")

# Each cell's steps are its own engine's.
expect(0 steps both.yaml)
expect_text("${out}" "cell with-two-banks: .* commit .*cell with-one: .* burn ")

# An engine that is not there is found before anything runs.
file(WRITE ${WORK}/wrong.yaml "name: wrong
device: {flash: {bank: 32K}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
variants:
  - {name: a}
  - {name: b, engine: nosuch}
")
expect_refusal("no built-in engine \"nosuch\"; built in: fastload conventional" run wrong.yaml)
expect_files(both.db both.yaml wrong.yaml)
