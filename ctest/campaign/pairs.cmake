# processors: 2
# Ordered pairs of faults: held, and each pair fired and was observed.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
expect_whole_campaign(${SOURCE}/faultplans/pairs.yaml)

string(JSON count LENGTH "${out}" pairs)
if(count LESS 16)
    message(FATAL_ERROR "faultplans/pairs.yaml: at least 16 pairs expected, got ${count}")
endif()
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
    foreach(what IN ITEMS applicable fired observed)
        string(JSON times GET "${out}" pairs ${i} ${what})
        if(NOT times GREATER 0)
            string(JSON pair GET "${out}" pairs ${i})
            message(FATAL_ERROR "${what} is ${times}, expected more: ${pair}")
        endif()
    endforeach()
endforeach()
