/* The cells of a certificate, each by a worker process of its own: what one does to the process, or
 * to the pages in it, is nothing to the others. */
#ifndef RELIGHT_CHECK_CELLS_H
#define RELIGHT_CHECK_CELLS_H

#include "check/check.h"

struct rl_check_task {
    const struct rl_cell *cell;
    const struct rl_engine_handle *engine;
    struct rl_check_cell *certificate;
};

/* Checks all of them, at most `jobs` at a time; what is found does not depend on that. False, and a
 * line in `why`, when the harness failed. */
bool rl_check_cells(const struct rl_plan *plan, const struct rl_check_task *tasks, size_t count,
                    const struct rl_check_options *options, unsigned jobs,
                    struct rl_check_result *results, char why[RL_CHECK_WHY]);

#endif
