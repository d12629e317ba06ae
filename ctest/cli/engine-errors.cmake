# An engine that cannot be used is refused before anything runs.
include(${SOURCE}/ctest/cli/include/expect.cmake)

set(plan ${SOURCE}/faultplans/smoke.yaml)
set(no_engine ${WORK}/no-engine.so)
file(WRITE ${no_engine} "not a shared object\n")
file(WRITE ${WORK}/empty.so "")

foreach(subcommand IN ITEMS run steps)
    expect_refusal("no built-in engine \"nosuch\"; built in: fastload"
                   ${subcommand} --engine nosuch ${plan})
    expect_refusal("engine ./missing.so: cannot be read: No such file"
                   ${subcommand} --engine ./missing.so ${plan})
    expect_refusal("engine missing.so: cannot be read" ${subcommand} --engine missing.so ${plan})
    expect_refusal("no-engine.so: cannot be loaded" ${subcommand} --engine ${no_engine} ${plan})
    expect_refusal("engine empty.so: not a shared object"
                   ${subcommand} --engine empty.so ${plan})
    expect_refusal("not a shared object" ${subcommand} --engine ${WORK}/ ${plan})
endforeach()
expect_refusal("no built-in engine" run --engine nosuch --store results.db ${plan})

# A shared object that is no engine: the C library itself.
file(GLOB libraries /lib/*-linux-gnu*/libm.so.6 /lib64/libm.so.6)
if(libraries)
    list(GET libraries 0 library)
    expect_refusal("exports no symbol relight_engine" run --engine ${library} ${plan})
endif()

string(REPEAT x 300 long)
expect_refusal("a name has at most 255 characters" run --engine ${long} ${plan})
expect_files(empty.so no-engine.so)
