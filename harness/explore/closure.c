#include "explore/closure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/closure_lines.h"

uint32_t rl_closure_state_of(uint32_t leaf, bool memory)
{
    return 2u * leaf + (memory ? 2u : 1u);
}

uint32_t rl_closure_leaf_of(uint32_t state)
{
    return (state - 1u) / 2u;
}

bool rl_closure_has_memory(uint32_t state)
{
    return state != RL_CLOSURE_START && state % 2u == 0;
}

/* ---- what is remembered ---- */

static bool counter_rises(const struct rl_closure *closure)
{
    const struct rl_known_image *images = closure->sweep->scene->images;

    return images[RL_RUNS_NEW].facts.security_counter > images[RL_RUNS_OLD].facts.security_counter;
}

static bool began_at(const struct rl_closure *closure, size_t operation, bool exactly)
{
    const struct rl_level *level = &closure->sweep->levels[closure->sweep->level];
    uint64_t at = level->run.judge.initialises[RL_RUNS_NEW].operation;
    uint64_t cut = level->run.log.operations[operation].number - 1u;

    return counter_rises(closure) && level->run.judge.initialises[RL_RUNS_NEW].began &&
           (exactly ? at == cut : at <= cut);
}

bool rl_closure_remembers(const struct rl_closure *closure, size_t operation)
{
    return began_at(closure, operation, true);
}

/* The state that a crash state of `leaf` at the current place is. */
static uint32_t state_behind(const struct rl_closure *closure, uint32_t leaf)
{
    const struct rl_level *level = &closure->sweep->levels[closure->sweep->level];

    return rl_closure_state_of(leaf, rl_closure_has_memory(closure->current) ||
                                         began_at(closure, level->operation, false));
}

/* Held against what power cycles before the last one let be found. */
static uint32_t recall(struct rl_closure *closure, uint32_t verdict,
                       const struct rl_run_found *found)
{
    const struct rl_known_image *images = closure->sweep->scene->images;
    uint32_t violated = 1u << RL_PROPERTY_MONOTONIC & closure->sweep->scene->cell->properties;
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];

    if (!rl_closure_has_memory(closure->current) || found->first_image == RL_RUNS_NONE ||
        violated == 0 ||
        images[found->first_image].facts.security_counter >=
            images[RL_RUNS_NEW].facts.security_counter) {
        return verdict;
    }
    (void)snprintf(why[RL_PROPERTY_MONOTONIC], RL_JUDGE_WHY,
                   "%s runs, and the new one, with a higher security counter, had begun its "
                   "initialization some power cycles before",
                   images[found->first_image].name);
    return rl_tally_join(&closure->sweep->tally, verdict, violated, why);
}

/* ---- states ---- */

static struct rl_closure_state *state_at(struct rl_closure *closure, uint32_t state)
{
    while (closure->count <= state) {
        struct rl_closure_state *new;

        closure->states =
            rl_grow(closure->states, closure->count, &closure->room, sizeof *closure->states);
        new = &closure->states[closure->count++];
        memset(new, 0, sizeof *new);
        new->depth = UINT32_MAX;
    }
    return &closure->states[state];
}

/* A state waits once. */
static void wait_for_cut(struct rl_closure *closure, uint32_t state)
{
    struct rl_closure_state *at = state_at(closure, state);

    if (at->waits) {
        return;
    }
    at->waits = true;
    if (closure->queue_count == closure->queue_room) {
        size_t room = closure->queue_room == 0 ? 1024u : closure->queue_room * 2u;
        uint32_t *queue = rl_malloc(room * sizeof *queue);

        for (size_t i = 0; i < closure->queue_count; i++) {
            queue[i] = closure->queue[(closure->queue_head + i) % closure->queue_room];
        }
        free(closure->queue);
        closure->queue = queue;
        closure->queue_room = room;
        closure->queue_head = 0;
    }
    closure->queue[(closure->queue_head + closure->queue_count++) % closure->queue_room] = state;
}

static uint32_t next_waiting(struct rl_closure *closure)
{
    uint32_t state = closure->queue[closure->queue_head];

    closure->queue_head = (closure->queue_head + 1u) % closure->queue_room;
    closure->queue_count--;
    closure->states[state].waits = false;
    return state;
}

/* The first crash state that came to `state` stands for it; `run` started from it, or is NULL where
 * one stands for the leaf already. A recovery that violates a property is not cut again: what is
 * behind it has more faults. */
static void learn(struct rl_closure *closure, uint32_t state, const struct rl_run *run)
{
    uint32_t leaf = rl_closure_leaf_of(state);
    const struct rl_closure_state *other;
    struct rl_closure_state *new;

    (void)state_at(closure, rl_closure_state_of(leaf, true)); /* there is room for both */
    new = &closure->states[state];
    other = &closure->states[rl_closure_state_of(leaf, !rl_closure_has_memory(state))];
    new->known = true;
    new->boots = run != NULL ? run->found_at.cycle : other->boots;
    if (rl_footprints_leaf(closure->sweep->footprints, leaf)->violated == 0) {
        new->stored =
            run != NULL ? rl_vault_put(&closure->vault, &run->flash, &run->memory) : other->stored;
        wait_for_cut(closure, state);
    }
}

/* Whether some state of the leaf is known. */
static bool is_met(struct rl_closure *closure, uint32_t leaf)
{
    return state_at(closure, rl_closure_state_of(leaf, false))->known ||
           state_at(closure, rl_closure_state_of(leaf, true))->known;
}

/* ---- judging ---- */

/* Makes room for number `at` in an array; what is new is all zeros. */
static void *make_room(void *array, size_t *count, size_t at, size_t size)
{
    size_t more = at * 2u + 64u;

    if (at < *count) {
        return array;
    }
    array = rl_realloc(array, more * size);
    memset((uint8_t *)array + *count * size, 0, (more - *count) * size);
    *count = more;
    return array;
}

/* Whether a leaf has a birth; from now on it has. */
static bool is_born(struct rl_closure *closure, uint32_t leaf)
{
    bool born;

    closure->is_born =
        make_room(closure->is_born, &closure->born_count, leaf, sizeof *closure->is_born);
    born = closure->is_born[leaf];
    closure->is_born[leaf] = true;
    return born;
}

/* The first crash state that is noted stands for the leaf from here on: its outcome says all of it,
 * and who reads the certificate can make it once more. */
static void bear(struct rl_closure *closure, uint32_t leaf, uint32_t to,
                 const struct rl_outcome *outcome)
{
    const struct rl_sweep *sweep = closure->sweep;
    const struct rl_level *level = &sweep->levels[sweep->level];
    bool battery = sweep->scene->cell->memory == RL_MEMORY_BATTERY;

    if (is_born(closure, leaf)) {
        return;
    }
    closure->births = rl_grow(closure->births, closure->birth_count, &closure->birth_room,
                              sizeof *closure->births);
    closure->births[closure->birth_count++] =
        (struct rl_birth){leaf, closure->current, (uint32_t)level->operation, *outcome};
    if (!rl_outcome_view(&level->cursor, outcome, battery, closure->born)) {
        rl_sweep_fail(closure->sweep, "an outcome that does not exist leads to a state");
        return;
    }
    rl_view_store(closure->born, &closure->born_flash, &closure->born_memory);
    /* What it was cut from already stays, and nobody can say where that came from. */
    closure->unborn += closure->states[to].cut;
    closure->states[to].stored =
        rl_vault_put(&closure->vault, &closure->born_flash, &closure->born_memory);
}

/* One edge to each state is kept. */
static void note_edge(struct rl_closure *closure, uint32_t to, const struct rl_outcome *outcome)
{
    const struct rl_sweep *sweep = closure->sweep;
    size_t operation = sweep->levels[sweep->level].operation;

    closure->stamp = make_room(closure->stamp, &closure->stamp_count, to, sizeof *closure->stamp);
    if (closure->stamp[to] == closure->serial) {
        return;
    }
    closure->stamp[to] = closure->serial;
    closure->edges =
        rl_grow(closure->edges, closure->edge_count, &closure->edge_room, sizeof *closure->edges);
    closure->edges[closure->edge_count++] = (struct rl_edge){to, (uint32_t)operation, *outcome};
    bear(closure, rl_closure_leaf_of(to), to, outcome);
}

/* The leaf of the state that is being cut is split: what leads to it is cut once more, for some of
 * that may lead to the other part. */
static void cut_again_before(struct rl_closure *closure)
{
    bool again = closure->split_in == closure->serial; /* others wait since the first split */

    closure->split_in = closure->serial;
    for (uint32_t i = 0; i < closure->count && !again; i++) {
        const struct rl_closure_state *state = &closure->states[i];

        for (uint32_t k = 0; k < state->edge_count; k++) {
            if (rl_closure_leaf_of(state->edges[k].to) == rl_closure_leaf_of(closure->current)) {
                wait_for_cut(closure, i);
                break;
            }
        }
    }
    for (size_t i = 0; i < closure->edge_count; i++) {
        if (rl_closure_leaf_of(closure->edges[i].to) == rl_closure_leaf_of(closure->current)) {
            wait_for_cut(closure, closure->current);
        }
    }
}

static void arrive(struct rl_closure *closure, uint32_t state, const struct rl_outcome *outcome)
{
    if (!state_at(closure, state)->known) {
        learn(closure, state, NULL);
    }
    note_edge(closure, state, outcome);
}

bool rl_closure_stands_for_many(const struct rl_closure *closure)
{
    return closure->current != RL_CLOSURE_START;
}

bool rl_closure_reach(struct rl_closure *closure, uint32_t leaf)
{
    struct rl_sweep *sweep = closure->sweep;
    struct rl_level *above = &sweep->levels[sweep->level + 1u];

    if (leaf == RL_LEAF_NONE || !is_met(closure, leaf)) {
        leaf = rl_sweep_execute(sweep, above, &sweep->levels[sweep->level].view,
                                &(struct rl_run_options){0});
        if (leaf != RL_LEAF_NONE && !is_met(closure, leaf)) {
            learn(closure, state_behind(closure, leaf), &above->run);
        }
    }
    return leaf != RL_LEAF_NONE;
}

void rl_closure_split(struct rl_closure *closure, const struct rl_open *open)
{
    rl_sweep_split(closure->sweep, open);
    cut_again_before(closure);
}

void rl_closure_note_edge(struct rl_closure *closure, uint32_t leaf,
                          const struct rl_outcome *outcome)
{
    arrive(closure, state_behind(closure, leaf), outcome);
}

void rl_closure_visit_open(struct rl_closure *closure, const struct rl_family *family)
{
    rl_closure_lines_visit(closure->lines, family);
}

void rl_closure_forget_bases(struct rl_closure *closure)
{
    rl_closure_lines_forget(closure->lines);
}

void rl_closure_changed(struct rl_closure *closure, uint8_t device, uint32_t page)
{
    rl_closure_lines_changed(closure->lines, device, page);
}

uint32_t rl_closure_judge(struct rl_closure *closure, const struct rl_outcome *outcome)
{
    struct rl_sweep *sweep = closure->sweep;
    struct rl_level *level = &sweep->levels[sweep->level];
    bool stands_for_many = rl_closure_stands_for_many(closure);
    struct rl_open open;
    uint32_t leaf;

    if (!rl_sweep_view(sweep, outcome)) {
        return RL_LEAF_NONE;
    }
    while (!sweep->failed) {
        rl_sweep_open(sweep, outcome, &open);
        leaf = rl_footprints_find(sweep->footprints, &level->view, stands_for_many ? &open : NULL);
        if (stands_for_many && open.touches) {
            rl_closure_split(closure, &open);
            continue;
        }
        if (leaf != RL_LEAF_NONE && is_met(closure, leaf)) {
            arrive(closure, state_behind(closure, leaf), outcome);
            return leaf;
        }
        (void)rl_closure_reach(closure, leaf); /* or the sweep has failed */
    }
    return RL_LEAF_NONE;
}

void rl_closure_count(struct rl_closure *closure, const struct rl_scenario *scenario,
                      uint32_t verdict, const struct rl_run_found *found)
{
    const struct rl_sweep *sweep = closure->sweep;
    const struct rl_level *level = &sweep->levels[sweep->level];

    verdict = recall(closure, verdict, found);
    for (size_t i = 0; i < closure->row_count; i++) {
        struct rl_account_row *row = &closure->rows[i];

        if (row->phase == scenario->phase && row->kind == scenario->kind &&
            row->fault_class == scenario->fault_class && row->verdict == verdict) {
            row->count += scenario->count;
            return;
        }
    }
    closure->rows =
        rl_grow(closure->rows, closure->row_count, &closure->row_room, sizeof *closure->rows);
    closure->rows[closure->row_count++] = (struct rl_account_row){(uint8_t)scenario->phase,
                                                                  (uint8_t)scenario->kind,
                                                                  (uint16_t)scenario->fault_class,
                                                                  verdict,
                                                                  scenario->count,
                                                                  (uint32_t)level->operation,
                                                                  level->outcome};
}

/* ---- cutting a state ---- */

static void *keep(const void *from, size_t count, size_t size)
{
    void *copy = rl_malloc(count * size + 1u);

    if (count > 0) {
        memcpy(copy, from, count * size);
    }
    return copy;
}

static void forget_account(struct rl_closure_state *state)
{
    free(state->edges);
    free(state->rows);
    free(state->classes);
    state->edges = NULL;
    state->rows = NULL;
    state->classes = NULL;
    state->edge_count = 0;
    state->row_count = 0;
    state->class_count = 0;
}

/* Moves what was counted for the current state to it. */
static void settle_account(struct rl_closure *closure)
{
    struct rl_closure_state *state = &closure->states[closure->current];
    struct rl_cell_result *result = &closure->sweep->tally.result;

    forget_account(state);
    state->edges = keep(closure->edges, closure->edge_count, sizeof *closure->edges);
    state->edge_count = (uint32_t)closure->edge_count;
    state->rows = keep(closure->rows, closure->row_count, sizeof *closure->rows);
    state->row_count = (uint32_t)closure->row_count;
    state->classes = rl_malloc(RL_CLASS_COUNT * sizeof *state->classes);
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        if (result->classes[i].applicable > 0) {
            state->classes[state->class_count++] =
                (struct rl_class_row){(uint16_t)i, result->classes[i]};
        }
    }
    state->classes = rl_realloc(state->classes, (state->class_count + 1u) * sizeof *state->classes);
    state->crash_states = result->crash_states;
    state->operations = closure->sweep->levels[closure->sweep->level].run.log.count;
    state->cut = true;
}

/* Runs the current state once more, with a log. */
static void run_logged(struct rl_closure *closure, uint32_t state, struct rl_level *level)
{
    rl_vault_get(&closure->vault, closure->states[state].stored, &closure->flash, &closure->memory);
    rl_view_plain(&level->view, &closure->flash, &closure->memory);
    rl_run_execute(&level->run, &level->view, &(struct rl_run_options){.log = true});
}

static void cut(struct rl_closure *closure, uint32_t state)
{
    struct rl_sweep *sweep = closure->sweep;
    struct rl_cell_result *result = &sweep->tally.result;

    closure->current = state;
    closure->serial++;
    closure->cuts++;
    closure->edge_count = 0;
    closure->row_count = 0;
    memset(result->classes, 0, sizeof result->classes);
    result->crash_states = 0;
    sweep->level = state == RL_CLOSURE_START ? 0 : 1u;
    if (state != RL_CLOSURE_START) {
        run_logged(closure, state, &sweep->levels[1]);
        sweep->levels[1].leaf = rl_closure_leaf_of(state);
        result->runs++;
    }
    rl_sweep_log(sweep);
    if (!sweep->failed && !sweep->out_of_time) {
        settle_account(closure);
    }
    sweep->level = 0;
}

/* ---- afterwards ---- */

/* Depths, by following edges from the start: states in the order of their depth. */
static uint32_t *order_states(struct rl_closure *closure, uint32_t *count)
{
    uint32_t *order = rl_malloc(closure->count * sizeof *order);
    uint32_t done = 0;

    *count = 1;
    order[0] = RL_CLOSURE_START;
    closure->states[RL_CLOSURE_START].depth = 0;
    while (done < *count) {
        uint32_t from = order[done++];
        const struct rl_closure_state *state = &closure->states[from];

        for (uint32_t i = 0; i < state->edge_count; i++) {
            struct rl_closure_state *to = &closure->states[state->edges[i].to];

            if (to->depth == UINT32_MAX) {
                to->depth = state->depth + 1u;
                to->from = from;
                to->from_edge = i;
                order[(*count)++] = state->edges[i].to;
            }
        }
    }
    return order;
}

struct described {
    struct rl_closure *closure;
    uint32_t state;
    const struct rl_account_row *row;
};

/* One fault of a token: the run of the state that it cuts is made once more. */
static void describe_fault(struct rl_closure *closure, uint32_t state, uint32_t operation,
                           const struct rl_outcome *outcome, struct rl_fault *fault)
{
    const struct rl_scene *scene = closure->sweep->scene;
    struct rl_level *level = &closure->sweep->levels[state == RL_CLOSURE_START ? 0 : 1];

    if (state != RL_CLOSURE_START) {
        run_logged(closure, state, level);
    }
    rl_fault_describe(fault, closure->states[state].depth + 1u, &level->run.log, operation,
                      scene->engine, outcome, &scene->device.geometry);
}

/* Of paths that are longer than a token has room for it has the first faults: what such a token
 * leads to is a state on the way. */
static void describe(void *user, struct rl_token *token)
{
    const struct described *what = user;
    struct rl_closure *closure = what->closure;
    uint32_t depth = closure->states[what->state].depth;
    uint32_t at = what->state;

    token->fault_count = depth < RL_TOKEN_FAULTS ? depth + 1u : RL_TOKEN_FAULTS;
    if (depth < RL_TOKEN_FAULTS) {
        describe_fault(closure, at, what->row->operation, &what->row->outcome,
                       &token->faults[depth]);
    }
    while (at != RL_CLOSURE_START) {
        const struct rl_closure_state *state = &closure->states[at];
        const struct rl_edge *edge = &closure->states[state->from].edges[state->from_edge];

        if (state->depth <= RL_TOKEN_FAULTS) {
            describe_fault(closure, state->from, edge->operation, &edge->outcome,
                           &token->faults[state->depth - 1u]);
        }
        at = state->from;
    }
}

static void add_state(struct rl_closure *closure, uint32_t number)
{
    struct rl_closure_state *state = &closure->states[number];
    struct rl_cell_result *result = &closure->sweep->tally.result;
    struct rl_closure_result *all = &result->closure;

    result->crash_states += state->crash_states;
    all->transitions += state->edge_count;
    all->longest_path = all->longest_path > state->depth ? all->longest_path : state->depth;
    all->recovery_boots = all->recovery_boots > state->boots ? all->recovery_boots : state->boots;
    for (uint32_t i = 0; i < state->class_count; i++) {
        struct rl_class_count *count = &result->classes[state->classes[i].fault_class];

        count->applicable += state->classes[i].count.applicable;
        count->fired += state->classes[i].count.fired;
        count->observed += state->classes[i].count.observed;
    }
    for (uint32_t i = 0; i < state->row_count; i++) {
        const struct rl_account_row *row = &state->rows[i];
        struct described what = {closure, number, row};
        struct rl_scenario scenario = {
            .phase = row->phase,
            .kind = row->kind,
            .fault_class = row->fault_class,
            .faults = state->depth + 1u,
            .count = row->count,
            .is_crash_state = true,
            .describe = describe,
            .user = &what,
        };

        rl_tally_scenario(&closure->sweep->tally, &scenario, row->verdict);
    }
}

/* Two contents, or two sums over pages, are taken for one where their 128 bits are equal. At most
 * each of n is compared with each: n * n / 2^129, and n is what the tree distinguishes. */
static double chance_of_miss(const struct rl_closure *closure)
{
    double known = (double)rl_footprints_nodes(closure->sweep->footprints);

    return known * known / 6.8e38;
}

/* Sums up what is kept by state. */
static void finish(struct rl_closure *closure)
{
    struct rl_cell_result *result = &closure->sweep->tally.result;
    uint32_t count = 0;
    uint32_t *order = order_states(closure, &count);

    memset(result->classes, 0, sizeof result->classes);
    result->crash_states = 0;
    closure->sweep->closure = NULL; /* from here on scenarios are counted by the tally */
    for (uint32_t i = 0; i < count; i++) {
        add_state(closure, order[i]);
    }
    result->distinct_states = count;
    result->closure.asked = true;
    result->closure.closed = closure->queue_count == 0 && !closure->sweep->failed &&
                             !closure->sweep->out_of_time && closure->left_out == 0;
    result->closure.missed = chance_of_miss(closure);
    free(order);
}

static void show(struct rl_closure *closure)
{
    struct rl_cell_progress *progress = closure->sweep->progress;

    if (progress != NULL) {
        double all = (double)(closure->cuts + closure->queue_count);

        progress->crash_states += closure->states[closure->current].crash_states;
        progress->fraction = all > 0 ? (double)closure->cuts / all : 0;
    }
}

void rl_closure_explore(struct rl_closure *closure, struct rl_sweep *sweep)
{
    const struct rl_scene *scene = sweep->scene;

    memset(closure, 0, sizeof *closure);
    closure->sweep = sweep;
    sweep->closure = closure;
    rl_vault_init(&closure->vault, scene->flash.count, scene->memory.count);
    rl_plane_init(&closure->flash, scene->flash.count, RL_SLOT_BLANK);
    rl_plane_init(&closure->memory, scene->memory.count, RL_SLOT_LOST);
    closure->lines = rl_closure_lines_new(closure);
    closure->born = rl_calloc(1, sizeof *closure->born);
    rl_plane_init(&closure->born_flash, scene->flash.count, RL_SLOT_BLANK);
    rl_plane_init(&closure->born_memory, scene->memory.count, RL_SLOT_LOST);
    state_at(closure, RL_CLOSURE_START)->known = true;
    wait_for_cut(closure, RL_CLOSURE_START);
    while (closure->queue_count > 0 && !sweep->failed && !sweep->out_of_time) {
        cut(closure, next_waiting(closure));
        show(closure);
    }
    finish(closure);
}

void rl_closure_free(struct rl_closure *closure)
{
    for (size_t i = 0; i < closure->count; i++) {
        forget_account(&closure->states[i]);
    }
    rl_vault_free(&closure->vault);
    rl_plane_free(&closure->flash);
    rl_plane_free(&closure->memory);
    rl_closure_lines_free(closure->lines);
    free(closure->states);
    free(closure->queue);
    free(closure->stamp);
    free(closure->edges);
    free(closure->rows);
    free(closure->births);
    free(closure->is_born);
    free(closure->born);
    rl_plane_free(&closure->born_flash);
    rl_plane_free(&closure->born_memory);
    memset(closure, 0, sizeof *closure);
}
