/* What commands in the middle, and a world that fails, do to board and engine. */
/* groups: commands absent time */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "inject_rig.h"
#include "groups.h"

/* An engine that counts what it is asked, and answers as it is told to. */
static struct {
    uint32_t requests, cancels;
    bool answer;
} asked;

static bool request(void *context, const struct relight_services *services)
{
    (void)context;
    (void)services;
    asked.requests++;
    return asked.answer;
}

static bool cancel(void *context, const struct relight_services *services)
{
    (void)context;
    (void)services;
    asked.cancels++;
    return asked.answer;
}

static uint32_t phase(const void *context)
{
    (void)context;
    return 0;
}

static const struct relight_engine engine = {
    .request = request, .cancel = cancel, .phase = phase, .phase_count = 1};

static int set_up(void **state)
{
    (void)inject_rig_set_up(state);
    rig.board.engine = &engine;
    memset(&asked, 0, sizeof asked);
    return 0;
}

static relight_result read_at(uint32_t address)
{
    uint8_t bytes[RL_WORD];

    return CALL(&rig, flash_read, address, bytes, sizeof bytes);
}

static struct rl_said between(void)
{
    struct rl_said said = {0};

    rl_inject_between(&injecting, &rig.board, NULL, &said);
    return said;
}

static void test_second_update(void **state)
{
    (void)state;
    inject_rig_arm("concurrent-command");
    assert_int_equal(between().refused, false); /* the operation was not there yet */
    (void)read_at(RIG_BANK_A);
    assert_true(between().refused);
    assert_int_equal(asked.requests, 1);
    assert_true(injecting.list[0].fired && injecting.list[0].observed && injecting.list[0].over);
    (void)between();
    assert_int_equal(asked.requests, 1); /* once */
}

static void test_second_update_taken(void **state)
{
    struct rl_said said;

    (void)state;
    asked.answer = true;
    inject_rig_arm("concurrent-command");
    (void)read_at(RIG_BANK_A);
    said = between();
    assert_true(said.twice && !said.refused);
}

static void test_cancel(void **state)
{
    struct rl_said said;

    (void)state;
    asked.answer = true;
    inject_rig_arm("concurrent-command:1");
    (void)read_at(RIG_BANK_A);
    said = between();
    assert_true(said.cancelled && !said.refused);
    assert_int_equal(asked.cancels, 1);
    assert_int_equal(asked.requests, 0);
}

static void test_reset(void **state)
{
    (void)state;
    inject_rig_arm("concurrent-command:2");
    (void)read_at(RIG_BANK_A);
    assert_true(between().reset);
    assert_int_equal(asked.cancels + asked.requests, 0);
}

/* Not where another operation follows in the same step: it was put at the one before. */
static void test_too_late(void **state)
{
    (void)state;
    inject_rig_arm("concurrent-command:2");
    (void)read_at(RIG_BANK_A);
    (void)read_at(RIG_BANK_A);
    assert_false(between().reset);
}

static void test_every_access_fails(void **state)
{
    uint8_t page[RL_PAGE] = {0};
    bool answer = true;

    (void)state;
    inject_rig_arm("bank-absent/for-good");
    assert_int_equal(read_at(RIG_BANK_B + RIG_SECTOR), RELIGHT_IO);
    assert_int_equal(CALL(&rig, flash_program, RIG_BANK_B, page, RL_PAGE), RELIGHT_IO);
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_B), RELIGHT_IO);
    assert_int_equal(CALL(&rig, flash_is_blank, RIG_BANK_B, RL_PAGE, &answer), RELIGHT_IO);
    assert_false(answer);
    board_rig_store(&rig, RIG_STAGING / RL_PAGE, 0, RL_PAGE_WORDS - 1u, 1);
    assert_int_equal(CALL(&rig, compare, RIG_STAGING, RIG_BANK_B, RL_PAGE, &answer), RELIGHT_IO);
    assert_int_equal(CALL(&rig, memory_copy, RIG_STAGING, RELIGHT_FLASH, RIG_BANK_B), RELIGHT_IO);
    assert_int_equal(CALL(&rig, flash_program_from, RIG_BANK_B, RIG_STAGING, RL_PAGE), RELIGHT_IO);
    assert_int_equal(CALL(&rig, digest_check, RELIGHT_FLASH, RIG_BANK_B, RL_PAGE, page, &answer),
                     RELIGHT_IO);
    assert_int_equal(rig.log.operations[rig.log.count - 1u].cause, 1);
    assert_int_equal(rig.board.flash_changes, 0);
    assert_int_equal(rig.rules, 0);
}

static void test_others_answer(void **state)
{
    (void)state;
    inject_rig_arm("bank-absent/for-good");
    assert_int_equal(read_at(RIG_BANK_B), RELIGHT_IO);
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_OK);
    assert_int_equal(read_at(RIG_RECORD_A), RELIGHT_OK);
    assert_int_equal(rig.hurt, 1u << 1);
    assert_true(rig.board.struck);
    assert_int_equal(rig.log.operations[rig.log.count - 1u].cause, 0);
}

/* Whoever only looks at the state finds it gone, too. */
static void test_looks_fail(void **state)
{
    (void)state;
    inject_rig_arm("bank-absent/for-good");
    assert_int_equal(read_at(RIG_RECORD_A), RELIGHT_IO);
    rig.board.peeking++;
    assert_int_equal(read_at(RIG_RECORD_A), RELIGHT_IO);
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_OK);
    rig.board.peeking--;
    assert_int_equal(rig.hurt, 0); /* records are no bank */
}

static void reset(bool cold)
{
    if (cold) {
        rl_board_restart(&rig.board, true);
    } else {
        rl_board_reset(&rig.board);
    }
    rl_inject_reset(&injecting, &rig.board, cold);
}

static void test_gone_for_good(void **state)
{
    (void)state;
    inject_rig_arm("bank-absent/for-good");
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_IO);
    reset(false);
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_IO);
    reset(true);
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_IO);
    assert_false(injecting.list[0].over);
}

static void test_back_after_a_reset(void **state)
{
    (void)state;
    inject_rig_arm("bank-absent/until-reset");
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_IO);
    reset(false);
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_OK);
}

static void test_watchdog(void **state)
{
    sigjmp_buf escape;
    int escaped;

    (void)state;
    inject_rig_arm("clock-jump");
    rig.board.escape = &escape;
    escaped = sigsetjmp(escape, 0);
    if (escaped == 0) {
        (void)CALL(&rig, flash_erase, RIG_BANK_A);
        fail_msg("the erase returned");
    }
    rig.board.escape = NULL;
    assert_int_equal(escaped, RL_ESCAPE_RESET);
    assert_true(injecting.list[0].observed && injecting.list[0].over);
    assert_false(rl_inject_is_for_hosts(&injecting));
}

static void test_jump_for_hosts(void **state)
{
    uint64_t before = rig.board.now_ns;

    (void)state;
    inject_rig_arm("clock-jump:1");
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_OK);
    assert_true(rig.board.now_ns - before > UINT64_C(61000000000));
    before = rig.board.now_ns;
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_OK);
    assert_true(rig.board.now_ns - before < 1000000u);
    assert_true(rl_inject_is_for_hosts(&injecting));
}

static void test_path_loss(void **state)
{
    (void)state;
    (void)read_at(RIG_BANK_A);
    inject_rig_arm("path-loss");
    assert_false(rl_inject_is_for_hosts(&injecting));
    assert_int_equal(read_at(RIG_BANK_A), RELIGHT_OK);
    assert_true(rl_inject_is_for_hosts(&injecting));
    assert_int_equal(injecting.list[0].keep[0], rig.board.now_ns);
    assert_true(injecting.list[0].over);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, inject_rig_tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest commands_group[] = {TEST(test_second_update),
                                                TEST(test_second_update_taken), TEST(test_cancel),
                                                TEST(test_reset), TEST(test_too_late)};
    const struct CMUnitTest absent_group[] = {
        TEST(test_every_access_fails), TEST(test_others_answer), TEST(test_looks_fail),
        TEST(test_gone_for_good), TEST(test_back_after_a_reset)};
    const struct CMUnitTest time_group[] = {TEST(test_watchdog), TEST(test_jump_for_hosts),
                                            TEST(test_path_loss)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, commands);
    RUN_GROUP(groups, absent);
    RUN_GROUP(groups, time);
    return groups_end(&groups);
}
