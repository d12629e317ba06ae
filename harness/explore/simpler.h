/* Faults that are simpler than another one, by a measure that each of them lowers: so that making a
 * fault simpler again and again comes to an end. */
#ifndef RELIGHT_EXPLORE_SIMPLER_H
#define RELIGHT_EXPLORE_SIMPLER_H

#include "explore/token.h"

#define RL_SIMPLER_MAX 256u

struct rl_simpler {
    struct rl_fault faults[RL_SIMPLER_MAX]; /* simplest first */
    uint32_t count;
};

/* The same operation, and another outcome or injection of a class that the cell asks for, or of the
 * fault's own. */
void rl_simpler_faults(const struct rl_fault *fault, const struct rl_cell *cell,
                       const struct relight_geometry *geometry, struct rl_simpler *simpler);
/* The same outcome or injection at an earlier operation. */
void rl_simpler_earlier(const struct rl_fault *fault, struct rl_simpler *simpler);

#endif
