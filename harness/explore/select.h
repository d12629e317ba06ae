/* Which operations a plan puts its faults at. */
#ifndef RELIGHT_EXPLORE_SELECT_H
#define RELIGHT_EXPLORE_SELECT_H

#include "board/log.h"
#include "plan/plan.h"

/* What the selectors of a cell make of the operations of a log, one after the other. */
struct rl_selection {
    const struct rl_cell *cell;
    const struct relight_engine *engine;
    struct rl_selected {
        uint64_t matched; /* operations that it fits so far, for `match` */
        bool fits;        /* the one that was stepped to last */
    } * selected;         /* by selector */
};

void rl_selection_init(struct rl_selection *selection, const struct rl_cell *cell,
                       const struct relight_engine *engine);
/* Nothing was selected yet: another log begins. */
void rl_selection_restart(struct rl_selection *selection);
void rl_selection_free(struct rl_selection *selection);
/* The operation is the next one of a log: once for each, in order. */
void rl_selection_step(struct rl_selection *selection, const struct rl_operation *operation);
/* Whether selector `index` selects the operation that was stepped to last. */
bool rl_selection_takes(const struct rl_selection *selection, uint32_t index);

/* Whether any selector of a class that is a cut says more than the class's name. */
bool rl_selection_narrows_cuts(const struct rl_cell *cell);
/* Whether the plan puts faults of a class at the operation that was stepped to last. */
bool rl_selection_takes_class(const struct rl_selection *selection, rl_class fault_class);

/* Whether every phase that the cell's selectors name is one of the engine's. False, and a line in
 * `error`, "file:line:column: ...", otherwise. */
bool rl_selection_check(const struct rl_cell *cell, const struct relight_engine *engine,
                        char *error, size_t error_size);

#endif
