# processors: 2
# label: closure
# The closures of the plan are closed, their certificate is written, and a sample of it is true.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

expect(0 run --jobs 2 --certificate closure.rlc ${SOURCE}/faultplans/closure.yaml)
expect(0 check --sample 5% --seed 1 --json --plan ${SOURCE}/faultplans/closure.yaml closure.rlc)
foreach(member IN ITEMS states checked violating true)
    string(JSON ${member} GET "${out}" ${member})
endforeach()
math(EXPR twentieth "${states} / 20")
if(NOT true OR states LESS 5000 OR checked LESS twentieth OR NOT checked LESS states
   OR NOT violating EQUAL 0)
    message(FATAL_ERROR "a sample of 5 % that is true expected:\n${out}")
endif()
