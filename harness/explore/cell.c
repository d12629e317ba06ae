/* One cell from its plan to its result, in a process of its own. */
#include "explore/doubtful.h"
#include "explore/inject.h"
#include "explore/certificate.h"
#include "explore/closure.h"
#include "explore/sweep_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "explore/guard.h"

/* A cell that still splits leaves after so many rounds is reported as incomplete. */
#define ROUNDS_MAX 32u

/* The golden run once more, counted as no more than a run. */
static void run_golden_again(struct rl_sweep *sweep)
{
    uint64_t runs = sweep->tally.result.runs + 1u;

    (void)rl_sweep_golden(sweep);
    rl_tally_restart(&sweep->tally);
    sweep->tally.result.runs = runs;
}

/* Second cuts, in rounds: only the last one counts. */
static void cut_twice(struct rl_sweep *sweep)
{
    rl_work_begin(sweep, RL_PART_CUTS, 0);
    rl_sweep_all(sweep);
    for (uint32_t round = 1; round < ROUNDS_MAX && sweep->splits > 0; round++) {
        if (sweep->failed || sweep->out_of_time) {
            return;
        }
        rl_footprints_forget_expansions(sweep->footprints);
        run_golden_again(sweep);
        sweep->splits = 0;
        rl_sweep_all(sweep);
    }
    if (sweep->splits == 0) {
        rl_work_done(sweep, RL_PART_CUTS, 0);
    }
}

/* Only of what was closed: of anything else there is nothing to verify. */
static void certify(struct rl_sweep *sweep, struct rl_closure *closure)
{
    size_t size;
    uint8_t *bytes;

    if (sweep->work->certificate == NULL || !sweep->tally.result.closure.closed ||
        closure->unborn > 0) {
        return;
    }
    bytes = rl_certificate_section(closure, &size);
    if (!rl_certificate_add(sweep->work->certificate, sweep->number, bytes, size)) {
        sweep->failed = true;
        (void)snprintf(sweep->error, sizeof sweep->error,
                       "what the certificate says of this cell could not be kept: %s",
                       strerror(errno));
    }
    free(bytes);
}

/* Until no new state appears: there are no rounds. */
static void close_over(struct rl_sweep *sweep)
{
    struct rl_closure closure;

    rl_work_begin(sweep, RL_PART_CUTS, 0);
    rl_closure_explore(&closure, sweep);
    certify(sweep, &closure);
    rl_closure_free(&closure);
    sweep->closure = NULL;
    sweep->splits = 0; /* there is no other round for them */
    rl_work_done(sweep, RL_PART_CUTS, 0);
}

static void cut(struct rl_sweep *sweep)
{
    const struct rl_cell *cell = sweep->scene->cell;

    if (!rl_work_wants_any(sweep, RL_PART_CUTS)) {
        return;
    }
    if (cell->closure) {
        close_over(sweep);
    } else if (cell->sample > 0 || cell->reuse != RL_REUSE_MERGE) {
        rl_sweep_sample(sweep);
    } else if (rl_sweep_is_whole(sweep)) {
        cut_twice(sweep);
    } else {
        rl_sweep_all(sweep);
    }
}

static bool goes_on(const struct rl_sweep *sweep)
{
    return !sweep->failed && !sweep->out_of_time && sweep->splits == 0;
}

static void inject(struct rl_sweep *sweep, struct rl_inject *inject)
{
    if (goes_on(sweep) && sweep->scene->cell->reuse == RL_REUSE_MERGE &&
        sweep->scene->cell->sample == 0) {
        rl_inject_recoveries(inject);
    }
    if (goes_on(sweep) && rl_work_wants_any(sweep, RL_PART_INJECTED)) {
        rl_inject_golden(inject);
    }
}

/* The parts whose blocks are those of the golden run's log; the injected runs make one of their
 * own, which corrects this where it is not as long. */
static void announce(struct rl_sweep *sweep, bool injects)
{
    uint32_t blocks = rl_work_blocks(sweep->levels[0].run.log.count);

    rl_work_total(sweep, RL_PART_CUTS, rl_sweep_is_whole(sweep) ? 1u : blocks);
    if (injects && sweep->blocks[RL_PART_INJECTED] == 0) {
        rl_work_total(sweep, RL_PART_INJECTED, blocks);
    }
    if (rl_doubtful_any(sweep)) {
        rl_work_total(sweep, RL_PART_DOUBTFUL, blocks);
    }
}

/* The golden run. False when there is nothing to break. */
static bool run_golden(struct rl_sweep *sweep)
{
    bool held;

    rl_work_begin(sweep, RL_PART_GOLDEN, 0);
    held = rl_sweep_golden(sweep);
    if (!rl_work_wants(sweep, RL_PART_GOLDEN, 0)) {
        rl_tally_restart(&sweep->tally);
        sweep->tally.result.runs = 1;
    }
    rl_work_total(sweep, RL_PART_GOLDEN, 1);
    if (rl_work_wants(sweep, RL_PART_GOLDEN, 0) && !sweep->failed) {
        rl_blocks_add(&sweep->tally.result.blocks[RL_PART_GOLDEN], 0); /* whatever the time */
    }
    return held && !sweep->failed && sweep->scene->cell->depth > 0;
}

static void explore(struct rl_sweep *sweep)
{
    struct rl_inject *injects;

    if (!run_golden(sweep)) {
        return;
    }
    injects = rl_inject_new(sweep);
    announce(sweep, injects != NULL);
    rl_work_flush(sweep, false);
    cut(sweep);
    if (injects != NULL) {
        inject(sweep, injects);
    }
    rl_inject_free(injects);
    if (goes_on(sweep) && rl_doubtful_any(sweep) && rl_work_wants_any(sweep, RL_PART_DOUBTFUL)) {
        rl_doubtful_all(sweep);
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

static void prepare(struct rl_sweep *sweep, const struct rl_work *work)
{
    sweep->work = work;
    sweep->handed_over = rl_clock_now();
    for (unsigned part = 0; work->so_far != NULL && part < RL_PARTS; part++) {
        sweep->blocks[part] = work->so_far->blocks[part].count;
    }
    if (sweep->progress != NULL) {
        sweep->shown.crash_states = sweep->progress->crash_states;
        sweep->shown.violations = sweep->progress->violations;
    }
}

void rl_cell_work(const struct rl_plan *plan, uint32_t number,
                  const struct rl_engine_handle *engine, double deadline,
                  struct rl_cell_progress *progress, const struct rl_work *work,
                  struct rl_cell_result *end)
{
    struct rl_sweep *sweep;
    struct rl_scene scene;

    memset(end, 0, sizeof *end);
    rl_guard_install();
    rl_scene_init(&scene, plan, &plan->cells[number], engine);
    sweep = rl_sweep_new(&scene);
    sweep->number = number;
    sweep->deadline = deadline;
    sweep->progress = progress;
    prepare(sweep, work);
    explore(sweep);
    rl_work_flush(sweep, !goes_on(sweep));
    end->complete = goes_on(sweep);
    if (sweep->failed) {
        (void)snprintf(end->harness_error, sizeof end->harness_error, "%s", sweep->error);
    }
    resources(end);
    rl_sweep_free(sweep);
    rl_scene_free(&scene);
}

static void take(void *user, const struct rl_cell_result *piece, bool partial)
{
    (void)partial;
    rl_cell_result_add(user, piece);
}

void rl_cell_run(const struct rl_plan *plan, const struct rl_cell *cell,
                 const struct rl_engine_handle *engine, double deadline,
                 struct rl_cell_progress *progress, struct rl_cell_result *result)
{
    struct rl_work work = {.take = take, .user = result};
    struct rl_cell_result end;

    memset(result, 0, sizeof *result);
    (void)snprintf(result->cell, sizeof result->cell, "%s", cell->name);
    rl_cell_work(plan, (uint32_t)(cell - plan->cells), engine, deadline, progress, &work, &end);
    rl_cell_result_add(result, &end);
    rl_cell_result_sort(result);
    result->complete = end.complete;
    memcpy(result->harness_error, end.harness_error, sizeof result->harness_error);
}
