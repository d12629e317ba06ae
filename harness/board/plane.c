#include "board/plane.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

enum { STALE_SUMS = 0, STALE_STATES };

static uint32_t blocks(uint32_t count)
{
    return (count + RL_BLOCK - 1u) / RL_BLOCK;
}

/* Words of the bitmap of marked blocks. */
static uint32_t stale_words(uint32_t count)
{
    return (blocks(count) + 63u) / 64u;
}

void rl_plane_init(struct rl_plane *plane, uint32_t count, rl_slot fill)
{
    plane->count = count;
    plane->slots = rl_calloc(count, sizeof *plane->slots);
    plane->sums = rl_calloc(blocks(count), sizeof *plane->sums);
    plane->bad = rl_calloc(blocks(count), sizeof *plane->bad);
    plane->states = rl_calloc(blocks(count), sizeof *plane->states);
    for (int i = 0; i < 2; i++) {
        plane->stale[i] = rl_calloc(stale_words(count), sizeof *plane->stale[i]);
    }
    rl_plane_fill(plane, fill);
}

void rl_plane_free(struct rl_plane *plane)
{
    free(plane->slots);
    free(plane->sums);
    free(plane->bad);
    free(plane->states);
    free(plane->stale[0]);
    free(plane->stale[1]);
    memset(plane, 0, sizeof *plane);
}

void rl_plane_fill(struct rl_plane *plane, rl_slot fill)
{
    for (uint32_t page = 0; page < plane->count; page++) {
        plane->slots[page] = fill;
    }
    for (int i = 0; i < 2; i++) {
        memset(plane->stale[i], 0xFF, stale_words(plane->count) * sizeof *plane->stale[i]);
    }
}

void rl_plane_copy(struct rl_plane *to, const struct rl_plane *from)
{
    memcpy(to->slots, from->slots, from->count * sizeof *to->slots);
    memcpy(to->sums, from->sums, blocks(from->count) * sizeof *to->sums);
    memcpy(to->bad, from->bad, blocks(from->count) * sizeof *to->bad);
    memcpy(to->states, from->states, blocks(from->count) * sizeof *to->states);
    for (int i = 0; i < 2; i++) {
        memcpy(to->stale[i], from->stale[i], stale_words(from->count) * sizeof *to->stale[i]);
    }
}

/* Whether the block was marked; it is not any more. */
static bool take_stale(const struct rl_plane *plane, int what, uint32_t block)
{
    uint64_t *word = &plane->stale[what][block / 64u];
    uint64_t bit = (uint64_t)1 << (block % 64u);
    bool stale = (*word & bit) != 0;

    *word &= ~bit;
    return stale;
}

/* The slots of a block end here. */
static uint32_t block_end(const struct rl_plane *plane, uint32_t block)
{
    uint32_t end = (block + 1u) * RL_BLOCK;

    return end < plane->count ? end : plane->count;
}

/* Makes sum and count of a block right. What the plane holds stays as it is. */
static void freshen(const struct rl_plane *plane, uint32_t block)
{
    struct rl_sum sum = {0, 0};
    uint16_t bad = 0;

    if (!take_stale(plane, STALE_SUMS, block)) {
        return;
    }
    for (uint32_t page = block * RL_BLOCK; page < block_end(plane, block); page++) {
        rl_sum_add(&sum, rl_slot_sum(page, plane->slots[page]));
        bad = (uint16_t)(bad + rl_slot_is_bad(plane->slots[page]));
    }
    plane->sums[block] = sum;
    plane->bad[block] = bad;
}

struct rl_sum rl_plane_sum(const struct rl_plane *plane, uint32_t first, uint32_t count)
{
    struct rl_sum sum = {0, 0};
    uint32_t end = first + count;

    for (uint32_t page = first; page < end;) {
        if (page % RL_BLOCK == 0 && page + RL_BLOCK <= end) {
            freshen(plane, page / RL_BLOCK);
            rl_sum_add(&sum, plane->sums[page / RL_BLOCK]);
            page += RL_BLOCK;
        } else {
            rl_sum_add(&sum, rl_slot_sum(page, plane->slots[page]));
            page++;
        }
    }
    return sum;
}

uint32_t rl_plane_bad(const struct rl_plane *plane, uint32_t first, uint32_t count)
{
    uint32_t bad = 0;
    uint32_t end = first + count;

    for (uint32_t page = first; page < end;) {
        if (page % RL_BLOCK == 0 && page + RL_BLOCK <= end) {
            freshen(plane, page / RL_BLOCK);
            bad += plane->bad[page / RL_BLOCK];
            page += RL_BLOCK;
        } else {
            bad += rl_slot_is_bad(plane->slots[page]);
            page++;
        }
    }
    return bad;
}

struct rl_sum rl_plane_state(const struct rl_plane *plane)
{
    struct rl_sum state = {0, 0};

    for (uint32_t block = 0; block < blocks(plane->count); block++) {
        if (take_stale(plane, STALE_STATES, block)) {
            struct rl_sum sum = {0, 0};

            for (uint32_t page = block * RL_BLOCK; page < block_end(plane, block); page++) {
                rl_slot slot = plane->slots[page];

                rl_sum_add(&sum, rl_slot_state(rl_slot_sum(page, slot), slot));
            }
            plane->states[block] = sum;
        }
        rl_sum_add(&state, plane->states[block]);
    }
    return state;
}

/* The inverse of an odd number modulo 2^64; each round doubles the bits that are right. */
static uint64_t inverse(uint64_t odd)
{
    uint64_t x = odd;

    for (uint32_t i = 0; i < 5u; i++) {
        x *= 2u - odd * x;
    }
    return x;
}

struct rl_sum rl_slot_unsum(uint32_t page, struct rl_sum sum)
{
    uint64_t low = sum.low ^ sum.low >> 32u;
    uint64_t high = sum.high ^ sum.high >> 29u ^ sum.high >> 58u;

    low = (low * inverse(RL_SLOT_LOW)) ^ (page * 0x9E3779B97F4A7C15u);
    high = high * inverse(RL_SLOT_HIGH) - page * 0xC2B2AE3D27D4EB4Fu;
    return (struct rl_sum){low, high};
}
