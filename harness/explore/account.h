/* An engine's account of a query, as a line for a person. */
#ifndef RELIGHT_EXPLORE_ACCOUNT_H
#define RELIGHT_EXPLORE_ACCOUNT_H

#include <stddef.h>

#include "relight/engine.h"

/* Whether fastload is possible, what differs and what the update will work on; or why not. */
void rl_account_text(const struct relight_account *account, char *line, size_t size);

#endif
