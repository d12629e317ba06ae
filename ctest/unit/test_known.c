/* States that are known to end well: found again, with what may follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "explore/known.h"

static void finds_what_was_judged_alike(void **state)
{
    struct rl_known known = {0};
    struct rl_known_end end = {0};

    (void)state;
    assert_false(rl_known_holds(&known, (struct rl_sum){1, 2}, 1u, &end));
    rl_known_add(&known, (struct rl_sum){1, 2}, 3u, (struct rl_known_end){4, false});
    assert_true(rl_known_holds(&known, (struct rl_sum){1, 2}, 2u, &end));
    assert_int_equal(end.erases, 4);
    assert_false(end.met);
    assert_false(rl_known_holds(&known, (struct rl_sum){1, 2}, 6u, &end)); /* more is judged */
    assert_false(rl_known_holds(&known, (struct rl_sum){1, 3}, 1u, &end));
    assert_false(rl_known_holds(&known, (struct rl_sum){2, 2}, 1u, &end));
    rl_known_free(&known);
}

/* Of two runs from one state on, that with more erases counts, and damage that either met. */
static void keeps_the_worst_end(void **state)
{
    struct rl_known known = {0};
    struct rl_known_end end = {0};

    (void)state;
    rl_known_add(&known, (struct rl_sum){1, 2}, 1u, (struct rl_known_end){4, true});
    rl_known_add(&known, (struct rl_sum){1, 2}, 2u, (struct rl_known_end){3, false});
    assert_true(rl_known_holds(&known, (struct rl_sum){1, 2}, 3u, &end));
    assert_int_equal(end.erases, 4);
    assert_true(end.met);
    assert_int_equal(known.count, 1);
    rl_known_free(&known);
}

/* Sums that begin alike, and more of them than the first table has room for. */
static void grows(void **state)
{
    struct rl_known known = {0};
    struct rl_known_end end = {0};

    (void)state;
    for (uint32_t i = 0; i < 5000u; i++) {
        rl_known_add(&known, (struct rl_sum){i % 7u, i}, 1u, (struct rl_known_end){i, i % 2u == 0});
    }
    for (uint32_t i = 0; i < 5000u; i++) {
        assert_true(rl_known_holds(&known, (struct rl_sum){i % 7u, i}, 1u, &end));
        assert_int_equal(end.erases, i);
        assert_int_equal(end.met, i % 2u == 0);
    }
    assert_false(rl_known_holds(&known, (struct rl_sum){0, 5000u}, 1u, &end));
    assert_int_equal(known.count, 5000);
    rl_known_free(&known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_judged_alike),
        cmocka_unit_test(keeps_the_worst_end),
        cmocka_unit_test(grows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
