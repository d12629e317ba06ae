# processors: 2
# label: closure
# The closures of the plan are closed, their certificate is written, and all of it is true: what
# checks it counts the same crash states.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

expect(0 run --jobs 2 --json --certificate closure.rlc ${SOURCE}/faultplans/closure.yaml)
string(JSON explored GET "${out}" crash_states)
expect(0 check --jobs 2 --json --plan ${SOURCE}/faultplans/closure.yaml closure.rlc)
foreach(member IN ITEMS states checked crash_states drawn violating true)
    string(JSON ${member} GET "${out}" ${member})
endforeach()
if(NOT true OR states LESS 5000 OR NOT checked EQUAL states OR NOT crash_states EQUAL explored
   OR NOT drawn EQUAL 0 OR NOT violating EQUAL 0)
    message(FATAL_ERROR "${explored} crash states, and all of them true, expected:\n${out}")
endif()
