/* Results of one cell, piece by piece. */
#include "results/results.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

static void add_class(struct rl_class_count *total, const struct rl_class_count *count)
{
    total->applicable += count->applicable;
    total->fired += count->fired;
    total->observed += count->observed;
}

static bool is_same_cause(const struct rl_finding *a, const struct rl_finding *b)
{
    return a->property == b->property && a->fault_class == b->fault_class &&
           strcmp(a->phase, b->phase) == 0;
}

/* Whether `a` was found with fewer faults, or of equals comes first in the cell. */
static bool is_before(const struct rl_finding *a, const struct rl_finding *b)
{
    return a->faults != b->faults ? a->faults < b->faults : a->place < b->place;
}

static void add_finding(struct rl_cell_result *into, const struct rl_finding *finding)
{
    struct rl_finding *known = NULL;
    uint64_t count;

    for (uint32_t i = 0; known == NULL && i < into->finding_count; i++) {
        known = is_same_cause(&into->findings[i], finding) ? &into->findings[i] : NULL;
    }
    if (known == NULL && into->finding_count == RL_FINDING_MAX) {
        known = &into->findings[RL_FINDING_MAX - 1u];
        known->count += finding->count;
        return;
    }
    if (known == NULL) {
        into->findings =
            rl_realloc(into->findings, (into->finding_count + 1u) * sizeof *into->findings);
        into->findings[into->finding_count++] = *finding;
        return;
    }
    count = known->count + finding->count;
    if (is_before(finding, known)) {
        *known = *finding;
    }
    known->count = count;
}

static void add_held(struct rl_cell_result *into, const struct rl_held *held)
{
    for (uint32_t i = 0; i < into->held_count; i++) {
        struct rl_held *known = &into->held[i];

        if (known->fault_class == held->fault_class && strcmp(known->phase, held->phase) == 0 &&
            strcmp(known->operation, held->operation) == 0) {
            known->count += held->count;
            return;
        }
    }
    into->held = rl_realloc(into->held, (into->held_count + 1u) * sizeof *into->held);
    into->held[into->held_count++] = *held;
}

static void add_counts(struct rl_cell_result *into, const struct rl_cell_result *piece)
{
    into->golden_operations += piece->golden_operations;
    into->scenarios += piece->scenarios;
    into->crash_states += piece->crash_states;
    into->runs += piece->runs;
    into->violations += piece->violations;
    into->unbootable += piece->unbootable;
    into->injected += piece->injected;
    into->joined += piece->joined;
    into->inject_seconds += piece->inject_seconds;
    into->cpu_seconds += piece->cpu_seconds;
    if (piece->peak_bytes > into->peak_bytes) {
        into->peak_bytes = piece->peak_bytes;
    }
    for (unsigned i = 0; i < RL_CLASS_WORDS; i++) {
        into->classes_asked.word[i] |= piece->classes_asked.word[i];
    }
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        add_class(&into->classes[i], &piece->classes[i]);
    }
    for (uint32_t i = 0; i < piece->pair_count; i++) {
        into->pairs[i].first = piece->pairs[i].first;
        into->pairs[i].second = piece->pairs[i].second;
        add_class(&into->pairs[i].count, &piece->pairs[i].count);
    }
    if (piece->pair_count > into->pair_count) {
        into->pair_count = piece->pair_count;
    }
}

static void add_blocks(struct rl_blocks *into, const struct rl_blocks *piece)
{
    if (piece->count > 0) {
        into->count = piece->count;
    }
    for (uint32_t i = 0; i < piece->words * 64u; i++) {
        if (rl_blocks_has(piece, i)) {
            rl_blocks_add(into, i);
        }
    }
}

void rl_cell_result_add(struct rl_cell_result *into, const struct rl_cell_result *piece)
{
    add_counts(into, piece);
    into->distinct_states += piece->distinct_states - piece->states.count;
    for (size_t i = 0; i < piece->states.count; i++) {
        into->distinct_states += rl_states_add(&into->states, piece->states.list[i]);
    }
    for (uint32_t i = 0; i < piece->finding_count; i++) {
        add_finding(into, &piece->findings[i]);
    }
    for (uint32_t i = 0; i < piece->held_count; i++) {
        add_held(into, &piece->held[i]);
    }
    for (unsigned part = 0; part < RL_PARTS; part++) {
        add_blocks(&into->blocks[part], &piece->blocks[part]);
    }
    if (piece->closure.asked) {
        into->closure = piece->closure;
    }
    if (piece->outage.measured) {
        into->outage = piece->outage;
    }
}

static int by_faults(const void *a, const void *b)
{
    const struct rl_finding *left = a;
    const struct rl_finding *right = b;

    if (left->faults != right->faults) {
        return left->faults < right->faults ? -1 : 1;
    }
    return left->property != right->property ? (int)left->property - (int)right->property
                                             : strcmp(left->token, right->token);
}

static int by_place(const void *a, const void *b)
{
    const struct rl_held *left = a;
    const struct rl_held *right = b;
    int phase = strcmp(left->phase, right->phase);
    int operation = strcmp(left->operation, right->operation);

    return phase != 0 ? phase : operation != 0 ? operation : left->fault_class - right->fault_class;
}

void rl_cell_result_sort(struct rl_cell_result *result)
{
    if (result->finding_count > 1) {
        qsort(result->findings, result->finding_count, sizeof *result->findings, by_faults);
    }
    if (result->held_count > 1) {
        qsort(result->held, result->held_count, sizeof *result->held, by_place);
    }
}
