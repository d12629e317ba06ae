/* What faults of reads do to the board. */
/* groups: fails wrong busy */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "inject_rig.h"
#include "groups.h"

#define PATTERN 77u

static uint8_t expected[RL_PAGE];
static uint8_t got[RL_PAGE];

/* The first page of bank A holds a pattern, and so does that of memory; the second is another. */
static int set_up(void **state)
{
    uint8_t other[RL_PAGE];

    (void)inject_rig_set_up(state);
    board_rig_pattern(PATTERN, expected, sizeof expected);
    board_rig_pattern(PATTERN + 1u, other, sizeof other);
    assert_int_equal(CALL(&rig, flash_program, RIG_BANK_A, expected, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_program, RIG_BANK_A + RL_PAGE, other, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_write, RIG_RESIDENT, expected, RL_PAGE), RELIGHT_OK);
    memset(got, 0x5A, sizeof got);
    return 0;
}

static relight_result read_page(uint32_t address)
{
    return CALL(&rig, flash_read, address, got, RL_PAGE);
}

/* The page reads as it is. */
static void assert_reads(uint32_t address)
{
    assert_int_equal(read_page(address), RELIGHT_OK);
    assert_memory_equal(got, expected, RL_PAGE);
}

static void assert_met(uint32_t hits)
{
    inject_rig_assert_hits(hits, true);
    assert_true(injecting.list[0].observed);
}

/* Bytes of `got` that are not as expected. */
static uint32_t wrong(void)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < RL_PAGE; i++) {
        count += got[i] != expected[i];
    }
    return count;
}

static void test_transient(void **state)
{
    (void)state;
    inject_rig_arm("transient-read");
    assert_int_equal(read_page(RIG_BANK_A), RELIGHT_IO);
    assert_int_equal(got[0], 0x5A);
    assert_reads(RIG_BANK_A);
    assert_met(1);
    inject_rig_arm("transient-read:1/x3");
    for (uint32_t i = 0; i < 3u; i++) {
        assert_int_equal(read_page(RIG_BANK_A), RELIGHT_ECC);
        assert_int_equal(read_page(RIG_BANK_B), RELIGHT_OK); /* of another sector */
    }
    assert_reads(RIG_BANK_A);
    assert_met(3);
}

static void test_transient_check(void **state)
{
    bool equal = true;

    (void)state;
    inject_rig_arm("transient-read");
    assert_int_equal(CALL(&rig, compare, RIG_RESIDENT, RIG_BANK_A, RL_PAGE, &equal), RELIGHT_IO);
    assert_int_equal(CALL(&rig, compare, RIG_RESIDENT, RIG_BANK_A, RL_PAGE, &equal), RELIGHT_OK);
    assert_true(equal);
}

static void test_erased(void **state)
{
    (void)state;
    inject_rig_arm("erased-read-fault/until-reset");
    assert_int_equal(read_page(RIG_BANK_A + 2u * RL_PAGE), RELIGHT_ECC);
    assert_reads(RIG_BANK_A); /* the same sector, and programmed */
    assert_int_equal(read_page(RIG_BANK_A + 2u * RL_PAGE), RELIGHT_ECC);
    rl_inject_reset(&injecting, &rig.board, false);
    assert_int_equal(read_page(RIG_BANK_A + 2u * RL_PAGE), RELIGHT_OK);
    assert_met(2);
    inject_rig_arm("erased-read-fault:1");
    memset(expected, 0xFF, sizeof expected);
    assert_int_equal(read_page(RIG_BANK_A + 2u * RL_PAGE), RELIGHT_OK);
    assert_int_equal(wrong(), 1);
}

static void test_erased_spares_programmed(void **state)
{
    (void)state;
    inject_rig_arm("erased-read-fault");
    assert_reads(RIG_BANK_A);
    assert_false(injecting.list[0].fired);
    assert_true(injecting.list[0].over);
}

static void test_erased_blank_check(void **state)
{
    bool blank = true;

    (void)state;
    inject_rig_arm("erased-read-fault:1");
    assert_int_equal(CALL(&rig, flash_is_blank, RIG_BANK_B, RL_PAGE, &blank), RELIGHT_OK);
    assert_false(blank);
    assert_int_equal(CALL(&rig, flash_is_blank, RIG_BANK_B, RL_PAGE, &blank), RELIGHT_OK);
    assert_true(blank);
}

static void test_unstable(void **state)
{
    uint8_t first[RL_PAGE];

    (void)state;
    inject_rig_arm("unstable-read/x2/silent");
    assert_int_equal(read_page(RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(wrong(), 1);
    memcpy(first, got, sizeof first);
    assert_int_equal(read_page(RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(wrong(), 1);
    assert_memory_not_equal(got, first, sizeof first);
    assert_reads(RIG_BANK_A);
    assert_met(2);
}

static void test_unstable_copy(void **state)
{
    (void)state;
    inject_rig_arm("unstable-read/silent");
    assert_int_equal(CALL(&rig, memory_copy, RIG_STAGING, RELIGHT_FLASH, RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_read, RIG_STAGING, got, RL_PAGE), RELIGHT_OK);
    assert_int_equal(wrong(), 1);
    assert_reads(RIG_BANK_A);
}

static void test_unstable_digest(void **state)
{
    uint8_t digest[RELIGHT_DIGEST_SIZE];
    bool equal = true;

    (void)state;
    assert_int_equal(CALL(&rig, digest, expected, RL_PAGE, digest), RELIGHT_OK);
    inject_rig_arm("unstable-read/silent");
    assert_int_equal(CALL(&rig, digest_check, RELIGHT_FLASH, RIG_BANK_A, RL_PAGE, digest, &equal),
                     RELIGHT_OK);
    assert_false(equal);
    assert_int_equal(CALL(&rig, digest_check, RELIGHT_FLASH, RIG_BANK_A, RL_PAGE, digest, &equal),
                     RELIGHT_OK);
    assert_true(equal);
}

static void test_short(void **state)
{
    static const struct {
        const char *what;
        uint32_t comes;
    } cases[] = {
        {"short-read/silent", 0}, {"short-read:1/silent", 128}, {"short-read:2/silent", 255}};

    (void)state;
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(got, 0x5A, sizeof got);
        inject_rig_arm(cases[i].what);
        assert_int_equal(read_page(RIG_BANK_A), RELIGHT_OK);
        assert_memory_equal(got, expected, cases[i].comes);
        for (uint32_t at = cases[i].comes; at < RL_PAGE; at++) {
            assert_int_equal(got[at], 0x5A);
        }
        assert_reads(RIG_BANK_A);
        assert_met(1);
    }
}

/* What an engine finds where nothing arrived follows from nothing but the scenario, and two reads
 * in a row do not agree on it. */
static void test_short_in_engine(void **state)
{
    sigjmp_buf escape;
    uint8_t first[RL_PAGE];

    (void)state;
    rig.board.escape = &escape;
    inject_rig_arm("short-read:1/x2/silent");
    assert_int_equal(read_page(RIG_BANK_A), RELIGHT_OK);
    memcpy(first, got, sizeof first);
    memset(got, 0xA5, sizeof got);
    assert_int_equal(read_page(RIG_BANK_A), RELIGHT_OK);
    assert_memory_equal(first, expected, RL_PAGE / 2u);
    assert_memory_equal(got, expected, RL_PAGE / 2u);
    for (uint32_t at = RL_PAGE / 2u; at < RL_PAGE; at++) {
        assert_int_equal(first[at], 1u + (rig.board.operations - 1u) % 254u);
        assert_int_equal(got[at], 1u + rig.board.operations % 254u);
    }
    rig.board.escape = NULL;
    assert_reads(RIG_BANK_A);
    assert_met(2);
}

static void test_misdirected(void **state)
{
    (void)state;
    inject_rig_arm("misdirected-read/silent");
    assert_reads(RIG_BANK_A + RL_PAGE); /* its neighbour answers */
    assert_met(1);
    inject_rig_arm("misdirected-read:1/silent");
    assert_reads(RIG_BANK_A + RIG_SECTOR);
    inject_rig_arm("misdirected-read:2/silent");
    assert_reads(RIG_BANK_B);
    memset(expected, 0xFF, sizeof expected);
    assert_reads(RIG_BANK_B);
}

static void count(void *user, const struct rl_injection *injection)
{
    (void)injection;
    (*(uint32_t *)user)++;
}

/* Only what comes right behind a program or an erase. */
static void test_busy_sites(void **state)
{
    struct rl_site site = {.device = &rig.board.device, .log = &rig.log};
    uint32_t variants = 0;

    (void)state;
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_B), RELIGHT_OK);
    (void)read_page(RIG_BANK_A);
    (void)read_page(RIG_BANK_A);
    site.index = rig.log.count - 1u;
    rl_injections_at(RL_CLASS_READ_WHILE_WRITE, &site, 0, 0, 0, count, &variants);
    assert_int_equal(variants, 0);
    site.index--;
    rl_injections_at(RL_CLASS_READ_WHILE_WRITE, &site, 0, 0, 0, count, &variants);
    assert_int_equal(variants, 2);
}

static void test_busy(void **state)
{
    (void)state;
    inject_rig_arm("read-while-write");
    assert_int_equal(read_page(RIG_BANK_A), RELIGHT_IO);
    assert_met(1);
    inject_rig_arm("read-while-write:1/x2");
    assert_int_equal(read_page(RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(got[0] ^ expected[0], 0xC0);
    assert_int_equal(read_page(RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(got[0] ^ expected[0], 0x80);
    assert_int_equal(wrong(), 1);
    assert_reads(RIG_BANK_A);
    assert_met(2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, inject_rig_tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest fails_group[] = {
        TEST(test_transient),
        TEST(test_transient_check),
        TEST(test_erased),
        TEST(test_erased_spares_programmed),
        TEST(test_erased_blank_check),
    };
    const struct CMUnitTest wrong_group[] = {
        TEST(test_unstable), TEST(test_unstable_copy),   TEST(test_unstable_digest),
        TEST(test_short),    TEST(test_short_in_engine), TEST(test_misdirected),
    };
    const struct CMUnitTest busy_group[] = {TEST(test_busy_sites), TEST(test_busy)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, fails);
    RUN_GROUP(groups, wrong);
    RUN_GROUP(groups, busy);
    return groups_end(&groups);
}
