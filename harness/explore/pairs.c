/* Two faults in one scenario, of which at least one changes how the engine runs: a second injected
 * fault, or a cut, at every operation behind the first; and faults in what follows a cut. */
#include "explore/inject_private.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

static void visit_second(void *user, const struct rl_injection *injection)
{
    struct rl_inject *inject = user;
    struct rl_walk *walk = &inject->walks[1];

    walk->injection = injection;
    rl_inject_take_up(inject, walk);
    rl_faulted_arm(&walk->faulted, injection, walk->site.log->operations[walk->site.index].number);
    rl_inject_run_on(inject, &walk->faulted);
    rl_inject_count(inject);
}

/* The second fault of a pair at every operation behind the first one. */
static void inject_second(struct rl_inject *inject, rl_class second)
{
    struct rl_walk *first = &inject->walks[0];
    struct rl_walk *walk = &inject->walks[1];
    uint64_t behind = first->site.log->operations[first->site.index].number;
    bool more = true;

    inject->depth = 1;
    rl_run_assign(&walk->base, &first->before, true);
    rl_faulted_arm(&walk->base, first->injection, behind);
    first->armed = walk->base.injecting.list[0];
    while (more && !inject->sweep->out_of_time) {
        size_t at;

        more = rl_inject_step(walk, false, &at);
        for (; at < walk->base.log.count && !inject->sweep->out_of_time; at++) {
            if (walk->base.log.operations[at].number > behind) {
                walk->site.index = at;
                walk->site.ends_step = more && rl_inject_ends_step(walk, at);
                walk->counted = false;
                rl_injections_at(second, &walk->site, 0, 0, 0, visit_second, inject);
            }
        }
        rl_sweep_look_at_time(inject->sweep);
    }
    inject->depth = 0;
}

/* Cuts at every operation behind the first fault. */
static void cut_second(struct rl_inject *inject, rl_class second)
{
    struct rl_sweep *sweep = inject->sweep;
    struct rl_walk *walk = &inject->walks[0];
    struct rl_level *level = &sweep->levels[1];
    struct rl_footprints *footprints = rl_sweep_plain(sweep);
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
    /* What others found from the same state did not have the fault. */
    if (rl_faulted_follow(&sweep->levels[2].run, &level->run)) {
        footprints = rl_footprints_new(sweep->scene->flash.count, sweep->scene->memory.count);
    }
    sweep->levels[0].injection = walk->injection;
    sweep->levels[0].site_log = walk->site.log;
    sweep->levels[0].operation = walk->site.index;
    rl_sweep_faulted(sweep, classes, walk->site.index + 1u, footprints);
    sweep->levels[0].injection = NULL;
    rl_inject_clear(&sweep->levels[2].run.injecting);
    sweep->levels[2].run.hurt = 0;
    if (footprints != rl_sweep_plain(sweep)) {
        rl_footprints_free(footprints);
    }
    inject->pair->count.applicable += after->applicable - before.applicable;
    inject->pair->count.fired += after->fired - before.fired;
    inject->pair->count.observed += after->observed - before.observed;
}

void rl_inject_pairs(struct rl_inject *inject)
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

/* Whether pair `index` meets the leaf for the first time. */
static bool is_new(struct rl_inject *inject, uint32_t index, uint32_t leaf)
{
    struct rl_seen *seen = &inject->seen[index];
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

/* Every fault of a pair behind its cut, in the recovery that the sweep is at. */
static void inject_recovery(struct rl_inject *inject, uint32_t pair)
{
    struct rl_sweep *sweep = inject->sweep;
    struct rl_level *level = &sweep->levels[0];
    uint32_t block = inject->recoveries++;

    if (!rl_work_wants(sweep, RL_PART_RECOVERIES, block)) {
        return;
    }
    rl_work_begin(sweep, RL_PART_RECOVERIES, block);
    if (rl_outcome_view(&level->cursor, &level->outcome,
                        sweep->scene->cell->memory == RL_MEMORY_BATTERY, &inject->start)) {
        inject->recovery = true;
        inject->pair = &sweep->tally.result.pairs[pair];
        rl_inject_walk(inject);
        inject->pair = NULL;
    }
    rl_work_done(sweep, RL_PART_RECOVERIES, block);
}

static void recovered(struct rl_sweep *sweep, rl_class cut, uint32_t leaf, void *user)
{
    struct rl_inject *inject = user;
    const struct rl_fault_plan *faults = &sweep->scene->cell->faults;
    double start = rl_clock_now();

    for (uint32_t i = 0; i < faults->pair_count && !sweep->out_of_time; i++) {
        if (faults->pairs[i].first == cut && is_new(inject, i, leaf)) {
            inject_recovery(inject, i);
        }
    }
    sweep->tally.result.inject_seconds += rl_clock_now() - start;
}

void rl_inject_recoveries(struct rl_inject *inject)
{
    const struct rl_fault_plan *faults = &inject->sweep->scene->cell->faults;
    bool any = false;

    for (uint32_t i = 0; i < faults->pair_count; i++) {
        any = any || rl_injector_of(faults->pairs[i].first) == NULL;
    }
    if (!any || !rl_work_wants_any(inject->sweep, RL_PART_RECOVERIES)) {
        return;
    }
    inject->sweep->recovered = recovered;
    inject->sweep->recovered_user = inject;
    rl_sweep_recoveries(inject->sweep);
    inject->sweep->recovered = NULL;
    if (!inject->sweep->out_of_time) {
        rl_work_total(inject->sweep, RL_PART_RECOVERIES, inject->recoveries);
    }
}
