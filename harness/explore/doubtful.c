#include "explore/doubtful.h"

#include <stdlib.h>

#include "board/heap.h"
#include "explore/faulted.h"
#include "explore/run_private.h"

struct doubtful {
    struct rl_sweep *sweep;
    struct rl_run run;
    struct rl_doubt doubt;
    const struct rl_family *family;
    struct rl_outcome outcome;
};

/* What is in doubt decays; power goes and comes back. */
static void decay(struct rl_run *run, struct rl_doubt *doubt)
{
    rl_run_tell(run, "what was in doubt reads otherwise from now on; power cycle");
    rl_doubt_turn(doubt, &run->board);
    if (run->last_image != RL_RUNS_NONE) {
        rl_run_again(run, &run->board, run->context, run->last_image, false);
        rl_run_again(run, &run->board, run->context, run->last_image, true);
        run->judge.settling = false;
    }
}

void rl_doubtful_execute(struct rl_run *run, struct rl_doubt *doubt, const struct rl_view *view,
                         bool log)
{
    uint32_t decays = doubt->by_reads ? 0 : doubt->when;
    bool more;
    bool turned;

    rl_faulted_start(run, view, log);
    rl_run_owes(run, doubt->by_reads ? RL_CLASS_UNSTABLE_BITS : RL_CLASS_MARGINAL_CELL);
    rl_doubt_attach(doubt, &run->board);
    more = rl_faulted_advance(run);
    if (decays == RL_DECAY_BOOTED) {
        decay(run, doubt);
        more = more && run->judge.violated == 0; /* the image may be another one */
        if (more) {
            rl_run_begin_update(run);
        }
    }
    while (more) {
        more = rl_faulted_advance(run);
    }
    if (decays == RL_DECAY_UPDATED) {
        rl_doubt_turn(doubt, &run->board);
    }
    turned = doubt->turned;
    rl_faulted_end(run);
    if (decays == RL_DECAY_SETTLED || (doubt->turned && !turned)) {
        /* What came after the end may have made something of it: now it stays as it is. */
        decay(run, doubt);
    }
}

static void describe(void *user, struct rl_token *token)
{
    struct doubtful *all = user;
    const struct rl_scene *scene = all->sweep->scene;
    const struct rl_level *level = &all->sweep->levels[0];

    token->fault_count = 1;
    rl_fault_describe(&token->faults[0], 1u, &level->run.log, level->operation, scene->engine,
                      &all->outcome, &scene->device.geometry);
}

static void count(struct doubtful *all)
{
    struct rl_sweep *sweep = all->sweep;
    const struct rl_level *level = &sweep->levels[0];
    const struct rl_operation *operation = &level->run.log.operations[level->operation];
    struct rl_class_count *counts = &sweep->tally.result.classes[all->family->fault_class];
    struct rl_scenario scenario = {
        .phase = operation->phase,
        .kind = operation->kind,
        .fault_class = (int)all->family->fault_class,
        .faults = 1,
        .count = 1,
        .describe = describe,
        .user = all,
    };
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    struct rl_run_found found;
    uint32_t verdict = UINT32_MAX;
    uint32_t violated;

    counts->fired++;
    counts->observed += all->doubt.reads > 0;
    sweep->tally.result.runs++;
    sweep->tally.result.crash_states++;
    if (all->run.judge.violated != 0) {
        verdict = rl_tally_keep(&sweep->tally, &all->run.judge);
    }
    rl_run_found(&all->run, &found);
    violated = rl_run_compare(
        &level->run, rl_run_cut_at(&level->cursor, &all->outcome, level->operation), &found, why);
    if (violated != 0) {
        verdict = rl_tally_join(&sweep->tally, verdict, violated, why);
    }
    rl_tally_scenario(&sweep->tally, &scenario, verdict);
}

/* One scenario; returns how often the engine read what was in doubt. */
static uint64_t judge(struct doubtful *all, uint32_t way, uint32_t when)
{
    struct rl_level *level = &all->sweep->levels[0];
    const struct rl_cell *cell = all->sweep->scene->cell;

    all->outcome = all->family->outcome;
    all->outcome.part = when;
    all->outcome.parts = way;
    if (!rl_doubt_set(&all->doubt, &level->cursor, &all->outcome) ||
        !rl_outcome_view(&level->cursor, &all->outcome, cell->memory == RL_MEMORY_BATTERY,
                         &level->view)) {
        return 0;
    }
    if (!rl_dies_next(all->sweep, &all->run, &level->view)) {
        rl_doubtful_execute(&all->run, &all->doubt, &level->view, false);
    }
    count(all);
    rl_sweep_show(all->sweep, level->operation, level->run.log.count);
    return all->doubt.reads;
}

static void visit(void *user, const struct rl_family *family)
{
    struct doubtful *all = user;
    uint64_t reads = 0;

    if (!rl_sweep_selects(all->sweep, family)) {
        return;
    }
    all->family = family;
    all->sweep->tally.result.classes[family->fault_class].applicable++;
    for (uint32_t way = 0; way < RL_DOUBT_WAYS && !all->sweep->out_of_time; way++) {
        if (family->outcome.landing == RL_LANDING_UNSTABLE) {
            reads = judge(all, way, 0);
            for (uint32_t k = 1; k < reads; k = k < RL_DOUBT_READS ? k + 1u : 2u * k) {
                (void)judge(all, way, k);
            }
        } else {
            for (uint32_t when = RL_DECAY_BOOTED; when < RL_DECAYS; when++) {
                (void)judge(all, way, when);
            }
        }
    }
}

bool rl_doubtful_any(const struct rl_sweep *sweep)
{
    rl_class_set classes = rl_sweep_reach(sweep, 0).classes;

    return rl_class_in(&classes, RL_CLASS_UNSTABLE_BITS) ||
           rl_class_in(&classes, RL_CLASS_MARGINAL_CELL);
}

void rl_doubtful_all(struct rl_sweep *sweep)
{
    struct rl_level *level = &sweep->levels[0];
    struct rl_reach reach = rl_sweep_reach(sweep, 0);
    size_t count = level->run.log.count;
    struct doubtful *all;

    all = rl_calloc(1, sizeof *all);
    all->sweep = sweep;
    rl_run_init(&all->run, sweep->scene);
    all->run.data.may_go = level->run.data.may_go;
    sweep->level = 0;
    rl_sweep_start(sweep, level);
    for (size_t i = 0; i < count && !sweep->out_of_time; i++) {
        bool wanted = rl_work_at(sweep, RL_PART_DOUBTFUL, i);

        rl_sweep_at(sweep, level, i);
        if (wanted) {
            rl_families_in_doubt(&level->cursor, &reach, visit, all);
        }
        rl_cursor_step(&level->cursor);
        rl_work_past(sweep, RL_PART_DOUBTFUL, i, i + 1u == count);
    }
    rl_run_free(&all->run);
    rl_doubt_free(&all->doubt);
    free(all);
}
