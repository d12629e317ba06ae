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

/* A run that is made from step boundary to step boundary, and others that leave it. The first walk
 * is along the golden run; the second, of pairs, along a run that has the first fault. */
struct walk {
    struct rl_run base;    /* at a step boundary */
    struct rl_run before;  /* the same, one step earlier */
    struct rl_run faulted; /* from there on with one fault more */
    struct rl_selection selection;
    struct rl_site site; /* of that fault, in base's log */
    const struct rl_injection *injection;
    struct rl_armed armed; /* the same, before anything came of it */
    bool counted;          /* the class, as applicable at this site */
};

/* Leaves that were met. */
struct seen {
    uint64_t *leaves; /* bitmap */
    uint32_t words;
};

struct rl_inject {
    struct rl_sweep *sweep;
    struct rl_known known;
    struct rl_view start; /* the state that runs start from */
    bool recovery;        /* which the cut of the sweep's level 0 left */
    struct walk walks[RL_INJECTOR_MAX];
    uint32_t depth;                   /* of the walk going on: 0 or 1 */
    struct rl_sum passed[PASSED_MAX]; /* states that a run passed since its faults were over */
    uint32_t passed_count;
    uint32_t erases;                /* of one sector at most, in the golden run */
    struct seen seen[RL_PAIRS_MAX]; /* by pair: recoveries of its cuts */
    struct rl_pair_result *pair;    /* of the second walk, or of cuts */
};

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
        struct walk *walk = &inject->walks[i];

        rl_fault_describe_injection(&token->faults[first + i], first + 1u, walk->site.log,
                                    walk->site.index, scene->engine, walk->injection);
    }
}

/* True when the run is at a state from which it is known to end well. Notes it otherwise. */
static bool arrives(struct rl_inject *inject, struct rl_run *run)
{
    uint32_t limit = run->scene->cell->limits.erases;
    struct rl_sum state;
    uint32_t follow;

    if (inject->sweep->scene->cell->reuse != RL_REUSE_MERGE || run->stage != RL_STAGE_UPDATE ||
        !rl_inject_is_over(&run->injecting) || run->judge.violated != 0) {
        return false;
    }
    rl_run_keep_statics(run);
    state = rl_run_fingerprint(run);
    if (rl_known_holds(&inject->known, state, run->judge.properties, &follow) &&
        run->board.erases_most + follow <= limit) {
        run->board.erases_most += follow;
        return true;
    }
    if (inject->passed_count < PASSED_MAX) {
        inject->passed[inject->passed_count++] = state;
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
        rl_known_add(&inject->known, inject->passed[i], run->judge.properties,
                     run->board.erases_most);
    }
}

/* Where a run with one more fault is taken up: at the boundary before the step that the fault hits;
 * or at power-on, where the plan wants nothing kept. */
static void take_up(struct rl_inject *inject, struct walk *walk)
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

/* From where it was taken up to its end, or to where the end is known. */
static void run_on(struct rl_inject *inject, struct rl_run *run)
{
    uint32_t refusals = run->refusals;
    bool joined = false;

    inject->passed_count = 0;
    rl_run_put_back_statics(run);
    while (!joined && rl_faulted_advance(run)) {
        if (run->refusals != refusals) {
            inject->passed_count = 0;
            refusals = run->refusals;
        }
        joined = arrives(inject, run);
    }
    if (joined) {
        run->last_image = RL_RUNS_NEW;
        rl_faulted_note_met(run);
    } else {
        rl_faulted_end(run);
    }
    learn(inject, run);
    inject->sweep->tally.result.runs++;
    inject->sweep->tally.result.joined += joined;
}

static void count_class(struct rl_inject *inject, struct rl_class_count *counts)
{
    struct walk *walk = &inject->walks[inject->depth];
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
    struct rl_verdict_text more;
    struct rl_run_found found;

    if (!inject->recovery) {
        return verdict;
    }
    rl_run_found(run, &found);
    more.violated = rl_run_compare(&cut->run, cut->run.log.operations[cut->operation].number - 1u,
                                   &found, more.why) &
                    run->judge.properties;
    return more.violated == 0 ? verdict : rl_tally_join(&inject->sweep->tally, verdict, &more);
}

static void count(struct rl_inject *inject)
{
    struct rl_tally *tally = &inject->sweep->tally;
    struct walk *walk = &inject->walks[inject->depth];
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

static void visit_second(void *user, const struct rl_injection *injection)
{
    struct rl_inject *inject = user;
    struct walk *walk = &inject->walks[1];

    walk->injection = injection;
    take_up(inject, walk);
    rl_faulted_arm(&walk->faulted, injection, walk->site.log->operations[walk->site.index].number);
    run_on(inject, &walk->faulted);
    count(inject);
}

/* The walk's next step; its operations are in base's log from `*first` on. False when it was the
 * last. */
static bool step(struct walk *walk, bool log, size_t *first)
{
    bool more;

    *first = walk->base.log.count;
    rl_run_assign(&walk->before, &walk->base, log);
    rl_run_put_back_statics(&walk->base);
    more = rl_faulted_advance(&walk->base);
    rl_run_keep_statics(&walk->base);
    return more;
}

/* The second fault of a pair at every operation behind the first one. */
static void inject_second(struct rl_inject *inject, rl_class second)
{
    struct walk *first = &inject->walks[0];
    struct walk *walk = &inject->walks[1];
    uint64_t behind = first->site.log->operations[first->site.index].number;
    bool more = true;

    inject->depth = 1;
    rl_run_assign(&walk->base, &first->before, true);
    rl_faulted_arm(&walk->base, first->injection, behind);
    first->armed = walk->base.injecting.list[0];
    while (more && !inject->sweep->out_of_time) {
        size_t at;

        more = step(walk, false, &at);
        for (; at < walk->base.log.count && !inject->sweep->out_of_time; at++) {
            if (walk->base.log.operations[at].number > behind) {
                walk->site.index = at;
                walk->site.ends_step = more && at + 1u == walk->base.log.count;
                walk->counted = false;
                rl_injections_at(second, &walk->site, 0, 0, 0, visit_second, inject);
            }
        }
        rl_sweep_look_at_time(inject->sweep);
    }
    inject->depth = 0;
}

/* Whether a fault goes on behind a cut: then nothing is known of what follows from elsewhere. */
static bool outlasts(const struct rl_injecting *injecting)
{
    const struct rl_armed *armed = &injecting->list[0];

    return armed->fired && !armed->over &&
           (armed->what.lasts == RL_LASTS_GOOD || armed->what.lasts == RL_LASTS_ERASE);
}

/* Cuts at every operation behind the first fault. */
static void cut_second(struct rl_inject *inject, rl_class second)
{
    struct rl_sweep *sweep = inject->sweep;
    struct walk *walk = &inject->walks[0];
    struct rl_level *level = &sweep->levels[1];
    struct rl_footprints *footprints = sweep->footprints;
    struct rl_class_count before = sweep->tally.result.classes[second];
    const struct rl_class_count *after = &sweep->tally.result.classes[second];
    rl_class_set classes = {{0, 0}};

    rl_class_add(&classes, second);
    if (second == RL_CLASS_LOST_UNFLUSHED) {
        rl_class_add(&classes, RL_CLASS_WARM_RESET);
    }
    rl_run_assign(&level->run, &walk->before, true);
    rl_plane_copy(&level->run.flash, &sweep->scene->flash);
    rl_plane_copy(&level->run.memory, &sweep->scene->memory);
    rl_faulted_arm(&level->run, walk->injection,
                   walk->site.log->operations[walk->site.index].number);
    rl_run_put_back_statics(&level->run);
    while (rl_faulted_advance(&level->run)) {
    }
    rl_inject_clear(&sweep->levels[2].run.injecting);
    if (outlasts(&level->run.injecting)) {
        footprints = rl_footprints_new(sweep->scene->flash.count, sweep->scene->memory.count);
        sweep->levels[2].run.injecting = level->run.injecting;
        rl_inject_follow(&sweep->levels[2].run.injecting);
    }
    sweep->levels[0].injection = walk->injection;
    sweep->levels[0].site_log = walk->site.log;
    sweep->levels[0].operation = walk->site.index;
    rl_sweep_faulted(sweep, classes, walk->site.index + 1u, footprints);
    sweep->levels[0].injection = NULL;
    rl_inject_clear(&sweep->levels[2].run.injecting);
    if (footprints != sweep->footprints) {
        rl_footprints_free(footprints);
    }
    inject->pair->count.applicable += after->applicable - before.applicable;
    inject->pair->count.fired += after->fired - before.fired;
    inject->pair->count.observed += after->observed - before.observed;
}

static void inject_pairs(struct rl_inject *inject)
{
    const struct rl_fault_plan *faults = &inject->sweep->scene->cell->faults;

    for (uint32_t i = 0; i < faults->pair_count; i++) {
        const struct rl_class_pair *pair = &faults->pairs[i];

        if (pair->first != inject->walks[0].injection->fault_class) {
            continue;
        }
        inject->pair = &inject->sweep->tally.result.pairs[i];
        if (rl_injector_of(pair->second) != NULL) {
            inject_second(inject, pair->second);
        } else {
            cut_second(inject, pair->second);
        }
        inject->pair = NULL;
    }
}

static void visit_first(void *user, const struct rl_injection *injection)
{
    struct rl_inject *inject = user;
    struct walk *walk = &inject->walks[0];

    walk->injection = injection;
    take_up(inject, walk);
    rl_faulted_arm(&walk->faulted, injection, walk->site.log->operations[walk->site.index].number);
    run_on(inject, &walk->faulted);
    count(inject);
    if (walk->faulted.judge.violated == 0 && !inject->recovery) {
        inject_pairs(inject);
    }
}

/* Every fault at the first walk's site. */
static void inject_at(struct rl_inject *inject)
{
    const struct rl_cell *cell = inject->sweep->scene->cell;
    struct walk *walk = &inject->walks[0];
    const struct rl_operation *operation = &walk->site.log->operations[walk->site.index];

    if (inject->recovery) {
        walk->counted = false;
        rl_injections_at(inject->pair->second, &walk->site, 0, 0, 0, visit_first, inject);
        return;
    }
    rl_selection_step(&walk->selection, operation);
    for (uint32_t i = 0; i < cell->faults.selector_count; i++) {
        const struct rl_selector *selector = &cell->faults.selectors[i];

        walk->counted = false;
        if (rl_selection_takes(&walk->selection, i, operation)) {
            rl_injections_at(selector->fault_class, &walk->site, selector->lasts, selector->shows,
                             selector->times, visit_first, inject);
        }
    }
}

/* The golden run's next step, and every fault in it. False when it is over. */
static bool inject_step(struct rl_inject *inject)
{
    struct rl_sweep *sweep = inject->sweep;
    struct walk *walk = &inject->walks[0];
    size_t at;
    bool more = step(walk, sweep->scene->cell->faults.pair_count > 0, &at);

    if (more && walk->base.stage == RL_STAGE_UPDATE && !inject->recovery) {
        rl_known_add(&inject->known, rl_run_fingerprint(&walk->base), walk->base.judge.properties,
                     inject->erases);
    }
    for (; at < walk->base.log.count && !sweep->out_of_time; at++) {
        walk->site.index = at;
        walk->site.ends_step = more && at + 1u == walk->base.log.count;
        inject_at(inject);
        rl_sweep_show(sweep, at, sweep->levels[0].run.log.count);
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

struct rl_inject *rl_inject_new(struct rl_sweep *sweep)
{
    struct rl_inject *inject;
    const struct rl_scene *scene = sweep->scene;
    const struct rl_fault_plan *faults = &scene->cell->faults;

    if (!has_injected(scene->cell)) {
        return NULL;
    }
    inject = rl_calloc(1, sizeof *inject);
    inject->sweep = sweep;
    for (uint32_t i = 0; i < RL_INJECTOR_MAX; i++) {
        struct walk *walk = &inject->walks[i];

        rl_run_init(&walk->base, scene);
        rl_run_init(&walk->before, scene);
        rl_run_init(&walk->faulted, scene);
        rl_selection_init(&walk->selection, scene->cell, scene->engine);
        walk->site.device = &scene->device;
        walk->site.log = &walk->base.log;
    }
    sweep->tally.result.pair_count = faults->pair_count;
    for (uint32_t i = 0; i < faults->pair_count; i++) {
        sweep->tally.result.pairs[i] = (struct rl_pair_result){
            .first = (int)faults->pairs[i].first, .second = (int)faults->pairs[i].second};
    }
    return inject;
}

void rl_inject_free(struct rl_inject *inject)
{
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

/* Along the run from inject->start, step by step. */
static void walk_along(struct rl_inject *inject)
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

    inject->recovery = false;
    inject->erases = inject->sweep->levels[0].run.board.erases_most;
    rl_view_plain(&inject->start, &scene->flash, &scene->memory);
    walk_along(inject);
    inject->sweep->tally.result.inject_seconds += rl_clock_now() - start;
}

/* Whether pair `index` meets the leaf for the first time. */
static bool is_new(struct rl_inject *inject, uint32_t index, uint32_t leaf)
{
    struct seen *seen = &inject->seen[index];
    uint32_t words = RL_BITMAP_WORDS(leaf + 1u);

    if (words > seen->words) {
        seen->leaves = rl_realloc(seen->leaves, 2u * words * sizeof *seen->leaves);
        memset(seen->leaves + seen->words, 0, (2u * words - seen->words) * sizeof *seen->leaves);
        seen->words = 2u * words;
    }
    if (rl_bit(seen->leaves, leaf)) {
        return false;
    }
    rl_bit_set(seen->leaves, leaf);
    return true;
}

static void recovered(struct rl_sweep *sweep, rl_class cut, uint32_t leaf, void *user)
{
    struct rl_inject *inject = user;
    const struct rl_cell *cell = sweep->scene->cell;
    struct rl_level *level = &sweep->levels[0];
    double start = rl_clock_now();

    for (uint32_t i = 0; i < cell->faults.pair_count; i++) {
        if (cell->faults.pairs[i].first != cut || !is_new(inject, i, leaf) ||
            !rl_outcome_view(&level->cursor, &level->outcome, cell->memory == RL_MEMORY_BATTERY,
                             &inject->start)) {
            continue;
        }
        inject->recovery = true;
        inject->pair = &sweep->tally.result.pairs[i];
        walk_along(inject);
        inject->pair = NULL;
    }
    sweep->tally.result.inject_seconds += rl_clock_now() - start;
}

void rl_inject_recoveries(struct rl_inject *inject)
{
    const struct rl_fault_plan *faults = &inject->sweep->scene->cell->faults;

    for (uint32_t i = 0; i < faults->pair_count; i++) {
        if (rl_injector_of(faults->pairs[i].first) == NULL) {
            inject->sweep->recovered = recovered;
            inject->sweep->recovered_user = inject;
        }
    }
}
