/* The explorer on a toy engine: what it finds, that merging changes no verdict, and that an engine
 * under test cannot take the campaign down. */
/* groups: finds merges survives tokens */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "explore/explore.h"
#include "groups.h"
#include "explore/sweep.h"
#include "explore/token.h"
#include "results/results.h"
#include "toy.h"

static void run(struct toy *toy, struct rl_cell_result *result)
{
    rl_cell_run(&toy->plan, &toy->cell, &toy->handle, 0, NULL, result);
}

/* The first finding of a property; the test fails when there is none. */
static const struct rl_finding *find(const struct rl_cell_result *result, rl_property property)
{
    static const struct rl_finding none;

    for (uint32_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].property == property) {
            return &result->findings[i];
        }
    }
    fail_msg("no finding of property %s", rl_property_info(property)->name);
    return &none;
}

static void sound_engine_holds(void **state)
{
    struct toy toy;
    struct rl_cell_result result;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 2, RL_TEAR_FULL, RL_TEAR_FULL);
    run(&toy, &result);
    assert_string_equal(result.harness_error, "");
    assert_true(result.complete);
    assert_int_equal(result.violations, 0);
    assert_true(result.crash_states > 1000);
    assert_int_equal(result.scenarios, result.crash_states + 1);
    assert_true(result.distinct_states > 1);
    assert_true(result.runs < result.crash_states / 10);
    rl_cell_result_free(&result);
    toy_free(&toy);
}

static void early_commit_is_found(void **state)
{
    struct toy toy;
    struct rl_cell_result result;
    const struct rl_finding *finding;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy_fault = TOY_COMMITS_EARLY;
    run(&toy, &result);
    assert_string_equal(result.harness_error, "");
    finding = find(&result, RL_PROPERTY_WHOLE);
    assert_int_equal(finding->faults, 1);
    assert_true(finding->count > 1);
    assert_non_null(strstr(finding->token, "toy/only 1:update:"));
    rl_cell_result_free(&result);
    toy_free(&toy);
}

/* A class that is switched off takes its scenarios along. */
/* An engine that tells which modules an update enters is held to it. */
static void modules_that_did_not_run_are_found(void **state)
{
    struct relight_engine teller = toy_engine;
    struct rl_cell_result result;
    struct toy toy;

    (void)state;
    toy_fault = TOY_SOUND;
    teller.update_modules = 1u << RELIGHT_MODULE_INIT;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_BETWEEN, RL_TEAR_NONE);
    toy.handle.engine = &teller;
    run(&toy, &result);
    assert_non_null(find(&result, RL_PROPERTY_WHOLE));
    assert_non_null(strstr(find(&result, RL_PROPERTY_WHOLE)->why, "none ran, where init should"));
    rl_cell_result_free(&result);
    toy_free(&toy);
}

static void classes_off_find_nothing(void **state)
{
    struct toy toy;
    struct rl_cell_result result;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy_fault = TOY_COMMITS_EARLY;
    toy.cell.classes = rl_class_set_of(0);
    run(&toy, &result);
    assert_int_equal(result.crash_states, 0);
    assert_int_equal(result.violations, 0);
    rl_cell_result_free(&result);
    toy_free(&toy);
}

/* The same verdicts, scenario by scenario of each phase and class, with every one run by itself. */
static void compare_with_brute_force(rl_memory memory, enum toy_fault fault, uint64_t classes)
{
    struct toy toy;
    struct rl_cell_result merged;
    struct rl_cell_result brute;

    toy_init(&toy, memory, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy_fault = fault;
    toy.cell.classes = rl_class_set_of(classes);
    run(&toy, &merged);
    toy.cell.reuse = RL_REUSE_SNAPSHOTS;
    run(&toy, &brute);
    assert_string_equal(brute.harness_error, "");
    assert_true(merged.crash_states > 0);
    assert_int_equal(merged.crash_states, brute.crash_states);
    assert_int_equal(merged.violations, brute.violations);
    assert_int_equal(merged.finding_count, brute.finding_count);
    for (uint32_t i = 0; i < merged.finding_count; i++) {
        assert_int_equal(merged.findings[i].property, brute.findings[i].property);
        assert_int_equal(merged.findings[i].count, brute.findings[i].count);
        assert_string_equal(merged.findings[i].token, brute.findings[i].token);
        assert_string_equal(merged.findings[i].why, brute.findings[i].why);
    }
    assert_true(merged.runs < brute.runs);
    rl_cell_result_free(&merged);
    rl_cell_result_free(&brute);
    toy_free(&toy);
}

#define ONE_OPERATION ((UINT64_C(1) << (RL_CLASS_NESTED_CUT + 1u)) - 1u)
#define EVERY_CUT     ((UINT64_C(1) << RL_CLASS_PROGRAM_ERROR) - 1u)

static void merging_changes_nothing(void **state)
{
    (void)state;
    for (unsigned memory = 0; memory < RL_MEMORY_COUNT; memory++) {
        compare_with_brute_force((rl_memory)memory, TOY_SOUND, ONE_OPERATION);
        compare_with_brute_force((rl_memory)memory, TOY_COMMITS_EARLY, ONE_OPERATION);
        compare_with_brute_force((rl_memory)memory, TOY_SOUND, EVERY_CUT);
        compare_with_brute_force((rl_memory)memory, TOY_COMMITS_EARLY, EVERY_CUT);
    }
}

static void nondeterminism_is_noticed(void **state)
{
    struct toy toy;
    struct rl_cell_result result;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy_fault = TOY_NOT_DETERMINISTIC;
    run(&toy, &result);
    assert_non_null(strstr(result.harness_error, "not deterministic"));
    rl_cell_result_free(&result);
    toy_free(&toy);
}

static void misbehaving_boot(enum toy_fault fault, const char *why)
{
    struct toy toy;
    struct rl_cell_result result;
    const struct rl_finding *finding;

    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy_fault = fault;
    run(&toy, &result);
    assert_string_equal(result.harness_error, "");
    finding = find(&result, RL_PROPERTY_BOOTABLE);
    assert_non_null(strstr(finding->why, why));
    assert_int_equal(finding->faults, 0);
    rl_cell_result_free(&result);
    toy_free(&toy);
}

static void loops_are_findings(void **state)
{
    (void)state;
    misbehaving_boot(TOY_LOOPS, "limit of operations");
}

static void spins_are_findings(void **state)
{
    (void)state;
    misbehaving_boot(TOY_SPINS, "guard's verdict");
}

static void crashes_are_findings(void **state)
{
    (void)state;
    misbehaving_boot(TOY_CRASHES, "crashed");
}

static void assertions_are_findings(void **state)
{
    (void)state;
    misbehaving_boot(TOY_ASSERTS, "the toy asserts");
}

static void tokens_replay(void **state)
{
    struct toy toy;
    struct rl_cell_result result;
    char *first = NULL;
    char *second = NULL;
    char error[512];
    const struct rl_finding *finding;

    (void)state;
    toy_init(&toy, RL_MEMORY_BATTERY, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy_fault = TOY_COMMITS_EARLY;
    run(&toy, &result);
    finding = find(&result, RL_PROPERTY_WHOLE);
    assert_int_equal(
        rl_replay(&toy.plan, &toy.engines, finding->token, 0, &first, error, sizeof error),
        RL_REPLAY_VIOLATED);
    assert_int_equal(
        rl_replay(&toy.plan, &toy.engines, finding->token, 0, &second, error, sizeof error),
        RL_REPLAY_VIOLATED);
    assert_string_equal(first, second);
    assert_non_null(strstr(first, finding->why));
    free(first);
    free(second);
    toy_fault = TOY_SOUND;
    assert_int_equal(
        rl_replay(&toy.plan, &toy.engines, finding->token, 0, &first, error, sizeof error),
        RL_REPLAY_HELD);
    free(first);
    rl_cell_result_free(&result);
    toy_free(&toy);
}

static void stale_tokens_are_refused(void **state)
{
    static const struct {
        const char *token, *why;
    } cases[] = {
        {"other/only #abcdef01.00000007", "is of plan 'other'"},
        {"toy/only #abcdef02.00000007", "the token is stale"},
        {"toy/only #abcdef01.00000008", "another engine"},
        {"toy/none #abcdef01.00000007", "has no cell 'none'"},
        {"toy/only 1:update:erase@recordA#9=before #abcdef01.00000007", "does not exist"},
        {"toy/only 1:update:erase@recordA#1=erase:3/7 #abcdef01.00000007", "does not exist"},
        {"toy/only 1:update:erase@recordA#1=kept #abcdef01.00000007", "does not exist"},
        {"toy/only 2:update:erase@recordA#1=before #abcdef01.00000007", "fault 1 is malformed"},
    };
    struct toy toy;
    char *timeline = NULL;
    char error[512];

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(
            rl_replay(&toy.plan, &toy.engines, cases[i].token, 0, &timeline, error, sizeof error),
            RL_REPLAY_BAD_TOKEN);
        assert_null(timeline);
        if (strstr(error, cases[i].why) == NULL) {
            fail_msg("%s: said '%s'", cases[i].token, error);
        }
    }
    assert_int_equal(rl_replay(&toy.plan, &toy.engines, "toy/only #abcdef01.00000007", 0, &timeline,
                               error, sizeof error),
                     RL_REPLAY_HELD);
    free(timeline);
    /* The golden run, whatever plan and engine are now. */
    assert_int_equal(
        rl_replay(&toy.plan, &toy.engines, "toy/only", 0, &timeline, error, sizeof error),
        RL_REPLAY_HELD);
    free(timeline);
    toy_free(&toy);
}

static void tokens_round_trip(void **state)
{
    static const char *const good[] = {
        ("power-cut/full-size/memory=battery/start=factory 1:flash:program@bankB#17=torn:3/32 "
         "2:boot:erase@recordA#1=before #1f2e3d4c.99aa88bb"),
        "smoke/memory=volatile #00000000.00000001",
        "smoke/only 1:load:receive@staging#2=reset/after+lost~staging+0x40:3 #00000000.00000001",
    };
    struct rl_token token;
    char text[RL_TOKEN_SIZE];
    char error[512];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(rl_token_parse(good[i], &token, error, sizeof error));
        rl_token_format(&token, text, sizeof text);
        assert_string_equal(text, good[i]);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest finds_group[] = {cmocka_unit_test(sound_engine_holds),
                                             cmocka_unit_test(early_commit_is_found),
                                             cmocka_unit_test(modules_that_did_not_run_are_found),
                                             cmocka_unit_test(classes_off_find_nothing)};
    const struct CMUnitTest merges_group[] = {cmocka_unit_test(merging_changes_nothing),
                                              cmocka_unit_test(nondeterminism_is_noticed)};
    const struct CMUnitTest survives_group[] = {
        cmocka_unit_test(loops_are_findings), cmocka_unit_test(spins_are_findings),
        cmocka_unit_test(crashes_are_findings), cmocka_unit_test(assertions_are_findings)};
    const struct CMUnitTest tokens_group[] = {cmocka_unit_test(tokens_replay),
                                              cmocka_unit_test(stale_tokens_are_refused),
                                              cmocka_unit_test(tokens_round_trip)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, finds);
    RUN_GROUP(groups, merges);
    RUN_GROUP(groups, survives);
    RUN_GROUP(groups, tokens);
    return groups_end(&groups);
}
