/* Explores one cell: the golden run, then every cut of the plan at every operation, then, for each
 * recovery that is new, every cut in it. */
#ifndef RELIGHT_EXPLORE_SWEEP_H
#define RELIGHT_EXPLORE_SWEEP_H

#include "explore/explore.h"
#include "explore/scene.h"
#include "explore/work.h"
#include "results/results.h"

/* What a worker shows while it works. Shared with other processes: written by one, read by others.
 */
struct rl_cell_progress {
    volatile uint64_t crash_states, violations;
    volatile double fraction;
};

/* Runs what `work` says of cell `number` of the plan, and hands it over piece by piece. `end` tells
 * how that ended: complete, harness_error, resources; nothing of it was handed over. */
void rl_cell_work(const struct rl_plan *plan, uint32_t number,
                  const struct rl_engine_handle *engine, double deadline,
                  struct rl_cell_progress *progress, const struct rl_work *work,
                  struct rl_cell_result *end);

/* Runs all of a cell of the plan. `deadline` is in seconds of CLOCK_MONOTONIC, 0 for none; when it
 * passes, the result is incomplete. The result's harness_error says what went wrong when the cell
 * could not be judged. */
void rl_cell_run(const struct rl_plan *plan, const struct rl_cell *cell,
                 const struct rl_engine_handle *engine, double deadline,
                 struct rl_cell_progress *progress, struct rl_cell_result *result);

double rl_clock_now(void); /* CLOCK_MONOTONIC, seconds: for budgets and progress only */

#endif
