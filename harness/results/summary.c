/* Sums and verdicts over the cells of a campaign. */
#include "results/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *rl_verdict_name(rl_verdict verdict)
{
    switch (verdict) {
    case RL_HELD:
        return "held";
    case RL_VIOLATED:
        return "violated";
    case RL_UNVERIFIED:
        return "unverified";
    case RL_HARNESS_FAILED:
        break;
    }
    return "failed";
}

int rl_verdict_exit(rl_verdict verdict)
{
    switch (verdict) {
    case RL_HELD:
        return 0;
    case RL_VIOLATED:
        return 1;
    case RL_UNVERIFIED:
        return 4;
    case RL_HARNESS_FAILED:
        break;
    }
    return 3;
}

const char *rl_finding_class(const struct rl_finding *finding)
{
    const struct rl_class_info *info =
        finding->fault_class < 0 ? NULL : rl_class_info((rl_class)finding->fault_class);
    return info == NULL ? NULL : info->name;
}

bool rl_class_unverified(const struct rl_cell_result *total, unsigned index)
{
    const struct rl_class_count *count = &total->classes[index];
    bool asked = rl_class_in(&total->classes_asked, (rl_class)index);
    return asked && (count->fired == 0 || count->observed == 0);
}

bool rl_pair_unverified(const struct rl_pair_result *pair)
{
    return pair->count.fired == 0 || pair->count.observed == 0;
}

static void add_class(struct rl_class_count *total, const struct rl_class_count *count)
{
    total->applicable += count->applicable;
    total->fired += count->fired;
    total->observed += count->observed;
}

/* A plan has no more different pairs than a sum has room for. */
static void add_pair(struct rl_cell_result *total, const struct rl_pair_result *pair)
{
    for (uint32_t i = 0; i < total->pair_count; i++) {
        if (total->pairs[i].first == pair->first && total->pairs[i].second == pair->second) {
            add_class(&total->pairs[i].count, &pair->count);
            return;
        }
    }
    if (total->pair_count < RL_PAIRS_MAX) {
        total->pairs[total->pair_count++] = *pair;
    }
}

static bool same_cause(const struct rl_finding *a, const struct rl_finding *b)
{
    return a->property == b->property && a->fault_class == b->fault_class &&
           strcmp(a->phase, b->phase) == 0;
}

/* Cells come in their order, so a later finding replaces an earlier one only when it is shorter. */
static void merge_finding(struct rl_cell_result *total, const struct rl_finding *finding)
{
    for (uint32_t i = 0; i < total->finding_count; i++) {
        struct rl_finding *known = &total->findings[i];
        if (same_cause(known, finding)) {
            uint64_t count = known->count + finding->count;
            if (finding->faults < known->faults) {
                *known = *finding;
            }
            known->count = count;
            return;
        }
    }
    total->findings[total->finding_count++] = *finding;
}

static void merge_held(struct rl_cell_result *total, const struct rl_held *held)
{
    for (uint32_t i = 0; i < total->held_count; i++) {
        struct rl_held *known = &total->held[i];
        if (known->fault_class == held->fault_class && strcmp(known->phase, held->phase) == 0 &&
            strcmp(known->operation, held->operation) == 0) {
            known->count += held->count;
            return;
        }
    }
    total->held[total->held_count++] = *held;
}

/* The farthest of all is what counts. */
static void add_closure(struct rl_closure_result *total, const struct rl_closure_result *cell)
{
    total->asked = total->asked || cell->asked;
    total->transitions += cell->transitions;
    total->repeated += cell->repeated;
    total->missed = total->missed + cell->missed < 1.0 ? total->missed + cell->missed : 1.0;
    if (cell->longest_path > total->longest_path) {
        total->longest_path = cell->longest_path;
    }
    if (cell->recovery_boots > total->recovery_boots) {
        total->recovery_boots = cell->recovery_boots;
    }
}

static bool all_closed(const struct rl_results *results)
{
    bool closed = results->cell_count > 0;

    for (uint32_t i = 0; i < results->cell_count; i++) {
        closed = closed && results->cells[i].closure.asked && results->cells[i].closure.closed;
    }
    return closed;
}

/* Whether all was judged: a closure may have had its time, and yet not have followed all. */
static bool is_whole(const struct rl_cell_result *cell)
{
    return cell->complete && (!cell->closure.asked || cell->closure.closed);
}

static void add_counts(struct rl_cell_result *total, const struct rl_cell_result *cell)
{
    total->golden_operations += cell->golden_operations;
    total->scenarios += cell->scenarios;
    total->crash_states += cell->crash_states;
    total->distinct_states += cell->distinct_states;
    total->runs += cell->runs;
    total->violations += cell->violations;
    total->unbootable += cell->unbootable;
    total->injected += cell->injected;
    total->joined += cell->joined;
    total->inject_seconds += cell->inject_seconds;
    total->cpu_seconds += cell->cpu_seconds;
    add_closure(&total->closure, &cell->closure);
    total->complete = total->complete && is_whole(cell);
    for (unsigned i = 0; i < RL_CLASS_WORDS; i++) {
        total->classes_asked.word[i] |= cell->classes_asked.word[i];
    }
    if (cell->peak_bytes > total->peak_bytes) {
        total->peak_bytes = cell->peak_bytes;
    }
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        add_class(&total->classes[i], &cell->classes[i]);
    }
    for (uint32_t i = 0; i < cell->pair_count; i++) {
        add_pair(total, &cell->pairs[i]);
    }
    if (cell->harness_error[0] != '\0' && total->harness_error[0] == '\0') {
        /* The error is the part that matters: a long one keeps its start. */
        snprintf(total->harness_error, sizeof total->harness_error, "cell %s: %.140s", cell->cell,
                 cell->harness_error);
    }
}

/* Room for every row of every cell: merging only makes fewer. */
static bool reserve(const struct rl_results *results, struct rl_cell_result *total)
{
    size_t findings = 1;
    size_t held = 1;
    for (uint32_t i = 0; i < results->cell_count; i++) {
        findings += results->cells[i].finding_count;
        held += results->cells[i].held_count;
    }
    total->findings = calloc(findings, sizeof *total->findings);
    total->held = calloc(held, sizeof *total->held);
    return total->findings != NULL && total->held != NULL;
}

/* Stable, so that what was explored first stays first among equals. */
static void sort_findings(struct rl_cell_result *total)
{
    for (uint32_t i = 1; i < total->finding_count; i++) {
        struct rl_finding moved = total->findings[i];
        uint32_t at = i;
        while (at > 0 && total->findings[at - 1].faults > moved.faults) {
            total->findings[at] = total->findings[at - 1];
            at--;
        }
        total->findings[at] = moved;
    }
}

void rl_results_sum(const struct rl_results *results, struct rl_cell_result *total)
{
    memset(total, 0, sizeof *total);
    snprintf(total->cell, sizeof total->cell, "all cells");
    total->complete = true;
    for (uint32_t i = 0; i < results->cell_count; i++) {
        add_counts(total, &results->cells[i]);
    }
    total->closure.closed = all_closed(results);
    if (!reserve(results, total)) {
        snprintf(total->harness_error, sizeof total->harness_error, "out of memory");
        return;
    }
    for (uint32_t i = 0; i < results->cell_count; i++) {
        const struct rl_cell_result *cell = &results->cells[i];
        for (uint32_t k = 0; k < cell->finding_count; k++) {
            merge_finding(total, &cell->findings[k]);
        }
        for (uint32_t k = 0; k < cell->held_count; k++) {
            merge_held(total, &cell->held[k]);
        }
    }
    sort_findings(total);
}

/* The verdict over what the counts of all cells add up to. */
static rl_verdict judge(const struct rl_cell_result *total)
{
    if (total->harness_error[0] != '\0') {
        return RL_HARNESS_FAILED;
    }
    if (total->violations > 0) {
        return RL_VIOLATED;
    }
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        if (rl_class_unverified(total, i)) {
            return RL_UNVERIFIED;
        }
    }
    for (uint32_t i = 0; i < total->pair_count; i++) {
        if (rl_pair_unverified(&total->pairs[i])) {
            return RL_UNVERIFIED;
        }
    }
    return total->complete ? RL_HELD : RL_UNVERIFIED;
}

rl_verdict rl_results_verdict(const struct rl_results *results)
{
    struct rl_cell_result total = {.complete = true};
    if (results->cell_count == 0) {
        return RL_HARNESS_FAILED;
    }
    for (uint32_t i = 0; i < results->cell_count; i++) {
        add_counts(&total, &results->cells[i]);
        if (results->cells[i].finding_count > 0 && total.violations == 0) {
            total.violations = 1; /* a finding is a violation, whatever the counter says */
        }
    }
    return judge(&total);
}

void rl_cell_result_free(struct rl_cell_result *result)
{
    free(result->findings);
    free(result->held);
    rl_states_free(&result->states);
    for (unsigned part = 0; part < RL_PARTS; part++) {
        rl_blocks_free(&result->blocks[part]);
    }
    memset(result, 0, sizeof *result);
}

void rl_results_free(struct rl_results *results)
{
    for (uint32_t i = 0; i < results->cell_count; i++) {
        rl_cell_result_free(&results->cells[i]);
    }
    free(results->cells);
    results->cells = NULL;
    results->cell_count = 0;
}
