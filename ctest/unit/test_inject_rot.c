/* What happens to flash that changes by itself. */
/* groups: rot disturb retention */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "inject_rig.h"
#include "groups.h"

static uint8_t expected[RIG_SECTOR];
static uint8_t got[RIG_SECTOR];

/* The first sector of bank A holds a pattern, apart from its last page. */
static int set_up(void **state)
{
    (void)inject_rig_set_up(state);
    board_rig_pattern(55, expected, sizeof expected);
    memset(expected + 3u * RL_PAGE, 0xFF, RL_PAGE);
    for (uint32_t page = 0; page < 3u; page++) {
        assert_int_equal(CALL(&rig, flash_program, RIG_BANK_A + page * RL_PAGE,
                              expected + page * RL_PAGE, RL_PAGE),
                         RELIGHT_OK);
    }
    return 0;
}

static void read_sector(void)
{
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_A, got, sizeof got), RELIGHT_OK);
}

/* Bits of the sector that read as `bit` and should not. */
static uint32_t flips_to(unsigned bit)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < 8u * sizeof got; i++) {
        unsigned now = (unsigned)got[i / 8u] >> i % 8u & 1u;

        count += now != ((unsigned)expected[i / 8u] >> i % 8u & 1u) && now == bit;
    }
    return count;
}

static uint32_t flips(void)
{
    return flips_to(0) + flips_to(1);
}

static void test_rot_stays_until_erased(void **state)
{
    (void)state;
    inject_rig_arm("bit-rot:2/silent");
    read_sector();
    assert_int_equal(flips(), 3);
    read_sector();
    assert_int_equal(flips(), 3);
    assert_int_equal(rig.hurt, 1u << 0);
    assert_int_equal(injecting.list[0].hits, 1);
    assert_int_equal(rig.board.causes_met >> 1u & 1u, 1); /* who looks meets it */
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_A), RELIGHT_OK);
    read_sector();
    memset(expected, 0xFF, sizeof expected);
    assert_int_equal(flips(), 0);
}

static void test_rot_of_what_is_copied(void **state)
{
    (void)state;
    inject_rig_arm("bit-rot/silent");
    assert_int_equal(CALL(&rig, memory_copy, RIG_STAGING, RELIGHT_FLASH, RIG_BANK_A + RL_PAGE),
                     RELIGHT_OK);
    read_sector();
    assert_int_equal(flips(), 1);
    assert_memory_not_equal(got + RL_PAGE, expected + RL_PAGE, RL_PAGE);
    inject_rig_arm("bit-rot/silent"); /* of a copy from memory there is nothing to rot */
    assert_int_equal(CALL(&rig, memory_copy, RIG_STAGING + RL_PAGE, RELIGHT_MEMORY, RIG_STAGING),
                     RELIGHT_OK);
    assert_false(injecting.list[0].fired);
    assert_true(injecting.list[0].over);
}

static void test_first_reads_only(void **state)
{
    (void)state;
    read_sector();
    assert_int_equal(inject_rig_variants(RL_CLASS_READ_DISTURB, 0, 0), 5);
    assert_int_equal(inject_rig_variants(RL_CLASS_RETENTION, 0, 0), 8);
    read_sector();
    assert_int_equal(inject_rig_variants(RL_CLASS_READ_DISTURB, 0, 0), 0);
    assert_int_equal(inject_rig_variants(RL_CLASS_RETENTION, 0, 0), 0);
}

/* The 4th read of the sector flips a bit of the page before the one that it reads. */
static void test_disturb(void **state)
{
    (void)state;
    inject_rig_arm("read-disturb:4/late");
    for (uint32_t i = 0; i < 4u; i++) {
        assert_false(injecting.list[0].fired);
        assert_int_equal(CALL(&rig, flash_read, RIG_BANK_A + 2u * RL_PAGE, got, RL_PAGE),
                         RELIGHT_OK);
        assert_memory_equal(got, expected + 2u * RL_PAGE, RL_PAGE);
        assert_int_equal(CALL(&rig, flash_read, RIG_BANK_B, got, RL_PAGE), RELIGHT_OK);
    }
    assert_true(injecting.list[0].fired);
    assert_true(injecting.list[0].over);
    read_sector();
    assert_int_equal(flips_to(0), 1);
    assert_int_equal(flips(), 1);
    assert_memory_not_equal(got + RL_PAGE, expected + RL_PAGE, RL_PAGE);
}

static void test_retention_takes_charge(void **state)
{
    (void)state;
    inject_rig_arm("retention:1.3/silent");
    read_sector();
    assert_int_equal(flips_to(1), 2);
    assert_int_equal(flips(), 2);
}

static void test_retention_needs_charge(void **state)
{
    (void)state;
    inject_rig_arm("retention/silent");
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_B, got, RL_PAGE), RELIGHT_OK);
    assert_false(injecting.list[0].fired);
    assert_true(injecting.list[0].over);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, inject_rig_tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest rot_group[] = {TEST(test_rot_stays_until_erased),
                                           TEST(test_rot_of_what_is_copied)};
    const struct CMUnitTest disturb_group[] = {TEST(test_first_reads_only), TEST(test_disturb)};
    const struct CMUnitTest retention_group[] = {TEST(test_retention_takes_charge),
                                                 TEST(test_retention_needs_charge)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, rot);
    RUN_GROUP(groups, disturb);
    RUN_GROUP(groups, retention);
    return groups_end(&groups);
}
