/* Litmus tests of the rules that parts of flash differ in: for each, a few operations that show the
 * rule kept and broken. faults/outcome has the rules for interrupted operations. */
/* groups: again blank times */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board/clock.h"
#include "groups.h"
#include "board_rig.h"

static struct rig rig;

static void start(struct rl_flash_rules rules)
{
    struct rl_device device = board_rig_device(RIG_LINES);

    device.flash = rules;
    board_rig_init_device(&rig, &device);
}

static int tear_down(void **state)
{
    (void)state;
    board_rig_free(&rig);
    return 0;
}

static relight_result program(uint32_t address, uint8_t value)
{
    uint8_t bytes[RIG_GRANULE];

    memset(bytes, value, sizeof bytes);
    return CALL(&rig, flash_program, address, bytes, sizeof bytes);
}

static relight_result read_byte(uint32_t address, uint8_t *value)
{
    return CALL(&rig, flash_read, address, value, 1u);
}

/* --- again: a program of a granule that is not erased ----------------------------------------- */

static void again_spoils_ecc(void **state)
{
    uint8_t value = 0;

    (void)state;
    start((struct rl_flash_rules){.again = RL_AGAIN_ECC});
    assert_int_equal(program(RIG_BANK_A, 0xF0), RELIGHT_OK);
    assert_int_equal(rig.rules, 0);
    assert_int_equal(program(RIG_BANK_A, 0x3C), RELIGHT_OK);
    assert_int_equal(rig.rules, 1);
    assert_string_equal(rig.rule, "a program of a granule that is not erased");
    assert_int_equal(read_byte(RIG_BANK_A, &value), RELIGHT_ECC);
}

static void the_same_again_spoils_ecc_too(void **state)
{
    uint8_t value = 0;

    (void)state;
    start((struct rl_flash_rules){.again = RL_AGAIN_ECC});
    assert_int_equal(program(RIG_BANK_A, 0xF0), RELIGHT_OK);
    assert_int_equal(program(RIG_BANK_A, 0xF0), RELIGHT_OK);
    assert_int_equal(read_byte(RIG_BANK_A, &value), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(program(RIG_BANK_A, 0xF0), RELIGHT_OK);
    assert_int_equal(read_byte(RIG_BANK_A, &value), RELIGHT_OK);
    assert_int_equal(value, 0xF0);
}

static void again_is_refused(void **state)
{
    uint8_t value = 0;

    (void)state;
    start((struct rl_flash_rules){.again = RL_AGAIN_REFUSED});
    assert_int_equal(program(RIG_BANK_A, 0xF0), RELIGHT_OK);
    assert_int_equal(rig.rules, 0);
    assert_int_equal(program(RIG_BANK_A, 0x3C), RELIGHT_IO);
    assert_int_equal(rig.rules, 1);
    assert_int_equal(read_byte(RIG_BANK_A, &value), RELIGHT_OK);
    assert_int_equal(value, 0xF0);
}

static void nothing_is_done_when_a_part_is_refused(void **state)
{
    uint8_t bytes[2u * RIG_GRANULE] = {0};
    uint8_t value = 0;

    (void)state;
    start((struct rl_flash_rules){.again = RL_AGAIN_REFUSED});
    assert_int_equal(program(RIG_BANK_A + RIG_GRANULE, 0xF0), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_program, RIG_BANK_A, bytes, sizeof bytes), RELIGHT_IO);
    assert_int_equal(read_byte(RIG_BANK_A, &value), RELIGHT_OK);
    assert_int_equal(value, 0xFF);
}

static void pages_from_memory_are_refused_too(void **state)
{
    (void)state;
    start((struct rl_flash_rules){.again = RL_AGAIN_REFUSED});
    board_rig_store(&rig, 0, 0, RL_PAGE_WORDS - 1u, 7);
    assert_int_equal(CALL(&rig, flash_program_from, RIG_BANK_A, 0u, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_program_from, RIG_BANK_A, 0u, RL_PAGE), RELIGHT_IO);
    assert_int_equal(rig.rules, 1);
}

static void again_clears_bits(void **state)
{
    uint8_t value = 0;

    (void)state;
    start((struct rl_flash_rules){.again = RL_AGAIN_CLEARS});
    assert_int_equal(program(RIG_BANK_A, 0xF0), RELIGHT_OK);
    assert_int_equal(program(RIG_BANK_A, 0x3C), RELIGHT_OK);
    assert_int_equal(read_byte(RIG_BANK_A, &value), RELIGHT_OK);
    assert_int_equal(value, 0x30);
    assert_int_equal(rig.rules, 0);
}

/* --- blank: reading what was not programmed since its erase ----------------------------------- */

static bool is_blank(uint32_t address, uint32_t size)
{
    bool blank = false;

    assert_int_equal(CALL(&rig, flash_is_blank, address, size, &blank), RELIGHT_OK);
    return blank;
}

static void blank_reads(void **state)
{
    uint8_t value = 0;

    (void)state;
    start((struct rl_flash_rules){.blank_faults = false});
    assert_int_equal(read_byte(RIG_BANK_A, &value), RELIGHT_OK);
    assert_int_equal(value, 0xFF);
}

static void blank_faults(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    start((struct rl_flash_rules){.blank_faults = true});
    assert_int_equal(read_byte(RIG_BANK_A, bytes), RELIGHT_ECC);
    assert_int_equal(program(RIG_BANK_A, 0xFF), RELIGHT_OK);
    assert_int_equal(read_byte(RIG_BANK_A, bytes), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_A, bytes, RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_A, bytes, RIG_GRANULE + 1u), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(read_byte(RIG_BANK_A, bytes), RELIGHT_ECC);
    assert_int_equal(rig.rules, 0); /* an error that is the device's own way has a cause */
}

static void blank_faults_every_way_of_reading(void **state)
{
    uint8_t digest[RL_DIGEST] = {0};
    bool equal = true;

    (void)state;
    start((struct rl_flash_rules){.blank_faults = true});
    board_rig_store(&rig, 0, 0, RL_PAGE_WORDS - 1u, 7);
    assert_int_equal(CALL(&rig, memory_copy, 0u, RELIGHT_FLASH, RIG_BANK_A), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, compare, 0u, RIG_BANK_A, RL_PAGE, &equal), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, digest_check, RELIGHT_FLASH, RIG_BANK_A, RL_PAGE, digest, &equal),
                     RELIGHT_ECC);
    assert_int_equal(CALL(&rig, flash_program_from, RIG_BANK_A, 0u, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_copy, 0u, RELIGHT_FLASH, RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(CALL(&rig, compare, 0u, RIG_BANK_A, RL_PAGE, &equal), RELIGHT_OK);
    assert_true(equal);
    assert_int_equal(CALL(&rig, digest_check, RELIGHT_FLASH, RIG_BANK_A, RL_PAGE, digest, &equal),
                     RELIGHT_OK);
}

static void blank_checks_tell_granules_apart(void **state)
{
    bool blank = false;

    (void)state;
    start((struct rl_flash_rules){.blank_faults = true});
    assert_true(is_blank(RIG_BANK_A, 4u * RL_PAGE));
    assert_int_equal(program(RIG_BANK_A + RL_PAGE + RIG_GRANULE, 0xFF), RELIGHT_OK);
    assert_true(is_blank(RIG_BANK_A, RL_PAGE + RIG_GRANULE));
    assert_false(is_blank(RIG_BANK_A, RL_PAGE + 2u * RIG_GRANULE));
    assert_false(is_blank(RIG_BANK_A + RL_PAGE + RIG_GRANULE, RIG_GRANULE));
    assert_true(is_blank(RIG_BANK_A + RL_PAGE + 2u * RIG_GRANULE, 2u * RL_PAGE));
    assert_false(is_blank(RIG_BANK_A + RIG_GRANULE, 2u * RL_PAGE));
    board_rig_spoil(&rig, RL_PLANE_FLASH, RIG_BANK_A / RL_PAGE, 0x3);
    assert_int_equal(CALL(&rig, flash_is_blank, RIG_BANK_A, RIG_GRANULE, &blank), RELIGHT_ECC);
    assert_true(is_blank(RIG_BANK_A + RIG_GRANULE, RIG_GRANULE));
    board_rig_assert_refused(&rig, CALL(&rig, flash_is_blank, RIG_BANK_A + 8u, RIG_GRANULE, &blank),
                             "a check");
}

/* --- times ------------------------------------------------------------------------------------ */

static uint64_t took(relight_result result, uint64_t before)
{
    assert_int_equal(result, RELIGHT_OK);
    return rig.board.now_ns - before;
}

static void times_are_the_profile_s(void **state)
{
    uint8_t bytes[4u * RIG_GRANULE] = {0};

    (void)state;
    start((struct rl_flash_rules){
        .program_ns = 1000, .granule_ns = 30, .erase_ns = 7000000, .read_ns = 600});
    assert_int_equal(took(CALL(&rig, flash_program, RIG_BANK_A, bytes, sizeof bytes), 0), 1120);
    assert_int_equal(took(CALL(&rig, flash_erase, RIG_BANK_A), 1120), 7000000);
    assert_int_equal(took(CALL(&rig, flash_read, RIG_BANK_A, bytes, 16u), 7001120), 600);
}

static void times_are_those_of_the_clock_otherwise(void **state)
{
    (void)state;
    start((struct rl_flash_rules){.again = RL_AGAIN_ECC});
    assert_int_equal(took(program(RIG_BANK_A, 0), 0), RL_NS_PROGRAM_PAGE);
    assert_int_equal(took(CALL(&rig, flash_erase, RIG_BANK_A), RL_NS_PROGRAM_PAGE),
                     RL_NS_ERASE_SECTOR);
}

/* ---------------------------------------------------------------------------------------------- */

#define TEST(function) cmocka_unit_test_teardown(function, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest again_group[] = {
        TEST(again_spoils_ecc),
        TEST(the_same_again_spoils_ecc_too),
        TEST(again_is_refused),
        TEST(nothing_is_done_when_a_part_is_refused),
        TEST(pages_from_memory_are_refused_too),
        TEST(again_clears_bits),
    };
    const struct CMUnitTest blank_group[] = {
        TEST(blank_reads),
        TEST(blank_faults),
        TEST(blank_faults_every_way_of_reading),
        TEST(blank_checks_tell_granules_apart),
    };
    const struct CMUnitTest times_group[] = {
        TEST(times_are_the_profile_s),
        TEST(times_are_those_of_the_clock_otherwise),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, again);
    RUN_GROUP(groups, blank);
    RUN_GROUP(groups, times);
    return groups_end(&groups);
}
