/* What is the same for all scenarios of one cell: device, engine, images as pages. */
#ifndef RELIGHT_EXPLORE_SCENE_H
#define RELIGHT_EXPLORE_SCENE_H

#include "board/board.h"
#include "engines/load.h"
#include "engines/statics.h"
#include "explore/adapters.h"
#include "oracles/data_kept.h"
#include "oracles/judge.h"
#include "plan/plan.h"
#include "world/source.h"

struct rl_scene {
    const struct rl_plan *plan;
    const struct rl_cell *cell;
    const struct rl_engine_handle *handle;
    const struct relight_engine *engine;
    struct rl_device device;
    struct rl_statics statics;
    /* What the engine said of states so far; NULL where that may depend on more than a state. */
    struct rl_recall *recall;
    /* Old and new, and what the device ran before: RL_RUNS_OLDER, all zero where there is none. */
    struct rl_known_image images[RL_KNOWN_IMAGES];
    bool falls_back;               /* a bank carries the older image at the start */
    bool takes_no_new;             /* the older image has to refuse the new one */
    struct rl_plane flash, memory; /* the start state */
    /* Persistent data in the last power cycle before it, and the operation that this was cut at. */
    struct rl_data_history data;
    uint64_t data_cut;
    struct rl_image_source source; /* of the new image */
    struct rl_adapters before;     /* updated before the one that is explored */
    char unreached[192];           /* why the start state could not be reached; empty when it was */
};

/* Prepares a cell, its start state included. One scene at a time in a process: it empties and fills
 * the page store. Where the engine does not do, without faults, what it takes to reach the start
 * state, `unreached` says so: then every run of the scene violates progress. */
void rl_scene_init(struct rl_scene *scene, const struct rl_plan *plan, const struct rl_cell *cell,
                   const struct rl_engine_handle *handle);
void rl_scene_free(struct rl_scene *scene);

/* An empty history for the data of a board of this scene; of no items where the plan has none
 * changed. rl_data_free() */
void rl_scene_data(const struct rl_scene *scene, struct rl_data_history *history);

#endif
