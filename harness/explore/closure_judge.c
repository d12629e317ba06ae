#include "explore/closure_private.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/closure_lines.h"

/* ---- what is remembered ---- */

static bool began_at(const struct rl_closure *closure, size_t operation, bool exactly)
{
    const struct rl_level *level = &closure->sweep->levels[closure->sweep->level];
    uint64_t at = level->run.judge.initialises[RL_RUNS_NEW].operation;
    uint64_t cut = level->run.log.operations[operation].number - 1u;

    return rl_run_remembers_counter(closure->sweep->scene) &&
           level->run.judge.initialises[RL_RUNS_NEW].began && (exactly ? at == cut : at <= cut);
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

    if (violated == 0 || !rl_closure_has_memory(closure->current) ||
        rl_judge_counter_remembered(images, found->first_image, why[RL_PROPERTY_MONOTONIC])) {
        return verdict;
    }
    return rl_tally_join(&closure->sweep->tally, verdict, violated, why);
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
    rl_closure_leaf_at(closure, leaf)->stored = closure->states[to].stored;
}

/* One edge to each state is kept. */
static void note_edge(struct rl_closure *closure, uint32_t to, const struct rl_outcome *outcome)
{
    const struct rl_sweep *sweep = closure->sweep;
    size_t operation = sweep->levels[sweep->level].operation - closure->first;
    struct rl_closure_leaf *leaf;

    closure->stamp = make_room(closure->stamp, &closure->stamp_count, to, sizeof *closure->stamp);
    if (closure->stamp[to] == closure->serial) {
        return;
    }
    closure->stamp[to] = closure->serial;
    closure->edges =
        rl_grow(closure->edges, closure->edge_count, &closure->edge_room, sizeof *closure->edges);
    closure->edges[closure->edge_count++] = (struct rl_edge){to, (uint32_t)operation, *outcome};
    leaf = rl_closure_leaf_at(closure, rl_closure_leaf_of(to));
    leaf->before =
        rl_grow(leaf->before, leaf->before_count, &leaf->before_room, sizeof *leaf->before);
    leaf->before[leaf->before_count++] = closure->current;
    if (rl_closure_is_certified(closure->sweep)) {
        bear(closure, rl_closure_leaf_of(to), to, outcome);
    }
}

static void arrive(struct rl_closure *closure, uint32_t state, const struct rl_outcome *outcome)
{
    rl_closure_know(closure, state);
    note_edge(closure, state, outcome);
}

bool rl_closure_stands_for_many(const struct rl_closure *closure)
{
    return closure->current != RL_CLOSURE_START;
}

bool rl_closure_reach(struct rl_closure *closure, uint32_t leaf)
{
    struct rl_sweep *sweep = closure->sweep;

    if (leaf == RL_LEAF_NONE || !rl_closure_leaf_at(closure, leaf)->made) {
        leaf = rl_closure_make_run(closure, &sweep->levels[sweep->level + 1u],
                                   &sweep->levels[sweep->level].view, 0, 0);
    }
    return leaf != RL_LEAF_NONE;
}

void rl_closure_split(struct rl_closure *closure, const struct rl_open *open)
{
    struct rl_sweep *sweep = closure->sweep;

    rl_sweep_split(sweep, open);
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
        leaf = rl_footprints_find_from(sweep->footprints, rl_stretches_root(&closure->made),
                                       &level->view, stands_for_many ? &open : NULL);
        if (stands_for_many && open.touches) {
            rl_closure_split(closure, &open);
            continue;
        }
        if (leaf != RL_LEAF_NONE && rl_closure_leaf_at(closure, leaf)->made) {
            rl_foresight_arrive(&closure->foresight, leaf, &level->view,
                                stands_for_many ? &open : NULL, NULL);
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
    closure->rows[closure->row_count++] =
        (struct rl_account_row){(uint8_t)scenario->phase,
                                (uint8_t)scenario->kind,
                                (uint16_t)scenario->fault_class,
                                verdict,
                                scenario->count,
                                (uint32_t)(level->operation - closure->first),
                                level->outcome};
}

bool rl_closure_foresees(const struct rl_closure *closure, uint32_t leaf,
                         const struct rl_family *family)
{
    bool any = rl_foresight_touches(&closure->foresight, leaf, family->device, family->page,
                                    family->pages);

    for (uint32_t i = 0; i < family->more_count; i++) {
        any = any || rl_foresight_touches(&closure->foresight, leaf, family->device,
                                          family->more[i].page, family->more[i].pages);
    }
    return any;
}

bool rl_closure_foresees_page(const struct rl_closure *closure, uint32_t leaf, uint8_t device,
                              uint32_t page)
{
    return rl_foresight_touches(&closure->foresight, leaf, device, page, 1);
}

/* ---- accounts ---- */

static void *keep(const void *from, size_t count, size_t size)
{
    void *copy = rl_malloc(count * size + 1u);

    if (count > 0) {
        memcpy(copy, from, count * size);
    }
    return copy;
}

void rl_closure_forget_account(struct rl_closure_state *state)
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
void rl_closure_settle_account(struct rl_closure *closure, size_t operations)
{
    struct rl_closure_state *state = &closure->states[closure->current];
    struct rl_cell_result *result = &closure->sweep->tally.result;

    rl_closure_forget_account(state);
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
    state->operations = operations;
    state->cut = rl_closure_goes_well(closure);
}

void rl_closure_begin_account(struct rl_closure *closure, uint32_t state, size_t first)
{
    struct rl_cell_result *result = &closure->sweep->tally.result;

    closure->current = state;
    closure->first = first;
    closure->serial++;
    closure->cuts++;
    closure->edge_count = 0;
    closure->row_count = 0;
    memset(result->classes, 0, sizeof result->classes);
    result->crash_states = 0;
}

void rl_closure_ask_doubts(struct rl_closure *closure)
{
    struct rl_sweep *sweep = closure->sweep;
    struct rl_level *level = &sweep->levels[sweep->level];
    const struct rl_plane *flash = &level->cursor.planes[RL_PLANE_FLASH];
    const struct rl_interval all = {0, flash->count};
    const struct rl_question question =
        rl_question_doubted(&all, sweep->scene->device.geometry.sector_size / RL_PAGE);
    struct rl_open open = {0};

    if (!rl_closure_stands_for_many(closure) ||
        !rl_operation_is_durable(level->cursor.log,
                                 &level->cursor.log->operations[level->cursor.next])) {
        return;
    }
    rl_view_plain(&level->view, flash, NULL);
    rl_sweep_open(sweep, &(struct rl_outcome){0}, &open);
    while (rl_footprints_leaves(sweep->footprints, &open, &level->view, &question)) {
        rl_closure_split(closure, &open);
        rl_sweep_open(sweep, &(struct rl_outcome){0}, &open);
    }
}
