# The bank changed between its flash update and the commit. A record was written for an image that the
# bank did not carry any more, and the next boot went back to the old image.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(commit-believes-flash check-use-swap
           "catalogue/check-use-swap/memory=volatile 1:flash:read@journal#24=check-use-swap:1.21/silent"
           progress)
