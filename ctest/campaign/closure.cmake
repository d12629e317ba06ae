# processors: 2
# label: closure
# Any number of cuts and resets, from each start state, at full size: the set of states is closed,
# and one boot is all that a device needs in any of them.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
expect_whole_campaign(${SOURCE}/faultplans/closure.yaml)

string(JSON cells LENGTH "${out}" cells)
expect_equal("cells" "${cells}" 16)
math(EXPR last "${cells} - 1")
foreach(i RANGE ${last})
    string(JSON cell GET "${out}" cells ${i})
    string(JSON name GET "${cell}" name)
    string(JSON closed GET "${cell}" closure closed)
    string(JSON boots GET "${cell}" closure recovery_boots)
    expect_equal("${name}: closed, boots" "${closed} ${boots}" "ON 1")
endforeach()
