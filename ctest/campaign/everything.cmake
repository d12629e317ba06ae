# processors: 2
# Every injected fault in an update with companions, data that is converted, and all the rest.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
expect_whole_campaign(${SOURCE}/faultplans/everything.yaml)
