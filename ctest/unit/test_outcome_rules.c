/* Litmus tests of the rules for interrupted operations: what a part leaves by what its profile
 * declares. One page is programmed over blank flash, or one sector erased, and cut in the middle.
 */
/* groups: tears ecc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "board_rig.h"
#include "groups.h"
#include "faults/outcome.h"

#define GRANULES      (RIG_PAGE / RIG_GRANULE)
#define GRANULE_WORDS (RIG_GRANULE / RL_WORD)
#define SEED          3u

static struct rig rig;
static struct rl_cursor cursor;
static struct rl_view view;

static void start(struct rl_flash_rules rules)
{
    struct rl_device device = board_rig_device(8);

    device.flash = rules;
    board_rig_init_device(&rig, &device);
    rl_cursor_init(&cursor, &rig.board.device);
}

static int tear_down(void **state)
{
    (void)state;
    rl_cursor_free(&cursor);
    board_rig_free(&rig);
    return 0;
}

/* The state after a cut in the operation that was logged last. */
static void cut(rl_landing landing, uint32_t part, uint32_t parts)
{
    struct rl_outcome outcome = {.landing = landing, .part = part, .parts = parts};

    board_rig_go(&rig, &cursor, rig.log.count - 1u);
    assert_true(rl_outcome_view(&cursor, &outcome, false, &view));
}

static uint32_t bad_words(uint32_t page)
{
    return rl_slot_marks_of(rl_view_slot(&view, RL_FLASH, page)).bad;
}

static uint8_t byte_at(uint32_t address)
{
    return rl_slot_bytes(rl_view_slot(&view, RL_FLASH, address / RL_PAGE))[address % RL_PAGE];
}

static uint8_t programmed_byte(uint32_t address)
{
    uint8_t bytes[RIG_PAGE];

    board_rig_pattern(SEED, bytes, sizeof bytes);
    return bytes[address];
}

/* --- tears ------------------------------------------------------------------------------------ */

static void a_granule_tears(void **state)
{
    (void)state;
    start((struct rl_flash_rules){.tears = RL_TEARS_GRANULE});
    board_rig_program(&rig, RIG_BANK_A, RIG_PAGE, SEED);
    cut(RL_LANDING_TORN, 3, GRANULES);
    assert_int_equal(bad_words(0), ((1u << GRANULE_WORDS) - 1u) << 3u * GRANULE_WORDS);
    assert_int_equal(byte_at(0), programmed_byte(0));
    assert_int_equal(byte_at(4u * RIG_GRANULE), 0xFF);
}

static void between_granules_nothing_tears(void **state)
{
    (void)state;
    start((struct rl_flash_rules){.tears = RL_TEARS_PAGE});
    board_rig_program(&rig, RIG_BANK_A, RIG_PAGE, SEED);
    for (uint32_t part = 0; part < GRANULES; part++) {
        cut(RL_LANDING_TORN, part, GRANULES);
        assert_int_equal(bad_words(0) | bad_words(1), 0);
        assert_int_equal(byte_at(part * RIG_GRANULE), 0xFF);
        if (part > 0) {
            uint32_t last = part * RIG_GRANULE - 1u;

            assert_int_equal(byte_at(last), programmed_byte(last));
        }
        cut(RL_LANDING_SUFFIX, part, GRANULES);
        assert_int_equal(bad_words(0) | bad_words(1), 0);
        assert_int_equal(byte_at(part * RIG_GRANULE), 0xFF);
    }
}

static void an_erase_tears_all_the_same(void **state)
{
    (void)state;
    start((struct rl_flash_rules){.tears = RL_TEARS_PAGE});
    board_rig_program(&rig, RIG_BANK_A, RIG_PAGE, SEED);
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_A), RELIGHT_OK);
    cut(RL_LANDING_WEAK, 0, 1);
    assert_int_equal(bad_words(0), UINT32_MAX);
}

/* --- ecc -------------------------------------------------------------------------------------- */

static uint8_t mixed(uint8_t before, uint8_t after)
{
    return (uint8_t)((before & 0x55u) | (after & 0xAAu));
}

static void without_ecc_a_torn_granule_reads_as_a_mixture(void **state)
{
    (void)state;
    start((struct rl_flash_rules){.no_ecc = true});
    board_rig_program(&rig, RIG_BANK_A, RIG_PAGE, SEED);
    cut(RL_LANDING_TORN, 3, GRANULES);
    assert_int_equal(bad_words(0) | bad_words(1), 0);
    for (uint32_t at = 3u * RIG_GRANULE; at < 4u * RIG_GRANULE; at++) {
        assert_int_equal(byte_at(at), mixed(0xFF, programmed_byte(at)));
    }
    assert_int_equal(byte_at(3u * RIG_GRANULE - 1u), programmed_byte(3u * RIG_GRANULE - 1u));
    assert_int_equal(byte_at(4u * RIG_GRANULE), 0xFF);
}

static void without_ecc_a_weak_erase_reads_as_a_mixture(void **state)
{
    (void)state;
    start((struct rl_flash_rules){.no_ecc = true});
    board_rig_program(&rig, RIG_BANK_A, RIG_PAGE, SEED);
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_A), RELIGHT_OK);
    cut(RL_LANDING_WEAK, 0, 1);
    assert_int_equal(bad_words(0) | bad_words(1), 0);
    for (uint32_t at = 0; at < RIG_PAGE; at++) {
        assert_int_equal(byte_at(at), mixed(programmed_byte(at), 0xFF));
    }
    /* It is not erased: another program would break a rule. */
    assert_int_equal(rl_slot_marks_of(rl_view_slot(&view, RL_FLASH, 0)).programmed, UINT32_MAX);
}

static void with_ecc_neither_reads(void **state)
{
    (void)state;
    start((struct rl_flash_rules){.no_ecc = false});
    board_rig_program(&rig, RIG_BANK_A, RIG_PAGE, SEED);
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_A), RELIGHT_OK);
    cut(RL_LANDING_WEAK, 0, 1);
    assert_int_equal(bad_words(0) & bad_words(1), UINT32_MAX);
}

/* ---------------------------------------------------------------------------------------------- */

#define TEST(function) cmocka_unit_test_teardown(function, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest tears_group[] = {
        TEST(a_granule_tears),
        TEST(between_granules_nothing_tears),
        TEST(an_erase_tears_all_the_same),
    };
    const struct CMUnitTest ecc_group[] = {
        TEST(without_ecc_a_torn_granule_reads_as_a_mixture),
        TEST(without_ecc_a_weak_erase_reads_as_a_mixture),
        TEST(with_ecc_neither_reads),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, tears);
    RUN_GROUP(groups, ecc);
    return groups_end(&groups);
}
