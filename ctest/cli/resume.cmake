# What --shard, --resume and merge take, and what they refuse to go on with.
include(${SOURCE}/ctest/cli/include/expect.cmake)

set(plan "name: resume
device: {flash: {bank: 32K}, cache: {lines: 16}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
faults: [cut-before, cut-after]
")
file(WRITE ${WORK}/resume.yaml "${plan}")

foreach(shard IN ITEMS 0/2 3/2 1 /2 1/ 1/2/3 -1/2 1/0 x)
    expect(2 run --shard ${shard} resume.yaml)
    expect_text("${err}" "--shard: I/N expected")
endforeach()
expect(2 run --resume resume.yaml)
expect_text("${err}" "name the store with --store")
expect(2 merge one.db)
expect_text("${err}" "-o STORE")
expect_refusal("one.db: cannot be read" merge one.db -o two.db)

# A store that is not there yet: the campaign begins. One whose campaign has ended: nothing is run,
# and the results are those that are stored.
expect(0 run --json --resume --store one.db resume.yaml)
string(JSON runs GET "${out}" runs)
string(JSON states GET "${out}" crash_states)
expect(0 run --json --resume --store one.db resume.yaml)
string(JSON runs_again GET "${out}" runs)
string(JSON states_again GET "${out}" crash_states)
expect_text("${runs_again} ${states_again}" "^${runs} ${states}$")

# Refused by name, each byte of the store as it was.
file(SHA256 ${WORK}/one.db before)
string(REPLACE "cut-after" "torn-erase" other "${plan}")
file(WRITE ${WORK}/other.yaml "${other}")
string(REPLACE "15K" "14K" images "${plan}")
file(WRITE ${WORK}/images.yaml "${images}")
expect_refusal("holds results of plan resume .*this is plan resume" run --resume --store one.db other.yaml)
expect_refusal("holds results with other images" run --resume --store one.db images.yaml)
expect_refusal("holds results of engine fastload .*this is engine" run --resume --store one.db --engine conventional resume.yaml)
expect_refusal("its last campaign is shard 0/0, this is 1/2" run --resume --store one.db --shard 1/2 resume.yaml)
file(SHA256 ${WORK}/one.db after)
expect_text("${after}" "^${before}$")

