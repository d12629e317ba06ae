/* What a run read of the state that it started from.
 *
 * A run is a pure function of what it reads, and it reads little of what survived a cut: a torn
 * page in a bank that is erased again, or lost lines of a buffer that is filled again, make no
 * difference to it. The observer keeps, in order, each first look at the starting state, by the
 * engine and by oracles alike, as precisely as the asker got to know it: words of a page, or that
 * one of them is bad; whether a page is blank; whether a range holds some content. Two states that
 * answer a run's observations alike have the same run: harness/explore/footprint.h builds on this.
 *
 * A page is *original* in a view while that view still holds anything of what the start state had
 * there. Words of it are *pinned* once an observation determines what they were; a page is pinned
 * when all of its words are. Every answer is about the start state, also when it is asked later. */
#ifndef RELIGHT_BOARD_OBSERVER_H
#define RELIGHT_BOARD_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/content.h"
#include "board/doubts.h"
#include "board/plane.h"

enum { RL_FLASH = 0, RL_MEMORY = 1 };

struct rl_interval {
    uint32_t first, count; /* pages */
};

enum rl_answer { RL_DIFFERS = 0, RL_HOLDS = 1, RL_UNREADABLE = 2 };

enum rl_look {
    RL_LOOK_PAGE = 0, /* the slot, marks and all; `value` is it */
    RL_LOOK_WORDS,    /* the words of `mask`; `value` is rl_slot_words() of them */
    RL_LOOK_EXACT,    /* the same, marks and all, whether they read or not; no run looks so. `value`
                       * is them in a slot that is blank otherwise */
    RL_LOOK_BLANK,  /* whether the pages of intervals are erased; `value` is an enum rl_answer with
                     * rl_turned_answers() */
    RL_LOOK_RANGE,  /* whether intervals add up to `target`; `value` is the same, and the sum of
                     * rl_flaws_add() from bit RL_RANGE_FLAWS on */
    RL_LOOK_HELD,   /* the same by who does not get to know whether they read: then they differ */
    RL_LOOK_DOUBTED /* which sectors hold words in doubt; no run looks so
                     */
};
static inline bool rl_look_is_range(uint8_t look)
{
    return look == RL_LOOK_RANGE || look == RL_LOOK_HELD;
}
#define RL_LOOKS (RL_LOOK_DOUBTED + 1u)

struct rl_observation {
    uint8_t look;   /* enum rl_look */
    uint8_t device; /* RL_FLASH or RL_MEMORY */
    uint32_t page;
    uint32_t mask;
    uint64_t value;
    uint32_t interval_first, interval_count; /* into rl_observer.intervals */
    struct rl_sum target;
    const struct rl_content *content; /* RANGE: what was compared with, NULL when not told; */
    uint32_t content_first;           /* and the page where its first one would be */
};

#define RL_RANGE_FLAWS 8u
/* A sum over flawed words and where they are, which an engine is told; 0 where there are none. */
static inline uint64_t rl_flaws_add(uint64_t sum, uint32_t page, rl_slot slot)
{
    uint32_t words = rl_slot_flawed(slot, UINT32_MAX);
    uint64_t more = (uint64_t)page << 32u | words;

    return words == 0 ? sum : (((sum ^ more) * UINT64_C(0x9E3779B97F4A7C15)) | 1u);
}
/* Of RL_LOOK_WORDS: one of them is uncorrectable, and not in doubt. */
#define RL_WORDS_BAD UINT64_MAX

/* What a look at the words of `mask` in a page with this slot tells. */
uint64_t rl_slot_words(rl_slot slot, uint32_t mask);
/* Whether pages are erased, when this slot comes after pages that gave the answer `so_far`. */
enum rl_answer rl_blank_answer(enum rl_answer so_far, rl_slot slot);

struct rl_observer {
    struct rl_observation *list;
    size_t count, room;
    struct rl_interval *intervals;
    size_t interval_count, interval_room;
    uint64_t *pinned[2];  /* bitmap of pages, by device */
    uint32_t *words[2];   /* by page: mask of pinned words */
    uint32_t *unread[2];  /* by page: mask of words of which one is known as bad; 0: none is */
    uint64_t *touched[2]; /* in any observation, pinned or not */
    uint32_t pages[2];
};

static inline bool rl_bit(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64u] >> (i % 64u) & 1u;
}

static inline void rl_bit_set(uint64_t *bits, uint32_t i)
{
    bits[i / 64u] |= (uint64_t)1 << (i % 64u);
}

static inline void rl_bit_clear(uint64_t *bits, uint32_t i)
{
    bits[i / 64u] &= ~((uint64_t)1 << (i % 64u));
}

#define RL_BITMAP_WORDS(bits) (((bits) + 63u) / 64u)

void rl_observer_init(struct rl_observer *observer, uint32_t flash_pages, uint32_t memory_pages);
void rl_observer_free(struct rl_observer *observer);
void rl_observer_clear(struct rl_observer *observer);

/* The start state, whose slot at `page` is `slot`, was looked at. Nothing happens when what is
 * asked is pinned already. */
void rl_observe_page(struct rl_observer *observer, uint8_t device, uint32_t page, rl_slot slot);
void rl_observe_words(struct rl_observer *observer, uint8_t device, uint32_t page, uint32_t mask,
                      rl_slot slot);
/* It was asked whether the pages of [first, first + count) are erased; `slots` is the start state's
 * plane. */
void rl_observe_blank(struct rl_observer *observer, uint8_t device, uint32_t first, uint32_t count,
                      const uint64_t *original, const rl_slot *slots);

/* It was asked whether the pages of [first, first + count) that are original and not pinned add up
 * to `target`; `original` is a bitmap of the device's pages in the view that was asked.
 * `slots` is the start state's plane. */
void rl_observe_range(struct rl_observer *observer, uint8_t look, uint8_t device, uint32_t first,
                      uint32_t count, const uint64_t *original, const rl_slot *slots,
                      struct rl_sum target, enum rl_answer answer);

/* What the range that was asked about last was compared with: `content` from page `first` on. */
void rl_observe_content(struct rl_observer *observer, const struct rl_content *content,
                        uint32_t first);

/* Whether any bit of [first, first + count) is set in `bits` and not in `without`. */
bool rl_bits_any(const uint64_t *bits, const uint64_t *without, uint32_t first, uint32_t count);
void rl_bits_set(uint64_t *bits, uint32_t first, uint32_t count);

#endif
