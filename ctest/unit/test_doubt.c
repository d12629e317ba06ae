/* What an interrupted operation leaves in doubt: how it reads first and later, when it changes, and
 * what ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board_rig.h"
#include "faults/doubt.h"

#define OLD   1u
#define NEW   2u
#define OTHER 3u
#define PLACE (RIG_RECORD_A + 256u) /* one page of content in a sector */

static struct rig rig;
static struct rl_cursor cursor;
static struct rl_view view;
static struct rl_doubt doubt;

static void init(const struct rl_device *device)
{
    board_rig_init_device(&rig, device);
    rl_cursor_init(&cursor, &rig.board.device);
}

static int set_up(void **state)
{
    struct rl_device device = board_rig_device(8);

    (void)state;
    init(&device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_doubt_free(&doubt);
    rl_cursor_free(&cursor);
    board_rig_free(&rig);
    return 0;
}

static relight_result program(uint32_t seed)
{
    uint8_t bytes[RL_PAGE];

    board_rig_pattern(seed, bytes, sizeof bytes);
    return CALL(&rig, flash_program, PLACE, bytes, sizeof bytes);
}

/* 0: blank; else the seed of what is there; UINT32_MAX: it does not read. */
static uint32_t reads(void)
{
    uint8_t bytes[RL_PAGE];
    uint8_t pattern[RL_PAGE];

    if (CALL(&rig, flash_read, PLACE, bytes, sizeof bytes) != RELIGHT_OK) {
        return UINT32_MAX;
    }
    for (uint32_t seed = OLD; seed <= OTHER; seed++) {
        board_rig_pattern(seed, pattern, sizeof pattern);
        if (memcmp(bytes, pattern, sizeof bytes) == 0) {
            return seed;
        }
    }
    memset(pattern, 0xFF, sizeof pattern);
    assert_memory_equal(bytes, pattern, sizeof bytes);
    return 0;
}

static bool set(rl_landing landing, uint32_t part, uint32_t way)
{
    struct rl_outcome outcome = {.landing = landing, .part = part, .parts = way};

    rl_cursor_start(&cursor, &rig.log, &rig.flash, &rig.memory);
    return rl_doubt_set(&doubt, &cursor, &outcome) &&
           rl_outcome_view(&cursor, &outcome, false, &view);
}

/* A board that stands in the crash state, with the doubt on it. */
static void resume(void)
{
    struct rl_plane flash, memory;

    rl_plane_init(&flash, rig.flash.count, RL_SLOT_BLANK);
    rl_plane_init(&memory, rig.memory.count, RL_SLOT_LOST);
    rl_view_store(&view, &flash, &memory);
    rl_plane_copy(&rig.board.planes[RL_PLANE_FLASH], &flash);
    rl_plane_free(&flash);
    rl_plane_free(&memory);
    board_rig_start(&rig);
    rl_doubt_attach(&doubt, &rig.board);
}

/* The program that the log holds was interrupted. */
static void interrupt_program(rl_landing landing, uint32_t part, uint32_t way)
{
    board_rig_start(&rig);
    assert_int_equal(program(NEW), RELIGHT_OK);
    assert_true(set(landing, part, way));
    resume();
}

static void interrupt_erase(rl_landing landing, uint32_t part, uint32_t way)
{
    assert_int_equal(program(OLD), RELIGHT_OK);
    board_rig_start(&rig);
    assert_int_equal(CALL(&rig, flash_erase, RIG_RECORD_A), RELIGHT_OK);
    assert_true(set(landing, part, way));
    resume();
}

static void unstable_turns_after_its_reads(void **state)
{
    static const struct {
        uint32_t way, first, later;
    } cases[] = {
        {RL_DOUBT_NEW_OLD, NEW, 0},          {RL_DOUBT_OLD_NEW, 0, NEW},
        {RL_DOUBT_NEW_BAD, NEW, UINT32_MAX}, {RL_DOUBT_BAD_NEW, UINT32_MAX, NEW},
        {RL_DOUBT_OLD_BAD, 0, UINT32_MAX},   {RL_DOUBT_BAD_OLD, UINT32_MAX, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        interrupt_program(RL_LANDING_UNSTABLE, 3, cases[i].way);
        for (uint32_t n = 0; n < 3u; n++) {
            assert_int_equal(reads(), cases[i].first);
        }
        assert_true(doubt.turned);
        assert_int_equal(reads(), cases[i].later);
        assert_int_equal(reads(), cases[i].later);
        assert_int_equal(doubt.reads, 5);
        assert_int_equal(CALL(&rig, flash_erase, RIG_RECORD_A), RELIGHT_OK);
    }
}

static void other_places_are_not_counted(void **state)
{
    uint8_t bytes[16];

    (void)state;
    interrupt_program(RL_LANDING_UNSTABLE, 1, RL_DOUBT_NEW_OLD);
    assert_int_equal(CALL(&rig, flash_read, RIG_RECORD_A, bytes, sizeof bytes), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_erase, RIG_JOURNAL), RELIGHT_OK);
    assert_int_equal(doubt.reads, 0);
    assert_int_equal(reads(), NEW);
    assert_int_equal(reads(), 0);
}

/* By itself it stays as it is: whoever explores says when. */
static void marginal_turns_when_told(void **state)
{
    (void)state;
    interrupt_erase(RL_LANDING_MARGINAL, RL_DECAY_UPDATED, RL_DOUBT_NEW_OLD);
    for (uint32_t n = 0; n < 20u; n++) {
        assert_int_equal(reads(), 0);
    }
    rl_doubt_turn(&doubt, &rig.board);
    assert_int_equal(reads(), OLD);
}

static void a_complete_erase_ends_it(void **state)
{
    (void)state;
    interrupt_erase(RL_LANDING_MARGINAL, RL_DECAY_BOOTED, RL_DOUBT_NEW_OLD);
    assert_int_equal(doubt.left, RIG_SECTOR / RL_PAGE);
    assert_int_equal(CALL(&rig, flash_erase, RIG_RECORD_A), RELIGHT_OK);
    assert_int_equal(doubt.left, 0);
    rl_doubt_turn(&doubt, &rig.board);
    assert_int_equal(reads(), 0);
    assert_int_equal(program(OTHER), RELIGHT_OK);
    assert_int_equal(rig.rules, 0);
}

static void the_same_program_completes_it(void **state)
{
    (void)state;
    interrupt_program(RL_LANDING_MARGINAL, RL_DECAY_BOOTED, RL_DOUBT_OLD_BAD);
    assert_int_equal(program(NEW), RELIGHT_OK);
    assert_int_equal(rig.rules, 0);
    assert_int_equal(doubt.left, 0);
    rl_doubt_turn(&doubt, &rig.board);
    assert_int_equal(reads(), NEW);
}

static void another_program_breaks_a_rule(void **state)
{
    (void)state;
    interrupt_program(RL_LANDING_MARGINAL, RL_DECAY_BOOTED, RL_DOUBT_OLD_BAD);
    assert_int_equal(program(OTHER), RELIGHT_OK);
    assert_int_equal(rig.rules, 1);
    assert_non_null(strstr(rig.rule, "another program of a granule"));
}

static void a_program_after_a_cut_erase_breaks_a_rule(void **state)
{
    (void)state;
    interrupt_erase(RL_LANDING_UNSTABLE, 0, RL_DOUBT_NEW_OLD);
    assert_int_equal(reads(), 0);
    assert_int_equal(program(NEW), RELIGHT_OK);
    assert_int_equal(rig.rules, 1);
    assert_non_null(strstr(rig.rule, "erase was interrupted"));
}

static void a_device_may_trust_what_reads_blank(void **state)
{
    struct rl_device device = board_rig_device(8);

    rl_cursor_free(&cursor);
    board_rig_free(&rig);
    device.flash.trust = RL_TRUST_IGNORED;
    init(&device);
    (void)state;
    interrupt_erase(RL_LANDING_UNSTABLE, 0, RL_DOUBT_NEW_OLD);
    assert_int_equal(program(NEW), RELIGHT_OK);
    assert_int_equal(rig.rules, 0);
    assert_int_equal(reads(), NEW);
}

static void exists_where_the_device_can_do_it(void **state)
{
    struct rl_device device = board_rig_device(8);

    (void)state;
    assert_int_equal(program(NEW), RELIGHT_OK);
    assert_true(set(RL_LANDING_UNSTABLE, 0, RL_DOUBT_BAD_OLD));
    assert_false(set(RL_LANDING_UNSTABLE, 0, RL_DOUBT_WAYS));
    assert_false(set(RL_LANDING_MARGINAL, 0, RL_DOUBT_NEW_OLD));
    assert_false(set(RL_LANDING_MARGINAL, RL_DECAYS, RL_DOUBT_NEW_OLD));
    assert_false(set(RL_LANDING_AFTER, 0, RL_DOUBT_NEW_OLD));
    rl_cursor_free(&cursor);
    board_rig_free(&rig);
    device.flash.no_ecc = true;
    init(&device);
    assert_int_equal(program(NEW), RELIGHT_OK);
    assert_true(set(RL_LANDING_UNSTABLE, 1, RL_DOUBT_NEW_OLD));
    assert_false(set(RL_LANDING_UNSTABLE, 1, RL_DOUBT_NEW_BAD));
    rl_cursor_free(&cursor);
    board_rig_free(&rig);
    device.flash.tears = RL_TEARS_NOTHING;
    init(&device);
    assert_int_equal(program(NEW), RELIGHT_OK);
    assert_false(set(RL_LANDING_UNSTABLE, 1, RL_DOUBT_NEW_OLD));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unstable_turns_after_its_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_places_are_not_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marginal_turns_when_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_complete_erase_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_program_completes_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_program_breaks_a_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_program_after_a_cut_erase_breaks_a_rule, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_device_may_trust_what_reads_blank, set_up, tear_down),
        cmocka_unit_test_setup_teardown(exists_where_the_device_can_do_it, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("doubt.doubt", tests, NULL, NULL);
}
