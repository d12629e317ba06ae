/* Whether a certificate is true, found out without the code that made it.
 *
 * It shares with it what says what a device, an engine and a fault are: the board, the engines, the
 * outcomes of a cut, the oracles, and how one recovery is run. It has its own walk, its own account
 * of what cuts lead to, and follows no footprints.
 *
 * A cell's set of states is closed, and holds, when this is so for each state in it:
 *  - the start is one of them;
 *  - the crash state that stands for it comes out of its parent's power cycle, and is what its
 *    fingerprint says;
 *  - its recovery is judged as the certificate says;
 *  - every crash state of its power cycle belongs to a state of the set;
 *  - whatever else belongs to it recovers alike, and its cuts lead to the same states: tried with
 *    one other, which differs wherever no question looks.
 * A sample of states is checked against all of this; what it takes to rebuild them is run only. */
#ifndef RELIGHT_CHECK_CHECK_H
#define RELIGHT_CHECK_CHECK_H

#include "check/reader.h"
#include "engines/load.h"
#include "explore/scene.h"
#include "plan/plan.h"

/* Of what the dirty lines of one crash state hold, so many combinations are tried at most; of more,
 * some are drawn. */
#define RL_CHECK_COMBINATIONS 65536u

struct rl_check_options {
    double share; /* of the leaves, above 0 and up to 1 */
    uint64_t seed;
    uint32_t combinations; /* of dirty lines in one crash state: RL_CHECK_COMBINATIONS */
};

struct rl_check_result {
    uint64_t states;       /* in the certificate */
    uint64_t checked;      /* of these */
    uint64_t rebuilt;      /* run only, on the way to others */
    uint64_t crash_states; /* made and walked, of the states that were checked */
    uint64_t drawn;        /* of these: not every combination of what dirty lines hold was tried */
    uint64_t violating;    /* of the certificate: crash states that violate a property */
    bool is_true;
    uint64_t state; /* that shows that it is not */
    char why[RL_CHECK_WHY];
};

/* Checks one cell. Pages and lines that certificates name are of the process, and gone after this:
 * what was read of any cell cannot be checked then. check/cells.h gives each cell a process. */
void rl_check_cell(const struct rl_plan *plan, const struct rl_cell *cell,
                   const struct rl_engine_handle *engine, struct rl_check_cell *certificate,
                   const struct rl_check_options *options, struct rl_check_result *result);
/* The same in a scene that stands. */
void rl_check_scene(const struct rl_scene *scene, struct rl_check_cell *certificate,
                    const struct rl_check_options *options, struct rl_check_result *result);

#endif
