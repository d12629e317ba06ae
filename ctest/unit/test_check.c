/* Certificates that are true are found true, whole and in samples. What lies is in
 * test_check_lies.c, and what is no certificate in test_check_files.c. */
/* groups: agrees lines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "check_rig.h"
#include "groups.h"

static struct rl_check_result expect_true(struct closed *closed)
{
    struct rl_check_result result;

    check_rig_certify(closed);
    check_rig_check(closed, 1, &result);
    assert_string_equal(result.why, "");
    assert_true(result.is_true);
    assert_true(result.states > closed->file.cells[0].leaf_count);
    assert_int_equal(result.checked, result.states);
    assert_int_equal(result.rebuilt, 0);
    assert_true(result.crash_states > 100);
    return result;
}

static void a_closure_is_true(void **state)
{
    struct closed closed;

    (void)state;
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_FULL);
    (void)expect_true(&closed);
    assert_true(closed.found.distinct_states > 2);
    check_rig_done(&closed);
}

static void with_a_battery(void **state)
{
    struct closed closed;

    (void)state;
    check_rig_init(&closed, RL_MEMORY_BATTERY, RL_TEAR_FULL);
    (void)expect_true(&closed);
    check_rig_done(&closed);
}

static void with_a_counter_that_rises(void **state)
{
    struct closed closed;

    (void)state;
    check_rig_init(&closed, RL_MEMORY_BATTERY, RL_TEAR_FULL);
    toy_image(&closed.toy, 1, 1, 2);
    (void)expect_true(&closed);
    check_rig_done(&closed);
}

/* What violates is told as well, and is as true. */
static void with_violations(void **state)
{
    struct rl_check_result result;
    struct closed closed;

    (void)state;
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_FULL);
    toy_fault = TOY_COMMITS_EARLY;
    result = expect_true(&closed);
    assert_true(closed.found.violations > 0);
    assert_int_equal(result.violating, closed.found.violations);
    check_rig_done(&closed);
}

/* Classes that are off by default, too. */
static void with_every_class_of_cuts_and_resets(void **state)
{
    static const rl_class classes[] = {
        RL_CLASS_TORN_PROGRAM_SUBSET, RL_CLASS_TORN_GRANULE,      RL_CLASS_ERASE_SUSPEND_LOST,
        RL_CLASS_COLD_RESET,          RL_CLASS_BROWN_OUT,         RL_CLASS_ASYNC_RESET,
        RL_CLASS_OPTION_WORD_TORN,    RL_CLASS_REORDERED_PERSIST, RL_CLASS_LYING_COMPLETION,
        RL_CLASS_RETAINED_GARBAGE,    RL_CLASS_UNINITIALISED,
    };

    (void)state;
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        struct closed closed;

        check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_FULL);
        rl_class_add(&closed.toy.cell.classes, classes[i]);
        (void)expect_true(&closed);
        assert_true(closed.found.classes[classes[i]].fired > 0);
        check_rig_done(&closed);
    }
}

/* Its crash states depend on what memory held before. */
static void with_an_engine_that_trusts_memory(void **state)
{
    struct closed closed;

    (void)state;
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    toy_fault = TOY_TRUSTS_MEMORY;
    (void)expect_true(&closed);
    check_rig_done(&closed);
}

static void a_sample_is_of_its_share(void **state)
{
    struct rl_check_result result, again;
    struct closed closed;

    (void)state;
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    toy_fault = TOY_COMMITS_EARLY;
    check_rig_certify(&closed);
    check_rig_check(&closed, 0.05, &result);
    assert_true(result.is_true);
    assert_true(result.checked >= 2);
    assert_true((double)result.checked < 0.2 * (double)result.states);
    check_rig_check(&closed, 0.05, &again);
    assert_memory_equal(&result, &again, sizeof result);
    check_rig_done(&closed);
}

/* ---- lines ---- */

/* Boot is misled by some combinations of four lines: each is made, and told apart. */
static void each_combination_of_lines_is_made(void **state)
{
    static const rl_memory memories[] = {RL_MEMORY_VOLATILE, RL_MEMORY_BATTERY};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct rl_check_result result;
        struct closed closed;

        check_rig_init(&closed, memories[i], RL_TEAR_FULL);
        closed.toy.cell.classes = check_rig_lines();
        toy_fault = TOY_TRUSTS_LINES;
        result = expect_true(&closed);
        assert_int_equal(result.drawn, 0);
        assert_true(result.violating > 0);
        assert_int_equal(result.crash_states, closed.found.crash_states);
        check_rig_done(&closed);
    }
}

/* A few of them are seen, and these are in the certificate. */
static void of_too_many_some_are_drawn(void **state)
{
    struct rl_check_options options = {.share = 1, .seed = 1, .combinations = 2};
    struct rl_check_result result;
    struct closed closed;

    (void)state;
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_FULL);
    closed.toy.cell.classes = check_rig_lines();
    toy_fault = TOY_TRUSTS_LINES;
    check_rig_certify(&closed);
    rl_check_cell(&closed.toy.plan, &closed.toy.cell, &closed.toy.handle, &closed.file.cells[0],
                  &options, &result);
    assert_string_equal(result.why, "");
    assert_true(result.is_true);
    assert_true(result.drawn > 0);
    assert_true(result.drawn < result.crash_states);
    check_rig_done(&closed);
}

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);
    const struct CMUnitTest agrees_group[] = {
        cmocka_unit_test(a_closure_is_true),
        cmocka_unit_test(with_a_battery),
        cmocka_unit_test(with_a_counter_that_rises),
        cmocka_unit_test(with_violations),
        cmocka_unit_test(with_an_engine_that_trusts_memory),
        cmocka_unit_test(with_every_class_of_cuts_and_resets),
        cmocka_unit_test(a_sample_is_of_its_share),
    };
    const struct CMUnitTest lines_group[] = {
        cmocka_unit_test(each_combination_of_lines_is_made),
        cmocka_unit_test(of_too_many_some_are_drawn),
    };

    RUN_GROUP(groups, agrees);
    RUN_GROUP(groups, lines);
    return groups_end(&groups);
}
