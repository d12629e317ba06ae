#include "board/plane.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

static uint32_t blocks(uint32_t count)
{
    return (count + RL_BLOCK - 1u) / RL_BLOCK;
}

void rl_plane_init(struct rl_plane *plane, uint32_t count, rl_slot fill)
{
    plane->count = count;
    plane->slots = rl_calloc(count, sizeof *plane->slots);
    plane->sums = rl_calloc(blocks(count), sizeof *plane->sums);
    plane->bad = rl_calloc(blocks(count), sizeof *plane->bad);
    rl_plane_fill(plane, fill);
}

void rl_plane_free(struct rl_plane *plane)
{
    free(plane->slots);
    free(plane->sums);
    free(plane->bad);
    memset(plane, 0, sizeof *plane);
}

void rl_plane_fill(struct rl_plane *plane, rl_slot fill)
{
    plane->state = (struct rl_sum){0, 0};
    memset(plane->sums, 0, blocks(plane->count) * sizeof *plane->sums);
    memset(plane->bad, 0, blocks(plane->count) * sizeof *plane->bad);
    for (uint32_t page = 0; page < plane->count; page++) {
        struct rl_sum sum = rl_slot_sum(page, fill);

        plane->slots[page] = fill;
        rl_sum_add(&plane->sums[page / RL_BLOCK], sum);
        rl_sum_add(&plane->state, rl_slot_state(sum, fill));
        plane->bad[page / RL_BLOCK] += rl_slot_is_bad(fill);
    }
}

void rl_plane_copy(struct rl_plane *to, const struct rl_plane *from)
{
    memcpy(to->slots, from->slots, from->count * sizeof *to->slots);
    memcpy(to->sums, from->sums, blocks(from->count) * sizeof *to->sums);
    memcpy(to->bad, from->bad, blocks(from->count) * sizeof *to->bad);
    to->state = from->state;
}

void rl_plane_set(struct rl_plane *plane, uint32_t page, rl_slot slot)
{
    rl_slot old = plane->slots[page];
    uint32_t block = page / RL_BLOCK;
    struct rl_sum gone;
    struct rl_sum come;

    if (old == slot) {
        return;
    }
    gone = rl_slot_sum(page, old);
    come = rl_slot_sum(page, slot);
    rl_sum_sub(&plane->sums[block], gone);
    rl_sum_add(&plane->sums[block], come);
    rl_sum_sub(&plane->state, rl_slot_state(gone, old));
    rl_sum_add(&plane->state, rl_slot_state(come, slot));
    plane->bad[block] = (uint16_t)(plane->bad[block] - rl_slot_is_bad(old) + rl_slot_is_bad(slot));
    plane->slots[page] = slot;
}

struct rl_sum rl_plane_sum(const struct rl_plane *plane, uint32_t first, uint32_t count)
{
    struct rl_sum sum = {0, 0};
    uint32_t end = first + count;

    for (uint32_t page = first; page < end;) {
        if (page % RL_BLOCK == 0 && page + RL_BLOCK <= end) {
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
            bad += plane->bad[page / RL_BLOCK];
            page += RL_BLOCK;
        } else {
            bad += rl_slot_is_bad(plane->slots[page]);
            page++;
        }
    }
    return bad;
}
