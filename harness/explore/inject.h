/* Faults that change how the engine runs, at every operation of the golden run.
 *
 * The golden run is made once more, from step boundary to step boundary. For each operation of a
 * step, each class that the plan puts there and each variant of it, the run is taken up at the
 * boundary before that step, with the fault, and followed to its end: no prefix is run again. A run
 * whose faults are over and that reaches a state which is known to end well stops there. */
#ifndef RELIGHT_EXPLORE_INJECT_H
#define RELIGHT_EXPLORE_INJECT_H

#include "explore/sweep_private.h"

struct rl_inject;

/* NULL where the plan has no such class. After rl_sweep_golden(), which has to hold. */
struct rl_inject *rl_inject_new(struct rl_sweep *sweep);
void rl_inject_free(struct rl_inject *inject); /* NULL is allowed */
/* Every fault, and pair that begins with one, in the golden run. */
void rl_inject_golden(struct rl_inject *inject);
/* Of pairs that begin with a cut: the faults in each recovery of the first cuts. One state stands
 * for all that have that recovery. */
void rl_inject_recoveries(struct rl_inject *inject);

#endif
