/* Companions: what a refresh loads, what it may not, and what power leaves of it. */
/* groups: refresh stores power */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "board_rig.h"
#include "groups.h"

#define FROM   (RIG_FLASH - RIG_SECTOR) /* configuration flash */
#define ACTIVE RIG_MEMORY
#define PAGES  (RIG_SECTOR / RL_PAGE)

static struct rig rig;

static int set_up(void **state)
{
    struct rl_device device = board_rig_device(RIG_LINES);

    (void)state;
    board_rig_companion(&device);
    board_rig_init_device(&rig, &device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    board_rig_free(&rig);
    return 0;
}

/* Both the CPU and what lies behind its cache have `pages` pages of pattern `seed`, then none. */
static void assert_active(uint32_t seed, uint32_t pages)
{
    for (uint32_t page = 0; page < PAGES; page++) {
        rl_slot cpu = rig.board.planes[RL_PLANE_CPU].slots[ACTIVE / RL_PAGE + page];

        assert_int_equal(cpu, rig.board.planes[RL_PLANE_MEMORY].slots[ACTIVE / RL_PAGE + page]);
        assert_int_equal(cpu, page < pages
                                  ? rl_slot_make(board_rig_page(seed + page), RL_MARKS_FULL)
                                  : RL_SLOT_LOST);
    }
}

static void refresh_loads_the_active_configuration(void **state)
{
    uint8_t expected[RL_PAGE], bytes[RL_PAGE];

    (void)state;
    board_rig_configure(&rig, 40);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR), RELIGHT_OK);
    assert_active(40, PAGES);
    assert_int_equal(CALL(&rig, memory_read, ACTIVE + RL_PAGE, bytes, RL_PAGE), RELIGHT_OK);
    board_rig_pattern(41, expected, sizeof expected);
    assert_memory_equal(bytes, expected, RL_PAGE);
    assert_int_equal(rig.rules, 0);
}

static void refresh_takes_the_first_bytes(void **state)
{
    (void)state;
    board_rig_configure(&rig, 40);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, 2u * RL_PAGE), RELIGHT_OK);
    assert_active(40, 2);
}

static void refresh_is_one_operation(void **state)
{
    const struct rl_operation *operation;

    (void)state;
    board_rig_configure(&rig, 40);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR), RELIGHT_OK);
    operation = &rig.log.operations[rig.log.count - 1u];
    assert_int_equal(rig.log.count, PAGES + 2u);
    assert_int_equal(operation->kind, RL_KIND_REFRESH);
    assert_string_equal(rl_kind_name(operation->kind), "refresh");
    assert_string_equal(rl_region_name(operation->region), "plaActive");
    assert_false(rl_operation_is_durable(&rig.log, operation));
}

static void a_page_that_does_not_read_leaves_none(void **state)
{
    (void)state;
    board_rig_configure(&rig, 40);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR), RELIGHT_OK);
    board_rig_spoil(&rig, RL_PLANE_FLASH, FROM / RL_PAGE + 1u, 1);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RL_PAGE), RELIGHT_OK);
    assert_active(40, PAGES);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, 2u * RL_PAGE), RELIGHT_ECC);
    assert_active(0, 0);
}

static void refresh_while_commands_are_processed_breaks_a_rule(void **state)
{
    (void)state;
    board_rig_configure(&rig, 40);
    assert_int_equal(CALL(&rig, set_io, true), RELIGHT_OK);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR), RELIGHT_OK);
    assert_int_equal(rig.rules, 1);
    assert_string_equal(rig.rule,
                        "the active configuration was replaced while commands were processed");
    assert_int_equal(CALL(&rig, set_io, false), RELIGHT_OK);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR), RELIGHT_OK);
    assert_int_equal(rig.rules, 1);
}

static void refresh_is_refused_off_its_range(void **state)
{
    static const char what[] = "a refresh of more than the companion has";

    (void)state;
    board_rig_configure(&rig, 40);
    board_rig_assert_refused(&rig, CALL(&rig, refresh, RELIGHT_PLA, 0), what);
    board_rig_assert_refused(&rig, CALL(&rig, refresh, RELIGHT_PLA, RL_PAGE + 8u), what);
    board_rig_assert_refused(&rig, CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR + RL_PAGE), what);
    board_rig_assert_refused(&rig, CALL(&rig, refresh, RELIGHT_PHY, RL_PAGE), what);
    board_rig_assert_refused(
        &rig, CALL(&rig, refresh, (relight_companion_kind)RELIGHT_COMPANIONS, RL_PAGE), what);
    assert_active(0, 0);
}

static void only_a_refresh_stores_there(void **state)
{
    static const char what[] = "a store into an active configuration";
    uint8_t bytes[2u * RL_PAGE] = {0};
    uint32_t received;

    (void)state;
    board_rig_connect(&rig, 4);
    board_rig_configure(&rig, 40);
    board_rig_store(&rig, 0, 0, 31, 1);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR), RELIGHT_OK);
    board_rig_assert_refused(&rig, CALL(&rig, memory_write, ACTIVE, bytes, 8), what);
    board_rig_assert_refused(&rig, CALL(&rig, memory_fill, ACTIVE + RL_PAGE, 0), what);
    board_rig_assert_refused(&rig, CALL(&rig, memory_copy, ACTIVE, RELIGHT_MEMORY, 0), what);
    board_rig_assert_refused(&rig, CALL(&rig, receive, 0, ACTIVE, RL_PAGE, &received), what);
    board_rig_assert_refused(&rig, CALL(&rig, memory_write, ACTIVE - 8u, bytes, 16), "a store");
    assert_active(40, PAGES);
}

/* With a battery memory stays; what the companion runs never does. */
static void power_takes_it_with_a_battery_too(void **state)
{
    (void)state;
    board_rig_configure(&rig, 40);
    board_rig_store(&rig, 0, 0, 31, 1);
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR), RELIGHT_OK);
    rl_board_restart(&rig.board, false);
    assert_active(0, 0);
    board_rig_assert_word(rig.board.planes[RL_PLANE_CPU].slots[0], 5, 1);
}

/* A warm reset begins in a state that has it: what stands in the planes. */
static void a_reset_leaves_it(void **state)
{
    (void)state;
    board_rig_configure(&rig, 40);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR), RELIGHT_OK);
    board_rig_start(&rig);
    assert_active(40, PAGES);
}

static void boards_without_companions_lose_nothing_more(void **state)
{
    struct rl_device device = board_rig_device(RIG_LINES);

    (void)state;
    assert_int_equal(rl_device_active_page(&device), RIG_MEMORY / RL_PAGE);
    board_rig_companion(&device);
    assert_int_equal(rl_device_active_page(&device), ACTIVE / RL_PAGE);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest refresh_group[] = {
        TEST(refresh_loads_the_active_configuration),
        TEST(refresh_takes_the_first_bytes),
        TEST(refresh_is_one_operation),
        TEST(a_page_that_does_not_read_leaves_none),
        TEST(refresh_while_commands_are_processed_breaks_a_rule),
        TEST(refresh_is_refused_off_its_range),
    };
    const struct CMUnitTest stores_group[] = {
        TEST(only_a_refresh_stores_there),
    };
    const struct CMUnitTest power_group[] = {
        TEST(power_takes_it_with_a_battery_too),
        TEST(a_reset_leaves_it),
        TEST(boards_without_companions_lose_nothing_more),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, refresh);
    RUN_GROUP(groups, stores);
    RUN_GROUP(groups, power);
    return groups_end(&groups);
}
