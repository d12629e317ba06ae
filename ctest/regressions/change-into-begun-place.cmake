# A change of persistent data was programmed into a place that read blank, where another one had
# been begun when power was lost.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(appended-after-power-on marginal-cell
           "catalogue/marginal-cell/memory=volatile 1:flash:program@dataA#1=marginal:2/1"
           device-rules)
