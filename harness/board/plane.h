/* A plane is the content of one device as an array of slots, with sums by block of slots, so that
 * "does this range hold that content" costs a few additions instead of a pass over its bytes. A
 * change only marks its block: the sum is made when somebody asks, as most pages of a bulk copy
 * change long before anybody does.
 *
 * Three planes make a board: flash, memory behind the data cache (what a reset leaves when every
 * dirty line is lost), and memory as the CPU sees it (what a reset leaves when all are kept). */
#ifndef RELIGHT_BOARD_PLANE_H
#define RELIGHT_BOARD_PLANE_H

#include <stdbool.h>
#include <stdint.h>

#include "board/pages.h"

#define RL_BLOCK 16u /* slots with one sum */

struct rl_plane {
    uint32_t count; /* slots */
    rl_slot *slots;
    /* By block, and right where the block is not marked. */
    struct rl_sum *sums;   /* over contents only */
    uint16_t *bad;         /* slots with a bad word */
    struct rl_sum *states; /* over slots, marks too */
    uint64_t *stale[2];    /* marked blocks, a bitmap: of sums and bad; of states */
};

#define RL_SLOT_LOW  0xD6E8FEB86659FD93u
#define RL_SLOT_HIGH 0xA0761D6478BD642Fu
/* What a slot adds to its block's sum at `page`: contents only, so that flash and memory that hold
 * the same bytes agree. Position enters, so that swapped pages differ. */
static inline struct rl_sum rl_slot_sum(uint32_t page, rl_slot slot)
{
    struct rl_sum sum = rl_pages_fingerprint(rl_slot_data(slot));
    uint64_t low = (sum.low ^ (page * 0x9E3779B97F4A7C15u)) * RL_SLOT_LOW;
    uint64_t high = (sum.high + page * 0xC2B2AE3D27D4EB4Fu) * RL_SLOT_HIGH;

    return (struct rl_sum){low ^ low >> 32u, high ^ high >> 29u};
}

/* The fingerprint of the content that adds `sum` at `page`: the function above, backwards. */
struct rl_sum rl_slot_unsum(uint32_t page, struct rl_sum sum);

/* The same with the slot's marks, of which the sum above knows nothing. */
static inline struct rl_sum rl_slot_state(struct rl_sum sum, rl_slot slot)
{
    uint64_t marks = (uint64_t)rl_slot_marks(slot) + 1u;
    uint64_t low = (sum.low + marks * 0x9FB21C651E98DF25u) * 0xE7037ED1A0B428DBu;
    uint64_t high = (sum.high ^ marks * 0x8EBC6AF09C88C6E3u) * 0x589965CC75374CC3u;

    return (struct rl_sum){low ^ low >> 31u, high ^ high >> 27u};
}

static inline void rl_sum_add(struct rl_sum *to, struct rl_sum sum)
{
    to->low += sum.low;
    to->high += sum.high;
}

static inline void rl_sum_sub(struct rl_sum *to, struct rl_sum sum)
{
    to->low -= sum.low;
    to->high -= sum.high;
}

static inline bool rl_sum_equal(struct rl_sum a, struct rl_sum b)
{
    return a.low == b.low && a.high == b.high;
}

/* A plane of `count` slots, each `fill`. */
void rl_plane_init(struct rl_plane *plane, uint32_t count, rl_slot fill);
void rl_plane_free(struct rl_plane *plane);
void rl_plane_fill(struct rl_plane *plane, rl_slot fill);
/* Copies contents; both have the same count. */
void rl_plane_copy(struct rl_plane *to, const struct rl_plane *from);

static inline void rl_plane_set(struct rl_plane *plane, uint32_t page, rl_slot slot)
{
    uint32_t block = page / RL_BLOCK;
    uint64_t bit = (uint64_t)1 << (block % 64u);

    if (plane->slots[page] != slot) {
        plane->slots[page] = slot;
        plane->stale[0][block / 64u] |= bit;
        plane->stale[1][block / 64u] |= bit;
    }
}

/* Sum and number of bad slots of `count` slots from `first` on. */
struct rl_sum rl_plane_sum(const struct rl_plane *plane, uint32_t first, uint32_t count);
uint32_t rl_plane_bad(const struct rl_plane *plane, uint32_t first, uint32_t count);
/* Over all slots, marks too: equal in equal planes of one process. */
struct rl_sum rl_plane_state(const struct rl_plane *plane);

#endif
