#include "explore/inject.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/faulted.h"
#include "explore/known.h"
#include "explore/run_private.h"
#include "explore/select.h"

/* States of one run that are noted at most: what comes later is found by other runs. */
#define PASSED_MAX 8192u

struct inject {
    struct rl_sweep *sweep;
    struct rl_selection selection;
    struct rl_known known;
    struct rl_view start;             /* the state that runs start from */
    struct rl_run base;               /* the golden run, at a step boundary */
    struct rl_run before;             /* the same, one step earlier */
    struct rl_run faulted;            /* from there on with a fault */
    struct rl_sum passed[PASSED_MAX]; /* states that `faulted` passed since its faults were over */
    uint32_t passed_count;
    struct rl_site site;
    const struct rl_injection *injection;
    bool counted; /* the class, as applicable at this site */
};

static void describe(void *user, struct rl_token *token)
{
    struct inject *inject = user;
    const struct rl_scene *scene = inject->sweep->scene;

    token->fault_count = 1;
    rl_fault_describe_injection(&token->faults[0], 1u, inject->site.log, inject->site.index,
                                scene->engine, inject->injection);
}

/* True when the run is at a state from which it is known to end well. Notes it otherwise. */
static bool arrives(struct inject *inject)
{
    struct rl_run *run = &inject->faulted;
    struct rl_sum state;

    if (run->stage != RL_STAGE_UPDATE || !rl_inject_is_over(&run->injecting) ||
        run->judge.violated != 0) {
        return false;
    }
    rl_run_keep_statics(run);
    state = rl_run_fingerprint(run);
    if (rl_known_holds(&inject->known, state, run->judge.properties)) {
        return true;
    }
    if (inject->passed_count < PASSED_MAX) {
        inject->passed[inject->passed_count++] = state;
    }
    return false;
}

/* What was passed ends well too. Where no image had to run at the end, that says nothing of others.
 */
static void learn(struct inject *inject)
{
    const struct rl_run *run = &inject->faulted;

    if (run->judge.violated != 0 || run->judge.may_stop) {
        return;
    }
    for (uint32_t i = 0; i < inject->passed_count; i++) {
        rl_known_add(&inject->known, inject->passed[i], run->judge.properties);
    }
}

static void note_armed(struct inject *inject)
{
    struct rl_armed *armed = &inject->faulted.injecting.list[0];

    armed->observed |= (inject->faulted.board.causes_met >> armed->number & 1u) != 0;
}

static void run_faulted(struct inject *inject)
{
    struct rl_run *run = &inject->faulted;
    bool joined = false;

    inject->passed_count = 0;
    rl_run_put_back_statics(run);
    while (!joined && rl_faulted_advance(run)) {
        joined = arrives(inject);
    }
    if (!joined) {
        rl_faulted_end(run);
    }
    learn(inject);
    note_armed(inject);
    inject->sweep->tally.result.runs++;
    inject->sweep->tally.result.joined += joined;
}

static void count(struct inject *inject)
{
    struct rl_sweep *sweep = inject->sweep;
    const struct rl_armed *armed = &inject->faulted.injecting.list[0];
    const struct rl_operation *operation = &inject->site.log->operations[inject->site.index];
    struct rl_class_count *counts = &sweep->tally.result.classes[armed->what.fault_class];
    struct rl_scenario scenario = {
        .phase = operation->phase,
        .kind = operation->kind,
        .fault_class = (int)armed->what.fault_class,
        .faults = 1,
        .count = 1,
        .describe = describe,
        .user = inject,
    };
    uint32_t verdict = UINT32_MAX;

    counts->applicable += !inject->counted;
    inject->counted = true;
    counts->fired += armed->fired;
    counts->observed += armed->fired && armed->observed;
    sweep->tally.result.injected++;
    if (inject->faulted.judge.violated != 0) {
        verdict = rl_tally_keep(&sweep->tally, &inject->faulted.judge);
    }
    rl_tally_scenario(&sweep->tally, &scenario, verdict);
}

static void visit(void *user, const struct rl_injection *injection)
{
    struct inject *inject = user;
    const struct rl_operation *operation = &inject->site.log->operations[inject->site.index];

    inject->injection = injection;
    rl_run_assign(&inject->faulted, &inject->before, false);
    rl_faulted_arm(&inject->faulted, injection, operation->number);
    run_faulted(inject);
    count(inject);
}

/* Every fault at the operation inject->site. */
static void inject_at(struct inject *inject)
{
    const struct rl_cell *cell = inject->sweep->scene->cell;
    const struct rl_operation *operation = &inject->site.log->operations[inject->site.index];

    rl_selection_step(&inject->selection, operation);
    for (uint32_t i = 0; i < cell->faults.selector_count; i++) {
        const struct rl_selector *selector = &cell->faults.selectors[i];

        inject->counted = false;
        if (rl_selection_takes(&inject->selection, i, operation)) {
            rl_injections_at(selector->fault_class, &inject->site, selector->lasts, selector->shows,
                             selector->times, visit, inject);
        }
    }
}

/* The golden run's next step, and every fault in it. False when it is over. */
static bool inject_step(struct inject *inject)
{
    struct rl_sweep *sweep = inject->sweep;
    struct rl_run *base = &inject->base;
    size_t first = base->log.count;
    bool more;

    rl_run_assign(&inject->before, base, false);
    rl_run_put_back_statics(base);
    more = rl_faulted_advance(base);
    rl_run_keep_statics(base);
    if (more && base->stage == RL_STAGE_UPDATE) {
        rl_known_add(&inject->known, rl_run_fingerprint(base), base->judge.properties);
    }
    for (size_t i = first; i < base->log.count && !sweep->out_of_time; i++) {
        inject->site.index = i;
        inject->site.ends_step = more && i + 1u == base->log.count;
        inject_at(inject);
        rl_sweep_show(sweep, i, sweep->levels[0].run.log.count);
    }
    return more && !sweep->out_of_time;
}

static bool has_injected(const struct rl_cell *cell)
{
    for (uint32_t i = 0; i < cell->faults.selector_count; i++) {
        if (rl_injector_of(cell->faults.selectors[i].fault_class) != NULL) {
            return true;
        }
    }
    return false;
}

void rl_inject_all(struct rl_sweep *sweep)
{
    struct inject *inject;
    double start = rl_clock_now();

    if (!has_injected(sweep->scene->cell)) {
        return;
    }
    inject = rl_calloc(1, sizeof *inject);
    inject->sweep = sweep;
    rl_selection_init(&inject->selection, sweep->scene->cell, sweep->scene->engine);
    rl_run_init(&inject->base, sweep->scene);
    rl_run_init(&inject->before, sweep->scene);
    rl_run_init(&inject->faulted, sweep->scene);
    inject->site.device = &sweep->scene->device;
    inject->site.log = &inject->base.log;
    rl_view_plain(&inject->start, &sweep->scene->flash, &sweep->scene->memory);
    rl_faulted_start(&inject->base, &inject->start, true);
    rl_run_keep_statics(&inject->base);
    while (inject_step(inject)) {
    }
    rl_run_free(&inject->base);
    rl_run_free(&inject->before);
    rl_run_free(&inject->faulted);
    rl_known_free(&inject->known);
    rl_selection_free(&inject->selection);
    free(inject);
    sweep->tally.result.inject_seconds = rl_clock_now() - start;
}
