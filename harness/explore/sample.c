/* Runs first cuts of the golden run's log one by one: nothing is merged. Either all of them, or as
 * many as the plan draws with its seed. Crash states come from the log ("snapshots"), or the whole
 * prefix is run again from power-on for each ("none"): what a campaign costs without a log and
 * without footprints. Where nothing is drawn, it is also the check that merging changes no verdict.
 */
#include "explore/sweep_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

struct sample {
    struct rl_sweep *sweep;
    uint64_t seen;    /* crash states passed */
    uint64_t *chosen; /* their indices, ascending, without repetition */
    uint32_t count, next;
    bool wanted; /* the operation at hand is of a block to be run */
};

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u; /* splitmix64 */

    z = (z ^ z >> 30u) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27u) * 0x94D049BB133111EBu;
    return z ^ z >> 31u;
}

static int ascending(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;

    return (*left > *right) - (*left < *right);
}

/* Chooses up to `wanted` of `total` indices; fewer when some were drawn twice, all when 0 are
 * wanted. */
static void draw(struct sample *sample, uint64_t total, uint32_t wanted, uint64_t seed)
{
    uint32_t kept = 0;

    bool all = wanted == 0 || wanted >= total;

    wanted = all ? (uint32_t)total : wanted;
    sample->chosen = rl_calloc(wanted, sizeof *sample->chosen);
    for (uint32_t i = 0; i < wanted; i++) {
        sample->chosen[i] = all ? i : next_random(&seed) % total;
    }
    qsort(sample->chosen, wanted, sizeof *sample->chosen, ascending);
    for (uint32_t i = 0; i < wanted; i++) {
        if (kept == 0 || sample->chosen[kept - 1u] != sample->chosen[i]) {
            sample->chosen[kept++] = sample->chosen[i];
        }
    }
    sample->count = kept;
}

static void count_members(void *user, const struct rl_family *family)
{
    struct sample *sample = user;

    if (rl_sweep_selects(sample->sweep, family)) {
        sample->seen += family->last - family->first + 1u;
    }
}

/* Runs from power-on up to the operation, as a harness without a log has to. */
static void run_prefix(struct rl_sweep *sweep)
{
    struct rl_level *level = &sweep->levels[RL_DEPTH_MAX];
    struct rl_run_options options = {.prefix_only = true, .stop = sweep->levels[0].operation + 1u};
    struct rl_view start;

    rl_view_plain(&start, &sweep->scene->flash, &sweep->scene->memory);
    rl_run_execute(&level->run, &start, &options);
    sweep->tally.result.runs++;
}

static void run_one(struct rl_sweep *sweep, const struct rl_family *family, uint32_t number)
{
    struct rl_level *golden = &sweep->levels[0];
    struct rl_level *level = &sweep->levels[1];
    struct rl_run_options options = {0};
    uint32_t verdict = UINT32_MAX;
    struct rl_run_found found;
    bool touched;

    if (sweep->scene->cell->reuse == RL_REUSE_NONE) {
        run_prefix(sweep);
    }
    golden->outcome = rl_family_member(family, number);
    if (!rl_outcome_view(&golden->cursor, &golden->outcome,
                         sweep->scene->cell->memory == RL_MEMORY_BATTERY, &golden->view)) {
        sweep->failed = true;
        (void)snprintf(sweep->error, sizeof sweep->error,
                       "an outcome that does not exist was drawn");
        return;
    }
    if (!rl_dies_next(sweep, &level->run, &golden->view)) {
        rl_run_execute(&level->run, &golden->view, &options);
    }
    sweep->tally.result.runs++;
    rl_run_found(&level->run, &found);
    if (level->run.judge.violated != 0) {
        verdict = rl_tally_keep(&sweep->tally, &level->run.judge);
    }
    touched =
        rl_bits_touched(level->run.observer.touched[family->device], family->page, family->pages);
    for (uint32_t i = 0; i < family->more_count; i++) {
        touched |= rl_bits_touched(level->run.observer.touched[family->device],
                                   family->more[i].page, family->more[i].pages);
    }
    rl_sweep_count(sweep, family, 1, touched, verdict, &found);
    sweep->tally.result.distinct_states++;
}

/* Past so many crash states. */
static void skip(struct sample *sample, uint64_t count)
{
    sample->seen += count;
    while (sample->next < sample->count && sample->chosen[sample->next] < sample->seen) {
        sample->next++;
    }
}

static void run_chosen(void *user, const struct rl_family *family)
{
    struct sample *sample = user;
    uint64_t count = family->last - family->first + 1u;

    if (!rl_sweep_selects(sample->sweep, family)) {
        return;
    }
    if (!sample->wanted) {
        skip(sample, count);
        return;
    }
    sample->sweep->tally.result.classes[family->fault_class].applicable++;
    while (sample->next < sample->count && !sample->sweep->failed &&
           sample->chosen[sample->next] < sample->seen + count) {
        run_one(sample->sweep, family,
                family->first + (uint32_t)(sample->chosen[sample->next] - sample->seen));
        sample->next++;
    }
    sample->seen += count;
}

/* Along the golden run's log, to run crash states or to count them. */
static void walk(struct rl_sweep *sweep, struct sample *sample, bool run)
{
    rl_family_visit *visit = run ? run_chosen : count_members;
    struct rl_level *golden = &sweep->levels[0];
    struct rl_reach reach = rl_sweep_reach(sweep, 0);
    const struct rl_log *log = &golden->run.log;

    sample->seen = 0;
    sweep->level = 0;
    rl_sweep_start(sweep, golden);
    for (size_t i = 0; i < log->count && !sweep->failed && !sweep->out_of_time; i++) {
        sample->wanted = run && rl_work_at(sweep, RL_PART_CUTS, i);
        rl_sweep_at(sweep, golden, i);
        rl_families_before(&golden->cursor, &reach, visit, sample);
        rl_cursor_step(&golden->cursor);
        rl_families_after(&golden->cursor, &reach, visit, sample);
        rl_sweep_show(sweep, i, log->count);
        if (run) {
            rl_work_past(sweep, RL_PART_CUTS, i, i + 1u == log->count);
        }
    }
}

void rl_sweep_sample(struct rl_sweep *sweep)
{
    struct sample sample = {.sweep = sweep};
    const struct rl_cell *cell = sweep->scene->cell;

    walk(sweep, &sample, false);
    if (sample.seen > 0) {
        draw(&sample, sample.seen, cell->sample, cell->seed);
    }
    walk(sweep, &sample, true);
    free(sample.chosen);
}
