/* Simulated durations, in nanoseconds: the place of all timings of the device. Typical figures of
 * the parts named, or limits of a standard; what says "a choice" has no source and gives its
 * reason. Nothing here is measured on the machine that runs Relight, and nothing is fitted to a
 * result. Timings of the outside (hosts, storage system) are in harness/world/. */
#ifndef RELIGHT_BOARD_CLOCK_H
#define RELIGHT_BOARD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "relight/engine.h"

/* ---- flash: banks, records, data, one-time-programmable sector, configurations: one part ---- */

/* Winbond W25Q128JV data sheet, AC characteristics, typical: page program 0.4 ms (security
 * registers, which are one-time programmable, take the same), 4 KiB sector erase 45 ms. */
#define RL_NS_PROGRAM_PAGE      400000u
#define RL_NS_ERASE_SECTOR      45000000u
/* The same part read in quad mode at 104 MHz: four bits a clock. */
#define RL_NS_FLASH_READ_256B   4923u
/* What a port waits for flash before it reports a failure. The same sheet: a block of 64 KiB takes
 * 2 s at most to erase; no single operation of an engine takes longer. */
#define RL_NS_FLASH_TIMEOUT     2000000000u

/* ---- memory and CPU ---- */

/* DDR-400 behind a 64-bit bus, 3.2 GB/s. The same for memory that is not cached, a choice: engines
 * reach it in bulk only. */
#define RL_NS_MEMORY_256B       80u
/* DDR-400 row cycle, tRC (JEDEC JESD79, speed bin DDR400B): one access that no cache helps. */
#define RL_NS_MEMORY_ROW        55u
/* SHA-256 on a Cortex-A8 at 800 MHz: 15.4 cycles a byte (OpenSSL, sha256-armv4.pl). */
#define RL_NS_SHA256_256B       4928u
/* Ed25519 verification on that CPU: 650102 cycles (Bernstein, Schwabe, "NEON crypto", CHES 2012).
 * The hash of the message comes on top. */
#define RL_NS_ED25519_VERIFY    812628u
/* Anything without a device of its own: one uncached access. A choice: about two row cycles. */
#define RL_NS_ACCESS            100u
/* A register read over the bus: about 33 clocks of PCI at 33 MHz with arbitration and target
 * latency. A choice inside the limit of 16 clocks for the first data (PCI 2.3, 3.5.1.1) and the
 * return of a delayed transaction. */
#define RL_NS_REGISTER          1000u
/* Registers of one device: the 64 words of a PCI configuration space (PCI 2.3, 6.1). */
#define RL_REGISTERS_OF_DEVICE  64u

/* A watchdog that nobody serves: 26.2 s at 40 kHz is the most that the independent watchdog of an
 * STM32F1 waits (RM0008, table 96). A choice: 1 s, as firmware sets it. */
#define RL_NS_WATCHDOG          1000000000u

/* ---- link ---- */

/* A 10 Mbyte/s share of the link for the image, the rest left to host I/O: a choice. */
#define RL_NS_LINK_256B         25600u

/* ---- companions ---- */

/* Programmable logic clears its configuration memory before it loads: 5 ms at most (Xilinx DS181,
 * Artix-7, program latency T_PL). Then it loads as fast as its flash reads. */
#define RL_NS_REFRESH_CLEAR     5000000u

/* ---- light ---- */

/* SFP transceivers (SFF-8074i, Table 9): TX_DISABLE assert time t_off 10 us, negate time t_on 1 ms,
 * initialization from power-on t_init 300 ms; limits. */
#define RL_NS_LIGHT_OFF         10000u
#define RL_NS_LIGHT_ON          1000000u
#define RL_NS_SFP_INIT          300000000u

/* ---- initialization ---- */

/* A march test, March C-: 10 operations a word (van de Goor, "Testing Semiconductor Memories"). */
#define RL_MARCH_OPERATIONS     10u
/* From the end of reset to the first access of configuration: Trhfa, 2^25 clocks (PCI 2.3, Table
 * 4-6) at 33.33 MHz. */
#define RL_NS_BUS_RESET         1006732951u
/* A receiver that lost synchronization for R_T_TOV reports a failed link; 100 ms by default (FC-FS,
 * FC-PH). */
#define RL_NS_R_T_TOV           100000000u
/* Speeds tried one after the other. A choice: one R_T_TOV for each of three speeds that a port has,
 * and one to settle; the standard's limit is higher. */
#define RL_NS_SPEED_NEGOTIATION 400000000u
/* Link initialization by primitive sequences (FC-FS: LR, LRR, idles): a few round trips. A choice:
 * 1 ms, for the CPU's interrupts on the way; the wire takes microseconds. */
#define RL_NS_LINK_RESET        1000000u
/* What a fast step has to set anew of the structures in memory: pointers. A choice: 4 KiB. */
#define RL_POINTERS             4096u

/* One step of initialization; `lit`: the light is on. `post_bytes`: local memory, what the standard
 * self-test goes through.
 *
 * step        standard                                 fast
 * REGISTERS   all registers of processor and bridge    the same
 * POST        march test over local memory             error registers of the memory controller
 * VARIABLES   all of local memory is written           pointers
 * HANDSHAKE   bus reset, transceivers, speed           what was negotiated is taken over: R_T_TOV,
 *             negotiation, link initialization         which a dark link needs to be seen as such;
 *                                                      link initialization */
uint64_t rl_clock_init(relight_init_step step, bool fast, bool lit, uint64_t post_bytes);
/* One preparation. Registers: those of one device; buffers: 1 MiB of frame buffers cleared, a
 * choice; caches: as much written back, a choice. */
uint64_t rl_clock_prepare(relight_preparation what);
/* A refresh of a companion from `size` bytes, of which flash reads 256 in `read_ns`. */
uint64_t rl_clock_refresh(uint32_t size, uint64_t read_ns);

#endif
