# processors: 2
# Each image that must not replace the running one is refused for its own reason, and after every cut.
include(${SOURCE}/ctest/campaign/include/campaign.cmake)
expect_whole_campaign(${SOURCE}/faultplans/refusals.yaml)
