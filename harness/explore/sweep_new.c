/* Making and freeing a sweep. */
#include <stdlib.h>

#include "board/heap.h"
#include "explore/sweep_private.h"

struct rl_sweep *rl_sweep_new(struct rl_scene *scene)
{
    struct rl_sweep *sweep = rl_calloc(1, sizeof *sweep);

    sweep->scene = scene;
    sweep->narrow = rl_selection_narrows_cuts(scene->cell);
    for (uint32_t i = 0; i <= RL_DEPTH_MAX; i++) {
        rl_run_init(&sweep->levels[i].run, scene);
        rl_cursor_init(&sweep->levels[i].cursor, &scene->device);
        rl_selection_init(&sweep->levels[i].selection, scene->cell, scene->engine);
    }
    sweep->footprints = rl_footprints_new(scene->flash.count, scene->memory.count);
    rl_tally_init(&sweep->tally, scene);
    rl_tally_restart(&sweep->tally);
    return sweep;
}

void rl_sweep_free(struct rl_sweep *sweep)
{
    for (uint32_t i = 0; i <= RL_DEPTH_MAX; i++) {
        rl_run_free(&sweep->levels[i].run);
        rl_cursor_free(&sweep->levels[i].cursor);
        rl_selection_free(&sweep->levels[i].selection);
    }
    rl_footprints_free(sweep->footprints);
    rl_footprints_free(sweep->plain);
    rl_shrunk_causes_free(&sweep->shrunk);
    rl_tally_free(&sweep->tally);
    free(sweep);
}
