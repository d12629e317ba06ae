# processors: 2
# Everything that an update may have to do besides copying an image, under cuts and resets.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
expect_whole_campaign(${SOURCE}/faultplans/full-update.yaml)
