#include "results/states.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

/* The place of a state in the table: its own, or a free one. */
static size_t *place_of(const struct rl_states *states, struct rl_sum state)
{
    size_t at = (size_t)state.low & (states->size - 1u);

    while (states->table[at] != 0) {
        const struct rl_sum *there = &states->list[states->table[at] - 1u];

        if (there->low == state.low && there->high == state.high) {
            break;
        }
        at = (at + 1u) & (states->size - 1u);
    }
    return &states->table[at];
}

static void grow(struct rl_states *states)
{
    free(states->table);
    states->size = states->size == 0 ? 64u : 2u * states->size;
    states->table = rl_calloc(states->size, sizeof *states->table);
    for (size_t i = 0; i < states->count; i++) {
        *place_of(states, states->list[i]) = i + 1u;
    }
}

bool rl_states_add(struct rl_states *states, struct rl_sum state)
{
    size_t *place;

    if ((states->count + 1u) * 2u > states->size) {
        grow(states);
    }
    place = place_of(states, state);
    if (*place != 0) {
        return false;
    }
    states->list = rl_grow(states->list, states->count, &states->room, sizeof *states->list);
    states->list[states->count++] = state;
    *place = states->count;
    return true;
}

void rl_states_free(struct rl_states *states)
{
    free(states->list);
    free(states->table);
    memset(states, 0, sizeof *states);
}
