# processors: 2
# The default campaign the other way round: from the large image to the small one.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
expect_whole_campaign(${SOURCE}/faultplans/power-cut-down.yaml)
