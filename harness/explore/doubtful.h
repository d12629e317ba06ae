/* Cuts that leave flash in doubt: unstable-bits and marginal-cell (faults/doubt.h). What follows
 * such a cut is no function of the state that it leaves, so none of it is merged: each choice is a
 * run of its own.
 *
 *   unstable   The device boots, is offered the update, and power cycles follow, as after faults
 *              that change how the engine runs (faulted.h). What is in doubt changes after the
 *              engine's k-th read of it: each k up to RL_DOUBT_READS, then powers of two, until it
 *              reads no more; and not at all.
 *   marginal   The same; it decays after the first boot, and power goes once more; or when the
 *              update has ended; or when all is over, and power goes once more. */
#ifndef RELIGHT_EXPLORE_DOUBTFUL_H
#define RELIGHT_EXPLORE_DOUBTFUL_H

#include "explore/run.h"
#include "explore/sweep_private.h"
#include "faults/doubt.h"

#define RL_DOUBT_READS 16u

/* Whether the plan has either class. */
bool rl_doubtful_any(const struct rl_sweep *sweep);
/* All of them, of the golden run. After
 * rl_sweep_golden(), which has to hold. */
void rl_doubtful_all(struct rl_sweep *sweep);
/* One of them, from `view`, the state that the cut leaves. */
void rl_doubtful_execute(struct rl_run *run, struct rl_doubt *doubt, const struct rl_view *view,
                         bool log);

#endif
