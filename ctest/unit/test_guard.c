/* Calls under guard: every way out of an engine comes back, and leaves the board usable. */
/* groups: guard */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "board_rig.h"
#include "groups.h"
#include "explore/guard.h"

static struct rig rig;
static int finished; /* how far the work got */

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, RIG_LINES);
    finished = 0;
    rl_guard_install();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    board_rig_free(&rig);
    return 0;
}

static void read_once(void *user)
{
    uint8_t byte;

    (void)CALL((struct rig *)user, flash_read, 0, &byte, 1);
    finished++;
}

static void read_for_ever(void *user)
{
    volatile bool forever = true;

    while (forever) {
        read_once(user);
    }
}

static void fail_an_assertion(void *user)
{
    struct rig *at = user;

    at->board.peeking = 1;
    at->board.watching = true;
    at->board.services.assertion_failed(&at->board, "it broke");
    finished++;
}

static void abort_at_once(void *user)
{
    (void)user;
    abort();
}

static void exit_at_once(void *user)
{
    (void)user;
    exit(0);
}

static void work_that_returns_returns(void **state)
{
    (void)state;
    assert_int_equal(rl_guard_call(&rig.board, read_once, &rig), 0);
    assert_int_equal(finished, 1);
    assert_null(rig.board.escape);
}

static void budget_ends_loops(void **state)
{
    (void)state;
    rig.board.operation_limit = 5;
    assert_int_equal(rl_guard_call(&rig.board, read_for_ever, &rig), RL_ESCAPE_BUDGET);
    assert_int_equal(finished, 5);
    assert_int_equal(rig.log.count, 5);
}

static void assertions_come_back_with_their_text(void **state)
{
    (void)state;
    assert_int_equal(rl_guard_call(&rig.board, fail_an_assertion, &rig), RL_ESCAPE_ASSERTION);
    assert_int_equal(finished, 0);
    assert_string_equal(rig.board.assertion, "it broke");
    assert_int_equal(rig.board.peeking, 0);
    assert_false(rig.board.watching);
    assert_null(rig.board.escape);
}

static void aborts_come_back(void **state)
{
    (void)state;
    assert_int_equal(rl_guard_call(&rig.board, abort_at_once, &rig), RL_ESCAPE_CRASH);
    assert_int_equal(rl_guard_call(&rig.board, abort_at_once, &rig), RL_ESCAPE_CRASH);
}

static void exits_come_back(void **state)
{
    (void)state;
    assert_int_equal(rl_guard_call(&rig.board, exit_at_once, &rig), RL_ESCAPE_EXIT);
    assert_int_equal(rl_guard_call(&rig.board, exit_at_once, &rig), RL_ESCAPE_EXIT);
    assert_null(rig.board.escape);
}

/* After each way out, the next call works. */
static void calls_work_after_escapes(void **state)
{
    (void)state;
    assert_int_equal(rl_guard_call(&rig.board, fail_an_assertion, &rig), RL_ESCAPE_ASSERTION);
    assert_int_equal(rl_guard_call(&rig.board, abort_at_once, &rig), RL_ESCAPE_CRASH);
    assert_int_equal(rl_guard_call(&rig.board, read_once, &rig), 0);
    assert_int_equal(finished, 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest guard_group[] = {
        TEST(work_that_returns_returns),
        TEST(budget_ends_loops),
        TEST(assertions_come_back_with_their_text),
        TEST(aborts_come_back),
        TEST(exits_come_back),
        TEST(calls_work_after_escapes),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, guard);
    return groups_end(&groups);
}
