/* Between the files that run one scenario: run.c and faulted.c. */
#ifndef RELIGHT_EXPLORE_RUN_PRIVATE_H
#define RELIGHT_EXPLORE_RUN_PRIVATE_H

#include "explore/run.h"

/* A line for the timeline, where one is wanted. */
void rl_run_tell(struct rl_run *run, const char *line);

/* The board stands in the state of `view` at power-on, and nothing has been judged. */
void rl_run_start(struct rl_run *run, const struct rl_view *view,
                  const struct rl_run_options *options);
/* Judges what a reset now would leave. */
void rl_run_look_at_state(struct rl_run *run, struct rl_board *board);
/* Boots until an image runs, without further faults. Returns the image, or RL_RUNS_NONE. */
int rl_run_settle(struct rl_run *run);
/* An image runs on `board`: which one, and what it finds. */
int rl_run_image(struct rl_run *run, struct rl_board *board);
/* Power goes and comes back, on the run's board or its copy. */
void rl_run_power_cycle(struct rl_run *run, struct rl_board *board);
/* A power cycle without a fault, after which `image` has to run; `settled`: it changes nothing. */
void rl_run_again(struct rl_run *run, struct rl_board *board, void *context, int image,
                  bool settled);
/* An update is about to be offered: run->update. How it ended. */
void rl_run_begin_update(struct rl_run *run);
void rl_run_end_update(struct rl_run *run, int escape);
/* The image that an update starts from runs. */
void rl_run_tell_offer(struct rl_run *run);
/* The device is reset, and power stays. */
void rl_run_warm_reset(struct rl_run *run);
/* What the engine owes after a fault of this class. */
void rl_run_owes(struct rl_run *run, rl_class fault_class);
/* The same where the fault is injected. */
void rl_run_is_injected(struct rl_run *run, rl_class fault_class);
/* The engine's static variables into the run, and back. */
void rl_run_keep_statics(struct rl_run *run);
void rl_run_put_back_statics(const struct rl_run *run);
void rl_run_judge_contexts(struct rl_run *run);

#endif
