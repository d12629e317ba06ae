# What `run --json` prints is the object that docs/json.md describes, and nothing else.
include(${SOURCE}/ctest/cli/include/expect.cmake)

set(plan ${SOURCE}/faultplans/smoke.yaml)

# members(JSON OUTPUT): the names of the members, in their order.
function(members json output)
    set(names "")
    string(JSON count LENGTH "${json}")
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
        string(JSON name MEMBER "${json}" ${i})
        list(APPEND names ${name})
    endforeach()
    list(SORT names)
    set(${output} ${names} PARENT_SCOPE)
endfunction()

function(expect_members what json)
    members("${json}" names)
    set(expected ${ARGN})
    list(SORT expected)
    if(NOT names STREQUAL expected)
        message(FATAL_ERROR "${what}: members \"${expected}\" expected, got \"${names}\"")
    endif()
endfunction()

expect(0 run --json --jobs 1 ${plan})
expect_text("${out}" "^{[^\n]*}\n$")
if(NOT err STREQUAL "")
    message(FATAL_ERROR "nothing expected on standard error, got:\n${err}")
endif()
expect_members(results "${out}" plan engine only without verdict golden_operations scenarios crash_states
               distinct_states runs closed closure violations unbootable findings classes shard coverage
               pairs injected joined inject_seconds cells seconds)
string(JSON cell GET "${out}" cells 0)
expect_members(cell "${cell}" name engine golden_operations scenarios crash_states distinct_states
               runs violations unbootable injected joined inject_seconds outage closure complete cpu_seconds peak_bytes
               blocks blocks_done)
string(JSON class GET "${out}" classes cut-before)
expect_members(class "${class}" applicable fired observed)

string(JSON verdict GET "${out}" verdict)
string(JSON name GET "${out}" plan)
string(JSON engine GET "${out}" engine)
string(JSON states GET "${out}" crash_states)
set(command "relight run --json")
expect_text("${verdict} ${name} ${engine} ${states}" "^held smoke fastload [1-9][0-9]*$")

# Of two plans, one object a line.
expect(0 run --json --jobs 1 ${plan} ${plan})
expect_text("${out}" "^{[^\n]*}\n{[^\n]*}\n$")

# Without --json a person reads the same, and without a terminal nothing is coloured.
expect(0 run --jobs 1 ${plan})
expect_text("${out}" "golden run" "\nverdict            held\n" "\ncrash states       ${states}\n")
string(ASCII 27 escape)
if(out MATCHES "${escape}")
    message(FATAL_ERROR "relight run: colours in a file:\n${out}")
endif()
expect_files()
