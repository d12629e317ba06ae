/* Simulated durations, in nanoseconds. Typical figures of the parts named; nothing here is measured
 * on the machine that runs Relight. */
#ifndef RELIGHT_BOARD_CLOCK_H
#define RELIGHT_BOARD_CLOCK_H

/* Winbond W25Q128JV data sheet, AC characteristics, typical: page program 0.4 ms, 4 KiB sector
 * erase 45 ms. */
#define RL_NS_PROGRAM_PAGE    400000u
#define RL_NS_ERASE_SECTOR    45000000u
/* The same part read in quad mode at 104 MHz: four bits a clock. */
#define RL_NS_FLASH_READ_256B 4923u
/* DDR-400 behind a 64-bit bus, 3.2 GB/s. */
#define RL_NS_MEMORY_256B     80u
/* A 10 Mbyte/s share of the link for the image, the rest left to host I/O. */
#define RL_NS_LINK_256B       25600u
/* Anything without a device of its own: one uncached access. */
#define RL_NS_ACCESS          100u

#endif
