/* The engines that the cells of a plan name, each opened once. */
#ifndef RELIGHT_EXPLORE_ENGINES_H
#define RELIGHT_EXPLORE_ENGINES_H

#include <stddef.h>
#include <stdint.h>

#include "engines/load.h"
#include "plan/plan.h"

struct rl_engines {
    struct rl_engine_handle *handles; /* distinct by what the plan calls them */
    uint32_t count;                   /* 1 or more */
    uint32_t *of_cell;                /* handle by cell; NULL: all cells have the first */
};

/* Opens what the cells name, or only `instead`, when it is not NULL, for all of them. Refuses
 * phases in a plan that its engine does not have. Returns 0; or
 * -1 with a line in `error`, and nothing is open. */
int rl_engines_open(const struct rl_plan *plan, const char *instead, struct rl_engines *engines,
                    char *error, size_t error_size);
void rl_engines_close(struct rl_engines *engines);

/* That of cell number `cell` of the plan. */
const struct rl_engine_handle *rl_engines_of(const struct rl_engines *engines, uint32_t cell);

/* The name that all cells' engines have, or "several" when there is more than one engine. */
const char *rl_engines_name(const struct rl_engines *engines);
/* The digest of the only engine, or of all of them and which cell has which. */
uint64_t rl_engines_digest(const struct rl_engines *engines, uint32_t cell_count);

#endif
