# Staging changed between the check of a segment and the branch, while commands were served. The branch
# believed the check, and code was executed that nobody had signed.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(branch-believes-check check-use-swap
           "catalogue/check-use-swap/memory=volatile 1:check:digest@staging#1=check-use-swap:0.149/silent"
           authentic)
