/* Shrinking on a toy engine: what comes out violates the same property, is smaller, and is the same
 * each time. */
/* groups: tokens simpler samples */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/explore.h"
#include "explore/simpler.h"
#include "explore/sweep.h"
#include "groups.h"
#include "toy.h"

#define DIGESTS " #abcdef01.00000007"

static const struct rl_shrink_options anything = {.property = -1};

static enum rl_replay_status shrink(const struct toy *toy, const char *token,
                                    const struct rl_shrink_options *options,
                                    struct rl_shrink_result *result)
{
    char error[512];

    return rl_shrink(&toy->plan, &toy->engines, token, options, result, error, sizeof error);
}

/* Whether the token violates the property, by a replay. */
static bool violates(const struct toy *toy, const char *token, rl_property property)
{
    char *timeline = NULL;
    char error[512];
    char line[64];
    bool found;

    if (rl_replay(&toy->plan, &toy->engines, token, NULL, &timeline, error, sizeof error) !=
        RL_REPLAY_VIOLATED) {
        free(timeline);
        return false;
    }
    (void)snprintf(line, sizeof line, "VIOLATED %s: ", rl_property_info(property)->name);
    found = strstr(timeline, line) != NULL;
    free(timeline);
    return found;
}

static void start(struct toy *toy, rl_memory memory, enum toy_fault fault)
{
    toy_init(toy, memory, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy_fault = fault;
}

static void stop(struct toy *toy)
{
    toy_fault = TOY_SOUND;
    toy_free(toy);
}

static const char many[] =
    "toy/only 1:update:erase@recordA#1=before 2:update:erase@recordA#1=weak "
    "3:update:erase@recordA#1=erase:7/16 4:update:program@bankB#6=reset/torn:9/32+lost" DIGESTS;

/* Told of steps. */
struct steps {
    uint32_t count;
    uint64_t replays;
    char last[RL_TOKEN_SIZE];
};

static void note_step(void *user, const char *what, const char *token, uint64_t replays)
{
    struct steps *steps = user;

    assert_true(strncmp(what, "without fault", 13) == 0 || strncmp(what, "fault ", 6) == 0);
    assert_true(replays > steps->replays);
    assert_string_not_equal(token, steps->last);
    steps->replays = replays;
    steps->count++;
    (void)snprintf(steps->last, sizeof steps->last, "%s", token);
}

static void many_cuts_become_one(void **state)
{
    static struct rl_shrink_result result;
    static struct steps steps;
    struct rl_shrink_options options = {.property = -1, .step = note_step, .user = &steps};
    struct toy toy;

    (void)state;
    start(&toy, RL_MEMORY_VOLATILE, TOY_COMMITS_EARLY);
    assert_int_equal(shrink(&toy, many, &options, &result), RL_REPLAY_VIOLATED);
    assert_int_equal(result.faults, 1);
    assert_true(result.complete);
    assert_string_equal(result.token, "toy/only 1:update:program@bankB#1=before" DIGESTS);
    assert_true(violates(&toy, result.token, result.property));
    assert_int_equal(steps.count, result.steps);
    assert_true(steps.replays <= result.replays);
    assert_string_equal(steps.last, result.token);
    stop(&toy);
}

static void the_same_each_time(void **state)
{
    static struct rl_shrink_result first, second;
    struct toy toy;

    (void)state;
    start(&toy, RL_MEMORY_BATTERY, TOY_COMMITS_EARLY);
    assert_int_equal(
        shrink(&toy, "toy/only 1:update:program@bankB#6=torn:9/32+kept" DIGESTS, &anything, &first),
        RL_REPLAY_VIOLATED);
    assert_int_equal(shrink(&toy, "toy/only 1:update:program@bankB#6=torn:9/32+kept" DIGESTS,
                            &anything, &second),
                     RL_REPLAY_VIOLATED);
    assert_string_equal(first.token, second.token);
    assert_string_equal(first.why, second.why);
    assert_int_equal(first.replays, second.replays);
    /* And nothing is left to do. */
    assert_int_equal(shrink(&toy, first.token, &anything, &second), RL_REPLAY_VIOLATED);
    assert_int_equal(second.steps, 0);
    assert_string_equal(first.token, second.token);
    stop(&toy);
}

static void limits_are_kept(void **state)
{
    static struct rl_shrink_result result;
    struct toy toy;
    uint64_t takes;

    (void)state;
    start(&toy, RL_MEMORY_VOLATILE, TOY_COMMITS_EARLY);
    assert_int_equal(shrink(&toy, many, &anything, &result), RL_REPLAY_VIOLATED);
    takes = result.replays;
    assert_true(takes > 4);
    for (uint64_t most = 1; most <= takes; most++) {
        struct rl_shrink_options options = {.property = -1, .replays = most};

        assert_int_equal(shrink(&toy, many, &options, &result), RL_REPLAY_VIOLATED);
        assert_true(result.replays <= most);
        assert_int_equal(result.complete, most == takes);
        assert_true(violates(&toy, result.token, result.property));
    }
    stop(&toy);
}

static void what_holds_is_not_shrunk(void **state)
{
    static struct rl_shrink_result result;
    struct rl_shrink_options monotonic = {.property = RL_PROPERTY_MONOTONIC};
    struct toy toy;
    char error[512] = "";

    (void)state;
    start(&toy, RL_MEMORY_VOLATILE, TOY_SOUND);
    assert_int_equal(shrink(&toy, many, &anything, &result), RL_REPLAY_HELD);
    assert_int_equal(shrink(&toy, "toy/only", &anything, &result), RL_REPLAY_HELD);
    toy_fault = TOY_COMMITS_EARLY;
    assert_int_equal(shrink(&toy, many, &monotonic, &result), RL_REPLAY_HELD);
    assert_int_equal(rl_shrink(&toy.plan, &toy.engines,
                               "toy/only 1:update:erase@recordA#99=before" DIGESTS, &anything,
                               &result, error, sizeof error),
                     RL_REPLAY_BAD_TOKEN);
    assert_non_null(strstr(error, "does not exist"));
    stop(&toy);
}

/* A fault that is not needed at all. */
static void the_golden_run_is_the_smallest(void **state)
{
    static struct rl_shrink_result result;
    struct toy toy;

    (void)state;
    start(&toy, RL_MEMORY_VOLATILE, TOY_REFUSES);
    assert_int_equal(
        shrink(&toy, "toy/only 1:boot:read@recordA#1=before" DIGESTS, &anything, &result),
        RL_REPLAY_VIOLATED);
    assert_int_equal(result.faults, 0);
    assert_string_equal(result.token, "toy/only" DIGESTS);
    stop(&toy);
}

static void fault_of(struct rl_fault *fault, const char *outcome, uint64_t count)
{
    memset(fault, 0, sizeof *fault);
    (void)snprintf(fault->outcome, sizeof fault->outcome, "%s", outcome);
    fault->count = count;
}

/* Those that are simpler than `outcome`, in order. */
static void expect_simpler(const struct toy *toy, const char *outcome, const char *const *expected)
{
    static struct rl_simpler simpler;
    struct relight_geometry geometry = {.memory_size = 4096,
                                        .resident = {.address = 0, .size = 4096}};
    struct rl_fault fault;
    uint32_t count = 0;

    fault_of(&fault, outcome, 1);
    rl_simpler_faults(&fault, &toy->cell, &geometry, &simpler);
    while (expected[count] != NULL) {
        assert_true(count < simpler.count);
        assert_string_equal(simpler.faults[count].outcome, expected[count]);
        count++;
    }
    assert_int_equal(simpler.count, count);
}

static void outcomes_get_simpler(void **state)
{
    struct toy toy;

    (void)state;
    toy_init(&toy, RL_MEMORY_BATTERY, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    expect_simpler(&toy, "before+kept", (const char *const[]){NULL});
    expect_simpler(&toy, "after+kept", (const char *const[]){"before+kept", NULL});
    expect_simpler(&toy, "reset/before+lost",
                   (const char *const[]){"before+lost", "reset/before+kept", NULL});
    expect_simpler(&toy, "torn:9/32+kept",
                   (const char *const[]){"before+kept", "after+kept", "torn:0/32+kept",
                                         "torn:5/32+kept", "torn:7/32+kept", "torn:8/32+kept",
                                         NULL});
    expect_simpler(&toy, "before+lost~resident+0x40:3",
                   (const char *const[]){"before+kept", "before+lost",
                                         "before+lost~resident+0x40:0",
                                         "before+lost~resident+0x40:2", NULL});
    /* Of several lines: fewer of them, then less of each. */
    expect_simpler(&toy, "before+lost~resident+0x40:3,resident+0x80:1",
                   (const char *const[]){
                       "before+kept", "before+lost", "before+lost~resident+0x80:1",
                       "before+lost~resident+0x40:3", "before+lost~resident+0x40:0,resident+0x80:1",
                       "before+lost~resident+0x40:2,resident+0x80:1",
                       "before+lost~resident+0x40:3,resident+0x80:0", NULL});
    toy_free(&toy);
}

/* In volatile memory a cut leaves no lines to speak of. */
static void resets_become_cuts(void **state)
{
    struct toy toy;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    expect_simpler(&toy, "reset/after+kept",
                   (const char *const[]){"after", "reset/before+kept", NULL});
    toy_free(&toy);
}

/* What the plan does not ask for is no simpler fault of it; less of the same class is. */
static void only_what_the_plan_asks_for(void **state)
{
    struct toy toy;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    memset(&toy.cell.classes, 0, sizeof toy.cell.classes);
    expect_simpler(&toy, "torn:2/32", (const char *const[]){"torn:0/32", "torn:1/32", NULL});
    expect_simpler(&toy, "reset/before+kept", (const char *const[]){NULL});
    toy_free(&toy);
}

static void injections_get_simpler(void **state)
{
    struct toy toy;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    expect_simpler(&toy, "program-error", (const char *const[]){NULL});
    expect_simpler(
        &toy, "program-error/x5",
        (const char *const[]){"program-error", "program-error/x2", "program-error/x4", NULL});
    expect_simpler(&toy, "program-error/for-good",
                   (const char *const[]){"program-error", "program-error/until-reset", NULL});
    toy_free(&toy);
}

static void counts_get_earlier(void **state)
{
    static const uint64_t expected[] = {1, 9, 13, 15, 16};
    static struct rl_simpler simpler;
    struct rl_fault fault;

    (void)state;
    fault_of(&fault, "before", 17);
    rl_simpler_earlier(&fault, &simpler);
    assert_int_equal(simpler.count, sizeof expected / sizeof expected[0]);
    for (uint32_t i = 0; i < simpler.count; i++) {
        assert_int_equal(simpler.faults[i].count, expected[i]);
        assert_string_equal(simpler.faults[i].outcome, "before");
    }
    fault.count = UINT32_MAX;
    rl_simpler_earlier(&fault, &simpler);
    assert_true(simpler.count > 30 && simpler.count <= RL_SIMPLER_MAX);
    fault.count = 1;
    rl_simpler_earlier(&fault, &simpler);
    assert_int_equal(simpler.count, 0);
}

static void samples_are_shrunk(void **state)
{
    struct rl_cell_result result;
    struct rl_cell_result again;
    struct toy toy;
    uint32_t smaller = 0;

    (void)state;
    start(&toy, RL_MEMORY_BATTERY, TOY_COMMITS_EARLY);
    toy.cell.sample = 200;
    toy.cell.seed = 5;
    rl_cell_run(&toy.plan, &toy.cell, &toy.handle, 0, NULL, &result);
    rl_cell_run(&toy.plan, &toy.cell, &toy.handle, 0, NULL, &again);
    assert_true(result.finding_count > 0);
    assert_int_equal(result.finding_count, again.finding_count);
    for (uint32_t i = 0; i < result.finding_count; i++) {
        const struct rl_finding *finding = &result.findings[i];

        assert_string_not_equal(finding->drawn, "");
        assert_true(violates(&toy, finding->drawn, finding->property));
        assert_true(violates(&toy, finding->token, finding->property));
        assert_string_equal(finding->token, again.findings[i].token);
        smaller += strcmp(finding->token, finding->drawn) != 0;
    }
    assert_true(smaller > 0);
    rl_cell_result_free(&result);
    rl_cell_result_free(&again);
    /* Where nothing is drawn, tokens are the shortest already. */
    toy.cell.sample = 0;
    rl_cell_run(&toy.plan, &toy.cell, &toy.handle, 0, NULL, &result);
    assert_true(result.finding_count > 0);
    assert_string_equal(result.findings[0].drawn, "");
    rl_cell_result_free(&result);
    stop(&toy);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tokens_group[] = {
        cmocka_unit_test(many_cuts_become_one), cmocka_unit_test(the_same_each_time),
        cmocka_unit_test(limits_are_kept), cmocka_unit_test(what_holds_is_not_shrunk),
        cmocka_unit_test(the_golden_run_is_the_smallest)};
    const struct CMUnitTest simpler_group[] = {
        cmocka_unit_test(outcomes_get_simpler), cmocka_unit_test(resets_become_cuts),
        cmocka_unit_test(only_what_the_plan_asks_for), cmocka_unit_test(injections_get_simpler),
        cmocka_unit_test(counts_get_earlier)};
    const struct CMUnitTest samples_group[] = {cmocka_unit_test(samples_are_shrunk)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, tokens);
    RUN_GROUP(groups, simpler);
    RUN_GROUP(groups, samples);
    return groups_end(&groups);
}
