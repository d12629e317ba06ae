/* States at step boundaries from which a run is known to end in the new image, without a violation.
 *
 * How often sectors were erased is no part of a state. What follows makes at most as many erases of
 * one sector as that run made in all: so it stays within the limit when those before leave room for
 * them. Whether what follows looks at damage that the state has is kept as well: it counts as
 * observed for each fault that leads there. */
#ifndef RELIGHT_EXPLORE_KNOWN_H
#define RELIGHT_EXPLORE_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/pages.h"

struct rl_known_end {
    uint32_t erases; /* of one sector at most, in the run that showed it */
    bool met;        /* damage is looked at from there on */
};

struct rl_known_state {
    struct rl_sum state;
    uint32_t properties; /* judged, mask */
    struct rl_known_end end;
};

struct rl_known {
    struct rl_known_state *table; /* open addressing; all zero: free */
    size_t room, count;
};

void rl_known_free(struct rl_known *known);
void rl_known_add(struct rl_known *known, struct rl_sum state, uint32_t properties,
                  struct rl_known_end end);
/* Whether all of `properties` are known to hold from there on, and to what end. */
bool rl_known_holds(const struct rl_known *known, struct rl_sum state, uint32_t properties,
                    struct rl_known_end *end);

#endif
