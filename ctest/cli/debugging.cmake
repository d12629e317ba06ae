# Debugging a finding: the timeline up to an operation, flash as it stands there, who wrote a granule
# last, and gdb.
include(${SOURCE}/ctest/cli/include/expect.cmake)
file(WRITE ${WORK}/one.yaml "name: one
engine: conventional
device: {flash: {bank: 32K}}
images:
  old: {pattern: 2, size: 14K, version: 1.0.0}
  new: {pattern: 3, size: 15K, version: 1.1.0}
explore: {depth: 1, tear: [full]}
faults: [torn-program-prefix]
properties: [bootable]
")
expect(1 run --json one.yaml)
string(JSON token GET "${out}" findings 0 token)
expect_text("${token}" "^one/only 1:burn:program@bankA#[0-9]+=torn:")
# The same in the second sector.
set(place "burn:program@bankA#20")
string(REGEX REPLACE " 1:burn:program@bankA#[0-9]+=" " 1:${place}=" token "${token}")

# --until: an operation by number or by place, in any power cycle.
expect(1 replay --plan one.yaml --until 1:30 "${token}")
expect_text("${out}" "-- stopped after operation 30, as asked\nVIOLATED bootable: ")
if(out MATCHES "power cycle 2, from|\\*\\* fault")
    message(FATAL_ERROR "${command}: the timeline goes on:\n${out}")
endif()
expect(1 replay --plan one.yaml --until 2:1 "${token}")
expect_text("${out}" "\\*\\* fault 1 at #[0-9]+.*\npower cycle 2, from .* #1 [^\n]*\n")
set(by_cycle "${out}")
expect(1 replay --plan one.yaml --until 1 "${token}")
if(NOT out STREQUAL by_cycle)
    message(FATAL_ERROR "--until 1 and --until 2:1 differ:\n${by_cycle}\n${out}")
endif()
expect(1 replay --plan one.yaml --until "1:burn:erase@bankA#2" "${token}")
expect_text("${out}" "burn +erase +bankA\\+0x1000, 4096 B\n  -- stopped after operation [0-9]+")
expect_refusal("--until: power cycle 2 has no such operation: it ends with #"
               replay --plan one.yaml --until 2:999999 "${token}")
expect_refusal("--until: power cycle 1 has no such operation: it was cut at #"
               replay --plan one.yaml --until 1:999999 "${token}")
expect_refusal("--until: there is no power cycle 3 in this scenario, but 2"
               replay --plan one.yaml --until 3:1 "${token}")
foreach(wrong IN ITEMS "0" "1:" ":1" "0:1" "1:0" "1:boot" "1:boot:erase@recordA" "1:boot:erase@x#1"
        "1:boot:erase@recordA#1=before" "1:1:1" "01:1" "66:1")
    expect(2 replay --plan one.yaml --until "${wrong}" "${token}")
    expect_text("${err}" "--until: an operation expected")
    expect(2 replay --plan one.yaml --dump "${wrong}" flash.bin "${token}")
    expect_text("${err}" "--dump: an operation expected")
endforeach()
expect(2 replay --plan one.yaml "${token}" --dump 1)
expect_text("${err}" "--dump: an operation and a file are expected")
expect_files(one.yaml)

# --last-write, and --dump of the same operation, have the same bytes.
expect(1 replay --plan one.yaml --last-write bankA+0x105 "${token}")
expect_text("${out}" "\nlast write of bankA\\+0x100, 8 B\n  power cycle 1, #[0-9]+: burn program "
            "\n  before  ff ff ff ff ff ff ff ff  blank\n  after  (( [0-9a-f][0-9a-f])+)\n$")
string(REGEX MATCH "power cycle 1, #([0-9]+)" match "${out}")
set(writer ${CMAKE_MATCH_1})
string(REGEX MATCH "  after  ([ 0-9a-f]+)\n" match "${out}")
string(REPLACE " " "" written "${CMAKE_MATCH_1}")
math(EXPR before "${writer} - 1")
expect(1 replay --plan one.yaml --dump 1:${before} before.bin "${token}")
expect(1 replay --plan one.yaml "${token}" --dump 1:${writer} after.bin)
file(READ ${WORK}/before.bin there OFFSET 256 LIMIT 8 HEX)
expect_text("${there}" "^ffffffffffffffff$")
file(READ ${WORK}/after.bin there OFFSET 256 LIMIT 8 HEX)
expect_text("${there}" "^${written}$")
expect_text("${err}" "^$")

# Before that program it was the erase; where nothing was written there is none.
expect(1 replay --plan one.yaml --until 1:${before} --last-write flash+0x100 "${token}")
expect_text("${out}" "burn erase bankA\\+0x0, 4096 B\n  before [^\n]*\n  after [^\n]*  blank\n$")
expect(1 replay --plan one.yaml --last-write otp+0x0 "${token}")
expect_text("${out}" "\n  none in this scenario\n  holds   ff ff ff ff ff ff ff ff  blank\n$")
expect(0 replay --plan one.yaml --last-write resident+0x10 one/only)
expect_text("${out}" "last write of resident\\+0x10, 8 B\n  power cycle 1, #[0-9]+: "
            "\n  after [^\n]*\n  written back: power cycle 1, #[0-9]+\n$")
foreach(wrong IN ITEMS "bankA" "bankA+0x" "bankA+0xG" "port+0x0" "nowhere+0x0" "+0x0"
        "flash+0x100000000" "flash+0xffffffff")
    expect_refusal("--last-write: \"[^\"]*\" is no place"
                   replay --plan one.yaml --last-write "${wrong}" "${token}")
endforeach()

# After the operation that the fault hit, flash is as the fault left it: a granule does not read.
expect(1 replay --plan one.yaml --dump 1:${place} torn.bin "${token}")
expect_text("${err}" "^0x[0-9a-f]+, 8 B, does not read \\(bankA\\+0x[0-9a-f]+\\)\n$")
string(REGEX MATCH "bankA\\+0x[0-9a-f]+" bad "${err}")
expect(1 replay --plan one.yaml --last-write ${bad} "${token}")
expect_text("${out}" "\n  by the fault at power cycle 1, #[0-9]+: burn program bankA"
            "\n  after [^\n]*  does not read\n$")
expect(2 replay --plan one.yaml --dump 1:1 no/where.bin "${token}")
expect_text("${err}" "no/where.bin: cannot be written")

# gdb. Without it, what to do; and nothing to stop at.
execute_process(COMMAND ${CMAKE_COMMAND} -E env PATH=${WORK} ${RELIGHT} replay --plan one.yaml --gdb
                        "${token}"
                WORKING_DIRECTORY ${WORK} RESULT_VARIABLE got ERROR_VARIABLE err)
expect_text("${got} ${err}" "^2 .*there is no gdb in PATH; on Debian: apt-get install gdb\n$")
expect_refusal("no operation of this scenario violates a property; name one with --until"
               replay --plan one.yaml --gdb one/only)
find_program(gdb gdb)
if(NOT gdb)
    message(STATUS "no gdb: scripts/setup.sh test installs it")
    return()
endif()

# debug(ARGUMENTS...): what gdb says, in `out`; it is told to look at the frame that it is in.
function(debug)
    file(WRITE ${WORK}/commands "info frame\nbacktrace\n")
    execute_process(COMMAND ${RELIGHT} replay --plan one.yaml --gdb ${ARGN}
                    WORKING_DIRECTORY ${WORK} INPUT_FILE ${WORK}/commands
                    OUTPUT_VARIABLE out ERROR_VARIABLE out TIMEOUT 60)
    set(out "${out}" PARENT_SCOPE)
    set(command "relight replay --gdb ${ARGN}")
endfunction()

debug("${token}")
expect_text("${out}" "stopped just before operation [0-9]+ of power cycle [2-9]")
debug(--until "1:burn:erase@bankA#2" "${token}")
expect_text("${out}" "Breakpoint 1, rl_breakpoint "
            "stopped just before operation [0-9]+ of power cycle 1\n#[0-9]+ [^\n]*engines/conventional/"
            "Stack level [1-9]" "#[0-9]+ [^\n]* flash_erase ")
