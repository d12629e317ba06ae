/* One cell from its plan to its result, in a process of its own. */
#include "explore/sweep_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "explore/guard.h"

/* Each round of the preamble separates at least one page more; more rounds than this are not worth
 * their time, and the cell is reported as incomplete. */
#define ROUNDS_MAX 32u

static void sweep_open(struct rl_sweep *sweep)
{
    struct rl_scene *scene = sweep->scene;

    sweep->footprints = rl_footprints_new(scene->flash.count, scene->memory.count);
    rl_tally_init(&sweep->tally, scene);
    sweep->preamble_used = sweep->preamble_count;
}

static void sweep_close(struct rl_sweep *sweep)
{
    rl_footprints_free(sweep->footprints);
    rl_tally_free(&sweep->tally);
}

static void explore(struct rl_sweep *sweep)
{
    bool sampled = sweep->scene->cell->sample > 0 || sweep->scene->cell->reuse != RL_REUSE_MERGE;

    for (uint32_t round = 0;; round++) {
        sweep_open(sweep);
        if (rl_sweep_golden(sweep) && !sweep->failed) {
            (sampled ? rl_sweep_sample : rl_sweep_all)(sweep);
        }
        if (sweep->preamble_count == sweep->preamble_used || sweep->failed || sweep->out_of_time ||
            round + 1u == ROUNDS_MAX) {
            return;
        }
        sweep_close(sweep);
    }
}

static void resources(struct rl_cell_result *result)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    result->peak_bytes = (uint64_t)usage.ru_maxrss * 1024u;
    result->cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                          (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

void rl_cell_run(const struct rl_plan *plan, const struct rl_cell *cell,
                 const struct rl_engine_handle *engine, double deadline,
                 struct rl_cell_progress *progress, struct rl_cell_result *result)
{
    struct rl_sweep *sweep = calloc(1, sizeof *sweep);
    struct rl_scene scene;
    char error[256];

    memset(result, 0, sizeof *result);
    (void)snprintf(result->cell, sizeof result->cell, "%s", cell->name);
    rl_guard_install();
    if (sweep == NULL) {
        (void)snprintf(result->harness_error, sizeof result->harness_error, "out of memory");
        return;
    }
    if (!rl_scene_init(&scene, plan, cell, engine, error, sizeof error)) {
        (void)snprintf(result->harness_error, sizeof result->harness_error, "%s", error);
        rl_scene_free(&scene);
        free(sweep);
        return;
    }
    sweep->scene = &scene;
    sweep->deadline = deadline;
    sweep->progress = progress;
    for (uint32_t i = 0; i <= RL_DEPTH_MAX; i++) {
        rl_run_init(&sweep->levels[i].run, &scene);
        rl_cursor_init(&sweep->levels[i].cursor, &scene.device);
    }
    explore(sweep);
    sweep->tally.result.complete =
        !sweep->out_of_time && sweep->preamble_count == sweep->preamble_used;
    rl_tally_finish(&sweep->tally, result);
    if (sweep->failed) {
        (void)snprintf(result->harness_error, sizeof result->harness_error, "%s", sweep->error);
    }
    resources(result);
    for (uint32_t i = 0; i <= RL_DEPTH_MAX; i++) {
        rl_run_free(&sweep->levels[i].run);
        rl_cursor_free(&sweep->levels[i].cursor);
    }
    sweep_close(sweep);
    free(sweep->preamble);
    rl_scene_free(&scene);
    free(sweep);
}
