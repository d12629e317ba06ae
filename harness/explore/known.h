/* States at step boundaries from which a run is known to end without a violation. */
#ifndef RELIGHT_EXPLORE_KNOWN_H
#define RELIGHT_EXPLORE_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/pages.h"

struct rl_known_state {
    struct rl_sum state;
    uint32_t properties; /* judged, mask */
};

struct rl_known {
    struct rl_known_state *table; /* open addressing; all zero: free */
    size_t room, count;
};

void rl_known_free(struct rl_known *known);
void rl_known_add(struct rl_known *known, struct rl_sum state, uint32_t properties);
/* Whether all of `properties` are known to hold from there on. */
bool rl_known_holds(const struct rl_known *known, struct rl_sum state, uint32_t properties);

#endif
