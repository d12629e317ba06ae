/* A set of states, each known by the 128-bit fingerprint of what its recovery read. Fingerprints
 * are of contents, so that sets of several processes can be united. */
#ifndef RELIGHT_RESULTS_STATES_H
#define RELIGHT_RESULTS_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/pages.h"

/* All zero is an empty set. */
struct rl_states {
    struct rl_sum *list; /* in the order in which they were added */
    size_t count, room;
    size_t *table; /* open addressing; 1 + an index of `list`, 0: free */
    size_t size;   /* a power of two, or 0 */
};

/* False when it is there already. */
bool rl_states_add(struct rl_states *states, struct rl_sum state);
void rl_states_free(struct rl_states *states);

#endif
