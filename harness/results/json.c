/* Results as JSON. docs/json.md lists the fields; the two change together. */
#include "results/results.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Text from engines may be anything; JSON takes UTF-8 only. What is not, is shown as '?'. */
static json_t *text(const char *bytes)
{
    json_t *value = json_string(bytes);
    if (value != NULL) {
        return value;
    }
    char *copy = strdup(bytes);
    if (copy == NULL) {
        return NULL;
    }
    for (char *c = copy; *c != '\0'; c++) {
        if ((unsigned char)*c >= 0x80) {
            *c = '?';
        }
    }
    value = json_string(copy);
    free(copy);
    return value;
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* Adds one member, taking `value` over. Errors are kept in *good: one check at the end. */
static void put(json_t *object, const char *key, json_t *value, bool *good)
{
    if (json_object_set_new(object, key, value) != 0) {
        *good = false;
    }
}

static void append(json_t *array, json_t *value, bool *good)
{
    if (json_array_append_new(array, value) != 0) {
        *good = false;
    }
}

static json_t *finding_json(const struct rl_finding *finding, bool *good)
{
    const struct rl_property_info *property = rl_property_info(finding->property);
    const char *name = rl_finding_class(finding);
    json_t *object = json_object();
    put(object, "property", text(property == NULL ? "unknown" : property->name), good);
    put(object, "phase", text(finding->phase), good);
    put(object, "class", name == NULL ? json_null() : text(name), good);
    put(object, "token", text(finding->token), good);
    put(object, "drawn", finding->drawn[0] == '\0' ? json_null() : text(finding->drawn), good);
    put(object, "count", number(finding->count), good);
    put(object, "why", text(finding->why), good);
    return object;
}

static json_t *findings_json(const struct rl_cell_result *total, bool *good)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < total->finding_count; i++) {
        append(array, finding_json(&total->findings[i], good), good);
    }
    return array;
}

static json_t *counts_json(const struct rl_class_count *count, bool *good)
{
    json_t *counts = json_object();
    put(counts, "applicable", number(count->applicable), good);
    put(counts, "fired", number(count->fired), good);
    put(counts, "observed", number(count->observed), good);
    return counts;
}

static json_t *pairs_json(const struct rl_cell_result *total, bool *good)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < total->pair_count; i++) {
        const struct rl_pair_result *pair = &total->pairs[i];
        json_t *counts = counts_json(&pair->count, good);
        put(counts, "first", text(rl_class_info((rl_class)pair->first)->name), good);
        put(counts, "second", text(rl_class_info((rl_class)pair->second)->name), good);
        append(array, counts, good);
    }
    return array;
}

static json_t *classes_json(const struct rl_cell_result *total, bool *good)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        if (!rl_class_in(&total->classes_asked, (rl_class)i)) {
            continue;
        }
        put(object, rl_class_info((rl_class)i)->name, counts_json(&total->classes[i], good), good);
    }
    return object;
}

static json_t *milliseconds(uint64_t ns)
{
    return json_real((double)ns / 1e6);
}

static json_t *hosts_json(const struct rl_outage *outage, bool *good)
{
    const struct rl_host_sums *sums = &outage->sums;
    json_t *object = json_object();
    put(object, "count", number(outage->hosts), good);
    put(object, "issued", number(sums->issued), good);
    put(object, "accepted", number(sums->accepted), good);
    put(object, "answered", number(sums->answered), good);
    put(object, "answered_twice", number(sums->answered_twice), good);
    put(object, "unanswered", number(sums->unanswered), good);
    put(object, "held", number(sums->held), good);
    put(object, "retried", number(sums->retried), good);
    put(object, "timeouts", number(sums->timeouts), good);
    put(object, "paths_removed", number(sums->paths_removed), good);
    put(object, "paths_restored", number(sums->paths_restored), good);
    put(object, "logins_fast", number(sums->logins_fast), good);
    put(object, "logins_full", number(sums->logins_full), good);
    put(object, "longest_hold_ms", milliseconds(sums->longest_hold_ns), good);
    put(object, "longest_wait_ms", milliseconds(sums->longest_wait_ns), good);
    put(object, "outage_ms", milliseconds(sums->outage_ns), good);
    put(object, "least_paths", number(sums->least_paths), good);
    return object;
}

/* null where there was nothing to measure. */
static json_t *outage_json(const struct rl_outage *outage, bool *good)
{
    if (!outage->measured) {
        return json_null();
    }
    json_t *object = json_object();
    put(object, "offline_ms", milliseconds(outage->port.offline_ns), good);
    put(object, "dark_ms", milliseconds(outage->port.dark_ns), good);
    put(object, "update_ms", milliseconds(outage->port.update_ns), good);
    put(object, "hosts", outage->hosts == 0 ? json_null() : hosts_json(outage, good), good);
    return object;
}

static json_t *closure_json(const struct rl_closure_result *closure, uint64_t states, bool *good)
{
    if (!closure->asked) {
        return json_null();
    }
    json_t *object = json_object();
    put(object, "closed", json_boolean(closure->closed), good);
    put(object, "states", number(states), good);
    put(object, "transitions", number(closure->transitions), good);
    put(object, "longest_path", number(closure->longest_path), good);
    put(object, "recovery_boots", number(closure->recovery_boots), good);
    put(object, "repeated", number(closure->repeated), good);
    put(object, "missed", json_real(closure->missed), good);
    return object;
}

static json_t *cell_json(const struct rl_results *results, uint32_t index, bool *good)
{
    const struct rl_cell_result *cell = &results->cells[index];
    struct rl_coverage coverage = rl_cell_coverage(results, index);
    json_t *object = json_object();
    put(object, "name", text(cell->cell), good);
    put(object, "engine", text(cell->engine == NULL ? "" : cell->engine), good);
    put(object, "golden_operations", number(cell->golden_operations), good);
    put(object, "scenarios", number(cell->scenarios), good);
    put(object, "crash_states", number(cell->crash_states), good);
    put(object, "distinct_states", number(cell->distinct_states), good);
    put(object, "runs", number(cell->runs), good);
    put(object, "violations", number(cell->violations), good);
    put(object, "unbootable", number(cell->unbootable), good);
    put(object, "injected", number(cell->injected), good);
    put(object, "joined", number(cell->joined), good);
    put(object, "inject_seconds", json_real(cell->inject_seconds), good);
    put(object, "outage", outage_json(&cell->outage, good), good);
    put(object, "closure", closure_json(&cell->closure, cell->distinct_states, good), good);
    put(object, "complete", json_boolean(cell->complete), good);
    put(object, "blocks", number(coverage.blocks), good);
    put(object, "blocks_done", number(coverage.done), good);
    put(object, "cpu_seconds", json_real(cell->cpu_seconds), good);
    put(object, "peak_bytes", number(cell->peak_bytes), good);
    return object;
}

static json_t *cells_json(const struct rl_results *results, bool *good)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < results->cell_count; i++) {
        append(array, cell_json(results, i, good), good);
    }
    return array;
}

static json_t *shard_json(const struct rl_results *results)
{
    char name[32];
    snprintf(name, sizeof name, "%" PRIu32 "/%" PRIu32, results->shard, results->shards);
    return results->shards == 0 ? json_null() : json_string(name);
}

static json_t *coverage_json(const struct rl_results *results, bool *good)
{
    struct rl_coverage coverage = rl_results_coverage(results);
    json_t *object = json_object();
    put(object, "cells", number(coverage.cells), good);
    put(object, "complete", number(coverage.complete), good);
    put(object, "blocks", number(coverage.blocks), good);
    put(object, "done", number(coverage.done), good);
    put(object, "share", json_real(coverage.share), good);
    return object;
}

char *rl_results_json(const struct rl_results *results)
{
    bool good = true;
    struct rl_cell_result total;
    rl_results_sum(results, &total);
    json_t *object = json_object();
    put(object, "plan", text(results->plan), &good);
    put(object, "engine", text(results->engine), &good);
    put(object, "only", results->only == NULL ? json_null() : text(results->only), &good);
    put(object, "without", results->without == NULL ? json_null() : text(results->without), &good);
    put(object, "shard", shard_json(results), &good);
    put(object, "verdict", text(rl_verdict_name(rl_results_verdict(results))), &good);
    put(object, "golden_operations", number(total.golden_operations), &good);
    put(object, "scenarios", number(total.scenarios), &good);
    put(object, "crash_states", number(total.crash_states), &good);
    put(object, "distinct_states", number(total.distinct_states), &good);
    put(object, "runs", number(total.runs), &good);
    put(object, "closed", json_boolean(total.closure.closed), &good);
    put(object, "closure", closure_json(&total.closure, total.distinct_states, &good), &good);
    put(object, "violations", number(total.violations), &good);
    put(object, "unbootable", number(total.unbootable), &good);
    put(object, "findings", findings_json(&total, &good), &good);
    put(object, "classes", classes_json(&total, &good), &good);
    put(object, "pairs", pairs_json(&total, &good), &good);
    put(object, "injected", number(total.injected), &good);
    put(object, "joined", number(total.joined), &good);
    put(object, "inject_seconds", json_real(total.inject_seconds), &good);
    put(object, "coverage", coverage_json(results, &good), &good);
    put(object, "cells", cells_json(results, &good), &good);
    put(object, "seconds", json_real(results->seconds), &good);
    char *line = good ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(object);
    rl_cell_result_free(&total);
    return line;
}
