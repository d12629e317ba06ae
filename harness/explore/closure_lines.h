/* Crash states of a closure whose dirty lines are open: see choices.h. Each leaf that one of them
 * leads to counts as a crash state of its own. */
#ifndef RELIGHT_EXPLORE_CLOSURE_LINES_H
#define RELIGHT_EXPLORE_CLOSURE_LINES_H

#include "explore/choices.h"
#include "explore/closure.h"

struct rl_closure_lines;

struct rl_closure_lines *rl_closure_lines_new(struct rl_closure *closure);
void rl_closure_lines_free(struct rl_closure_lines *lines);
/* Judges and counts a family whose lines are RL_LINES_OPEN. */
void rl_closure_lines_visit(struct rl_closure_lines *lines, const struct rl_family *family);
/* The states at the cursor are others from here on; or they are, if a page changed that somebody
 * looked at. */
void rl_closure_lines_forget(struct rl_closure_lines *lines);
void rl_closure_lines_changed(struct rl_closure_lines *lines, uint8_t device, uint32_t page);

#endif
