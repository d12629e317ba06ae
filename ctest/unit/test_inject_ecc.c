/* What flipped bits in flash and memory do to the board, class by class. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "board/ecc.h"
#include "inject_rig.h"
#include "oracles/oracles.h"

/* A page of memory that holds board_rig_pattern(1), clean. */
static void store(uint32_t address)
{
    board_rig_store(&rig, address / RL_PAGE, 0, RL_PAGE_WORDS - 1u, 1);
    assert_int_equal(CALL(&rig, cache_clean, address, RL_PAGE), RELIGHT_OK);
}

static relight_result read_flash(uint32_t address, uint8_t *bytes)
{
    return CALL(&rig, flash_read, address, bytes, RL_PAGE);
}

static relight_result read_memory(uint32_t address, uint8_t *bytes)
{
    return CALL(&rig, memory_read, address, bytes, RL_PAGE);
}

static void assert_pattern(const uint8_t *bytes)
{
    uint8_t expected[RL_PAGE];

    board_rig_pattern(1, expected, sizeof expected);
    assert_memory_equal(bytes, expected, sizeof expected);
}

/* It hit, and the operation met it. */
static void assert_met(void)
{
    const struct rl_armed *armed = &injecting.list[0];

    assert_true(armed->fired);
    assert_true((rig.board.causes_met >> armed->number & 1u) != 0);
    assert_int_equal(rig.rules, 0);
}

static void latent_errors_stay_until_the_erase(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_program(&rig, RIG_RECORD_A, RL_PAGE, 1);
    inject_rig_arm("latent-error:3/until-erase");
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_ECC);
    assert_met();
    assert_int_equal(rig.log.operations[rig.log.count - 1u].cause, 1);
    assert_int_equal(CALL(&rig, flash_read, RIG_RECORD_A, bytes, 3u * RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_read, RIG_RECORD_A + 3u * RIG_GRANULE, bytes, 1),
                     RELIGHT_ECC);
    assert_int_equal(CALL(&rig, flash_erase, RIG_RECORD_A), RELIGHT_OK);
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    assert_int_equal(rig.hurt, 0);
}

static void in_a_bank_they_may_hit_the_only_copy(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_program(&rig, RIG_BANK_A, RL_PAGE, 1);
    inject_rig_arm("latent-error/until-erase");
    assert_int_equal(read_flash(RIG_BANK_A, bytes), RELIGHT_ECC);
    assert_met();
    assert_int_equal(rig.hurt, 1u << 0);
}

static void copies_meet_them_at_their_source(void **state)
{
    (void)state;
    board_rig_program(&rig, RIG_BANK_A + RL_PAGE, RL_PAGE, 1);
    inject_rig_arm("latent-error/until-erase");
    assert_int_equal(CALL(&rig, memory_copy, 0, RELIGHT_FLASH, RIG_BANK_A + RL_PAGE), RELIGHT_ECC);
    assert_met();
}

static void one_bit_is_corrected_until_a_second_goes(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_program(&rig, RIG_RECORD_A, RL_PAGE, 1);
    inject_rig_arm("ecc-correctable:2/for-good/silent");
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    assert_pattern(bytes);
    assert_met();
    assert_int_equal(CALL(&rig, corrections, RELIGHT_FLASH, NULL), 1);
    rl_inject_reset(&injecting, &rig.board, true);
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    rl_inject_reset(&injecting, &rig.board, true);
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_ECC);
    assert_true(injecting.list[0].over);
}

static void what_was_given_up_loses_no_second_bit(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_program(&rig, RIG_RECORD_A, RL_PAGE, 1);
    inject_rig_arm("ecc-correctable:2/for-good/silent");
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_erase, RIG_RECORD_A), RELIGHT_OK);
    rl_inject_reset(&injecting, &rig.board, true);
    rl_inject_reset(&injecting, &rig.board, true);
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    assert_true(injecting.list[0].over);
}

static void check_bits_alone_and_together(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_program(&rig, RIG_RECORD_A, RL_PAGE, 1);
    inject_rig_arm("ecc-bits:1.9/until-erase"); /* the last of nine */
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    assert_pattern(bytes);
    assert_met();
    assert_int_equal(CALL(&rig, corrections, RELIGHT_FLASH, NULL), 1);
    inject_rig_arm("ecc-bits:4.10/until-erase"); /* the first two */
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_ECC);
    assert_met();
}

static void three_bits_come_back_wrong(void **state)
{
    uint8_t expected[RL_PAGE];
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_pattern(1, expected, sizeof expected);
    board_rig_program(&rig, RIG_RECORD_A, RL_PAGE, 1);
    inject_rig_arm("ecc-miscorrect:1.17/until-erase/silent");
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    assert_met();
    assert_int_equal((bytes[RIG_GRANULE + 2u] ^ expected[RIG_GRANULE + 2u]) & 2u, 2u);
    assert_memory_equal(bytes, expected, RIG_GRANULE);
}

static void what_is_not_programmed_has_no_bits_to_flip(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    inject_rig_arm("ecc-miscorrect:1.17/until-erase/silent");
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    assert_false(injecting.list[0].fired);
    assert_true(injecting.list[0].over);
}

static void memory_is_corrected_fails_or_lies(void **state)
{
    uint8_t expected[RL_PAGE];
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_pattern(1, expected, sizeof expected);
    store(RIG_STAGING);
    inject_rig_arm("memory-flip:5/until-erase");
    assert_int_equal(read_memory(RIG_STAGING, bytes), RELIGHT_OK);
    assert_pattern(bytes);
    assert_met();
    assert_int_equal(CALL(&rig, corrections, RELIGHT_MEMORY, NULL), 1);
    inject_rig_arm("memory-flip:5.8/until-erase/silent");
    assert_int_equal(read_memory(RIG_STAGING, bytes), RELIGHT_OK);
    assert_int_equal((bytes[41] ^ expected[41]) & 1u, 1u);
    inject_rig_arm("memory-flip:6.1/until-erase");
    assert_int_equal(read_memory(RIG_STAGING, bytes), RELIGHT_ECC);
    assert_met();
    assert_int_equal(rig.board.excused, 0); /* whoever takes staging has checked it */
}

static void an_image_that_runs_is_judged_from_the_next_reset_on(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    store(RIG_RESIDENT);
    inject_rig_arm("memory-flip:6.1/until-erase");
    assert_int_equal(read_memory(RIG_RESIDENT, bytes), RELIGHT_ECC);
    assert_true((rig.board.excused >> RL_PROPERTY_WHOLE & 1u) != 0);
    rl_board_reset(&rig.board);
    assert_int_equal(rig.board.excused, 0);
    assert_true(rig.board.resident_hurt);
}

static void the_cache_covers_what_it_holds_changed(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    store(RIG_STAGING);
    board_rig_store(&rig, RIG_STAGING / RL_PAGE, 0, RL_PAGE_WORDS - 1u, 1);
    inject_rig_arm("memory-flip:6.1/until-erase");
    assert_int_equal(read_memory(RIG_STAGING, bytes), RELIGHT_OK);
    assert_false(injecting.list[0].fired);
}

static void variants_are_as_many_as_the_engine_can_tell_apart(void **state)
{
    uint32_t silent = 1u << RL_SHOWS_SILENT;
    uint8_t bytes[RL_PAGE];

    (void)state;
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    assert_int_equal(inject_rig_variants(RL_CLASS_LATENT_ERROR, 0, 0), RL_PAGE / RIG_GRANULE);
    assert_int_equal(inject_rig_variants(RL_CLASS_ECC_CORRECTABLE, 0, 0),
                     2u * RL_PAGE / RIG_GRANULE);
    assert_int_equal(inject_rig_variants(RL_CLASS_ECC_BITS, 0, 0),
                     RL_PAGE / RIG_GRANULE * (9u + 8u));
    assert_int_equal(inject_rig_variants(RL_CLASS_ECC_MISCORRECT, 0, 0),
                     RL_PAGE / RIG_GRANULE * RIG_GRANULE * 8u);
    /* This device does not trap. */
    assert_int_equal(inject_rig_variants(RL_CLASS_ECC_TRAP, 0, 0), 0);
    rig.board.device.flash_traps = true;
    assert_int_equal(inject_rig_variants(RL_CLASS_ECC_TRAP, 0, 0), RL_PAGE / RIG_GRANULE);
    assert_int_equal(read_flash(RIG_RECORD_A, bytes), RELIGHT_OK);
    assert_int_equal(inject_rig_variants(RL_CLASS_ECC_MISCORRECT, 0, 0), 3);
    store(RIG_STAGING);
    assert_int_equal(read_memory(RIG_STAGING, bytes), RELIGHT_OK);
    assert_int_equal(inject_rig_variants(RL_CLASS_LATENT_ERROR, 0, 0), 0);
    assert_int_equal(inject_rig_variants(RL_CLASS_MEMORY_FLIP, 0, 0), 2u * RL_PAGE_WORDS);
    assert_int_equal(inject_rig_variants(RL_CLASS_MEMORY_FLIP, 0, silent), 8u * RL_PAGE_WORDS);
    assert_int_equal(inject_rig_variants(RL_CLASS_MEMORY_ECC_TRAP, 0, 0), 0);
    rig.board.device.memory_traps = true;
    assert_int_equal(inject_rig_variants(RL_CLASS_MEMORY_ECC_TRAP, 0, 0), RL_PAGE_WORDS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, inject_rig_set_up, inject_rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(latent_errors_stay_until_the_erase),
        TEST(in_a_bank_they_may_hit_the_only_copy),
        TEST(copies_meet_them_at_their_source),
        TEST(one_bit_is_corrected_until_a_second_goes),
        TEST(what_was_given_up_loses_no_second_bit),
        TEST(check_bits_alone_and_together),
        TEST(three_bits_come_back_wrong),
        TEST(what_is_not_programmed_has_no_bits_to_flip),
        TEST(memory_is_corrected_fails_or_lies),
        TEST(an_image_that_runs_is_judged_from_the_next_reset_on),
        TEST(the_cache_covers_what_it_holds_changed),
        TEST(variants_are_as_many_as_the_engine_can_tell_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
