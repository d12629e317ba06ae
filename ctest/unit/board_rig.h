/* A small board for tests of the board's devices, and of what is made from its log.
 *
 * Flash: sectors of 1 KiB, pages of 512 bytes, granules of 16 bytes. Memory: 8.5 KiB, never written
 * at the start. Cache lines of 64 bytes. */
#ifndef BOARD_RIG_H
#define BOARD_RIG_H

#include "board/board.h"
#include "faults/cursor.h"

#define RIG_SECTOR   1024u
#define RIG_PAGE     512u
#define RIG_GRANULE  16u
#define RIG_LINE     64u
#define RIG_BANK_A   0u
#define RIG_BANK_B   4096u
#define RIG_RECORD_A 8192u
#define RIG_JOURNAL  10240u
#define RIG_FLASH    13312u /* bytes; the last sector is in no region */
#define RIG_RESIDENT 0u
#define RIG_STAGING  4096u
#define RIG_MEMORY   8704u /* bytes; the last two pages are in no region */
#define RIG_CHUNK    1024u
#define RIG_LINES    64u /* dirty lines that the cache holds, when nothing else is asked for */

struct rig {
    struct rl_board board;
    struct rl_log log;
    struct rl_plane flash, memory; /* as board_rig_start() found them */
    uint32_t rules;                /* broken since board_rig_start() */
    uint32_t hurt;                 /* banks hit since then by what no engine can help: a mask */
    char rule[96];                 /* the last one */
    uint32_t executed;             /* times that code was fetched */
    uint32_t operations;           /* that the monitor was told of */
    uint32_t sender_pages; /* of the image that the link delivers; see board_rig_connect() */
};

/* Calls a service as an engine does. */
#define CALL(rig, service, ...) (rig)->board.services.service(&(rig)->board, __VA_ARGS__)

/* A started board, logged and monitored. `cache_lines` as in struct rl_device. Empties the page
 * store first: one rig at a time. */
void board_rig_init(struct rig *rig, uint32_t cache_lines);
/* The same in two steps, for a board that is not quite the usual one. */
struct rl_device board_rig_device(uint32_t cache_lines);
void board_rig_init_device(struct rig *rig, const struct rl_device *device);
/* Gives the device programmable logic: its configuration in the last sector of flash, what it runs
 * behind RIG_MEMORY. */
void board_rig_companion(struct rl_device *device);
/* Its configuration flash then holds, a page each, board_rig_pattern(seed) and those after it. */
void board_rig_configure(struct rig *rig, uint32_t seed);
void board_rig_free(struct rig *rig);
/* A new power cycle, and an empty log, from what flash and memory hold now. */
void board_rig_start(struct rig *rig);
/* A sender of `pages` pages; page i is board_rig_page(1000 + i). */
void board_rig_connect(struct rig *rig, uint32_t pages);

/* `size` bytes in which each 8-byte word differs from the others and from those of other seeds. */
void board_rig_pattern(uint32_t seed, void *bytes, uint32_t size);
/* The number of the page with board_rig_pattern(seed). */
uint32_t board_rig_page(uint32_t seed);
/* Fails the test unless the slot's word holds that of board_rig_pattern(seed) and reads. */
void board_rig_assert_word(rl_slot slot, uint32_t word, uint32_t seed);
/* Stores board_rig_pattern(seed)'s words [first, last] to a page of memory with one operation. */
void board_rig_store(struct rig *rig, uint32_t page, uint32_t first, uint32_t last, uint32_t seed);
/* Programs the first `size` bytes of board_rig_pattern(seed), RIG_PAGE at most. */
void board_rig_program(struct rig *rig, uint32_t address, uint32_t size, uint32_t seed);
/* Marks words as uncorrectable, in the plane itself: nothing is logged. */
void board_rig_spoil(struct rig *rig, int plane, uint32_t page, uint32_t words);
/* Puts the cursor behind the first `operations` operations since board_rig_start(). */
void board_rig_go(const struct rig *rig, struct rl_cursor *cursor, size_t operations);
/* A call that has to be refused with RELIGHT_RANGE, and to break a rule that says `what`. */
void board_rig_assert_refused(struct rig *rig, relight_result result, const char *what);

/* Numbers from `state`, the same in each run. */
uint32_t board_rig_random(uint64_t *state);

#endif
