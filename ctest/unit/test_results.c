/* Sums, verdicts and printers of results. */
/* groups: sum verdict json text */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "results/results.h"
#include "groups.h"

#define CELLS 3u

/* Results in which all held: every cell asked for two classes, and both fired and were observed. */
static int make(void **state)
{
    static const char *const names[CELLS] = {"a", "b", "c"};
    struct rl_results *results = calloc(1, sizeof *results);
    assert_non_null(results);
    *results = (struct rl_results){.plan = "smoke", .engine = "fastload", .seconds = 2.0};
    results->cells = calloc(CELLS, sizeof *results->cells);
    assert_non_null(results->cells);
    results->cell_count = CELLS;
    for (uint32_t i = 0; i < CELLS; i++) {
        struct rl_cell_result *cell = &results->cells[i];
        strcpy(cell->cell, names[i]);
        cell->golden_operations = 10 + i;
        cell->engine = i == 0 ? "a" : "b";
        cell->scenarios = 200;
        cell->crash_states = 100;
        cell->distinct_states = 40;
        cell->runs = 40;
        cell->peak_bytes = 1000 * (i + 1);
        cell->cpu_seconds = 0.5;
        cell->complete = true;
        cell->classes_asked =
            rl_class_set_of(1u << RL_CLASS_CUT_BEFORE | 1u << RL_CLASS_WEAK_ERASE);
        cell->classes[RL_CLASS_CUT_BEFORE] = (struct rl_class_count){7, 6, 5};
        cell->classes[RL_CLASS_WEAK_ERASE] = (struct rl_class_count){3, 2, 1};
    }
    *state = results;
    return 0;
}

static int unmake(void **state)
{
    rl_results_free(*state);
    free(*state);
    return 0;
}

/* Adds a finding of `property` with `faults` faults and the token "tN", N its cell. */
static void add_finding(struct rl_results *results, uint32_t cell_index, rl_property property,
                        uint32_t faults, uint64_t count)
{
    struct rl_cell_result *cell = &results->cells[cell_index];
    struct rl_finding *more =
        realloc(cell->findings, (cell->finding_count + 1) * sizeof *cell->findings);
    assert_non_null(more);
    cell->findings = more;
    struct rl_finding *finding = &cell->findings[cell->finding_count++];
    *finding = (struct rl_finding){.property = property,
                                   .phase = "overlay",
                                   .fault_class = faults == 0 ? -1 : (int)RL_CLASS_CUT_BEFORE,
                                   .faults = faults,
                                   .count = count,
                                   .why = "because"};
    snprintf(finding->token, sizeof finding->token, "t%u", (unsigned)cell_index);
    cell->violations += count;
}

static void add_held(struct rl_results *results, uint32_t cell_index, const char *operation,
                     uint64_t count)
{
    struct rl_cell_result *cell = &results->cells[cell_index];
    cell->held = calloc(1, sizeof *cell->held);
    assert_non_null(cell->held);
    cell->held_count = 1;
    strcpy(cell->held->phase, "flash");
    strcpy(cell->held->operation, operation);
    cell->held->count = count;
}

static void counts_are_added(void **state)
{
    struct rl_cell_result total;
    rl_results_sum(*state, &total);
    assert_int_equal(total.golden_operations, 33);
    assert_int_equal(total.scenarios, 600);
    assert_int_equal(total.crash_states, 300);
    assert_int_equal(total.distinct_states, 120);
    assert_int_equal(total.runs, 120);
    assert_int_equal(total.peak_bytes, 3000);
    assert_true(total.cpu_seconds > 1.49 && total.cpu_seconds < 1.51);
    assert_true(total.complete);
    assert_int_equal(total.classes[RL_CLASS_CUT_BEFORE].applicable, 21);
    assert_int_equal(total.classes[RL_CLASS_CUT_BEFORE].fired, 18);
    assert_int_equal(total.classes[RL_CLASS_WEAK_ERASE].observed, 3);
    assert_int_equal(total.finding_count, 0);
    rl_cell_result_free(&total);
}

static void one_cause_is_one_finding(void **state)
{
    struct rl_results *results = *state;
    struct rl_cell_result total;
    add_finding(results, 0, RL_PROPERTY_WHOLE, 2, 5);
    add_finding(results, 1, RL_PROPERTY_WHOLE, 1, 7);
    add_finding(results, 2, RL_PROPERTY_WHOLE, 1, 9);
    rl_results_sum(results, &total);
    assert_int_equal(total.finding_count, 1);
    assert_int_equal(total.findings[0].count, 21);
    assert_int_equal(total.findings[0].faults, 1);
    assert_string_equal(total.findings[0].token, "t1");
    assert_int_equal(total.violations, 21);
    rl_cell_result_free(&total);
}

static void findings_with_fewer_faults_come_first(void **state)
{
    struct rl_results *results = *state;
    struct rl_cell_result total;
    add_finding(results, 0, RL_PROPERTY_WHOLE, 2, 1);
    add_finding(results, 0, RL_PROPERTY_BOOTABLE, 1, 1);
    add_finding(results, 1, RL_PROPERTY_AUTHENTIC, 1, 1);
    add_finding(results, 1, RL_PROPERTY_AUTHENTIC, 0, 1);
    rl_results_sum(results, &total);
    assert_int_equal(total.finding_count, 4);
    assert_int_equal(total.findings[0].faults, 0);
    assert_int_equal(total.findings[1].property, RL_PROPERTY_BOOTABLE);
    assert_int_equal(total.findings[2].property, RL_PROPERTY_AUTHENTIC);
    assert_int_equal(total.findings[3].property, RL_PROPERTY_WHOLE);
    rl_cell_result_free(&total);
}

static void held_counts_are_merged(void **state)
{
    struct rl_results *results = *state;
    struct rl_cell_result total;
    add_held(results, 0, "program", 3);
    add_held(results, 1, "program", 4);
    add_held(results, 2, "erase", 5);
    rl_results_sum(results, &total);
    assert_int_equal(total.held_count, 2);
    assert_int_equal(total.held[0].count, 7);
    assert_int_equal(total.held[1].count, 5);
    rl_cell_result_free(&total);
}

static void all_held(void **state)
{
    assert_int_equal(rl_results_verdict(*state), RL_HELD);
}

static void no_cell_is_no_verdict(void **state)
{
    struct rl_results none = {.plan = "smoke", .engine = "fastload"};
    (void)state;
    assert_int_equal(rl_results_verdict(&none), RL_HARNESS_FAILED);
}

static void a_finding_is_a_violation(void **state)
{
    struct rl_results *results = *state;
    add_finding(results, 2, RL_PROPERTY_WHOLE, 1, 1);
    assert_int_equal(rl_results_verdict(results), RL_VIOLATED);
    results->cells[2].violations = 0;
    assert_int_equal(rl_results_verdict(results), RL_VIOLATED);
}

static void an_incomplete_cell_is_unverified(void **state)
{
    struct rl_results *results = *state;
    results->cells[1].complete = false;
    assert_int_equal(rl_results_verdict(results), RL_UNVERIFIED);
}

static void a_class_counts_over_all_cells(void **state)
{
    struct rl_results *results = *state;
    results->cells[0].classes[RL_CLASS_WEAK_ERASE].fired = 0;
    results->cells[1].classes[RL_CLASS_WEAK_ERASE].fired = 0;
    assert_int_equal(rl_results_verdict(results), RL_HELD);
    results->cells[2].classes[RL_CLASS_WEAK_ERASE].fired = 0;
    assert_int_equal(rl_results_verdict(results), RL_UNVERIFIED);
}

static void a_class_that_nobody_observed_is_unverified(void **state)
{
    struct rl_results *results = *state;
    for (uint32_t i = 0; i < CELLS; i++) {
        results->cells[i].classes[RL_CLASS_CUT_BEFORE].observed = 0;
    }
    assert_int_equal(rl_results_verdict(results), RL_UNVERIFIED);
}

/* Two cells ask for a pair, a third for another. */
static void add_pairs(struct rl_results *results)
{
    for (uint32_t i = 0; i < CELLS; i++) {
        results->cells[i].pair_count = 1;
        results->cells[i].pairs[0] = (struct rl_pair_result){
            RL_CLASS_PROGRAM_ERROR, i == 2 ? RL_CLASS_ERASE_ERROR : RL_CLASS_CUT_AFTER, {3, 2, 1}};
    }
}

static void a_pair_counts_over_all_cells(void **state)
{
    struct rl_results *results = *state;
    add_pairs(results);
    assert_int_equal(rl_results_verdict(results), RL_HELD);
    results->cells[0].pairs[0].count.observed = 0;
    assert_int_equal(rl_results_verdict(results), RL_HELD);
    results->cells[1].pairs[0].count.observed = 0;
    assert_int_equal(rl_results_verdict(results), RL_UNVERIFIED);
    results->cells[1].pairs[0].count.observed = 1;
    results->cells[2].pairs[0].count.fired = 0;
    assert_int_equal(rl_results_verdict(results), RL_UNVERIFIED);
}

static void a_failed_harness_comes_before_all(void **state)
{
    struct rl_results *results = *state;
    add_finding(results, 0, RL_PROPERTY_WHOLE, 1, 1);
    results->cells[1].complete = false;
    strcpy(results->cells[2].harness_error, "worker died");
    assert_int_equal(rl_results_verdict(results), RL_HARNESS_FAILED);
}

static void verdicts_have_names_and_codes(void **state)
{
    (void)state;
    assert_string_equal(rl_verdict_name(RL_HELD), "held");
    assert_string_equal(rl_verdict_name(RL_VIOLATED), "violated");
    assert_string_equal(rl_verdict_name(RL_UNVERIFIED), "unverified");
    assert_string_equal(rl_verdict_name(RL_HARNESS_FAILED), "failed");
    assert_int_equal(rl_verdict_exit(RL_HELD), 0);
    assert_int_equal(rl_verdict_exit(RL_VIOLATED), 1);
    assert_int_equal(rl_verdict_exit(RL_HARNESS_FAILED), 3);
    assert_int_equal(rl_verdict_exit(RL_UNVERIFIED), 4);
}

/* Parses the object that results are printed as. */
static json_t *parse(const struct rl_results *results)
{
    char *text = rl_results_json(results);
    assert_non_null(text);
    assert_null(strchr(text, '\n'));
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    free(text);
    return object;
}

/* Asserts that the members of an object are those of `keys`, in their order, and no others. */
static void assert_keys(json_t *object, const char *const *keys, size_t count)
{
    const char *key;
    json_t *value;
    size_t i = 0;
    json_object_foreach(object, key, value)
    {
        assert_true(i < count);
        assert_string_equal(key, keys[i]);
        i++;
    }
    assert_int_equal(i, count);
}

static void json_has_the_fields(void **state)
{
    static const char *const top[] = {"plan",
                                      "engine",
                                      "only",
                                      "without",
                                      "shard",
                                      "verdict",
                                      "golden_operations",
                                      "scenarios",
                                      "crash_states",
                                      "distinct_states",
                                      "runs",
                                      "closed",
                                      "closure",
                                      "violations",
                                      "unbootable",
                                      "findings",
                                      "classes",
                                      "pairs",
                                      "injected",
                                      "joined",
                                      "inject_seconds",
                                      "coverage",
                                      "cells",
                                      "seconds"};
    static const char *const cell[] = {"name",      "engine",       "golden_operations",
                                       "scenarios", "crash_states", "distinct_states",
                                       "runs",      "violations",   "unbootable",
                                       "injected",  "joined",       "inject_seconds",
                                       "outage",    "closure",      "complete",
                                       "blocks",    "blocks_done",  "cpu_seconds",
                                       "peak_bytes"};
    json_t *object = parse(*state);
    assert_keys(object, top, sizeof top / sizeof top[0]);
    assert_string_equal(json_string_value(json_object_get(object, "verdict")), "held");
    assert_int_equal(json_integer_value(json_object_get(object, "crash_states")), 300);
    assert_int_equal(json_integer_value(json_object_get(object, "unbootable")), 0);
    assert_true(json_is_false(json_object_get(object, "closed")));
    json_t *cells = json_object_get(object, "cells");
    assert_int_equal(json_array_size(cells), CELLS);
    assert_keys(json_array_get(cells, 1), cell, sizeof cell / sizeof cell[0]);
    assert_true(json_is_true(json_object_get(json_array_get(cells, 1), "complete")));
    assert_string_equal(json_string_value(json_object_get(json_array_get(cells, 1), "engine")),
                        "b");
    json_decref(object);
}

static void json_lists_the_classes_asked_for(void **state)
{
    static const char *const names[] = {"cut-before", "weak-erase"};
    static const char *const counts[] = {"applicable", "fired", "observed"};
    json_t *object = parse(*state);
    json_t *classes = json_object_get(object, "classes");
    assert_keys(classes, names, 2);
    json_t *weak = json_object_get(classes, "weak-erase");
    assert_keys(weak, counts, 3);
    assert_int_equal(json_integer_value(json_object_get(weak, "fired")), 6);
    json_decref(object);
}

static void json_lists_pairs(void **state)
{
    static const char *const keys[] = {"applicable", "fired", "observed", "first", "second"};
    struct rl_results *results = *state;
    add_pairs(results);
    json_t *object = parse(results);
    json_t *pairs = json_object_get(object, "pairs");
    assert_int_equal(json_array_size(pairs), 2);
    json_t *pair = json_array_get(pairs, 0);
    assert_keys(pair, keys, 5);
    assert_string_equal(json_string_value(json_object_get(pair, "first")), "program-error");
    assert_string_equal(json_string_value(json_object_get(pair, "second")), "cut-after");
    assert_int_equal(json_integer_value(json_object_get(pair, "applicable")), 6);
    json_decref(object);
}

static void text_lists_pairs(void **state)
{
    struct rl_results *results = *state;
    add_pairs(results);
    results->cells[2].pairs[0].count.fired = 0;
    char *text = rl_results_text(results, false);
    char *unverified = strstr(text, "program-error, erase-error");
    assert_non_null(strstr(text, "program-error, cut-after"));
    assert_non_null(unverified);
    assert_non_null(strstr(unverified, "unverified"));
    free(text);
}

static void json_shows_findings(void **state)
{
    static const char *const keys[] = {"property", "phase", "class", "token",
                                       "drawn",    "count", "why"};
    struct rl_results *results = *state;
    add_finding(results, 0, RL_PROPERTY_KEY_SOUND, 1, 4);
    add_finding(results, 1, RL_PROPERTY_WHOLE, 0, 1);
    strcpy(results->cells[0].findings[0].drawn, "d0");
    json_t *object = parse(results);
    json_t *findings = json_object_get(object, "findings");
    assert_int_equal(json_array_size(findings), 2);
    json_t *golden = json_array_get(findings, 0);
    json_t *cut = json_array_get(findings, 1);
    assert_keys(cut, keys, sizeof keys / sizeof keys[0]);
    assert_string_equal(json_string_value(json_object_get(cut, "property")), "key-sound");
    assert_string_equal(json_string_value(json_object_get(cut, "class")), "cut-before");
    assert_string_equal(json_string_value(json_object_get(cut, "token")), "t0");
    assert_string_equal(json_string_value(json_object_get(cut, "drawn")), "d0");
    assert_true(json_is_null(json_object_get(golden, "drawn")));
    assert_int_equal(json_integer_value(json_object_get(cut, "count")), 4);
    assert_true(json_is_null(json_object_get(golden, "class")));
    json_decref(object);
}

/* The outage of a cell: 0.5 s off-line, three hosts that waited and lost nothing. */
static void measure(struct rl_results *results, uint32_t cell_index)
{
    results->cells[cell_index].outage = (struct rl_outage){
        .measured = true,
        .port = {.update_ns = 9000000000u, .offline_ns = 500000000u, .dark_ns = 250000000u},
        .hosts = 3,
        .sums = {.issued = 77, .longest_wait_ns = 400000000u, .timeouts = 5, .paths_removed = 2}};
}

static void json_shows_outages(void **state)
{
    struct rl_results *results = *state;
    measure(results, 1);
    measure(results, 2);
    results->cells[2].outage.hosts = 0;
    json_t *object = parse(results);
    json_t *cells = json_object_get(object, "cells");
    json_t *outage = json_object_get(json_array_get(cells, 1), "outage");
    json_t *hosts = json_object_get(outage, "hosts");
    assert_true(json_is_null(json_object_get(json_array_get(cells, 0), "outage")));
    assert_true(json_real_value(json_object_get(outage, "offline_ms")) == 500.0);
    assert_true(json_real_value(json_object_get(outage, "dark_ms")) == 250.0);
    assert_true(json_real_value(json_object_get(outage, "update_ms")) == 9000.0);
    assert_int_equal(json_integer_value(json_object_get(hosts, "count")), 3);
    assert_int_equal(json_integer_value(json_object_get(hosts, "issued")), 77);
    assert_int_equal(json_integer_value(json_object_get(hosts, "timeouts")), 5);
    assert_int_equal(json_integer_value(json_object_get(hosts, "paths_removed")), 2);
    assert_true(json_real_value(json_object_get(hosts, "longest_wait_ms")) == 400.0);
    outage = json_object_get(json_array_get(cells, 2), "outage");
    assert_true(json_is_null(json_object_get(outage, "hosts")));
    json_decref(object);
}

static void json_takes_any_bytes(void **state)
{
    struct rl_results *results = *state;
    add_finding(results, 0, RL_PROPERTY_WHOLE, 1, 1);
    strcpy(results->cells[0].findings[0].why, "quote \" and \xFF");
    json_t *object = parse(results);
    json_t *finding = json_array_get(json_object_get(object, "findings"), 0);
    assert_string_equal(json_string_value(json_object_get(finding, "why")), "quote \" and ?");
    json_decref(object);
}

/* Whether the text for a person contains `part`. */
static bool shows(const struct rl_results *results, bool colour, const char *part)
{
    char *text = rl_results_text(results, colour);
    assert_non_null(text);
    bool found = strstr(text, part) != NULL;
    free(text);
    return found;
}

static void text_tells_verdict_and_rate(void **state)
{
    assert_true(shows(*state, false, "verdict            held\n"));
    assert_true(shows(*state, false, "crash states       300\n"));
    assert_true(shows(*state, false, "2.0 (150 crash states per second)"));
    assert_false(shows(*state, false, "unverified"));
}

static void text_marks_unverified_classes(void **state)
{
    struct rl_results *results = *state;
    for (uint32_t i = 0; i < CELLS; i++) {
        results->cells[i].classes[RL_CLASS_WEAK_ERASE].observed = 0;
    }
    assert_true(shows(results, false,
                      "weak-erase                        9              6"
                      "              0  unverified\n"));
}

static void text_names_what_was_not_judged(void **state)
{
    struct rl_results *results = *state;
    results->cells[1].complete = false;
    strcpy(results->cells[2].harness_error, "worker died");
    assert_true(shows(results, false, "cell b: incomplete: the budget ran out"));
    assert_true(shows(results, false, "cell c: the harness failed: worker died"));
}

static void text_gives_the_line_to_replay(void **state)
{
    struct rl_results *results = *state;
    add_finding(results, 0, RL_PROPERTY_WHOLE, 1, 2);
    assert_true(shows(results, false,
                      "violation of whole: phase overlay, class cut-before, "
                      "2 scenarios\n"));
    assert_true(shows(results, false, "  replay: relight replay 't0'\n"));
    results->replay_options = "--engine './x.so'";
    assert_true(shows(results, false, "  replay: relight replay 't0' --engine './x.so'\n"));
    strcpy(results->cells[0].findings[0].token, "it's");
    assert_false(shows(results, false, "  drawn: "));
    strcpy(results->cells[0].findings[0].drawn, "d0");
    assert_true(shows(results, false, "  drawn: d0\n"));
    assert_true(shows(results, false, "relight replay 'it'\\''s' --engine"));
}

/* By engine, and nothing of one that bricks nothing. */
static void text_tells_the_share_of_bricks(void **state)
{
    struct rl_results *results = *state;
    assert_false(shows(results, false, "bricks"));
    results->cells[1].unbootable = 30;
    results->cells[2].unbootable = 20;
    assert_true(shows(results, false,
                      "bricks             50 of 200 crash states (25.0 %) with engine b\n"));
    assert_false(shows(results, false, "engine a\n"));
    results->cells[0].unbootable = 1;
    assert_true(
        shows(results, false, "bricks             1 of 100 crash states (1.0 %) with engine a\n"));
}

/* Cells with the same figures and engine share a row. */
static void text_has_a_table_of_outages(void **state)
{
    struct rl_results *results = *state;
    assert_false(shows(results, false, "off-line ms"));
    measure(results, 1);
    assert_true(shows(results, false, "off-line ms"));
    assert_true(
        shows(results, false,
              "  b                  500.0     250.0          400.0         5           2\n"));
    measure(results, 2);
    assert_true(shows(results, false, "2  and 1 cell more\n"));
    results->cells[2].outage.port.dark_ns++;
    assert_false(shows(results, false, "more\n"));
    measure(results, 0);
    assert_true(shows(results, false, "  a                  500.0     250.0"));
}

static void colours_only_when_asked_for(void **state)
{
    assert_false(shows(*state, false, "\x1b"));
    assert_true(shows(*state, true, "\x1b[32;1mheld\x1b[0m"));
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, make, unmake)

static const struct CMUnitTest sum_group[] = {
    CASE(counts_are_added),
    CASE(one_cause_is_one_finding),
    CASE(findings_with_fewer_faults_come_first),
    CASE(held_counts_are_merged),
};

static const struct CMUnitTest verdict_group[] = {
    CASE(all_held),
    CASE(no_cell_is_no_verdict),
    CASE(a_finding_is_a_violation),
    CASE(an_incomplete_cell_is_unverified),
    CASE(a_class_counts_over_all_cells),
    CASE(a_pair_counts_over_all_cells),
    CASE(a_class_that_nobody_observed_is_unverified),
    CASE(a_failed_harness_comes_before_all),
    CASE(verdicts_have_names_and_codes),
};

static const struct CMUnitTest json_group[] = {
    CASE(json_has_the_fields), CASE(json_lists_the_classes_asked_for),
    CASE(json_lists_pairs),    CASE(json_shows_findings),
    CASE(json_shows_outages),  CASE(json_takes_any_bytes),
};

static const struct CMUnitTest text_group[] = {
    CASE(text_tells_verdict_and_rate),   CASE(text_lists_pairs),
    CASE(text_marks_unverified_classes), CASE(text_names_what_was_not_judged),
    CASE(text_gives_the_line_to_replay), CASE(text_tells_the_share_of_bricks),
    CASE(text_has_a_table_of_outages),   CASE(colours_only_when_asked_for),
};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, sum);
    RUN_GROUP(groups, verdict);
    RUN_GROUP(groups, json);
    RUN_GROUP(groups, text);
    return groups_end(&groups);
}
