/* What changes between check and use, and operations that are skipped. */
/* groups: swap skip */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "inject_rig.h"
#include "groups.h"

#define MIDDLE (RL_PAGE / 2u) /* the byte that changes */

static uint8_t expected[RL_PAGE];
static uint8_t got[RL_PAGE];

/* The first page of bank B holds a pattern, and so does that of memory. */
static int set_up(void **state)
{
    (void)inject_rig_set_up(state);
    board_rig_connect(&rig, 4);
    board_rig_pattern(9, expected, sizeof expected);
    assert_int_equal(CALL(&rig, flash_program, RIG_BANK_B, expected, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_write, RIG_RESIDENT, expected, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, set_io, true), RELIGHT_OK);
    return 0;
}

static bool equal_to_flash(uint32_t memory)
{
    bool equal = false;

    assert_int_equal(CALL(&rig, compare, memory, RIG_BANK_B, RL_PAGE, &equal), RELIGHT_OK);
    return equal;
}

static uint32_t wrong(void)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < RL_PAGE; i++) {
        count += got[i] != expected[i];
    }
    return count;
}

/* The check still sees what was there, and the next read does not. */
static void test_swap_of_flash(void **state)
{
    (void)state;
    _Static_assert(RIG_BANK_B / RL_PAGE == 16, "the page that the text names");
    inject_rig_arm("check-use-swap:1.16/silent");
    assert_true(equal_to_flash(RIG_RESIDENT));
    assert_true(injecting.list[0].fired);
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_B, got, RL_PAGE), RELIGHT_OK);
    assert_int_equal(wrong(), 1);
    assert_int_equal(got[MIDDLE], expected[MIDDLE] ^ 0xFFu);
    assert_int_equal(rig.board.causes_met >> 1u & 1u, 1);
}

static void test_swap_of_memory(void **state)
{
    (void)state;
    inject_rig_arm("check-use-swap/silent");
    assert_true(equal_to_flash(RIG_RESIDENT));
    assert_int_equal(CALL(&rig, memory_read, RIG_RESIDENT, got, RL_PAGE), RELIGHT_OK);
    assert_int_equal(wrong(), 1);
    assert_int_equal(got[MIDDLE], expected[MIDDLE] ^ 0xFFu);
}

/* Nobody changes anything while no commands are served. */
static void test_swap_needs_commands(void **state)
{
    (void)state;
    assert_int_equal(CALL(&rig, set_io, false), RELIGHT_OK);
    inject_rig_arm("check-use-swap/silent");
    assert_true(equal_to_flash(RIG_RESIDENT));
    assert_false(injecting.list[0].fired);
    assert_true(injecting.list[0].over);
    assert_true(equal_to_flash(RIG_RESIDENT));
}

static void count(void *user, const struct rl_injection *injection)
{
    uint32_t *counts = user;

    counts[injection->a]++;
}

/* At ends of steps, from the first chunk or program on; an interrupt is taken at once. */
static void test_swap_sites(void **state)
{
    struct rl_site site = {.device = &rig.board.device, .log = &rig.log, .ends_step = true};
    uint32_t counts[2] = {0, 0};
    uint32_t received;

    (void)state;
    assert_int_equal(CALL(&rig, receive, 0, RIG_STAGING, RIG_CHUNK, &received), RELIGHT_OK);
    site.index = rig.log.count - 1u;
    rl_injections_at(RL_CLASS_CHECK_USE_SWAP, &site, 0, 0, 0, count, counts);
    assert_int_equal(counts[0], 3);
    assert_int_equal(counts[1], 1);
    site.ends_step = false;
    rl_injections_at(RL_CLASS_CHECK_USE_SWAP, &site, 0, 0, 0, count, counts);
    assert_int_equal(rig.board.services.raise_interrupt(&rig.board), RELIGHT_OK);
    site.ends_step = true;
    site.index = rig.log.count - 1u;
    rl_injections_at(RL_CLASS_CHECK_USE_SWAP, &site, 0, 0, 0, count, counts);
    assert_int_equal(counts[0] + counts[1], 4);
}

static void test_skipped_read(void **state)
{
    (void)state;
    memset(got, 0x5A, sizeof got);
    inject_rig_arm("instruction-skip/silent");
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_B, got, RL_PAGE), RELIGHT_OK);
    assert_int_equal(got[0], 0x5A);
    assert_int_equal(got[RL_PAGE - 1u], 0x5A);
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_B, got, RL_PAGE), RELIGHT_OK);
    assert_int_equal(wrong(), 0);
}

/* Stores that are skipped store nothing, and say nothing of it. */
static void test_skipped_stores(void **state)
{
    static const uint8_t zero[RL_PAGE] = {0};

    (void)state;
    inject_rig_arm("instruction-skip/silent");
    assert_int_equal(CALL(&rig, memory_write, RIG_RESIDENT, zero, RL_PAGE), RELIGHT_OK);
    assert_true(equal_to_flash(RIG_RESIDENT));
    inject_rig_arm("instruction-skip/silent");
    assert_int_equal(CALL(&rig, memory_fill, RIG_RESIDENT, 0), RELIGHT_OK);
    assert_true(equal_to_flash(RIG_RESIDENT));
    inject_rig_arm("instruction-skip/silent");
    assert_int_equal(CALL(&rig, memory_copy, RIG_RESIDENT, RELIGHT_FLASH, RIG_BANK_B + RL_PAGE),
                     RELIGHT_OK);
    assert_true(equal_to_flash(RIG_RESIDENT));
    assert_int_equal(CALL(&rig, memory_fill, RIG_RESIDENT, 0), RELIGHT_OK);
    assert_false(equal_to_flash(RIG_RESIDENT));
}

/* A check that is skipped leaves the answer as it was; one that is misread is the other way. */
static void test_checks(void **state)
{
    bool blank = true;

    (void)state;
    inject_rig_arm("instruction-skip/silent");
    assert_int_equal(CALL(&rig, flash_is_blank, RIG_BANK_B, RL_PAGE, &blank), RELIGHT_OK);
    assert_true(blank);
    inject_rig_arm("instruction-skip:2/silent");
    assert_int_equal(CALL(&rig, flash_is_blank, RIG_BANK_B, RL_PAGE, &blank), RELIGHT_OK);
    assert_true(blank);
    assert_int_equal(CALL(&rig, flash_is_blank, RIG_BANK_B, RL_PAGE, &blank), RELIGHT_OK);
    assert_false(blank);
}

static void test_status_inverted(void **state)
{
    uint8_t zero[RL_PAGE] = {0};

    (void)state;
    inject_rig_arm("instruction-skip:1/silent");
    assert_int_equal(CALL(&rig, memory_write, RIG_RESIDENT, zero, RL_PAGE), RELIGHT_IO);
    assert_int_equal(CALL(&rig, memory_read, RIG_RESIDENT, got, RL_PAGE), RELIGHT_OK);
    assert_memory_equal(got, zero, RL_PAGE); /* done all the same */
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, inject_rig_tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest swap_group[] = {TEST(test_swap_of_flash), TEST(test_swap_of_memory),
                                            TEST(test_swap_needs_commands), TEST(test_swap_sites)};
    const struct CMUnitTest skip_group[] = {TEST(test_skipped_read), TEST(test_skipped_stores),
                                            TEST(test_checks), TEST(test_status_inverted)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, swap);
    RUN_GROUP(groups, skip);
    return groups_end(&groups);
}
