# A bank that did not verify is done again, in a second pass. The bit that said so was the one that
# says where the image is read from, once the flash phase looked at its source: it was read from the
# bank that was just found wrong, and each further update was refused.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(second-pass-from-bank misdirected-program
           "catalogue/misdirected-program/memory=volatile 1:flash:program@bankA#16=misdirected-program:1/silent"
           progress)
