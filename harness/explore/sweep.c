/* The sweep: every cut at every operation, by walking footprints.
 *
 * One thing needs care when recoveries are cut again. States at one leaf share that recovery, but
 * may differ in pages that it neither read nor wrote: such pages are *open*. The cuts in it are
 * judged with one of those states standing for all. As long as what follows the second cut reads no
 * open page, that is exact. Where it does read one, the leaf is split by that page: from then on
 * only states that agree there arrive at it. States that came before the split may have been among
 * the others, so the cell is explored once more, with the runs known so far, until a round splits
 * nothing. Only that round counts. */
#include "explore/sweep_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "board/heap.h"
#include "explore/closure.h"
#include "explore/outside.h"

double rl_clock_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The scenarios at hand are an injected fault and a cut behind it. */
static bool is_pair(const struct rl_sweep *sweep)
{
    return sweep->level > 0 && sweep->levels[0].injection != NULL;
}

struct rl_reach rl_sweep_reach(const struct rl_sweep *sweep, uint32_t level)
{
    const struct rl_cell *cell = sweep->scene->cell;

    bool pair = is_pair(sweep);

    return (struct rl_reach){
        .full = !pair && cell->tear[level] == RL_TEAR_FULL,
        .battery = cell->memory == RL_MEMORY_BATTERY,
        .start = level == 0 && !pair,
        .open = cell->closure,
        .doubts = rl_class_in(&cell->classes, RL_CLASS_MARGINAL_CELL) ? cell->doubts : 0,
        .classes = pair ? sweep->cut_classes : cell->classes};
}

struct rl_outcome rl_family_member(const struct rl_family *family, uint32_t number)
{
    struct rl_outcome outcome = family->outcome;

    if (rl_outcome_names_lines(&outcome)) {
        outcome.prefix = number;
    } else {
        outcome.part = number;
    }
    return outcome;
}

/* The faults that lead to the scenario being judged, for its token. */
static void describe(void *user, struct rl_token *token)
{
    struct rl_sweep *sweep = user;
    const struct rl_scene *scene = sweep->scene;
    uint32_t cycle = 1;

    token->fault_count = sweep->level + 1u;
    for (uint32_t i = 0; i <= sweep->level; i++) {
        struct rl_level *level = &sweep->levels[i];

        if (level->injection != NULL) {
            rl_fault_describe_injection(&token->faults[i], cycle, level->site_log, level->operation,
                                        scene->engine, level->injection);
            continue;
        }
        rl_fault_describe(&token->faults[i], cycle++, &level->run.log, level->operation,
                          scene->engine, &level->outcome, &scene->device.geometry);
    }
}

/* A run's own verdict, and what it found against what the cut of the one before lets be found: what
 * stood at the operation, or what the outcome left of it. */
static uint32_t compared(struct rl_sweep *sweep, uint32_t verdict, const struct rl_run_found *found)
{
    const struct rl_level *level = &sweep->levels[sweep->level];
    struct rl_cut_place at = rl_run_cut_at(&level->cursor, &level->outcome, level->operation);
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    uint32_t violated = rl_run_compare(&level->run, at, found, why);

    if (is_pair(sweep)) {
        violated &= level->run.judge.properties;
    }
    return violated == 0 ? verdict : rl_tally_join(&sweep->tally, verdict, violated, why);
}

void rl_sweep_count(struct rl_sweep *sweep, const struct rl_family *family, uint64_t count,
                    uint64_t observed, uint32_t verdict, const struct rl_run_found *found)
{
    struct rl_level *level = &sweep->levels[sweep->level];
    const struct rl_operation *operation = &level->run.log.operations[level->operation];
    struct rl_class_count *classes = sweep->tally.result.classes;
    struct rl_scenario scenario = {
        .phase = operation->phase,
        .kind = operation->kind,
        .fault_class = (int)family->fault_class,
        .faults = sweep->level + 1u,
        .count = count,
        .is_crash_state = true,
        .describe = describe,
        .user = sweep,
    };

    if (sweep->muted) {
        return;
    }

    classes[family->fault_class].fired += count;
    classes[family->fault_class].observed += observed;
    if (sweep->level > 0 && !is_pair(sweep)) {
        classes[RL_CLASS_NESTED_CUT].fired += count;
        classes[RL_CLASS_NESTED_CUT].observed += observed;
    }
    sweep->tally.result.crash_states += count;
    verdict = rl_tally_spare(&sweep->tally, verdict, rl_class_info(family->fault_class)->spares);
    verdict = compared(sweep, verdict, found);
    if (sweep->closure != NULL) {
        rl_closure_count(sweep->closure, &scenario, verdict, found);
    } else {
        rl_tally_scenario(&sweep->tally, &scenario, verdict);
    }
}

void rl_sweep_fail(struct rl_sweep *sweep, const char *why)
{
    sweep->failed = true;
    (void)snprintf(sweep->error, sizeof sweep->error, "%s", why);
}

/* A leaf of its own for a state from which no worker comes back. What follows would look at is not
 * known, so that its neighbours are run. */
static uint32_t dead_leaf(struct rl_sweep *sweep, const struct rl_level *level)
{
    uint32_t leaf = rl_footprints_add_apart(sweep->footprints, &level->run);

    rl_footprints_leaf(sweep->footprints, leaf)->verdict =
        rl_tally_keep(&sweep->tally, &level->run.judge);
    if (sweep->listing) {
        (void)rl_states_add(&sweep->tally.result.states,
                            (struct rl_sum){*sweep->work->deaths->last, 0});
    }
    return leaf;
}

uint32_t rl_sweep_execute(struct rl_sweep *sweep, struct rl_level *level,
                          const struct rl_view *view, const struct rl_run_options *options)
{
    uint32_t before = rl_footprints_count(sweep->footprints);
    uint32_t leaf;

    if (sweep->closure == NULL && rl_dies_from(sweep, &level->run, view)) {
        return dead_leaf(sweep, level);
    }
    rl_run_execute(&level->run, view, options);
    sweep->tally.result.runs++;
    rl_sweep_look_at_time(sweep);
    leaf = rl_footprints_add(sweep->footprints, &level->run);
    if (leaf == RL_LEAF_NONE) {
        rl_sweep_fail(sweep, "the engine is not deterministic: after equal answers it read "
                             "something else");
        return RL_LEAF_NONE;
    }
    if (leaf == before && sweep->listing) {
        (void)rl_states_add(&sweep->tally.result.states, rl_footprints_path(&level->run));
    }
    if (leaf == before && level->run.judge.violated != 0) {
        rl_footprints_leaf(sweep->footprints, leaf)->verdict =
            rl_tally_keep(&sweep->tally, &level->run.judge);
    }
    return leaf;
}

/* Cuts the recovery that level `sweep->level + 1` just ran. A recovery that violates a property is
 * not cut again: it is a finding with fewer faults than anything behind it. */
static void expand(struct rl_sweep *sweep, uint32_t leaf)
{
    rl_footprints_leaf(sweep->footprints, leaf)->expanded = true;
    if (rl_footprints_leaf(sweep->footprints, leaf)->violated != 0) {
        return;
    }
    sweep->level++;
    sweep->levels[sweep->level].leaf = leaf;
    rl_sweep_log(sweep);
    sweep->level--;
}

static bool is_kept(const struct rl_outcome *outcome)
{
    return outcome->lines == RL_LINES_KEPT || outcome->lines == RL_LINES_KEPT_BUT;
}

static void forget_bases(struct rl_sweep *sweep);

/* Only states that answer what is left of the question as the run being cut does arrive at its leaf
 * from now on. */
void rl_sweep_split(struct rl_sweep *sweep, const struct rl_open *open)
{
    struct rl_level *level = &sweep->levels[sweep->level];

    rl_footprints_split_by(sweep->footprints, level->leaf, &open->left, level->start);
    sweep->splits++;
    forget_bases(sweep); /* what arrived at the leaf may arrive elsewhere now */
}

bool rl_sweep_view(struct rl_sweep *sweep, const struct rl_outcome *outcome)
{
    struct rl_level *level = &sweep->levels[sweep->level];
    bool battery = sweep->scene->cell->memory == RL_MEMORY_BATTERY;

    if (!rl_outcome_view(&level->cursor, outcome, battery, &level->view)) {
        rl_sweep_fail(sweep, "an outcome that does not exist was asked");
        return false;
    }
    return true;
}

void rl_sweep_open(struct rl_sweep *sweep, const struct rl_outcome *outcome, struct rl_open *open)
{
    const struct rl_level *level = &sweep->levels[sweep->level];

    *open = (struct rl_open){
        .parent = rl_footprints_leaf(sweep->footprints, level->leaf),
        .cursor = &level->cursor,
        .start = {level->start[RL_FLASH], level->start[RL_MEMORY]},
        .kept = is_kept(outcome),
    };
}

/* The leaf of the crash state that `outcome` leaves at the current place. */
static uint32_t judge(struct rl_sweep *sweep, const struct rl_outcome *outcome)
{
    struct rl_level *level = &sweep->levels[sweep->level];
    const struct rl_cell *cell = sweep->scene->cell;
    bool cut_again = !is_pair(sweep) && !sweep->muted && sweep->level + 1u < cell->depth &&
                     cell->tear[sweep->level + 1u] != RL_TEAR_NONE;
    bool recovery = sweep->level > 0 && !is_pair(sweep); /* it stands for many states */
    struct rl_open open = {0};
    uint32_t leaf;

    if (sweep->closure != NULL) {
        return rl_closure_judge(sweep->closure, outcome);
    }
    if (!rl_sweep_view(sweep, outcome)) {
        return RL_LEAF_NONE;
    }
    if (recovery) {
        rl_sweep_open(sweep, outcome, &open);
    }
    leaf = rl_footprints_find(sweep->footprints, &level->view, recovery ? &open : NULL);
    if (leaf == RL_LEAF_NONE ||
        (cut_again && rl_footprints_leaf(sweep->footprints, leaf)->expanded == false)) {
        leaf = rl_sweep_execute(sweep, &sweep->levels[sweep->level + 1u], &level->view,
                                &(struct rl_run_options){.log = cut_again});
        if (leaf != RL_LEAF_NONE && cut_again) {
            level->outcome = *outcome;
            expand(sweep, leaf);
        }
        /* A new path has not been looked at for open pages yet; leaves may have moved. */
        if (leaf != RL_LEAF_NONE && recovery) {
            open.parent = rl_footprints_leaf(sweep->footprints, level->leaf);
            (void)rl_footprints_find(sweep->footprints, &level->view, &open);
        }
    }
    while (leaf != RL_LEAF_NONE && open.touches) {
        rl_sweep_split(sweep, &open);
        open.touches = false;
        open.parent = rl_footprints_leaf(sweep->footprints, level->leaf);
        (void)rl_footprints_find(sweep->footprints, &level->view, &open);
    }
    return leaf;
}

/* A cut and a reset that leave the same state have the same leaf. They do, unless companions lose
 * what a reset leaves them. */
static unsigned event_of(const struct rl_level *level, const struct rl_outcome *outcome)
{
    /* What turned is another state, too. */
    const struct rl_device *device = level->cursor.device;
    bool apart = rl_device_active_page(device) < device->geometry.memory_size / RL_PAGE;

    return (apart && outcome->reset ? 1u : 0u) + 2u * (unsigned)outcome->turn;
}

unsigned rl_sweep_event_of(const struct rl_sweep *sweep, const struct rl_outcome *outcome)
{
    return event_of(&sweep->levels[sweep->level], outcome);
}

/* The base state that a family differs from, and its leaf. */
static uint32_t base_leaf(struct rl_sweep *sweep, const struct rl_family *family)
{
    struct rl_level *level = &sweep->levels[sweep->level];
    struct rl_outcome base = family->outcome;
    uint32_t *known;

    base.landing = rl_outcome_is_after(&base) ? RL_LANDING_AFTER : RL_LANDING_BEFORE;
    if (rl_outcome_names_lines(&base)) {
        base.lines = is_kept(&base) ? RL_LINES_KEPT : RL_LINES_LOST;
    }
    /* The state before an operation is that after the one before it. */
    known = &level->bases[event_of(level, &base)][base.lines];
    if (*known == RL_LEAF_NONE) {
        *known = judge(sweep, &base);
    }
    return *known;
}

static void tell_recovered(struct rl_sweep *sweep, rl_class cut, uint32_t leaf)
{
    if (sweep->recovered != NULL && sweep->level == 0 &&
        rl_footprints_leaf(sweep->footprints, leaf)->violated == 0) {
        sweep->recovered(sweep, cut, leaf, sweep->recovered_user);
    }
}

static uint32_t verdict_of(const struct rl_leaf *leaf)
{
    return leaf->violated == 0 ? UINT32_MAX : leaf->verdict;
}

bool rl_sweep_touches(const struct rl_leaf *leaf, const struct rl_family *family)
{
    bool touches = (leaf->asks_doubts && family->doubts) ||
                   rl_leaf_touches(leaf, family->device, family->page, family->pages);

    for (uint32_t i = 0; i < family->more_count; i++) {
        touches = touches || rl_leaf_touches(leaf, family->device, family->more[i].page,
                                             family->more[i].pages);
    }
    return touches;
}

static void visit_members(struct rl_sweep *sweep, const struct rl_family *family)
{
    struct rl_level *level = &sweep->levels[sweep->level];

    for (uint32_t number = family->first; number <= family->last && !sweep->failed; number++) {
        struct rl_outcome outcome = rl_family_member(family, number);
        uint32_t leaf = judge(sweep, &outcome);
        const struct rl_leaf *at;

        if (leaf == RL_LEAF_NONE) {
            return;
        }
        at = rl_footprints_leaf(sweep->footprints, leaf);
        level->outcome = outcome;
        rl_sweep_count(sweep, family, 1, rl_sweep_touches(at, family), verdict_of(at), &at->found);
        tell_recovered(sweep, family->fault_class, leaf);
    }
}

bool rl_sweep_selects(const struct rl_sweep *sweep, const struct rl_family *family)
{
    const struct rl_level *level = &sweep->levels[sweep->level];

    return !sweep->narrow || is_pair(sweep) ||
           rl_selection_takes_class(&level->selection, family->fault_class);
}

static void visit(void *user, const struct rl_family *family)
{
    struct rl_sweep *sweep = user;
    struct rl_level *level = &sweep->levels[sweep->level];
    uint64_t count = family->last - family->first + 1u;
    const struct rl_leaf *at;
    uint32_t leaf;
    bool touches;

    if (sweep->failed || sweep->out_of_time || !rl_sweep_selects(sweep, family)) {
        return;
    }
    if (!sweep->muted) {
        sweep->tally.result.classes[family->fault_class].applicable++;
        sweep->tally.result.classes[RL_CLASS_NESTED_CUT].applicable +=
            sweep->level > 0 && !is_pair(sweep);
    }
    if (family->outcome.lines == RL_LINES_OPEN) {
        rl_closure_visit_open(sweep->closure, family);
        return;
    }
    leaf = base_leaf(sweep, family);
    if (leaf == RL_LEAF_NONE) {
        return;
    }
    at = rl_footprints_leaf(sweep->footprints, leaf);
    touches = rl_sweep_touches(at, family);
    if (!family->is_base && (touches || (sweep->closure != NULL &&
                                         rl_closure_foresees(sweep->closure, leaf, family)))) {
        visit_members(sweep, family);
        return;
    }
    /* A base; or nothing that follows looks at what the members differ in, and they are judged as
     * it. */
    level->outcome = rl_family_member(family, family->first);
    rl_sweep_count(sweep, family, count, touches ? count : 0u, verdict_of(at), &at->found);
    tell_recovered(sweep, family->fault_class, leaf);
}

static void forget_bases(struct rl_sweep *sweep)
{
    struct rl_level *level = &sweep->levels[sweep->level];

    if (sweep->closure != NULL) {
        rl_closure_forget_bases(sweep->closure);
    }
    for (uint32_t i = 0; i < RL_EVENTS * RL_BASES; i++) {
        level->bases[i / RL_BASES][i % RL_BASES] = RL_LEAF_NONE;
    }
}

/* Whether a change makes a difference to what becomes of memory as `lines` says. */
static bool shows(uint8_t plane, uint32_t lines)
{
    return plane == RL_PLANE_FLASH || (plane == RL_PLANE_CPU && lines == RL_LINES_KEPT) ||
           (plane == RL_PLANE_MEMORY && lines == RL_LINES_LOST);
}

/* Past the next operation. Where it changed nothing that the recovery from the state before it
 * looks at, the state after it has the same recovery. */
static void step(struct rl_sweep *sweep)
{
    bool settles = false;
    struct rl_level *level = &sweep->levels[sweep->level];
    const struct rl_log *log = &level->run.log;
    const struct rl_operation *operation = &log->operations[level->cursor.next];

    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &log->changes[operation->change_first + i];
        uint8_t device = rl_plane_device(change->plane);
        bool doubted =
            device == RL_FLASH && change->page - level->cursor.doubt_first <
                                      level->cursor.doubt_end - level->cursor.doubt_first;

        settles = settles || doubted;
        if (sweep->closure != NULL) {
            rl_closure_changed(sweep->closure, device, change->page);
        }
        for (uint32_t at = 0; at < RL_EVENTS * RL_BASES; at++) {
            uint32_t *base = &level->bases[at / RL_BASES][at % RL_BASES];

            if (*base != RL_LEAF_NONE && shows(change->plane, at % RL_BASES) &&
                (rl_leaf_touches(rl_footprints_leaf(sweep->footprints, *base), device, change->page,
                                 1) ||
                 (sweep->closure != NULL &&
                  rl_closure_foresees_page(sweep->closure, *base, device, change->page)))) {
                *base = RL_LEAF_NONE;
            }
        }
    }
    if (settles) {
        forget_bases(sweep); /* where anything is in doubt may be another place */
    }
    if (sweep->closure != NULL && rl_closure_remembers(sweep->closure, level->cursor.next)) {
        forget_bases(sweep); /* they lead to other states now */
    }
    rl_cursor_step(&level->cursor);
}

/* A round that counts again from zero does not show until it is past the one before. */
static void show_counts(struct rl_sweep *sweep)
{
    uint64_t crash_states = sweep->shown.crash_states + sweep->tally.result.crash_states;

    if (crash_states > sweep->progress->crash_states) {
        sweep->progress->crash_states = crash_states;
        sweep->progress->violations = sweep->shown.violations + sweep->tally.result.violations;
    }
}

void rl_sweep_look_at_time(struct rl_sweep *sweep)
{
    if (sweep->deadline > 0 && rl_clock_now() > sweep->deadline) {
        sweep->out_of_time = true;
    }
}

void rl_sweep_show(struct rl_sweep *sweep, size_t done, size_t total)
{
    rl_sweep_look_at_time(sweep);
    if (sweep->progress != NULL) {
        show_counts(sweep);
        if (sweep->level == 0) {
            sweep->progress->fraction = (double)done / (double)total;
        }
    }
}

void rl_sweep_start(const struct rl_sweep *sweep, struct rl_level *level)
{
    rl_cursor_start(&level->cursor, &level->run.log, &level->run.flash, &level->run.memory);
    level->start[RL_FLASH] = &level->run.flash;
    level->start[RL_MEMORY] = &level->run.memory;
    if (sweep->narrow) {
        rl_selection_restart(&level->selection);
    }
}

void rl_sweep_at(const struct rl_sweep *sweep, struct rl_level *level, size_t index)
{
    level->operation = index;
    if (sweep->narrow) {
        rl_selection_step(&level->selection, &level->run.log.operations[index]);
    }
}

/* Every cut at every operation of the current level's log from the cursor to `end`, of those from
 * number `first` on. */
static void cut_part(struct rl_sweep *sweep, size_t first, size_t end)
{
    struct rl_level *level = &sweep->levels[sweep->level];
    struct rl_reach reach = rl_sweep_reach(sweep, sweep->level);
    bool everywhere = rl_reach_is_everywhere(&reach);
    const struct rl_log *log = &level->run.log;
    bool divided = sweep->level == 0 && !sweep->muted && !rl_sweep_is_whole(sweep);

    forget_bases(sweep);
    for (size_t i = level->cursor.next; i < end && !sweep->failed && !sweep->out_of_time; i++) {
        bool wanted = i >= first && (!divided || rl_work_at(sweep, RL_PART_CUTS, i));

        wanted = wanted && (everywhere || log->operations[i].change_count > 0);
        rl_sweep_at(sweep, level, i);
        if (wanted && reach.doubts > 0) {
            rl_closure_ask_doubts(sweep->closure);
        }
        if (wanted) {
            rl_families_before(&level->cursor, &reach, visit, sweep);
        }
        step(sweep);
        if (wanted) {
            rl_families_after(&level->cursor, &reach, visit, sweep);
        }
        if (divided) {
            rl_work_past(sweep, RL_PART_CUTS, i, i + 1u == log->count);
        }
        if (i % 64u == 0) {
            rl_sweep_show(sweep, i, log->count);
        }
    }
}

static void sweep_log_from(struct rl_sweep *sweep, size_t first)
{
    struct rl_level *level = &sweep->levels[sweep->level];

    rl_sweep_start(sweep, level);
    cut_part(sweep, first, level->run.log.count);
}

void rl_sweep_part(struct rl_sweep *sweep, size_t end, bool judged)
{
    cut_part(sweep, judged ? 0 : SIZE_MAX, end);
}

void rl_sweep_log(struct rl_sweep *sweep)
{
    sweep_log_from(sweep, 0);
}

void rl_sweep_faulted(struct rl_sweep *sweep, rl_class_set classes, size_t first,
                      struct rl_footprints *footprints)
{
    struct rl_footprints *own = sweep->footprints;

    sweep->cut_classes = classes;
    sweep->footprints = footprints;
    sweep->level = 1;
    sweep_log_from(sweep, first);
    sweep->level = 0;
    sweep->footprints = own;
}

/* The verdict of the golden run, with what is judged from outside. That is not in its leaf: crash
 * states that recover as it does share what it did, but not what came before it. */
static uint32_t from_outside(struct rl_sweep *sweep, const struct rl_level *golden,
                             uint32_t verdict)
{
    struct rl_judge judge = {.board = golden->run.judge.board,
                             .properties = sweep->scene->cell->properties};
    struct rl_outside outside;

    rl_outside_look(&outside, sweep->scene, &golden->run.history, NULL);
    rl_outside_judge(&outside, sweep->scene, &judge);
    sweep->tally.result.outage = outside.outage;
    rl_outside_free(&outside);
    if (judge.violated == 0) {
        return verdict;
    }
    return rl_tally_join(&sweep->tally, verdict, judge.violated, judge.why);
}

/* The golden run's own verdict, its leaf with it. A key that is made unreadable is no part of what
 * the run read: then no state arrives at its leaf, and it has none. */
static bool execute_golden(struct rl_sweep *sweep, uint32_t *verdict)
{
    struct rl_level *golden = &sweep->levels[0];
    struct rl_run_options options = {.log = true, .golden = true};

    *verdict = UINT32_MAX;
    rl_view_plain(&golden->view, &sweep->scene->flash, &sweep->scene->memory);
    if (!sweep->scene->cell->world.spoil_key) {
        golden->leaf = rl_sweep_execute(sweep, golden, &golden->view, &options);
        if (golden->leaf != RL_LEAF_NONE) {
            *verdict = verdict_of(rl_footprints_leaf(sweep->footprints, golden->leaf));
        }
        return golden->leaf != RL_LEAF_NONE;
    }
    rl_run_execute(&golden->run, &golden->view, &options);
    sweep->tally.result.runs++;
    if (golden->run.judge.violated != 0) {
        *verdict = rl_tally_keep(&sweep->tally, &golden->run.judge);
    }
    return true;
}

bool rl_sweep_golden(struct rl_sweep *sweep)
{
    const struct rl_run *run = &sweep->levels[0].run;
    struct rl_scenario scenario = {
        .phase = -1, .kind = -1, .fault_class = -1, .faults = 0, .count = 1};
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    uint32_t verdict, violated;

    if (!execute_golden(sweep, &verdict)) {
        return false;
    }
    sweep->tally.result.golden_operations = run->operations;
    for (uint32_t i = 0; i <= RL_DEPTH_MAX; i++) {
        sweep->levels[i].run.data.may_go = rl_data_gone(&run->data);
    }
    violated = rl_run_compare_start(run, why);
    if (violated != 0) {
        verdict = rl_tally_join(&sweep->tally, verdict, violated, why);
    }
    rl_tally_scenario(&sweep->tally, &scenario, from_outside(sweep, &sweep->levels[0], verdict));
    return verdict == UINT32_MAX;
}

bool rl_sweep_is_whole(const struct rl_sweep *sweep)
{
    const struct rl_cell *cell = sweep->scene->cell;

    return cell->closure ||
           (cell->depth > 1u && cell->sample == 0 && cell->reuse == RL_REUSE_MERGE);
}

void rl_sweep_all(struct rl_sweep *sweep)
{
    bool whole = rl_sweep_is_whole(sweep);

    sweep->level = 0;
    sweep->listing = !whole;
    if (!whole && !sweep->scene->cell->world.spoil_key) {
        (void)rl_states_add(&sweep->tally.result.states, rl_footprints_path(&sweep->levels[0].run));
    }
    rl_sweep_log(sweep);
    sweep->listing = false;
    if (whole) {
        sweep->tally.result.distinct_states = rl_footprints_count(sweep->footprints);
    }
    if (sweep->progress != NULL) {
        show_counts(sweep);
    }
}

struct rl_footprints *rl_sweep_plain(struct rl_sweep *sweep)
{
    if (!rl_sweep_is_whole(sweep)) {
        return sweep->footprints;
    }
    if (sweep->plain == NULL) {
        sweep->plain = rl_footprints_new(sweep->scene->flash.count, sweep->scene->memory.count);
    }
    return sweep->plain;
}

void rl_sweep_recoveries(struct rl_sweep *sweep)
{
    struct rl_footprints *own = sweep->footprints;

    sweep->footprints = rl_sweep_plain(sweep);
    sweep->level = 0;
    sweep->muted = true;
    rl_sweep_log(sweep);
    sweep->muted = false;
    sweep->footprints = own;
}
