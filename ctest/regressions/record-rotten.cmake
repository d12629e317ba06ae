# Charge leaked from the newest boot record while power was off. There was no other copy of it, and
# boot ran the older image.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(record-copy-not-read retention
           "catalogue/retention/memory=volatile 1:boot:read@recordB#1=retention/silent"
           whole)
