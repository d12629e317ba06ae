/* An engine's account of a query, as a line for a person. */
#ifndef RELIGHT_EXPLORE_ACCOUNT_H
#define RELIGHT_EXPLORE_ACCOUNT_H

#include <stddef.h>

#include "board/board.h"

/* Asks the engine, which has an account(), without changing anything. Under a guard. */
void rl_account_take(const struct relight_engine *engine, struct rl_board *board,
                     const void *context, struct relight_account *account);

/* Whether fastload is possible, what differs and what the update will work on; or why not. */
void rl_account_text(const struct relight_account *account, char *line, size_t size);

#endif
