# Flash stopped answering when the seal of the commit's record was done. The engine took that for a
# commit that failed, the old image went on, and the next boot took the new one.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(commit-in-doubt-refused busy-forever
           "catalogue/busy-forever/memory=volatile 1:commit:program@recordA#3=busy-forever/until-reset"
           progress)
