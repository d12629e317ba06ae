/* Calls into the engine, each under guard: whatever it does, they come back. They return 0, or
 * RL_ESCAPE_… when the engine did not. */
#ifndef RELIGHT_EXPLORE_CALL_H
#define RELIGHT_EXPLORE_CALL_H

#include "explore/scene.h"
#include "oracles/data_kept.h"

/* Everything that an engine keeps is as after power-on, then it boots. */
int rl_call_boot(const struct rl_scene *scene, struct rl_board *board, void *context,
                 relight_progress *progress);

/* One update, from the request to its end. */
struct rl_update {
    const struct rl_scene *scene;
    struct rl_board *board;
    void *context;
    struct rl_data_history
        *data;              /* the running image changes items as the plan says; may be NULL */
    struct rl_judge *judge; /* of these changes; may be NULL */
    bool at_first;          /* operations are those of the first power cycle */
    /* Both may be NULL. Between steps; and after a change of an item. */
    void (*between)(void *user);
    void (*changed)(void *user, const struct rl_data_change *change);
    void *user;
    relight_progress progress; /* out */
    bool requested;            /* out */
    bool cancelled;            /* set by `between`: the engine gave the update up, as asked */
    uint32_t steps;            /* out: that were made */
    uint32_t idle;             /* out: the last ones, in a row, that made no operation */
};
/* Steps in a row without an operation that are an endless loop. Nothing can change in them for the
 * engine to wait for, and no limit of operations would end it. */
#define RL_IDLE_STEPS_MOST 1000u
/* The request and all steps. */
int rl_call_update(struct rl_update *update);
/* The request, if it was not made, and one step; the update goes on while `progress` is
 * RELIGHT_WORKING. Between two calls the run is at a step boundary. */
int rl_call_update_step(struct rl_update *update);

/* The running image sets each item of its data. */
int rl_call_set_items(struct rl_board *board, struct rl_data_history *data, void *context);

/* rl_data_find() */
int rl_call_find_data(struct rl_board *board, struct rl_data_history *data);

/* rl_judge_data() */
int rl_call_judge_data(struct rl_board *board, struct rl_judge *judge, struct rl_data_history *data,
                       int image);

/* The engine's account, into one that is zeroed; as it is where the engine offers none. */
int rl_call_account(const struct rl_scene *scene, struct rl_board *board, const void *context,
                    struct relight_account *account);

/* What the engine says why its last update was refused; "" when it does not say. */
void rl_call_reason(const struct rl_scene *scene, struct rl_board *board, void *context, char *text,
                    size_t size);

#endif
