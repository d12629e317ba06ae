/* What faults of programs, erases and caches do to the board. */
/* groups: writes cells stuck stale */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "inject_rig.h"
#include "groups.h"

#define PATTERN 77u

static uint8_t bytes[RL_PAGE];
static uint8_t got[RL_PAGE];

static int set_up(void **state)
{
    (void)inject_rig_set_up(state);
    board_rig_pattern(PATTERN, bytes, sizeof bytes);
    memset(got, 0x5A, sizeof got);
    return 0;
}

static relight_result program(uint32_t address)
{
    return CALL(&rig, flash_program, address, bytes, RL_PAGE);
}

static relight_result read_at(uint32_t address, uint32_t size)
{
    return CALL(&rig, flash_read, address, got, size);
}

static relight_result erase(uint32_t address)
{
    return CALL(&rig, flash_erase, address);
}

static bool is_blank(uint32_t address)
{
    bool blank = false;

    return CALL(&rig, flash_is_blank, address, RL_PAGE, &blank) == RELIGHT_OK && blank;
}

static void assert_programmed(uint32_t address)
{
    assert_int_equal(read_at(address, RL_PAGE), RELIGHT_OK);
    assert_memory_equal(got, bytes, RL_PAGE);
}

/* ---- writes ---- */

static void test_errors(void **state)
{
    (void)state;
    inject_rig_arm("program-error/x2");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_IO);
    assert_int_equal(program(RIG_BANK_B), RELIGHT_OK); /* of another sector */
    assert_int_equal(program(RIG_BANK_A), RELIGHT_IO);
    assert_true(is_blank(RIG_BANK_A));
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    inject_rig_assert_hits(2, true);
    inject_rig_arm("erase-error/for-good");
    assert_int_equal(erase(RIG_BANK_A), RELIGHT_IO);
    assert_programmed(RIG_BANK_A);
    rl_inject_reset(&injecting, &rig.board, true);
    assert_int_equal(erase(RIG_BANK_A), RELIGHT_IO);
    inject_rig_assert_hits(2, false);
}

static void test_ambiguous(void **state)
{
    (void)state;
    inject_rig_arm("ambiguous-error:8.1");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_IO);
    assert_int_equal(read_at(RIG_BANK_A, 8u * RIG_GRANULE), RELIGHT_OK);
    assert_memory_equal(got, bytes, 8u * RIG_GRANULE);
    assert_int_equal(read_at(RIG_BANK_A + 8u * RIG_GRANULE, 1), RELIGHT_ECC);
    assert_int_equal(read_at(RIG_BANK_A + 9u * RIG_GRANULE, RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(got[0], 0xFF);
    inject_rig_assert_hits(1, true);
    inject_rig_arm("ambiguous-error:16");
    assert_int_equal(program(RIG_BANK_B), RELIGHT_IO);
    assert_programmed(RIG_BANK_B);
    inject_rig_arm("ambiguous-error:8");
    assert_int_equal(program(RIG_BANK_B + 2u * RIG_PAGE), RELIGHT_IO);
    assert_int_equal(erase(RIG_BANK_B), RELIGHT_OK);
    assert_true(is_blank(RIG_BANK_B));
}

static void test_lost(void **state)
{
    (void)state;
    inject_rig_arm("lost-program/silent");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    assert_true(is_blank(RIG_BANK_A));
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    inject_rig_assert_hits(1, true);
    assert_int_equal(rig.board.causes_met >> 1u & 1u, 1); /* the blank check met it */
    inject_rig_arm("lost-erase/silent");
    assert_int_equal(erase(RIG_BANK_A), RELIGHT_OK);
    assert_programmed(RIG_BANK_A);
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK); /* which an engine could know */
    assert_int_equal(rig.rules, 1);
}

static void test_misdirected(void **state)
{
    (void)state;
    inject_rig_arm("misdirected-program:1/silent");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    assert_true(is_blank(RIG_BANK_A));
    assert_programmed(RIG_BANK_A + RIG_SECTOR);
    assert_int_equal(rig.hurt, 1u << 0);
    inject_rig_arm("misdirected-program:2/silent");
    assert_int_equal(program(RIG_BANK_A + RIG_SECTOR), RELIGHT_OK);
    assert_programmed(RIG_BANK_B + RIG_SECTOR);
    assert_int_equal(rig.hurt, 1u << 0 | 1u << 1);
    inject_rig_arm("misdirected-program:3/silent");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    assert_programmed(RIG_BANK_A + RIG_PAGE);
    /* What lies there was not to be known: no rule is broken, and the granule is bad. */
    assert_int_equal(program(RIG_BANK_A + RIG_PAGE), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_A + RIG_PAGE, 1), RELIGHT_ECC);
    assert_int_equal(rig.rules, 0);
}

static void test_duplicate(void **state)
{
    (void)state;
    inject_rig_arm("duplicate-program/silent");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_A, RIG_GRANULE), RELIGHT_ECC);
    assert_int_equal(rig.rules, 0);
    inject_rig_assert_hits(1, true);
}

/* ---- cells ---- */

static void test_disturb(void **state)
{
    (void)state;
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    inject_rig_arm("program-disturb:1.1/silent");
    assert_int_equal(program(RIG_BANK_A + RL_PAGE), RELIGHT_OK);
    assert_programmed(RIG_BANK_A + RL_PAGE);
    assert_int_equal(read_at(RIG_BANK_A, RL_PAGE - RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_A + RL_PAGE - RIG_GRANULE, 1), RELIGHT_ECC);
    inject_rig_arm("program-disturb:2/silent");
    assert_int_equal(program(RIG_BANK_A + 2u * RL_PAGE), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_A + 3u * RL_PAGE, 1), RELIGHT_ECC);
    assert_int_equal(program(RIG_BANK_A + 3u * RL_PAGE), RELIGHT_OK);
    assert_int_equal(rig.rules, 0);
}

static void test_overprogram(void **state)
{
    (void)state;
    inject_rig_arm("overprogram");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_IO);
    assert_int_equal(read_at(RIG_BANK_A, RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(got[0], 0);
    assert_int_equal(read_at(RIG_BANK_A + RIG_GRANULE, RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(got[0], 0xFF);
}

static void test_overprogram_silent(void **state)
{
    (void)state;
    inject_rig_arm("overprogram:1/silent");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_A, RL_PAGE - RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_A + RL_PAGE - RIG_GRANULE, 1), RELIGHT_ECC);
    assert_int_equal(rig.rules, 0);
}

static void test_double(void **state)
{
    uint32_t part = 4u * RIG_GRANULE;

    (void)state;
    assert_int_equal(CALL(&rig, flash_program, RIG_BANK_A, bytes, part), RELIGHT_OK);
    inject_rig_arm("double-program-granule:2/silent");
    assert_int_equal(CALL(&rig, flash_program, RIG_BANK_A + part, bytes, part), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_A, part - RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_A + part - RIG_GRANULE, 1), RELIGHT_ECC);
    inject_rig_arm("double-program-granule:3/silent");
    assert_int_equal(CALL(&rig, flash_program, RIG_BANK_B, bytes, part), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_B + part, RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(got[0], 0xFF);
    assert_int_equal(CALL(&rig, flash_program, RIG_BANK_B + part, bytes, part), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_B + part, 1), RELIGHT_ECC);
    assert_int_equal(rig.rules, 0);
}

static void test_worn(void **state)
{
    (void)state;
    inject_rig_arm("worn-out:1/for-good");
    assert_int_equal(erase(RIG_BANK_A), RELIGHT_IO);
    assert_int_equal(program(RIG_BANK_A), RELIGHT_IO);
    assert_int_equal(program(RIG_BANK_A + RIG_SECTOR), RELIGHT_OK);
    rl_inject_reset(&injecting, &rig.board, true);
    assert_int_equal(erase(RIG_BANK_A), RELIGHT_IO);
    inject_rig_arm("worn-out:3/for-good");
    for (uint32_t i = 0; i < 2u; i++) {
        assert_int_equal(erase(RIG_BANK_B), RELIGHT_OK);
        assert_true(is_blank(RIG_BANK_B));
        assert_false(is_blank(RIG_BANK_B + RIG_SECTOR - RL_PAGE));
    }
}

/* ---- stuck ---- */

static void test_protected(void **state)
{
    (void)state;
    inject_rig_arm("write-protected/until-reset");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_IO);
    assert_int_equal(erase(RIG_BANK_A + RIG_SECTOR), RELIGHT_IO); /* the whole region */
    assert_int_equal(program(RIG_BANK_B), RELIGHT_OK);
    assert_false(injecting.list[0].over);
}

static void test_protected_silent(void **state)
{
    (void)state;
    inject_rig_arm("write-protected/until-reset/silent");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    assert_true(is_blank(RIG_BANK_A));
    rl_inject_reset(&injecting, &rig.board, false);
    assert_true(injecting.list[0].over);
}

static void test_flag(void **state)
{
    (void)state;
    inject_rig_arm("sticky-flag/until-reset");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_IO);
    assert_int_equal(erase(RIG_BANK_B), RELIGHT_IO);
    assert_int_equal(read_at(RIG_BANK_A, 1), RELIGHT_OK);
    assert_int_equal(rig.board.services.flash_clear(&rig.board), RELIGHT_OK);
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    inject_rig_assert_hits(2, true);
}

static void test_busy(void **state)
{
    (void)state;
    assert_int_equal(program(RIG_BANK_B), RELIGHT_OK);
    inject_rig_arm("busy-forever/until-reset");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_IO);
    assert_int_equal(read_at(RIG_BANK_B, 1), RELIGHT_IO);
    assert_int_equal(got[0], 0x5A);
    assert_int_equal(CALL(&rig, memory_copy, RIG_RESIDENT, RELIGHT_FLASH, RIG_BANK_B), RELIGHT_IO);
    assert_int_equal(CALL(&rig, memory_fill, RIG_RESIDENT, 0), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_copy, RIG_STAGING, RELIGHT_MEMORY, RIG_RESIDENT),
                     RELIGHT_OK);
    rl_inject_reset(&injecting, &rig.board, false);
    assert_int_equal(read_at(RIG_BANK_B, 1), RELIGHT_OK);
}

static void test_slow(void **state)
{
    sigjmp_buf escape;
    int reason;

    (void)state;
    inject_rig_arm("slow-operation:8/late");
    reason = sigsetjmp(escape, 0);
    if (reason == 0) {
        rig.board.escape = &escape;
        (void)program(RIG_BANK_A);
        fail_msg("the engine is reset, and does not come back");
    }
    rig.board.escape = NULL;
    assert_int_equal(reason, RL_ESCAPE_RESET);
    assert_int_equal(read_at(RIG_BANK_A, 8u * RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(read_at(RIG_BANK_A + 8u * RIG_GRANULE, 1), RELIGHT_ECC);
    assert_int_equal(read_at(RIG_BANK_A + 9u * RIG_GRANULE, 1), RELIGHT_OK);
}

/* ---- stale ---- */

static void test_stale_flash(void **state)
{
    (void)state;
    inject_rig_arm("stale-cache:1/silent");
    assert_int_equal(program(RIG_BANK_A), RELIGHT_OK);
    assert_true(is_blank(RIG_BANK_A)); /* as it was */
    assert_programmed(RIG_BANK_A);
    inject_rig_assert_hits(1, true);
    assert_true(injecting.list[0].observed);
}

static void test_stale_code(void **state)
{
    (void)state;
    assert_int_equal(CALL(&rig, memory_fill, RIG_RESIDENT, 1), RELIGHT_OK);
    assert_int_equal(CALL(&rig, cache_clean, RIG_RESIDENT, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, execute, RELIGHT_MODULE_INIT, RIG_RESIDENT, RL_PAGE), RELIGHT_OK);
    inject_rig_arm("stale-cache:3/silent");
    assert_int_equal(CALL(&rig, cache_invalidate, RIG_RESIDENT, RL_PAGE), RELIGHT_OK);
    assert_true(rl_bit(rig.board.cache.is_fetched, RIG_RESIDENT / RL_PAGE));
    assert_true(injecting.list[0].fired);
    assert_int_equal(CALL(&rig, cache_invalidate, RIG_RESIDENT, RL_PAGE), RELIGHT_OK);
    assert_false(rl_bit(rig.board.cache.is_fetched, RIG_RESIDENT / RL_PAGE));
    assert_true(injecting.list[0].over);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, inject_rig_tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest writes_group[] = {
        TEST(test_errors),      TEST(test_ambiguous), TEST(test_lost),
        TEST(test_misdirected), TEST(test_duplicate),
    };
    const struct CMUnitTest cells_group[] = {
        TEST(test_disturb), TEST(test_overprogram), TEST(test_overprogram_silent),
        TEST(test_double),  TEST(test_worn),
    };
    const struct CMUnitTest stuck_group[] = {
        TEST(test_protected), TEST(test_protected_silent), TEST(test_flag), TEST(test_busy),
        TEST(test_slow),
    };
    const struct CMUnitTest stale_group[] = {TEST(test_stale_flash), TEST(test_stale_code)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, writes);
    RUN_GROUP(groups, cells);
    RUN_GROUP(groups, stuck);
    RUN_GROUP(groups, stale);
    return groups_end(&groups);
}
