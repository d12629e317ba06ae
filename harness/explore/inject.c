#include "explore/inject_private.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

static void describe(void *user, struct rl_token *token)
{
    struct rl_inject *inject = user;
    const struct rl_scene *scene = inject->sweep->scene;
    const struct rl_level *cut = &inject->sweep->levels[0];
    uint32_t first = inject->recovery ? 1u : 0;

    token->fault_count = first + inject->depth + 1u;
    if (inject->recovery) {
        rl_fault_describe(&token->faults[0], 1u, &cut->run.log, cut->operation, scene->engine,
                          &cut->outcome, &scene->device.geometry);
    }
    for (uint32_t i = 0; i <= inject->depth; i++) {
        struct rl_walk *walk = &inject->walks[i];

        rl_fault_describe_injection(&token->faults[first + i], first + 1u, walk->site.log,
                                    walk->site.index, scene->engine, walk->injection);
    }
}

/* True when the run is at a state from which it is known to end well. Notes it otherwise. */
static bool arrives(struct rl_inject *inject, struct rl_run *run)
{
    uint32_t limit = run->scene->cell->limits.erases;
    struct rl_sum state;
    struct rl_known_end follow;

    if (inject->sweep->scene->cell->reuse != RL_REUSE_MERGE || run->stage != RL_STAGE_UPDATE ||
        !rl_inject_is_over(&run->injecting) || rl_inject_is_for_hosts(&run->injecting) ||
        run->judge.violated != 0) {
        return false;
    }
    rl_run_keep_statics(run);
    state = rl_run_fingerprint(run);
    if (rl_known_holds(&inject->known, state, run->judge.properties, &follow) &&
        run->board.erases_most + follow.erases <= limit) {
        run->board.erases_most += follow.erases;
        inject->met_beyond = follow.met;
        return true;
    }
    if (inject->passed_count < RL_PASSED_MAX) {
        inject->passed[inject->passed_count++] = (struct rl_passed){state, run->board.upsets_met};
    }
    return false;
}

/* What was passed leads to the new image, without a refusal, and nothing was violated. */
static void learn(struct rl_inject *inject, const struct rl_run *run)
{
    if (run->judge.violated != 0 || run->last_image != RL_RUNS_NEW) {
        return;
    }
    for (uint32_t i = 0; i < inject->passed_count; i++) {
        const struct rl_passed *passed = &inject->passed[i];
        bool met = inject->met_beyond || run->board.upsets_met != passed->upsets_met;

        rl_known_add(&inject->known, passed->state, run->judge.properties,
                     (struct rl_known_end){run->board.erases_most, met});
    }
}

/* What a state holds of faults, each that led to it left there. */
static void note_met_beyond(const struct rl_inject *inject, struct rl_run *run)
{
    for (uint32_t i = 0; i < run->injecting.count; i++) {
        struct rl_armed *armed = &run->injecting.list[i];

        armed->observed |= inject->met_beyond && armed->fired;
    }
}

/* At the boundary before the step that the fault hits; or at power-on, where the plan wants nothing
 * kept. */
void rl_inject_take_up(struct rl_inject *inject, struct rl_walk *walk)
{
    if (inject->sweep->scene->cell->reuse != RL_REUSE_NONE) {
        rl_run_assign(&walk->faulted, &walk->before, false);
        return;
    }
    walk->faulted.injecting = walk->before.injecting;
    for (uint32_t i = 0; i < inject->depth; i++) {
        walk->faulted.injecting.list[i] = inject->walks[i].armed;
    }
    rl_faulted_start(&walk->faulted, &inject->start, false);
    rl_run_keep_statics(&walk->faulted);
}

void rl_inject_run_on(struct rl_inject *inject, struct rl_run *run)
{
    uint32_t refusals = run->refusals;
    bool stopped = run->stopped;
    bool joined = false;

    if (rl_dies_next(inject->sweep, run, &inject->start)) {
        inject->sweep->tally.result.runs++;
        return;
    }

    inject->passed_count = 0;
    inject->met_beyond = false;
    rl_run_put_back_statics(run);
    while (!joined && rl_faulted_advance(run)) {
        /* A run that stops once more, or whose update is refused once more, is judged otherwise. */
        if (run->refusals != refusals || run->stopped != stopped) {
            inject->passed_count = 0;
            refusals = run->refusals;
            stopped = run->stopped;
        }
        joined = arrives(inject, run);
    }
    if (joined) {
        run->last_image = RL_RUNS_NEW;
        rl_faulted_note_met(run);
        note_met_beyond(inject, run);
    } else {
        rl_faulted_end(run);
    }
    learn(inject, run);
    inject->sweep->tally.result.runs++;
    inject->sweep->tally.result.joined += joined;
}

static void count_class(struct rl_inject *inject, struct rl_class_count *counts)
{
    struct rl_walk *walk = &inject->walks[inject->depth];
    const struct rl_armed *armed = &walk->faulted.injecting.list[inject->depth];

    counts->applicable += !walk->counted;
    counts->fired += armed->fired;
    counts->observed += armed->fired && armed->observed;
}

/* What a recovery found, against what its cut lets be found. */
static uint32_t compared(struct rl_inject *inject, uint32_t verdict)
{
    const struct rl_level *cut = &inject->sweep->levels[0];
    const struct rl_run *run = &inject->walks[inject->depth].faulted;
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    struct rl_run_found found;
    uint32_t violated;

    if (!inject->recovery) {
        return verdict;
    }
    rl_run_found(run, &found);
    violated = rl_run_compare(&cut->run, rl_run_cut_at(&cut->cursor, &cut->outcome, cut->operation),
                              &found, why) &
               run->judge.properties;
    return violated == 0 ? verdict : rl_tally_join(&inject->sweep->tally, verdict, violated, why);
}

void rl_inject_count(struct rl_inject *inject)
{
    struct rl_tally *tally = &inject->sweep->tally;
    struct rl_walk *walk = &inject->walks[inject->depth];
    const struct rl_operation *operation = &walk->site.log->operations[walk->site.index];
    struct rl_scenario scenario = {
        .phase = operation->phase,
        .kind = operation->kind,
        .fault_class = (int)walk->injection->fault_class,
        .faults = inject->depth + 1u + inject->recovery,
        .count = 1,
        .describe = describe,
        .user = inject,
    };
    uint32_t verdict = UINT32_MAX;

    count_class(inject, &tally->result.classes[walk->injection->fault_class]);
    if (inject->pair != NULL) {
        count_class(inject, &inject->pair->count);
    }
    walk->counted = true;
    tally->result.injected++;
    if (walk->faulted.judge.violated != 0) {
        verdict = rl_tally_keep(tally, &walk->faulted.judge);
    }
    verdict = compared(inject, verdict);
    rl_tally_scenario(tally, &scenario, verdict);
}

bool rl_inject_ends_step(const struct rl_walk *walk, size_t at)
{
    return walk->before.stage == RL_STAGE_UPDATE && at + 1u == walk->base.log.count;
}

bool rl_inject_step(struct rl_walk *walk, bool log, size_t *first)
{
    bool more;

    *first = walk->base.log.count;
    rl_run_assign(&walk->before, &walk->base, log);
    rl_run_put_back_statics(&walk->base);
    more = rl_faulted_advance(&walk->base);
    rl_run_keep_statics(&walk->base);
    return more;
}

static void visit_first(void *user, const struct rl_injection *injection)
{
    struct rl_inject *inject = user;
    struct rl_walk *walk = &inject->walks[0];

    walk->injection = injection;
    rl_inject_take_up(inject, walk);
    rl_faulted_arm(&walk->faulted, injection, walk->site.log->operations[walk->site.index].number);
    rl_inject_run_on(inject, &walk->faulted);
    rl_inject_count(inject);
    if (walk->faulted.judge.violated == 0 && !inject->recovery) {
        rl_inject_pairs(inject);
    }
}

/* Every fault at the first walk's site. */
static void inject_at(struct rl_inject *inject)
{
    const struct rl_cell *cell = inject->sweep->scene->cell;
    struct rl_walk *walk = &inject->walks[0];
    const struct rl_operation *operation = &walk->site.log->operations[walk->site.index];

    if (inject->recovery) {
        walk->counted = false;
        rl_injections_at((rl_class)inject->pair->second, &walk->site, 0, 0, 0, visit_first, inject);
        return;
    }
    rl_selection_step(&walk->selection, operation);
    if (!rl_work_at(inject->sweep, RL_PART_INJECTED, walk->site.index)) {
        return;
    }
    for (uint32_t i = 0; i < cell->faults.selector_count; i++) {
        const struct rl_selector *selector = &cell->faults.selectors[i];

        walk->counted = false;
        if (rl_selection_takes(&walk->selection, i)) {
            rl_injections_at(selector->fault_class, &walk->site, selector->lasts, selector->shows,
                             selector->times, visit_first, inject);
        }
    }
}

/* The golden run's next step, and every fault in it. False when it is over. */
static bool inject_step(struct rl_inject *inject)
{
    struct rl_sweep *sweep = inject->sweep;
    struct rl_walk *walk = &inject->walks[0];
    size_t at;
    bool more = rl_inject_step(walk, sweep->scene->cell->faults.pair_count > 0, &at);

    if (more && walk->base.stage == RL_STAGE_UPDATE && !inject->recovery) {
        rl_known_add(&inject->known, rl_run_fingerprint(&walk->base), walk->base.judge.properties,
                     (struct rl_known_end){inject->erases, false});
    }
    for (; at < walk->base.log.count && !sweep->out_of_time; at++) {
        walk->site.index = at;
        walk->site.ends_step = more && rl_inject_ends_step(walk, at);
        inject_at(inject);
        rl_sweep_show(sweep, at, sweep->levels[0].run.log.count);
        if (!inject->recovery) {
            rl_work_past(sweep, RL_PART_INJECTED, at, false);
        }
    }
    return more && !sweep->out_of_time;
}

/* A pair may begin with a cut, and need not have its second class listed. */
static bool has_injected(const struct rl_cell *cell)
{
    if (cell->faults.pair_count > 0) {
        return true;
    }
    for (uint32_t i = 0; i < cell->faults.selector_count; i++) {
        if (rl_injector_of(cell->faults.selectors[i].fault_class) != NULL) {
            return true;
        }
    }
    return false;
}

struct rl_inject *rl_inject_new(struct rl_sweep *sweep)
{
    struct rl_inject *inject;
    const struct rl_scene *scene = sweep->scene;

    if (!has_injected(scene->cell)) {
        return NULL;
    }
    inject = rl_calloc(1, sizeof *inject);
    inject->sweep = sweep;
    for (uint32_t i = 0; i < RL_INJECTOR_MAX; i++) {
        struct rl_walk *walk = &inject->walks[i];

        rl_run_init(&walk->base, scene);
        rl_run_init(&walk->before, scene);
        rl_run_init(&walk->faulted, scene);
        walk->base.data.may_go = sweep->levels[0].run.data.may_go;
        walk->faulted.data.may_go = walk->base.data.may_go;
        rl_selection_init(&walk->selection, scene->cell, scene->engine);
        walk->site.device = &scene->device;
        walk->site.log = &walk->base.log;
    }
    rl_tally_list_pairs(&sweep->tally);
    return inject;
}

void rl_inject_free(struct rl_inject *inject)
{
    if (inject == NULL) {
        return;
    }
    for (uint32_t i = 0; i < RL_INJECTOR_MAX; i++) {
        rl_run_free(&inject->walks[i].base);
        rl_run_free(&inject->walks[i].before);
        rl_run_free(&inject->walks[i].faulted);
        rl_selection_free(&inject->walks[i].selection);
    }
    for (uint32_t i = 0; i < RL_PAIRS_MAX; i++) {
        free(inject->seen[i].leaves);
    }
    rl_known_free(&inject->known);
    free(inject);
}

void rl_inject_walk(struct rl_inject *inject)
{
    rl_faulted_start(&inject->walks[0].base, &inject->start, true);
    rl_run_keep_statics(&inject->walks[0].base);
    rl_selection_restart(&inject->walks[0].selection);
    while (inject_step(inject)) {
    }
}

void rl_inject_golden(struct rl_inject *inject)
{
    const struct rl_scene *scene = inject->sweep->scene;
    double start = rl_clock_now();
    size_t operations;

    inject->recovery = false;
    inject->erases = inject->sweep->levels[0].run.board.erases_most;
    rl_view_plain(&inject->start, &scene->flash, &scene->memory);
    rl_inject_walk(inject);
    operations = inject->walks[0].base.log.count;
    if (!inject->sweep->out_of_time) {
        rl_work_total(inject->sweep, RL_PART_INJECTED, rl_work_blocks(operations));
    }
    if (operations % RL_BLOCK_OPERATIONS != 0) {
        rl_work_past(inject->sweep, RL_PART_INJECTED, operations - 1u, true);
    }
    inject->sweep->tally.result.inject_seconds += rl_clock_now() - start;
}
