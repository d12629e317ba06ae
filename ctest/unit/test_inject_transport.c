/* What faults on the way of the image do to the board. */
/* groups: lost order content late gone */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "inject_rig.h"
#include "groups.h"

#define PAGES 12u

static int set_up(void **state)
{
    (void)inject_rig_set_up(state);
    board_rig_connect(&rig, PAGES);
    return 0;
}

static void assert_receives(uint32_t chunk, uint32_t expected)
{
    uint32_t received;

    assert_int_equal(inject_rig_receive(chunk, &received), RELIGHT_OK);
    assert_int_equal(received, expected);
}

/* Unit `unit` of staging holds what the sender has as its unit `sent`. */
static void assert_unit(uint32_t unit, uint32_t sent)
{
    assert_int_equal(rl_slot_data(inject_rig_staged(unit)), board_rig_page(1000u + sent));
}

static void assert_untouched(uint32_t unit)
{
    assert_int_equal(inject_rig_staged(unit), RL_SLOT_LOST);
}

static void test_lost_with_a_status(void **state)
{
    uint32_t received;

    (void)state;
    inject_rig_arm("chunk-lost");
    assert_int_equal(inject_rig_receive(0, &received), RELIGHT_IO);
    assert_int_equal(received, 0);
    assert_untouched(0);
    inject_rig_assert_hits(1, true);
    assert_receives(0, RIG_CHUNK);
    assert_unit(0, 0);
}

static void test_lost_without_a_word(void **state)
{
    uint32_t page[RL_PAGE / 4u];

    (void)state;
    inject_rig_arm("chunk-lost/silent");
    assert_receives(0, RIG_CHUNK);
    assert_untouched(0);
    assert_untouched(RIG_UNITS - 1u);
    assert_int_equal(rig.board.causes_met, 0);
    (void)CALL(&rig, memory_read, RIG_STAGING, page, RL_PAGE);
    assert_int_equal(rig.board.causes_met >> 1u & 1u, 1);
}

static void test_lost_for_good(void **state)
{
    uint32_t received;

    (void)state;
    inject_rig_arm("chunk-lost/for-good");
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(inject_rig_receive(i, &received), RELIGHT_IO);
    }
    rl_inject_reset(&injecting, &rig.board, true);
    assert_int_equal(inject_rig_receive(0, &received), RELIGHT_IO);
    inject_rig_assert_hits(4, false);
}

static void test_short(void **state)
{
    (void)state;
    inject_rig_arm("chunk-short:1");
    assert_receives(0, RL_PAGE);
    assert_unit(0, 0);
    assert_untouched(1);
    inject_rig_arm("chunk-short:1.1");
    assert_receives(1, RIG_CHUNK);
    assert_unit(RIG_UNITS, RIG_UNITS);
    assert_untouched(RIG_UNITS + 1u);
    inject_rig_arm("chunk-short:0.2");
    assert_receives(2, RL_WORD);
    assert_untouched(2u * RIG_UNITS);
}

static void test_repeated(void **state)
{
    (void)state;
    assert_receives(0, RIG_CHUNK);
    inject_rig_arm("chunk-repeated:4");
    assert_receives(1, RIG_CHUNK);
    assert_unit(RIG_UNITS, 0);
    inject_rig_assert_hits(1, true);
    assert_receives(1, RIG_CHUNK);
    assert_unit(RIG_UNITS, RIG_UNITS);
}

static void test_reordered(void **state)
{
    (void)state;
    inject_rig_arm("chunk-reordered");
    assert_receives(0, RIG_CHUNK);
    assert_unit(0, RIG_UNITS);
    inject_rig_assert_hits(1, false);
    assert_receives(1, RIG_CHUNK);
    assert_unit(RIG_UNITS, 0);
    inject_rig_assert_hits(2, true);
    assert_receives(2, RIG_CHUNK);
    assert_unit(2u * RIG_UNITS, 2u * RIG_UNITS);
}

/* Where nothing follows there is nothing to change places with. */
static void test_reordered_at_the_end(void **state)
{
    (void)state;
    inject_rig_arm("chunk-reordered");
    assert_receives(2, RIG_CHUNK);
    assert_unit(2u * RIG_UNITS, 2u * RIG_UNITS);
    assert_false(injecting.list[0].fired);
}

static void test_stale(void **state)
{
    (void)state;
    assert_receives(0, RIG_CHUNK);
    inject_rig_arm("chunk-stale-offset/until-reset");
    assert_receives(1, RIG_CHUNK);
    assert_unit(RIG_UNITS, 0);
    assert_receives(2, RIG_CHUNK);
    assert_unit(2u * RIG_UNITS, RIG_UNITS);
    inject_rig_arm("chunk-stale-offset:1");
    assert_receives(1, RIG_CHUNK);
    assert_unit(RIG_UNITS, RIG_UNITS - 1u);
    inject_rig_arm("chunk-stale-offset:2");
    assert_receives(1, RIG_CHUNK);
    assert_unit(RIG_UNITS, RIG_UNITS + 1u);
}

static void test_corrupted(void **state)
{
    uint8_t expected[RL_PAGE];

    (void)state;
    inject_rig_arm("chunk-corrupted:257.128/silent");
    assert_receives(0, RIG_CHUNK);
    assert_unit(0, 0);
    board_rig_pattern(1001u, expected, sizeof expected);
    expected[1] ^= 0x80u;
    assert_memory_equal(rl_slot_bytes(inject_rig_staged(1u)), expected, sizeof expected);
    assert_unit(2, 2);
}

/* What the medium gave before the place that does not read has been stored. */
static void test_medium_error(void **state)
{
    uint32_t received;

    (void)state;
    inject_rig_arm("chunk-corrupted:2");
    assert_int_equal(inject_rig_receive(0, &received), RELIGHT_IO);
    assert_int_equal(received, 0);
    assert_unit(1, 1);
    assert_untouched(2);
}

static void operate(uint32_t times)
{
    uint8_t word[RL_WORD];

    for (uint32_t i = 0; i < times; i++) {
        assert_int_equal(CALL(&rig, memory_read, RIG_RESIDENT, word, RL_WORD), RELIGHT_ECC);
    }
}

static void test_late(void **state)
{
    (void)state;
    inject_rig_arm("chunk-late:4/late");
    assert_receives(1, RIG_CHUNK);
    operate(3);
    assert_untouched(RIG_UNITS);
    operate(1);
    assert_unit(RIG_UNITS, RIG_UNITS);
    assert_unit(2u * RIG_UNITS - 1u, 2u * RIG_UNITS - 1u);
    inject_rig_assert_hits(1, true);
}

static void test_late_after_a_time_out(void **state)
{
    uint32_t received;

    (void)state;
    inject_rig_arm("chunk-late:1");
    assert_int_equal(inject_rig_receive(0, &received), RELIGHT_NO_SENDER);
    assert_untouched(0);
    assert_receives(1, RIG_CHUNK);
    assert_unit(0, 0);
    assert_unit(RIG_UNITS, RIG_UNITS);
}

static void test_late_not_after_a_reset(void **state)
{
    (void)state;
    inject_rig_arm("chunk-late:1/late");
    assert_receives(0, RIG_CHUNK);
    rl_inject_reset(&injecting, &rig.board, false);
    operate(4);
    assert_untouched(0);
    inject_rig_assert_hits(1, true);
}

static void test_gone_for_a_while(void **state)
{
    uint32_t received;

    (void)state;
    inject_rig_arm("sender-gone/x2");
    assert_int_equal(inject_rig_receive(0, &received), RELIGHT_NO_SENDER);
    assert_int_equal(inject_rig_receive(0, &received), RELIGHT_NO_SENDER);
    assert_receives(0, RIG_CHUNK);
    inject_rig_assert_hits(2, true);
}

static void test_gone_until_a_reset(void **state)
{
    uint32_t received;

    (void)state;
    inject_rig_arm("sender-gone/until-reset");
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(inject_rig_receive(0, &received), RELIGHT_NO_SENDER);
    }
    rl_inject_reset(&injecting, &rig.board, false);
    assert_receives(0, RIG_CHUNK);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, inject_rig_tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest lost_group[] = {TEST(test_lost_with_a_status),
                                            TEST(test_lost_without_a_word),
                                            TEST(test_lost_for_good), TEST(test_short)};
    const struct CMUnitTest order_group[] = {TEST(test_repeated), TEST(test_reordered),
                                             TEST(test_reordered_at_the_end), TEST(test_stale)};
    const struct CMUnitTest content_group[] = {TEST(test_corrupted), TEST(test_medium_error)};
    const struct CMUnitTest late_group[] = {TEST(test_late), TEST(test_late_after_a_time_out),
                                            TEST(test_late_not_after_a_reset)};
    const struct CMUnitTest gone_group[] = {TEST(test_gone_for_a_while),
                                            TEST(test_gone_until_a_reset)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, lost);
    RUN_GROUP(groups, order);
    RUN_GROUP(groups, content);
    RUN_GROUP(groups, late);
    RUN_GROUP(groups, gone);
    return groups_end(&groups);
}
