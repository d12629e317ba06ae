/* One cell from its plan to its result, in a process of its own. */
#include "explore/doubtful.h"
#include "explore/inject.h"
#include "explore/closure.h"
#include "explore/sweep_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "explore/guard.h"

/* A cell that still splits leaves after so many rounds is reported as incomplete. */
#define ROUNDS_MAX 32u

static void explore_round(struct rl_sweep *sweep, bool one_by_one)
{
    struct rl_inject *inject = rl_inject_new(sweep);
    bool counts; /* this round: it is the last one */

    if (inject != NULL) {
        rl_inject_recoveries(inject);
    }
    (one_by_one ? rl_sweep_sample : rl_sweep_all)(sweep);
    counts = sweep->splits == 0 && !sweep->failed;
    if (inject != NULL && counts) {
        rl_inject_golden(inject);
    }
    if (counts) {
        rl_doubtful_all(sweep);
    }
    rl_inject_free(inject);
}

static void explore(struct rl_sweep *sweep)
{
    bool one_by_one = sweep->scene->cell->sample > 0 || sweep->scene->cell->reuse != RL_REUSE_MERGE;
    uint64_t runs = 0;

    for (uint32_t round = 0; round < ROUNDS_MAX; round++) {
        rl_tally_restart(&sweep->tally);
        rl_footprints_forget_expansions(sweep->footprints);
        sweep->tally.result.runs = runs;
        sweep->splits = 0;
        if (rl_sweep_golden(sweep) && !sweep->failed && sweep->scene->cell->depth > 0) {
            explore_round(sweep, one_by_one);
        }
        if (sweep->splits == 0 || sweep->failed || sweep->out_of_time) {
            return;
        }
        runs = sweep->tally.result.runs;
    }
}

/* Until no new state appears: there are no rounds. */
static void close_over(struct rl_sweep *sweep)
{
    struct rl_closure closure;

    rl_tally_restart(&sweep->tally);
    if (rl_sweep_golden(sweep) && !sweep->failed) {
        rl_closure_explore(&closure, sweep);
        rl_closure_free(&closure);
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

    memset(result, 0, sizeof *result);
    (void)snprintf(result->cell, sizeof result->cell, "%s", cell->name);
    rl_guard_install();
    if (sweep == NULL) {
        (void)snprintf(result->harness_error, sizeof result->harness_error, "out of memory");
        return;
    }
    rl_scene_init(&scene, plan, cell, engine);
    sweep->scene = &scene;
    sweep->narrow = rl_selection_narrows_cuts(cell);
    sweep->deadline = deadline;
    sweep->progress = progress;
    for (uint32_t i = 0; i <= RL_DEPTH_MAX; i++) {
        rl_run_init(&sweep->levels[i].run, &scene);
        rl_cursor_init(&sweep->levels[i].cursor, &scene.device);
        rl_selection_init(&sweep->levels[i].selection, cell, scene.engine);
    }
    sweep->footprints = rl_footprints_new(scene.flash.count, scene.memory.count);
    rl_tally_init(&sweep->tally, &scene);
    (cell->closure ? close_over : explore)(sweep);
    sweep->tally.result.complete = !sweep->out_of_time && (cell->closure || sweep->splits == 0);
    rl_tally_finish(&sweep->tally, result);
    if (sweep->failed) {
        (void)snprintf(result->harness_error, sizeof result->harness_error, "%s", sweep->error);
    }
    resources(result);
    for (uint32_t i = 0; i <= RL_DEPTH_MAX; i++) {
        rl_run_free(&sweep->levels[i].run);
        rl_cursor_free(&sweep->levels[i].cursor);
        rl_selection_free(&sweep->levels[i].selection);
    }
    rl_footprints_free(sweep->footprints);
    rl_tally_free(&sweep->tally);
    rl_scene_free(&scene);
    free(sweep);
}
