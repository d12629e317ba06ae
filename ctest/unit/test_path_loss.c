/* Hosts whose redundant path fails while the other one's adapter is updated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board/history.h"
#include "oracles/hosts.h"
#include "world/host.h"
#include "world/times.h"

#define WORK (4 * RL_NS_S) /* an update before its light goes off */

static struct rl_port_history history;
static struct rl_world world;
static struct rl_hosts_result result;
static struct rl_board board;
static struct rl_judge judge;

static void at(uint64_t at_ns, bool serves)
{
    rl_port_history_add(&history, (struct rl_port_event){at_ns, serves, serves, serves, false});
}

static int set_up(void **state)
{
    (void)state;
    at(0, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_port_history_free(&history);
    rl_hosts_free(&result);
    return 0;
}

/* The light is off for `dark_ns`, and the redundant path fails at `loss_ns` of the update. */
static void simulate(uint64_t dark_ns, uint64_t loss_ns)
{
    at(WORK, false);
    at(WORK + dark_ns, true);
    history.end_ns += RL_NS_S;
    rl_world_usual(&world, 1, 2, &history);
    world.loses_path = true;
    world.loss_ns = loss_ns;
    rl_hosts_run(&world, &result);
    judge = (struct rl_judge){.board = &board, .properties = UINT32_MAX};
}

static bool told(const char *text)
{
    for (size_t i = 0; i < result.happenings.count; i++) {
        if (strstr(result.happenings.list[i].text, text) != NULL) {
            return true;
        }
    }
    return false;
}

static void a_glitch_keeps_the_last_path(void **state)
{
    (void)state;
    simulate(300 * RL_NS_MS, RL_NS_S);
    assert_true(told("the link to adapter 1 fails"));
    assert_true(told("the link to adapter 1 is back"));
    assert_true(result.settled);
    assert_int_equal(result.total.least_paths, 0);
    assert_int_equal(result.cut_off, 0);
    rl_judge_io_last_path(&judge, &result);
    assert_int_equal(judge.violated, 0);
    /* Without the allowance for the path that failed it is no glitch. */
    rl_judge_io_kept(&judge, &result);
    assert_int_equal(judge.violated, 1u << RL_PROPERTY_IO_KEPT);
}

/* Longer than RL_NS_REVALIDATE: open commands end, and there is nowhere else to send them. */
static void a_longer_outage_cuts_hosts_off(void **state)
{
    (void)state;
    simulate(5 * RL_NS_S, RL_NS_S);
    assert_int_equal(result.total.timeouts, 0);
    assert_int_equal(result.cut_off, 2);
    assert_true(result.settled);
    rl_judge_io_last_path(&judge, &result);
    assert_int_equal(judge.violated, 1u << RL_PROPERTY_IO_KEPT);
    assert_non_null(strstr(judge.why[RL_PROPERTY_IO_KEPT], "2 logins end there"));
}

static void after_the_outage_it_does_not_matter(void **state)
{
    (void)state;
    simulate(5 * RL_NS_S, WORK + 5 * RL_NS_S + RL_NS_S / 2);
    assert_int_equal(result.cut_off, 0);
    rl_judge_io_last_path(&judge, &result);
    assert_int_equal(judge.violated, 0);
}

static void without_a_loss_nobody_is_cut_off(void **state)
{
    (void)state;
    at(WORK, false);
    at(WORK + 5 * RL_NS_S, true);
    rl_world_usual(&world, 1, 2, &history);
    rl_hosts_run(&world, &result);
    assert_int_equal(result.cut_off, 0);
    assert_int_equal(result.total.least_paths, 1);
    assert_false(told("fails"));
}

/* Hosts that waited for a jump of time: what was taken has to be answered. */
static void answers_are_judged_under_a_jump(void **state)
{
    (void)state;
    judge = (struct rl_judge){.board = &board, .properties = UINT32_MAX};
    at(WORK, false);
    at(WORK + 100 * RL_NS_S, true);
    rl_world_usual(&world, 1, 2, &history);
    rl_hosts_run(&world, &result);
    assert_true(result.total.paths_removed > 0);
    rl_judge_io_answered(&judge, &result);
    assert_int_equal(judge.violated, 0);
    result.total.unanswered = 1;
    rl_judge_io_answered(&judge, &result);
    assert_int_equal(judge.violated, 1u << RL_PROPERTY_IO_KEPT);
}

static void it_never_comes_back(void **state)
{
    (void)state;
    judge = (struct rl_judge){.board = &board, .properties = UINT32_MAX};
    at(WORK, false);
    rl_world_usual(&world, 1, 2, &history);
    rl_hosts_run(&world, &result);
    rl_judge_io_answered(&judge, &result);
    assert_int_equal(judge.violated, 1u << RL_PROPERTY_IO_KEPT);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_glitch_keeps_the_last_path),        TEST(a_longer_outage_cuts_hosts_off),
        TEST(after_the_outage_it_does_not_matter), TEST(without_a_loss_nobody_is_cut_off),
        TEST(answers_are_judged_under_a_jump),     TEST(it_never_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
