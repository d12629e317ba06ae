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

#include "explore/call.h"
#include "explore/scene.h"
#include "faults/injection.h"
#include "faults/outcome.h"
#include "faults/view.h"
#include "oracles/data_kept.h"

/* Where a run that is made in pieces is. */
enum rl_stage { RL_STAGE_BOOT = 0, RL_STAGE_UPDATE, RL_STAGE_STOP, RL_STAGE_END };

/* An operation of a power cycle. */
struct rl_found_at {
    uint32_t cycle;
    uint64_t operation;
};

struct rl_run {
    const struct rl_scene *scene;
    struct rl_board board, side;
    struct rl_observer observer;
    struct rl_log log;
    struct rl_judge judge;
    struct rl_data_history data;    /* no items where the plan has none changed */
    struct rl_port_history history; /* of a golden run: of its boot and update */
    struct rl_image_source source;
    struct rl_plane flash, memory; /* the state that the run started from */
    void *context, *side_context;
    bool golden, spoiled;          /* options; and the key was made unreadable */
    bool ended;                    /* at a boundary: see there */
    bool asked;                    /* the query, for the timeline */
    struct rl_injecting injecting; /* faults that change how it runs */
    struct rl_update update;       /* the one going on */
    enum rl_stage stage;           /* of a run in pieces: faulted.h */
    uint32_t refusals;             /* of the update, in such a run */
    uint32_t resets;               /* out of it */
    bool stopped, lasting;         /* faults stopped; and one goes on all the same */
    uint8_t *statics;              /* of the engine, while another run has them */
    uint32_t hurt; /* images that a fault of the power cycle before has hit in flash, mask */
    size_t statics_size;
    uint64_t spoils; /* damages when power was cycled last without a fault */
    /* How it went. */
    int first_image, last_image; /* RL_RUNS_… after boot and at the end */
    char reason[64];             /* why the update was refused; "" otherwise */
    uint64_t operations;         /* of the first power cycle */
    uint16_t *erased;            /* by sector: how often, in that */
    /* Told at each boundary of the first power cycle: when its boot has found an image, and after
     * each step of its update that changed flash. True: the run ends there. */
    bool (*boundary)(void *user, struct rl_run *run);
    void *boundary_user;
    struct rl_found_at found_at; /* when an image ran first */
    /* Told about things worth a line in a timeline; may be NULL. */
    void (*told)(void *user, const char *line);
    void *told_user;
};

struct rl_run_options {
    bool log;         /* keep the first power cycle's operations */
    bool prefix_only; /* boot and update, unjudged, up to `stop` operations */
    bool golden;      /* from the start state: see rl_run_execute() */
    uint64_t stop;    /* 0: none */
    bool (*boundary)(void *user, struct rl_run *run); /* see struct rl_run; may be NULL */
    void *user;
};

void rl_run_init(struct rl_run *run, const struct rl_scene *scene);
void rl_run_free(struct rl_run *run);
/* Runs from the crash state `view`. A golden run is judged in more than that, which is no part of
 * its footprint: see explore/afterwards.h. */
void rl_run_execute(struct rl_run *run, const struct rl_view *view,
                    const struct rl_run_options *options);

/* At a boundary: all that influences what follows or how that is judged, but what flash and memory
 * hold apart from dirty lines: that is asked for as everywhere. See state.c. */
struct rl_sum rl_run_boundary_key(struct rl_run *run);

/* An update on a board that stands ready, without judging: for reaching start states. Boots first.
 * Returns the image that the engine says it has: RELIGHT_RUNS when the update was done, or
 * RELIGHT_REFUSED, RELIGHT_HALTED. Stops after `stop` operations when above 0. `data` may be NULL;
 * else it is kept of what the running image finds and changes. */
relight_progress rl_run_plain(struct rl_board *board, const struct rl_scene *scene, void *context,
                              uint64_t stop, struct rl_data_history *data);

/* Boots, and has the running image set each of its items. False when no image runs. */
bool rl_run_set_items(struct rl_board *board, const struct rl_scene *scene, void *context,
                      struct rl_data_history *data);

/* What a run found of what the power cycle before it left. */
struct rl_run_found {
    int first_image; /* RL_RUNS_… */
    struct rl_data_found data;
};
void rl_run_found(const struct rl_run *run, struct rl_run_found *found);
/* Where a power cycle was cut, in operations from 0; and up to where the cut left it as it was:
 * what came from `firm` on may be gone (rl_outcome_firm_until()). */
struct rl_cut_place {
    uint64_t cut, firm;
    uint64_t done; /* operations that were */
    bool turned;   /* what was in doubt reads otherwise from there on */
};
/* Of an outcome at operation `index` of a log. */
struct rl_cut_place rl_run_cut_at(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                                  size_t index);
/* Whether what `after` found is what the power cycle of `before` leaves when it is cut there: as it
 * stood at the cut, or as it was firm. See rl_data_agrees() and rl_judge_counter_agrees(). Returns
 * the properties that are violated, a bit mask of those that the plan asks for; their texts are in
 * `why`. */
uint32_t rl_run_compare(const struct rl_run *before, struct rl_cut_place at,
                        const struct rl_run_found *after,
                        char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY]);
/* Whether closures of the scene remember over power cycles that the new image began its
 * initialization: it has a higher security counter, and what was acknowledged stays. Where it may
 * be gone (rl_outcome_firm_until()), the commit may be, too, and the old image may run again. */
bool rl_run_remembers_counter(const struct rl_scene *scene);
/* The same of a golden run against how its start state was left. */
uint32_t rl_run_compare_start(const struct rl_run *run, char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY]);

/* A context for the engine, with room behind it that shows whether it keeps to it; free(). */
void *rl_context_new(const struct relight_engine *engine);

#endif
