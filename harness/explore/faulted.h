/* A scenario with faults that change how the engine runs (RL_WAY_UPSET), in pieces: from step
 * boundary to step boundary, so that it can be left and taken up there.
 *
 * boot: as often as it takes, within the plan's limit; a reset or a trap in it is one boot.
 *
 * update: offered when the old image runs, step by step. While faults are at work it may be
 * refused, for a reason; then it is offered once more in the same power cycle. A reset or a trap
 * leads back to boot; after 32 of them faults stop, and after as many again the update is one that
 * never ends.
 *
 * stop: where the update did not succeed, faults stop, apart from those that last for good. Power
 * goes and comes back, the old image runs, and the update is offered again: it has to succeed
 * unless a fault lasts.
 *
 * end: two more power cycles, of which the second changes nothing. */

#ifndef RELIGHT_EXPLORE_FAULTED_H
#define RELIGHT_EXPLORE_FAULTED_H

#include "explore/run.h"

/* A run in the state of `view` at power-on, with the faults of run->injecting; `log` keeps the
 * operations of the first power cycle. */
void rl_faulted_start(struct rl_run *run, const struct rl_view *view, bool log);
/* To the next step boundary. False when there is none any more: what is left is the end. */
bool rl_faulted_advance(struct rl_run *run);
void rl_faulted_end(struct rl_run *run);
/* Which faults the engine met so far; rl_faulted_end() does this too. */
void rl_faulted_note_met(struct rl_run *run);
/* All of it. */
void rl_faulted_execute(struct rl_run *run, const struct rl_view *view, bool log);

/* What goes on behind a cut of `from`, which has no step boundary any more and is not at its end
 * yet: faults that last, and damage. `to` will run from what the cut leaves, and is judged by what
 * is owed after those faults. False where nothing goes on: what follows is as after any cut. */
bool rl_faulted_follow(struct rl_run *to, const struct rl_run *from);

/* One more fault, at operation `at` (from 1) of the first power cycle, and what the engine owes
 * because of it. The run is at a step boundary before that operation. */
void rl_faulted_arm(struct rl_run *run, const struct rl_injection *what, uint64_t at);

/* `to` becomes `from`, which is at a step boundary and goes on as before. Without its log unless
 * `log`. Both are of the same scene. */
void rl_run_assign(struct rl_run *to, const struct rl_run *from, bool log);

/* Of everything that influences what follows or how it is judged, for runs of one scene whose
 * faults are over:
 *   devices, caches, port; the engine's context and static variables; where the update is;
 *   persistent data as it was found and changed; what the judge remembers.
 * Left out: the stage, because a known state is always in an update; erases of each sector, whose
 * limit explore/known.h keeps; whether the update may be refused, because only runs that end in the
 * new image without a refusal are known; time, which no engine can read; the number of operations
 * and of power cycles, which count against limits only that no run comes near; what was looked at
 * last for the invariant, which is a function of the state. Each is equal or of no effect in equal
 * states. */
struct rl_sum rl_run_fingerprint(const struct rl_run *run);

#endif
