/* Between the files that explore a closure: closure.c has states and the queue of what is to be
 * done with them, closure_runs.c what is known of runs, closure_cut.c cuts a run, closure_judge.c
 * takes the crash states that come of that, and closure_graph.c sums up. */
#ifndef RELIGHT_EXPLORE_CLOSURE_PRIVATE_H
#define RELIGHT_EXPLORE_CLOSURE_PRIVATE_H

#include "explore/closure.h"

/* closure.c. Pointers hold until the next state, or leaf, is asked for. */
struct rl_closure_state *rl_closure_state_at(struct rl_closure *closure, uint32_t state);
struct rl_closure_leaf *rl_closure_leaf_at(struct rl_closure *closure, uint32_t leaf);
bool rl_closure_goes_well(const struct rl_closure *closure);
bool rl_closure_is_certified(const struct rl_sweep *sweep);
/* The state waits for being cut; or, not `cut`, for where it goes on to be looked for once more. */
void rl_closure_wait_for(struct rl_closure *closure, uint32_t state, bool cut);
/* Some crash state is in this state, and so in those that it goes on to. */
void rl_closure_know(struct rl_closure *closure, uint32_t state);
size_t rl_closure_waiting(const struct rl_closure *closure); /* states */

/* closure_runs.c. What is to come from a leaf on; for struct rl_stretches, whose user
 * is the closure. */
const struct rl_to_come *rl_closure_to_come(void *user, uint32_t leaf);
/* Runs from `view`, and learns what is new of it behind its first `known` stretches, which are
 * those of the run of `owner`. Returns the leaf of the first that was new; RL_LEAF_NONE when the
 * sweep has failed. */
uint32_t rl_closure_make_run(struct rl_closure *closure, struct rl_level *level,
                             const struct rl_view *view, uint32_t known, uint32_t owner);
/* Keeps the log of the last run of `stretches` for being cut. */
void rl_closure_keep(struct rl_closure *closure, uint32_t owner,
                     const struct rl_stretches *stretches, const struct rl_run *run);
uint32_t rl_closure_violated_by(struct rl_closure *closure, uint32_t leaf);
/* Leaf `leaf` goes on to `next`, in the tree from `root` on. */
void rl_closure_goes_on_to(struct rl_closure *closure, uint32_t leaf, uint32_t next, uint32_t root);
/* The state that the run of an owner started from, in the level's view. */
void rl_closure_take_from_vault(struct rl_closure *closure, uint32_t owner, struct rl_level *level);

/* closure_judge.c. What is counted from here on is of the state, whose stretch begins at operation
 * `first`; and it is the state's from now on, in place of what was. */
void rl_closure_begin_account(struct rl_closure *closure, uint32_t state, size_t first);
void rl_closure_settle_account(struct rl_closure *closure, size_t operations);
void rl_closure_forget_account(struct rl_closure_state *state);

/* closure_cut.c. Cuts the golden run; does with all stretches of the run that a state is one of
 * what they wait for. */
void rl_closure_cut_start(struct rl_closure *closure);
void rl_closure_work_off(struct rl_closure *closure, uint32_t state);

/* closure_graph.c. Sums up what is kept by state. */
void rl_closure_finish(struct rl_closure *closure);

#endif
