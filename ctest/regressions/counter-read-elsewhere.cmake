# A read of the security counter was answered from elsewhere. It seemed lower than it was, and a
# granule that had been programmed was programmed again.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(counter-read-once misdirected-read
           "catalogue/misdirected-read/memory=volatile 1:boot:read@otp#1=misdirected-read/silent"
           device-rules)
