# Power was lost while the seal of a commit was programmed. Boot found no seal, ran the old image and
# left the record as it was. The seal read whole at the next boot: the new image ran, although the
# old one had run meanwhile.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(seal-begun-forgotten marginal-cell
           "catalogue/marginal-cell/memory=volatile 1:commit:program@recordA#2=marginal:1/1" progress)
