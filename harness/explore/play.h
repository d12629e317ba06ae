/* Plays the scenario that a token names, with the code that campaigns find it with: a power cycle
 * after the other, each but the last one left where the token says. What a replay tells, and what
 * shrinking asks again and again, come out of it. */
#ifndef RELIGHT_EXPLORE_PLAY_H
#define RELIGHT_EXPLORE_PLAY_H

#include "explore/engines.h"
#include "explore/run.h"
#include "explore/token.h"
#include "faults/doubt.h"

/* Told of what is played. Each may be NULL. Power cycles count from 1. */
struct rl_play_listener {
    void *user;
    /* The power cycle is about to begin, in `run`. */
    void (*begins)(void *user, const struct rl_run *run, uint32_t cycle);
    /* A line of the run going on: rl_run.told. */
    void (*told)(void *user, const char *line);
    /* It was run, and its log is there. */
    void (*ran)(void *user, const struct rl_run *run, uint32_t cycle);
    /* It was cut at operation `index` of its log; the crash state is in play->view. */
    void (*cut)(void *user, const struct rl_run *run, uint32_t cycle, size_t index,
                const struct rl_outcome *outcome);
};

struct rl_play {
    const struct rl_scene *scene;
    const struct rl_token *token;
    const struct rl_play_listener *listener;
    /* A debugger is to stop before this operation of this power cycle; cycle 0: nowhere. */
    struct rl_stop stop;
    /* After rl_play_token(): */
    struct rl_run *last; /* the run of the last power cycle, with the verdict */
    uint32_t cycles;     /* power cycles before it */
    uint32_t fault;      /* faults of the token that were found */
    /* Its own: */
    struct rl_run runs[2]; /* the power cycle going on, and the one before or after it */
    struct rl_cursor cursor;
    struct rl_view view;
    struct rl_cut_place cut; /* of the last cut */
    /* Whether the new image began its initialization in a power cycle before the last cut's, and
     * whether it did in that one, too, or before. */
    bool remembered, began;
    uint32_t spares;       /* of the class of that cut */
    struct rl_doubt doubt; /* of the last fault */
    bool in_doubt;
    /* Of the power cycle going on: injections, at the operations that they hit. */
    struct rl_injecting injecting;
    uint32_t followed; /* the first of these, which go on from the power cycle before */
};

/* The token's cell of the plan, and its engine; NULL, and a line in `error`, when the token is of
 * another plan, cell or engine. */
const struct rl_cell *rl_play_cell(const struct rl_token *token, const struct rl_plan *plan,
                                   const struct rl_engines *engines,
                                   const struct rl_engine_handle **engine, char *error,
                                   size_t error_size);

/* Allocated, for any number of tokens of the scene's cell; `listener` may be NULL. */
struct rl_play *rl_play_new(const struct rl_scene *scene, const struct rl_play_listener *listener);
void rl_play_free(struct rl_play *play);

/* False when a fault of the token does not exist: number play->fault, from 0. */
bool rl_play_token(struct rl_play *play, const struct rl_token *token);

#endif
