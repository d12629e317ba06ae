/* The device of a plan: figures from a profile and the plan, and the geometry they make. */
#ifndef RELIGHT_PLAN_DEVICE_H
#define RELIGHT_PLAN_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "board/rules.h"
#include "plan/loader.h"

enum rl_figure {
    RL_FIGURE_BANK = 0,
    RL_FIGURE_SECTOR,
    RL_FIGURE_PAGE,
    RL_FIGURE_GRANULE,
    RL_FIGURE_DATA,     /* of one area; 0: the default that rl_device_lay_out() knows */
    RL_FIGURE_PLA,      /* configuration flash; 0: the board has none; not written down: default */
    RL_FIGURE_PHY,      /* the same */
    RL_FIGURE_RESIDENT, /* 0: a bank's size */
    RL_FIGURE_STAGING,  /* 0: a bank's size */
    RL_FIGURE_LINE,
    RL_FIGURE_LINES,
    RL_FIGURE_CHUNK,
    RL_FIGURE_LEVEL,
    RL_FIGURE_COUNT
};

#define RL_RULES 8u /* that a profile can declare */

struct rl_device_plan {
    uint32_t figure[RL_FIGURE_COUNT];
    const struct rl_yaml *where[RL_FIGURE_COUNT]; /* NULL: a default */
    bool staging_sram;     /* staging is a memory device of its own, not cached */
    bool staging_executes; /* code can run from there */
    bool flash_traps;      /* an uncorrectable error traps */
    bool memory_traps;
    uint64_t post_bytes;
    struct rl_flash_rules rules;
    const struct rl_yaml *rule_where[RL_RULES]; /* by bit of what is declared; NULL: it is not */
    const struct rl_yaml *pairs_where;
};

void rl_device_defaults(struct rl_device_plan *device);

/* Reads a plan's value of `device`: the path of a profile, or a mapping. A profile starts from the
 * defaults; other keys change the figures that stand in `device`. */
bool rl_device_read(struct rl_loader *loader, const struct rl_yaml *value,
                    struct rl_device_plan *device);

/* Checks the figures against each other and places the regions, one after the other. Flash: both
 * banks, both record sectors, the journal's sector, both data areas, the one-time-programmable
 * sector, the companions' configurations. Memory: the resident place, staging, the handover unit,
 * the companions' active configurations. */
bool rl_device_lay_out(struct rl_loader *loader, const struct rl_device_plan *device,
                       struct relight_geometry *geometry);

#endif
