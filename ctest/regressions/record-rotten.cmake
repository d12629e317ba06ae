# Charge leaked from the newest boot record while power was off. There was no other copy of it, and
# boot ended without an image.
include(${SOURCE}/ctest/regressions/include/regressions.cmake)

regression(record-copy-not-read retention
           "catalogue/retention/memory=volatile/start=updated 1:boot:read@recordB#1=retention/silent"
           bootable)
