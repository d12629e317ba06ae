/* Walks along the operation log of a power cycle, and knows at each place what a cut or reset there
 * would leave: the planes before the next operation, and, for each dirty line of the data cache,
 * the stores that were made to it since it was last written back. */
#ifndef RELIGHT_FAULTS_CURSOR_H
#define RELIGHT_FAULTS_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/board.h"

/* Stores by one operation to words of one page, in ascending order of words: those that were not
 * written back since. */
struct rl_store_batch {
    uint32_t page;
    uint32_t words;
    rl_slot after;
};

/* Operations on flash that the cursor remembers. */
#define RL_CURSOR_PAST 4u

struct rl_past {
    size_t index;  /* in the log */
    bool original; /* it changed pages that held something of the start state */
};

struct rl_cursor {
    const struct rl_device *device;
    const struct rl_log *log;
    size_t next; /* index of the operation that comes next */
    struct rl_plane planes[3];
    uint64_t *original[3]; /* as in struct rl_board */
    uint32_t *dirty;       /* by memory page: mask of dirty words */
    uint32_t *dirty_pages; /* those with a dirty word, in order of their first store */
    uint32_t dirty_count;
    uint32_t *line_stores;          /* by line of memory: stores since its last write-back */
    struct rl_store_batch *batches; /* of dirty pages, oldest first */
    size_t batch_count, batch_room;
    struct rl_past past[RL_CURSOR_PAST]; /* the last operations that changed flash, newest first */
    uint32_t past_count;
    struct rl_past erase;     /* the last erase, when nothing has accessed its sector since: */
    bool erasing;             /* there is one */
    struct rl_plane *scratch; /* two, by device: for crash states that differ widely */
    uint32_t doubt_first,
        doubt_end;    /* pages of flash with words in doubt at the start lie in there */
    uint64_t version; /* of flash: another one whenever the flash that it shows may be another */
    const struct rl_plane *memory_at_start;
};

void rl_cursor_init(struct rl_cursor *cursor, const struct rl_device *device);
void rl_cursor_free(struct rl_cursor *cursor);
/* Places the cursor before the first operation of `log`, which started from these planes. */
void rl_cursor_start(struct rl_cursor *cursor, const struct rl_log *log,
                     const struct rl_plane *flash, const struct rl_plane *memory);
/* Past the next operation. */
void rl_cursor_step(struct rl_cursor *cursor);
/* Where it is, as far as flash goes: at equal places it shows the same flash, and as much of the
 * start state in it. */
struct rl_cursor_place {
    const struct rl_cursor *cursor;
    uint64_t version;
};
static inline struct rl_cursor_place rl_cursor_flash_place(const struct rl_cursor *cursor)
{
    return (struct rl_cursor_place){cursor, cursor->version};
}

/* Stores since its last write-back to the line of `page` whose first word is `word`. */
uint32_t rl_cursor_line_stores(const struct rl_cursor *cursor, uint32_t page, uint32_t word);
/* The slot of `page` as memory holds it (`kept` false) or as the CPU sees it (true), with the line
 * at `word` as it is after the first `prefix` of those stores. */
rl_slot rl_cursor_line_at(const struct rl_cursor *cursor, bool kept, uint32_t page, uint32_t word,
                          uint32_t prefix);
/* The words of the line that the first `prefix` stores made. */
uint32_t rl_cursor_line_stored(const struct rl_cursor *cursor, uint32_t page, uint32_t word,
                               uint32_t prefix);
/* The same for each prefix, from none up to all stores, all other lines as the CPU sees them; and
 * whether it ends among the stores that one operation made. There have to be `room` for them. */
void rl_cursor_line_slots(const struct rl_cursor *cursor, uint32_t page, uint32_t word,
                          rl_slot *slots, bool *inside, uint32_t room);
/* Whether an operation accesses any of `size` bytes of flash from `address` on. */
bool rl_operation_accesses(const struct rl_operation *operation, uint32_t address, uint32_t size);
static inline uint32_t rl_line_words(const struct rl_device *device)
{
    return device->line_size / RL_WORD;
}
static inline uint32_t rl_line_mask(const struct rl_device *device, uint32_t word)
{
    return (UINT32_MAX >> (32u - rl_line_words(device))) << word;
}

/* Lines that the words of `mask` in one page are in. */
static inline uint32_t rl_lines_of(const struct rl_device *device, uint32_t mask)
{
    uint32_t lines = 0;

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word += rl_line_words(device)) {
        lines += (mask & rl_line_mask(device, word)) != 0;
    }
    return lines;
}

/* What a change to memory is torn into: lines that were written back, or words that were stored
 * past the cache. */
static inline uint32_t rl_units_of(const struct rl_device *device, const struct rl_change *change)
{
    return change->through ? (uint32_t)__builtin_popcount(change->mask)
                           : rl_lines_of(device, change->mask);
}

#endif
