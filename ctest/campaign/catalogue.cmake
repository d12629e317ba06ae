# processors: 2
# Each fault class, singly, at every operation of an update: held, fired and observed.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
expect_whole_campaign(${SOURCE}/faultplans/catalogue.yaml)

# The classes that the plan asks for are those that `relight faults` lists.
string(JSON asked LENGTH "${out}" classes)
expect(0 faults)
string(REGEX MATCHALL "(^|\n)[a-z][a-z0-9-]*" classes "${out}")
list(LENGTH classes listed)
if(listed LESS 50)
    message(FATAL_ERROR "relight faults: at least 50 classes expected, got ${listed}")
endif()
expect_equal("classes in the catalogue's plan, and those listed" "${asked}" "${listed}")
