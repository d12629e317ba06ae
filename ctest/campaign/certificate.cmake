# processors: 2
# label: closure
# The closures of the plan are closed, their certificates are written, and they are true: of small
# images all of it, and what checks it counts the same crash states; of the rest a sample.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
set(plan ${SOURCE}/faultplans/closure.yaml)

# expect_true(OPTIONS...): `check` says so; its counts are in variables of their names.
macro(expect_true)
    expect(0 check --jobs 2 --json --plan ${plan} ${ARGN} closure.rlc)
    foreach(member IN ITEMS states checked crash_states drawn violating true)
        string(JSON ${member} GET "${out}" ${member})
    endforeach()
    if(NOT true OR NOT drawn EQUAL 0 OR NOT violating EQUAL 0)
        message(FATAL_ERROR "a true certificate expected:\n${out}")
    endif()
endmacro()

expect(0 run --jobs 2 --json --only small --certificate closure.rlc ${plan})
string(JSON explored GET "${out}" crash_states)
expect_true()
if(states LESS 1000 OR NOT checked EQUAL states OR NOT crash_states EQUAL explored)
    message(FATAL_ERROR "all states, and ${explored} crash states expected:\n${out}")
endif()

expect(0 run --jobs 2 --json --certificate closure.rlc ${plan})
expect_true(--sample 5% --seed 1)
math(EXPR twentieth "${states} / 20")
if(states LESS 5000 OR checked LESS twentieth OR NOT checked LESS states)
    message(FATAL_ERROR "a sample of 5 % expected:\n${out}")
endif()
