/* One scenario from its last fault on: the device boots from a crash state, settles, is offered the
 * update again, and is judged all along.
 *
 *   boot            until an image runs, at most limits.boots times
 *     aside: two more power cycles from there, without an update: the choice holds, and the second
 *            changes nothing in flash
 *   update          offered when the old image runs; ends in the new one
 *   power cycle     twice more: what ran runs again, and the second changes nothing in flash
 *
 * The golden run is the same from the start state. The first power cycle (boot and update) is what
 * the log holds: where further cuts can come. */
#ifndef RELIGHT_EXPLORE_RUN_H
#define RELIGHT_EXPLORE_RUN_H

#include "explore/scene.h"
#include "faults/view.h"

struct rl_run {
    const struct rl_scene *scene;
    struct rl_board board, side;
    struct rl_observer observer;
    struct rl_log log;
    struct rl_judge judge;
    struct rl_plane flash, memory; /* the state that the run started from */
    void *context, *side_context;
    /* How it went. */
    int first_image, last_image; /* RL_RUNS_… after boot and at the end */
    char reason[64];             /* why the update was refused; "" otherwise */
    uint64_t operations;         /* of the first power cycle */
    /* Told about things worth a line in a timeline; may be NULL. */
    void (*told)(void *user, const char *line);
    void *told_user;
};

struct rl_run_options {
    bool log;         /* keep the first power cycle's operations */
    bool prefix_only; /* boot and update, unjudged, up to `stop` operations */
    uint64_t stop;    /* 0: none */
};

void rl_run_init(struct rl_run *run, const struct rl_scene *scene);
void rl_run_free(struct rl_run *run);
/* Runs from the crash state `view`. */
void rl_run_execute(struct rl_run *run, const struct rl_view *view,
                    const struct rl_run_options *options);

/* An update on a board that stands ready, without judging: for reaching start states. Boots first.
 * Returns the image that the engine says it has: RELIGHT_RUNS when the update was done, or
 * RELIGHT_REFUSED, RELIGHT_HALTED. Stops after `stop` operations when above 0. */
relight_progress rl_run_plain(struct rl_board *board, const struct rl_scene *scene, void *context,
                              bool offer, uint64_t stop);

/* What the engine says why its last update was refused, "" when it does not say. */
void rl_run_reason(const struct rl_scene *scene, struct rl_board *board, void *context, char *text,
                   size_t size);
/* A context for the engine, with room behind it that shows whether it keeps to it; free(). */
void *rl_context_new(const struct relight_engine *engine);

#endif
