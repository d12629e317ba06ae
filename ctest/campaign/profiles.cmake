# fastload holds on every device profile that comes with Relight, and each of them is in the plan.
# processors: 2
include(${SOURCE}/ctest/campaign/include/campaign.cmake)

file(GLOB profiles RELATIVE ${SOURCE}/faultplans/devices ${SOURCE}/faultplans/devices/*.yaml)
list(REMOVE_ITEM profiles default.yaml) # the other plans' device
file(READ ${SOURCE}/faultplans/profiles.yaml plan)
foreach(profile IN LISTS profiles)
    if(NOT plan MATCHES "profile: devices/${profile}[,}]")
        message(FATAL_ERROR "faultplans/profiles.yaml: a variant with devices/${profile} expected")
    endif()
endforeach()
list(LENGTH profiles count)
if(count LESS 7)
    message(FATAL_ERROR "at least 7 device profiles expected, found ${count}")
endif()

expect_whole_campaign(${SOURCE}/faultplans/profiles.yaml)
