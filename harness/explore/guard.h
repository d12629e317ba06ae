/* Calls into an engine that come back, whatever it does: endless loops, failed assertions and
 * crashes of an engine under test are findings, and never end a campaign. */
#ifndef RELIGHT_EXPLORE_GUARD_H
#define RELIGHT_EXPLORE_GUARD_H

#include "board/board.h"

/* Once per process, before the first call: catches crashes, and starts a timer on the process's own
 * processor time that ends loops without operations. */
void rl_guard_install(void);

/* Calls work(user) while `board` is the one that the engine is on. Returns 0, or RL_ESCAPE_… when
 * it did not return; then the board is not peeking or watching any more. */
int rl_guard_call(struct rl_board *board, void (*work)(void *user), void *user);

#endif
