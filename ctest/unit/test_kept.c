/* What is judged of persistent data, security counters and refusals, on a toy engine: what each
 * finds, that merging changes no verdict, and that it replays. */
/* groups: data counters refusals adapters */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "explore/explore.h"
#include "groups.h"
#include "explore/sweep.h"
#include "oracles/judge.h"
#include "results/results.h"
#include "toy.h"

#define EVERY 2u /* steps between two changes of an item */

static void begin(struct toy *toy, rl_memory memory, uint32_t depth, enum toy_fault fault)
{
    toy_init(toy, memory, depth, RL_TEAR_FULL, depth > 1 ? RL_TEAR_BETWEEN : RL_TEAR_NONE);
    toy_fault = fault;
}

static void run(struct toy *toy, struct rl_cell_result *result)
{
    rl_cell_run(&toy->plan, &toy->cell, &toy->handle, 0, NULL, result);
    assert_string_equal(result->harness_error, "");
    assert_true(result->complete);
}

static void end(struct toy *toy, struct rl_cell_result *result)
{
    rl_cell_result_free(result);
    toy_free(toy);
}

/* The finding of a property with the fewest faults; NULL when there is none. */
static const struct rl_finding *find(const struct rl_cell_result *result, rl_property property)
{
    for (uint32_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].property == property) {
            return &result->findings[i];
        }
    }
    return NULL;
}

static void holds(struct toy *toy)
{
    struct rl_cell_result result;

    run(toy, &result);
    if (result.violations != 0) {
        fail_msg("%s: %s", result.findings[0].token, result.findings[0].why);
    }
    end(toy, &result);
}

/* Finds the property with so many faults and this in its sentence; and again from its token. */
static void finds(struct toy *toy, rl_property property, uint32_t faults, const char *part)
{
    struct rl_cell_result result;
    const struct rl_finding *finding;
    char *timeline = NULL;
    char error[512];

    run(toy, &result);
    finding = find(&result, property);
    if (finding == NULL) {
        fail_msg("no finding of property %s", rl_property_info(property)->name);
        return;
    }
    assert_int_equal(finding->faults, faults);
    if (strstr(finding->why, part) == NULL) {
        fail_msg("expected \"%s\" in: %s", part, finding->why);
    }
    assert_int_equal(
        rl_replay(&toy->plan, &toy->engines, finding->token, 0, &timeline, error, sizeof error),
        RL_REPLAY_VIOLATED);
    if (strstr(timeline, finding->why) == NULL) {
        fail_msg("expected \"%s\" in:\n%s", finding->why, timeline);
    }
    free(timeline);
    end(toy, &result);
}

/* --- data ------------------------------------------------------------------------------------- */

static void sound_data_holds(void **state)
{
    static const rl_start starts[] = {RL_START_FACTORY, RL_START_ABORTED};
    struct toy toy;

    (void)state;
    for (int memory = 0; memory < RL_MEMORY_COUNT; memory++) {
        for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
            begin(&toy, (rl_memory)memory, 2, TOY_SOUND);
            toy_with_data(&toy, EVERY);
            toy.cell.start = starts[i];
            holds(&toy);
        }
    }
}

static void lost_data_is_found(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_ERASES_FIRST);
    toy_with_data(&toy, EVERY);
    finds(&toy, RL_PROPERTY_DATA_KEPT, 1, "is gone after the fault; expected");
}

static void changes_that_are_never_made_are_found(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_FORGETS);
    toy_with_data(&toy, EVERY);
    finds(&toy, RL_PROPERTY_DATA_KEPT, 0, "; expected");
}

static void older_values_are_found(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_KEEPS_FIRST);
    toy_with_data(&toy, EVERY);
    finds(&toy, RL_PROPERTY_DATA_KEPT, 0, "while the image ran; expected");
}

static void wrong_conversion_is_found(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_CONVERTS_WRONGLY);
    toy_with_data(&toy, EVERY);
    finds(&toy, RL_PROPERTY_DATA_KEPT, 0, "item 1 of persistent data reads as");
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_KEEPS_FORMAT);
    toy_with_data(&toy, EVERY);
    finds(&toy, RL_PROPERTY_DATA_KEPT, 0, "is in format 1, and the image that runs has format 2");
}

/* Who does not ask is told nothing. */
static void data_that_is_not_asked_for_is_not_judged(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_ERASES_FIRST);
    toy_with_data(&toy, EVERY);
    toy.cell.properties &= ~(1u << RL_PROPERTY_DATA_KEPT);
    holds(&toy);
}

static void same_verdicts(const struct rl_cell_result *merged, const struct rl_cell_result *brute)
{
    assert_int_equal(merged->crash_states, brute->crash_states);
    assert_int_equal(merged->violations, brute->violations);
    assert_int_equal(merged->finding_count, brute->finding_count);
    for (uint32_t i = 0; i < merged->finding_count; i++) {
        assert_int_equal(merged->findings[i].property, brute->findings[i].property);
        assert_int_equal(merged->findings[i].count, brute->findings[i].count);
        assert_string_equal(merged->findings[i].token, brute->findings[i].token);
        assert_string_equal(merged->findings[i].why, brute->findings[i].why);
    }
    assert_true(merged->runs < brute->runs);
}

static void merging_changes_nothing(void **state)
{
    static const enum toy_fault faults[] = {TOY_SOUND, TOY_ERASES_FIRST};

    (void)state;
    for (unsigned i = 0; i < 2u * RL_MEMORY_COUNT; i++) {
        struct rl_cell_result merged;
        struct rl_cell_result brute;
        struct toy toy;

        begin(&toy, (rl_memory)(i / 2u), 1, faults[i % 2u]);
        toy_with_data(&toy, EVERY);
        run(&toy, &merged);
        toy.cell.reuse = RL_REUSE_SNAPSHOTS;
        run(&toy, &brute);
        assert_true((merged.violations > 0) == (faults[i % 2u] != TOY_SOUND));
        same_verdicts(&merged, &brute);
        rl_cell_result_free(&merged);
        end(&toy, &brute);
    }
}

/* --- counters --------------------------------------------------------------------------------- */

static void counters_hold(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 2, TOY_SOUND);
    toy_image(&toy, 1, 1, 2);
    holds(&toy);
}

static void old_image_has_to_be_refused(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_ROLLS_BACK);
    toy_image(&toy, 1, 1, 2);
    finds(&toy, RL_PROPERTY_MONOTONIC, 0, "offered, and not refused; then old runs");
    /* With equal counters it may be taken. */
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_ROLLS_BACK);
    holds(&toy);
}

/* An item goes with a format that is older and does not have it, which the golden run shows; not
 * with one that is newer, and not another item. */
static void items_go_with_their_format(void **state)
{
    struct rl_data_history history = {.items = 2, .may_go = UINT32_MAX};
    struct rl_data_found found = {.read = true, .format = 2};
    char why[RL_JUDGE_WHY];

    (void)state;
    history.found = (struct rl_data_found){.read = true, .format = 3, .there = 3u};
    history.now[0] = (struct rl_data_item){true, 0, 0};
    assert_int_equal(rl_data_gone(&history), 2u);
    history.now[1] = history.now[0];
    assert_int_equal(rl_data_gone(&history), 0);
    history.found.there = 1u; /* an update to the newer format: whoever goes back goes without */
    assert_int_equal(rl_data_gone(&history), 2u);
    history.found.there = 3u;
    found.there = 1u;
    assert_true(rl_data_agrees(&history, 0, &found, why));
    history.may_go = 2u;
    assert_true(rl_data_agrees(&history, 0, &found, why));
    history.may_go = 1u;
    assert_false(rl_data_agrees(&history, 0, &found, why));
    assert_non_null(strstr(why, "item 1 of persistent data is gone"));
    history.may_go = 2u;
    found.format = 4;
    assert_false(rl_data_agrees(&history, 0, &found, why));
}

/* After the update everything is as it was before but what can be programmed once. */
static void counter_has_to_be_written_down(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_COUNTS_NOTHING);
    toy_image(&toy, 1, 1, 2);
    finds(&toy, RL_PROPERTY_MONOTONIC, 0, "flash was put back to what it held before");
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_COUNTS_NOTHING);
    holds(&toy);
}

/* A mistake that shows only in an update that is not the first of its power cycle. */
static void updates_in_one_power_cycle(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_KEEPS_CURSOR);
    finds(&toy, RL_PROPERTY_PROGRESS, 0, "new was offered again in the same power cycle");
}

/* Boot believes memory, and so an old image comes back after the new one ran. It takes no first
 * cut that tears anything. */
static void counters_that_go_back_are_found(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_BATTERY, 2, TOY_TRUSTS_MEMORY);
    toy.cell.tear[0] = RL_TEAR_BETWEEN;
    toy.cell.tear[1] = RL_TEAR_FULL;
    toy_image(&toy, 1, 1, 2);
    finds(&toy, RL_PROPERTY_MONOTONIC, 2, "old runs with security counter 1");
}

/* The new image's initialization began at operation 10: from there on the old one may not come back
 * after a cut, when its counter is lower. */
static void counters_after_a_cut(void **state)
{
    struct rl_known_image images[2] = {{.facts.security_counter = 1},
                                       {.facts.security_counter = 2}};
    struct rl_judge judge = {.images = images};
    const char *why;

    (void)state;
    assert_true(rl_judge_counter_agrees(&judge, 20, RL_RUNS_OLD, &why));
    judge.initialises[RL_RUNS_NEW].began = true;
    judge.initialises[RL_RUNS_NEW].operation = 10;
    assert_true(rl_judge_counter_agrees(&judge, 9, RL_RUNS_OLD, &why));
    assert_false(rl_judge_counter_agrees(&judge, 10, RL_RUNS_OLD, &why));
    assert_true(rl_judge_counter_agrees(&judge, 10, RL_RUNS_NEW, &why));
    assert_true(rl_judge_counter_agrees(&judge, 10, RL_RUNS_NONE, &why));
    images[1].facts.security_counter = 1;
    assert_true(rl_judge_counter_agrees(&judge, 10, RL_RUNS_OLD, &why));
}

/* --- refusals --------------------------------------------------------------------------------- */

static void refuses(struct toy *toy, enum toy_fault fault, const char *reason)
{
    begin(toy, RL_MEMORY_VOLATILE, 2, fault);
    toy->cell.expect.refused = true;
    (void)snprintf(toy->cell.expect.reason, sizeof toy->cell.expect.reason, "%s", reason);
}

static void refusal_holds(void **state)
{
    struct toy toy;

    (void)state;
    refuses(&toy, TOY_REFUSES, "");
    holds(&toy);
    refuses(&toy, TOY_REFUSES, "no reason");
    holds(&toy);
}

static void refusal_that_does_not_come_is_found(void **state)
{
    struct toy toy;

    (void)state;
    refuses(&toy, TOY_SOUND, "");
    finds(&toy, RL_PROPERTY_REFUSAL, 0, "had to be refused (any reason), and it was not; new runs");
    refuses(&toy, TOY_SOUND, "");
    finds(&toy, RL_PROPERTY_PROGRESS, 0, "an update that has to be refused ended in new");
}

static void wrong_reason_is_found(void **state)
{
    struct toy toy;

    (void)state;
    refuses(&toy, TOY_REFUSES, "hardware");
    finds(&toy, RL_PROPERTY_REFUSAL, 0, "because of 'no reason'; expected 'hardware'");
}

static void refusal_that_changes_flash_is_found(void **state)
{
    struct toy toy;

    (void)state;
    refuses(&toy, TOY_WRITES_FIRST, "");
    finds(&toy, RL_PROPERTY_REFUSAL, 0, "journal was stored to between the offer and the refusal");
}

static void refusal_that_stores_to_memory_is_found(void **state)
{
    struct toy toy;

    (void)state;
    refuses(&toy, TOY_FILLS_FIRST, "");
    finds(&toy, RL_PROPERTY_REFUSAL, 0, "resident was stored to between the offer and the refusal");
}

/* From the bootstrap on, flash that the old image does not need may be used. */
static void late_refusal_leaves_the_old_bank(void **state)
{
    struct toy toy;

    (void)state;
    refuses(&toy, TOY_REFUSES_LATE, "");
    toy.cell.geometry.staging_executes = true;
    holds(&toy);
    refuses(&toy, TOY_REFUSES_TOO_LATE, "");
    toy.cell.geometry.staging_executes = true;
    finds(&toy, RL_PROPERTY_REFUSAL, 0, "bankA was stored to between the offer and the refusal");
}

/* An image that is offered to itself: what runs is the old one, and the offer is made. */
static void same_image_is_offered(void **state)
{
    struct toy toy;

    (void)state;
    refuses(&toy, TOY_REFUSES, "hardware");
    free(toy.images[1].bytes);
    toy.images[1] = toy.images[0];
    toy.images[1].bytes = malloc(toy.images[0].size);
    assert_non_null(toy.images[1].bytes);
    memcpy(toy.images[1].bytes, toy.images[0].bytes, toy.images[0].size);
    finds(&toy, RL_PROPERTY_REFUSAL, 0, "because of 'no reason'; expected 'hardware'");
}

/* --- adapters --------------------------------------------------------------------------------- */

static void pair_holds(void **state)
{
    struct toy toy;

    (void)state;
    for (unsigned source = 0; source < RL_SOURCE_COUNT; source++) {
        begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_SOUND);
        toy_with_data(&toy, EVERY);
        toy.cell.world.adapters = 2;
        toy.cell.world.source = (rl_source)source;
        holds(&toy);
    }
}

/* The first of them is not updated: there is nothing that the second could be after it. */
static void first_of_a_pair_has_to_be_updated(void **state)
{
    struct toy toy;

    (void)state;
    begin(&toy, RL_MEMORY_VOLATILE, 1, TOY_REFUSES);
    toy.cell.world.adapters = 2;
    finds(&toy, RL_PROPERTY_PROGRESS, 0, "adapter 1 of 2");
}

static const struct CMUnitTest adapters_group[] = {
    cmocka_unit_test(pair_holds),
    cmocka_unit_test(first_of_a_pair_has_to_be_updated),
};

static const struct CMUnitTest data_group[] = {
    cmocka_unit_test(items_go_with_their_format),
    cmocka_unit_test(sound_data_holds),
    cmocka_unit_test(lost_data_is_found),
    cmocka_unit_test(changes_that_are_never_made_are_found),
    cmocka_unit_test(older_values_are_found),
    cmocka_unit_test(wrong_conversion_is_found),
    cmocka_unit_test(data_that_is_not_asked_for_is_not_judged),
    cmocka_unit_test(merging_changes_nothing),
};

static const struct CMUnitTest counters_group[] = {
    cmocka_unit_test(counters_hold),
    cmocka_unit_test(old_image_has_to_be_refused),
    cmocka_unit_test(counter_has_to_be_written_down),
    cmocka_unit_test(updates_in_one_power_cycle),
    cmocka_unit_test(counters_that_go_back_are_found),
    cmocka_unit_test(counters_after_a_cut),
};

static const struct CMUnitTest refusals_group[] = {
    cmocka_unit_test(refusal_holds),
    cmocka_unit_test(refusal_that_does_not_come_is_found),
    cmocka_unit_test(wrong_reason_is_found),
    cmocka_unit_test(same_image_is_offered),
    cmocka_unit_test(refusal_that_changes_flash_is_found),
    cmocka_unit_test(refusal_that_stores_to_memory_is_found),
    cmocka_unit_test(late_refusal_leaves_the_old_bank),
};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, data);
    RUN_GROUP(groups, counters);
    RUN_GROUP(groups, refusals);
    RUN_GROUP(groups, adapters);
    return groups_end(&groups);
}
