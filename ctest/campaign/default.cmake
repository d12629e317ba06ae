# processors: 2
# The default campaign: from the small image to the large one.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
expect_whole_campaign(${SOURCE}/faultplans/power-cut.yaml)
