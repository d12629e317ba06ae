#include "explore/known.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_known_free(struct rl_known *known)
{
    free(known->table);
    memset(known, 0, sizeof *known);
}

static struct rl_known_state *place(const struct rl_known *known, struct rl_sum state)
{
    size_t at = (size_t)state.low & (known->room - 1u);

    while (known->table[at].properties != 0 &&
           (known->table[at].state.low != state.low || known->table[at].state.high != state.high)) {
        at = (at + 1u) & (known->room - 1u);
    }
    return &known->table[at];
}

static void grow(struct rl_known *known)
{
    struct rl_known larger = {.room = known->room == 0 ? 1024u : known->room * 2u,
                              .count = known->count};

    larger.table = rl_calloc(larger.room, sizeof *larger.table);
    for (size_t i = 0; i < known->room; i++) {
        if (known->table[i].properties != 0) {
            *place(&larger, known->table[i].state) = known->table[i];
        }
    }
    free(known->table);
    *known = larger;
}

void rl_known_add(struct rl_known *known, struct rl_sum state, uint32_t properties,
                  struct rl_known_end end)
{
    struct rl_known_state *at;

    if (properties == 0) {
        return;
    }
    if (known->count * 2u >= known->room) {
        grow(known);
    }
    at = place(known, state);
    known->count += at->properties == 0;
    at->state = state;
    /* Of what was judged by several runs, the most erases of any of them. */
    at->end.erases = end.erases > at->end.erases ? end.erases : at->end.erases;
    at->end.met |= end.met;
    at->properties |= properties;
}

bool rl_known_holds(const struct rl_known *known, struct rl_sum state, uint32_t properties,
                    struct rl_known_end *end)
{
    const struct rl_known_state *at = known->room > 0 ? place(known, state) : NULL;

    if (at == NULL || properties == 0 || (at->properties & properties) != properties) {
        return false;
    }
    *end = at->end;
    return true;
}
