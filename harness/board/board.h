/* The emulated adapter: flash, local memory behind its caches, I/O port, clock, and the services
 * that an engine reaches them through. docs/design.md, "The board", says which real parts the rules
 * come from.
 *
 * A board lives from one power-on or reset to the next. rl_board_start() puts it into a surviving
 * state; what the next state can be after a cut is worked out from its log, not here. */
#ifndef RELIGHT_BOARD_H
#define RELIGHT_BOARD_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "board/content.h"
#include "board/history.h"
#include "board/log.h"
#include "board/observer.h"
#include "board/plane.h"
#include "board/rules.h"
#include "board/upset.h"
#include "relight/engine.h"

struct rl_stock;
struct rl_recall;
struct rl_seen;

struct rl_device {
    struct relight_geometry geometry;
    struct relight_options options;
    bool staging_sram; /* the staging place is a device of its own, which the CPU does not cache */
    struct rl_flash_rules flash;
    uint64_t post_bytes;  /* local memory that a standard self-test goes through */
    uint32_t line_size;   /* bytes of a cache line: 32, 64 or 128 */
    uint32_t cache_lines; /* dirty lines that the data cache holds */
    uint32_t chunk_size;  /* most bytes that the link delivers at once */
    bool flash_traps;     /* an uncorrectable error traps, unless the engine guards its reads */
    bool memory_traps;
    uint8_t public_key[32];
    struct rl_stock
        *stock; /* other images than those of the scenario: faults/stock.h; may be NULL */
};

/* Regions by index, for logs, tokens and stores: extended only at the end. */
enum {
    RL_REGION_BANK_A = 0,
    RL_REGION_BANK_B,
    RL_REGION_RECORD_A,
    RL_REGION_RECORD_B,
    RL_REGION_JOURNAL,
    RL_REGION_DATA_A,
    RL_REGION_RESIDENT,
    RL_REGION_STAGING,
    RL_REGION_FLASH,  /* elsewhere in flash */
    RL_REGION_MEMORY, /* elsewhere in memory */
    RL_REGION_PORT,   /* the I/O port and everything without an address */
    RL_REGION_DATA_B,
    RL_REGION_OTP,
    RL_REGION_PLA_FLASH,
    RL_REGION_PHY_FLASH,
    RL_REGION_HANDOVER,
    RL_REGION_PLA_ACTIVE,
    RL_REGION_PHY_ACTIVE,
    RL_REGION_COUNT
};
const char *rl_region_name(unsigned region);
/* Index of the region called `name`, or RL_REGION_COUNT. */
unsigned rl_region_find(const char *name);
/* First address of a region in its space; 0 for those without one. */
uint32_t rl_region_address(const struct relight_geometry *geometry, unsigned region);
/* The region of the device that an address lies in. */
unsigned rl_region_of(const struct relight_geometry *geometry, uint8_t device, uint32_t address);
/* Whether a region is a place in this device. */
bool rl_region_is_in(unsigned region, uint8_t device);

/* Page of memory from which on the companions' active configurations lie, up to its end: no cache
 * keeps them, only a refresh stores to them, and they are lost with power whatever memory does. The
 * number of pages of memory when the board has none. */
uint32_t rl_device_active_page(const struct rl_device *device);

/* Ways out of an engine that does not return. */
enum {
    RL_ESCAPE_BUDGET = 1,
    RL_ESCAPE_ASSERTION,
    RL_ESCAPE_CRASH,
    RL_ESCAPE_SPIN,
    RL_ESCAPE_RESET, /* the board was reset under it: a watchdog, or a fault */
    RL_ESCAPE_EXIT,  /* it ended the process, or would have */
    RL_ESCAPE_TRAP   /* an uncorrectable error trapped, and nobody was prepared: a reset follows */
};

/* The sender's side of the link: page numbers of the new image. */
struct rl_link {
    void *user;
    /* Fills `data` with up to `most` page numbers from page `first` on; returns how many. */
    uint32_t (*pages)(void *user, uint32_t first, uint32_t most, uint32_t *data);
    uint32_t ns_per_page; /* what a page takes on its way */
    uint32_t latency_ns;  /* what a request takes besides */
};

struct rl_board;

/* What oracles want to know while the engine runs. Each may be NULL. */
struct rl_monitor {
    void *user;
    void (*executed)(void *user, relight_module module, uint32_t address, uint32_t size);
    void (*init_step)(void *user, uint32_t step, bool fast);
    void (*rule)(void *user, const char *what, uint8_t device, uint32_t address);
    void (*before)(void *user);    /* each operation, which has its number */
    void (*operation)(void *user); /* after each operation */
    /* A fault is about to damage what a bank (0 or 1) holds, or to take it away; `in_time`: an
     * engine owes to find that before it commits to the bank. */
    void (*hurt)(void *user, uint32_t bank, bool in_time);
};

struct rl_cache {
    uint32_t *dirty;  /* by memory page: mask of dirty words */
    uint64_t *stores; /* by memory page with dirty words: a hash of how they came to be */
    uint32_t *queue;  /* pages with dirty words, oldest first: a ring */
    uint32_t head, used;
    uint32_t lines;       /* dirty now */
    uint32_t first_words; /* mask: of each line of a page, its first word */
    rl_slot *fetched;     /* instruction cache by page */
    uint64_t *is_fetched;
    struct rl_sum state; /* over all that was fetched */
};

/* Errors that reads corrected since the engine asked last. */
struct rl_corrected {
    uint32_t count, address; /* of the last one */
};

/* What made the operation going on fail. */
struct rl_failed {
    bool any;
    uint8_t device;
    uint32_t page, word;
    bool blank; /* nothing is wrong there: it was not programmed since its erase */
};

struct rl_board {
    struct rl_device device;
    struct relight_services services;
    struct rl_plane planes[3];       /* by RL_PLANE_… */
    uint64_t *original[3];           /* by plane: pages that hold anything of the start state */
    const struct rl_plane *start[2]; /* the start state, by device; NULL: the planes themselves */
    struct rl_cache cache;
    struct rl_observer *observer; /* may be NULL */
    struct rl_log *log;           /* may be NULL */
    struct rl_recall *recall;     /* may be NULL */
    struct rl_link link;
    struct rl_upset upset;
    struct rl_effect effect; /* of the operation going on */
    struct rl_monitor monitor;
    struct rl_port_history *history; /* may be NULL */
    uint32_t
        prepared; /* bits of relight_preparation done since I/O was switched last, or power-on */
    uint32_t refreshed; /* companions loaded since power-on or the last standard handshake, mask */
    uint32_t active_page; /* rl_device_active_page() */
    uint32_t source; /* of a copy or program from memory that begins: address | relight_space */
    /* Properties that a fault broke whatever the engine does, masks: until power goes or a reset
     * comes, and for good. */
    uint32_t excused, excused_for_good;
    uint64_t now_ns;
    uint64_t flash_changes; /* pages of flash changed, ever */
    uint32_t
        touched; /* regions that the engine stored to since who cares for it cleared this, mask */
    uint64_t operations; /* in this power cycle */
    uint64_t operation_limit;
    uint32_t peeking;                    /* above 0: read-only, behind the caches, unlogged */
    const struct relight_engine *engine; /* for the phase in the log; may be NULL */
    const void *context;
    const char *assertion; /* that failed */
    uint32_t erase_limit;  /* of one sector; more is against the rules */
    uint16_t *erases;      /* by sector, in this power cycle */
    uint32_t erases_most;  /* of one sector in one power cycle, since the start */
    sigjmp_buf *escape;    /* set while an engine is being called */
    uint8_t *causes[2];    /* by device and page: the fault that damaged it last, or RL_CAUSE_… */
    uint32_t causes_met;   /* mask: faults whose damage the engine looked at */
    uint64_t upsets_met;   /* times that an operation met a fault or its damage */
    uint64_t spoils;       /* damages, ever: what was seen before one may have changed */
    uint32_t absent;       /* regions of flash that are gone: mask of RL_REGION_… */
    uint32_t absent_cause;
    uint64_t *watched[2];             /* by device: pages that the last invariant depended on */
    struct rl_corrected corrected[2]; /* by device */
    struct rl_failed failed;
    uint64_t *harmed; /* pages of flash that may not be as erased as the engine found them */
    uint32_t offset;  /* of a receive going on: what was asked for */
    bool busy;        /* an operation is going on */
    bool light, processing;
    bool interrupt;     /* asked for and not taken yet */
    bool reads_flash;   /* so does the operation going on, though its address is in memory */
    bool guarded;       /* a read that fails is reported, and does not trap */
    bool damaged;       /* some pages have a cause */
    bool resident_hurt; /* a fault damaged the resident place: a key there may name what is gone */
    bool struck; /* something was damaged, or gone, in this power cycle, while the engine ran */
    uint8_t *regions[2];  /* by device and page: RL_REGION_…, or RL_REGION_COUNT where two meet */
    bool watching;        /* collect into `watched` */
    bool keeps_looks;     /* for `recall` */
    bool watched_changed; /* one of them changed since */
};

void rl_board_init(struct rl_board *board, const struct rl_device *device);
void rl_board_free(struct rl_board *board);
/* A power cycle begins in the state that stands in the flash and memory planes, all of it original:
 * caches empty, I/O and light off, nothing observed. The caller has filled the two planes. */
void rl_board_start(struct rl_board *board);
/* Power is cut and comes back, and local memory is lost with it or not. What is dirty in the data
 * cache and the active configurations of companions are lost in any case. What was observed and
 * what is original goes on. */
void rl_board_restart(struct rl_board *board, bool memory_lost);
/* A warm reset: what is dirty in the data cache is lost, memory and companions keep what they have.
 */
void rl_board_reset(struct rl_board *board);
/* All of `from`, so that it goes on as that would: devices, caches, port, counts. Not who watches
 * it (observer, log, monitor, upset, link, history) and what it is running (engine, context). Both
 * are of the same device. */
void rl_board_assign(struct rl_board *to, const struct rl_board *from);
/* The regions of `regions`, a mask of RL_REGION_…, are gone, and no others: errors that come of it
 * have `cause`. Until the next power-on or reset. */
void rl_board_lose(struct rl_board *board, uint32_t regions, uint32_t cause);
/* What the devices of `from` hold, whose it is and what damaged it, and the time: for a power cycle
 * that begins on another board of the same device. */
void rl_board_copy(struct rl_board *to, const struct rl_board *from);

/* ---- between the board's files ---- */

/* Begins an operation: counts it, leaves the engine when its budget is spent, logs it. */
struct rl_operation *rl_board_begin(struct rl_board *board, rl_kind kind, uint8_t device,
                                    uint32_t address, uint32_t size);
relight_result rl_board_end(struct rl_board *board, struct rl_operation *operation, uint64_t ns,
                            relight_result result);
/* A rule of the device was broken. */
void rl_board_rule(struct rl_board *board, const char *what, uint8_t device, uint32_t address);
/* The same, and the device does nothing about the operation, which ends with that. */
relight_result rl_board_refuse(struct rl_board *board, struct rl_operation *operation,
                               const char *what, uint8_t device, uint32_t address);
/* Whether [address, address + size) holds something, is all before `end`, and is of whole units. */
static inline bool rl_range_fits(uint32_t end, uint32_t address, uint32_t size, uint32_t unit)
{
    return size > 0 && (address | size) % unit == 0 && address < end && size <= end - address;
}
/* The slot of a page in a plane, observed whole. */
rl_slot rl_board_look(struct rl_board *board, int plane, uint32_t page);
/* The same when only the words of `mask` matter, and of bad ones only that there are some. */
rl_slot rl_board_look_words(struct rl_board *board, int plane, uint32_t page, uint32_t mask);
/* Whether `count` pages of flash from `first` on are erased; observed. */
enum rl_answer rl_board_look_blank(struct rl_board *board, uint32_t first, uint32_t count);
/* What a look comes to now, unnoticed; and that it was taken, and came to that. */
uint64_t rl_board_answer_to(const struct rl_board *board, const struct rl_seen *seen);
void rl_board_note(struct rl_board *board, const struct rl_seen *seen, uint64_t answer);
/* What reading 256 bytes of flash takes. */
uint64_t rl_flash_read_ns(const struct rl_board *board);
/* The words of `mask` in a page that was looked at are read: corrects what can be, notes what not.
 * RELIGHT_ECC where a word is uncorrectable. */
relight_result rl_board_take_marked(struct rl_board *board, int plane, uint32_t page,
                                    uint32_t mask);
static inline relight_result rl_board_take(struct rl_board *board, int plane, uint32_t page,
                                           uint32_t mask)
{
    bool plain = rl_slot_marks(board->planes[plane].slots[page]) <= RL_MARKS_FULL;

    return plain && !(plane == RL_PLANE_FLASH && board->device.flash.blank_faults)
               ? RELIGHT_OK
               : rl_board_take_marked(board, plane, page, mask);
}
/* The same of whole pages. */
relight_result rl_board_take_range(struct rl_board *board, int plane, uint32_t first,
                                   uint32_t count);
/* The operation ends with a failure: notes what it is due to, and says how the engine is left, if
 * it is: RL_ESCAPE_TRAP or 0. */
int rl_board_failed(struct rl_board *board, struct rl_operation *operation, relight_result result);
/* Changes a page of flash; `whole` when nothing of what was there before shows through. Otherwise
 * the caller has looked at the words that it changes. */
void rl_board_put_flash(struct rl_board *board, uint32_t page, rl_slot slot, bool whole);
/* Changes words of `mask` in a page, and no operation of the engine asked for it: past the cache,
 * in one plane. */
void rl_board_put_past(struct rl_board *board, int plane, uint32_t page, uint32_t mask,
                       rl_slot after);
/* Stores words [first, last] of `slot` to a page of memory through the data cache, or
 * past it where the page is not cached. */
void rl_cache_store(struct rl_board *board, uint32_t page, rl_slot slot, uint32_t first,
                    uint32_t last);
/* The device of a plane: memory is seen in two. */
static inline uint8_t rl_plane_device(int plane)
{
    return plane == RL_PLANE_FLASH ? RL_FLASH : RL_MEMORY;
}
/* The plane that reads of memory come from: the CPU's, or what survives while peeking. */
static inline int rl_board_memory_plane(const struct rl_board *board)
{
    return board->peeking > 0 ? RL_PLANE_MEMORY : RL_PLANE_CPU;
}
/* Damage begins: an entry of the log of kind `spoil`, which is no operation of the engine. */
struct rl_operation *rl_board_begin_damage(struct rl_board *board, uint8_t device, uint32_t page);
/* Whether the device does nothing about the operation going on. */
static inline bool rl_board_idles(const struct rl_board *board)
{
    return board->peeking == 0 && board->effect.deed == RL_DEED_NOTHING;
}
/* What a check answers, when `answer` is what the device holds. */
static inline bool rl_board_answer(const struct rl_board *board, bool answer)
{
    const struct rl_effect *effect = &board->effect;

    return board->peeking > 0 ? answer : !effect->denies && answer != (effect->flip_bits != 0);
}
/* The address in flash that a check or a copy is really about: `size` bytes of it. False when
 * nothing answers there. */
static inline bool rl_board_aim(const struct rl_board *board, uint32_t size, uint32_t end,
                                uint32_t *address)
{
    if (board->peeking == 0 && board->effect.deed == RL_DEED_ELSEWHERE) {
        *address = board->effect.address;
    }
    return *address < end && size <= end - *address;
}
/* Whether a part of the range of flash is gone; every service that reaches flash asks. */
bool rl_board_meets_absent(struct rl_board *board, uint32_t address, uint32_t size);
static inline bool rl_board_is_absent(struct rl_board *board, uint32_t address, uint32_t size)
{
    return board->absent != 0 && rl_board_meets_absent(board, address, size);
}
/* Tells the port's history how the port stands now; `reset` when a power cycle begins. */
void rl_port_note(struct rl_board *board, bool reset);
/* Whether `count` pages from `first` of a plane hold `content`; observed. */
enum rl_answer rl_board_holds(struct rl_board *board, int plane, uint32_t first,
                              const struct rl_content *content);
/* The same for who is not told whether they read. */
bool rl_board_has(struct rl_board *board, int plane, uint32_t first,
                  const struct rl_content *content);

/* The tables of services, each in the file of its device. */
void rl_flash_services(struct relight_services *services);
void rl_flash_write_services(struct relight_services *services);
void rl_memory_services(struct relight_services *services);
void rl_cache_services(struct relight_services *services);
void rl_check_services(struct relight_services *services);
void rl_port_services(struct relight_services *services);
void rl_companion_services(struct relight_services *services);
void rl_reading_services(struct relight_services *services);

void rl_cache_init(struct rl_board *board);
void rl_cache_reset(struct rl_board *board);
void rl_cache_assign(struct rl_board *to, const struct rl_board *from);
void rl_cache_free(struct rl_board *board);

#endif
