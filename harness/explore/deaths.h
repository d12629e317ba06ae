/* Scenarios in which an engine took its worker process along, past all guards: it spoiled the heap,
 * or left by a way that nobody sees.
 *
 * Where a worker died, the next one for that cell is *careful*: it notes each scenario before it is
 * run, in memory that outlives it. When it dies too, that scenario is known to be deadly: from then
 * on it is not run, but counts as a violation, and the rest of the cell is judged as ever. */
#ifndef RELIGHT_EXPLORE_DEATHS_H
#define RELIGHT_EXPLORE_DEATHS_H

#include "explore/run.h"

#define RL_DEATHS_MAX      16u /* deadly scenarios of a cell; after one more it is given up */
#define RL_DEATHS_WHY_SIZE 80u

struct rl_sweep;

struct rl_deaths {
    bool careful;
    uint32_t count;
    struct {
        uint64_t scenario;
        char why[RL_DEATHS_WHY_SIZE];
    } list[RL_DEATHS_MAX];
    volatile uint64_t *last; /* the scenario going on, shared; 0: none so far */
};

/* Adds the scenario that was going on. False when it is known already, or there are too many. */
bool rl_deaths_add(struct rl_deaths *deaths, const char *why);

/* The scenario whose run would start from `view` in a sweep; or the next one of the block that is
 * being done: is about to be run. When it is known to be deadly, `run` is as one that did not boot,
 * and must not be executed. */
bool rl_dies_from(const struct rl_sweep *sweep, struct rl_run *run, const struct rl_view *view);
bool rl_dies_next(struct rl_sweep *sweep, struct rl_run *run, const struct rl_view *view);

#endif
