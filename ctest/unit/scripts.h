/* Random runs from random states, of a board with few pages that differ: what tests of footprints
 * compare. One at a time. */
#ifndef SCRIPTS_H
#define SCRIPTS_H

#include "board_rig.h"
#include "explore/footprint.h"

#define SCRIPT_FLASH_PAGES  (RIG_FLASH / RL_PAGE)
#define SCRIPT_MEMORY_PAGES (RIG_MEMORY / RL_PAGE)
#define SCRIPT_STEPS        8u

/* What a run depends on and shows: a step is its kind and four numbers to take its arguments of. */
struct script {
    uint32_t kind[SCRIPT_STEPS];
    uint32_t number[SCRIPT_STEPS][4];
};

struct script_results {
    uint64_t values[SCRIPT_STEPS];
};

struct script_board {
    struct rig rig;
    struct rl_run run;             /* only what rl_footprints_add() reads */
    struct rl_plane flash, memory; /* the state that a run starts from */
    uint64_t random;
};
extern struct script_board scripts;

/* A board that nothing is logged of. `past_cache`: of the pages that states differ in, one is past
 * the cache, and one of a companion that is configured from the second page of flash. */
void scripts_begin(bool past_cache);
void scripts_end(void);

uint32_t scripts_draw(uint32_t below);
/* A new state, or one near the last. */
void scripts_change_state(void);
/* `restarts`: it may be of several power cycles. */
void scripts_draw_script(struct script *script, bool restarts);
/* Runs the script from the state. */
void scripts_execute(const struct script *script, struct script_results *results);

#endif
