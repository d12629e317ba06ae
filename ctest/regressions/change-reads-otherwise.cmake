# Power was lost while persistent data was written. What read as set at the first boot was gone
# after the next one, because nothing had made it firm before the application depended on it.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(change-taken-as-firm marginal-cell
           "catalogue/marginal-cell/memory=volatile 1:flash:program@dataA#2=marginal:1/0"
           data-kept)
