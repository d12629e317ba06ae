/* Hosts over the histories of adapters: what they see of a short outage, of a long one, and of one
 * that does not end. */
/* groups: history ledger outages oracles */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "board/history.h"
#include "groups.h"
#include "oracles/hosts.h"
#include "world/host.h"
#include "world/ledger.h"
#include "world/times.h"

#define BOOT (500 * RL_NS_MS) /* before the first image runs */
#define WORK (2 * RL_NS_S)    /* an update before it goes off-line */

static struct rl_port_history history;
static struct rl_world world;
static struct rl_hosts_result result;

static void at(uint64_t at_ns, bool accepting, bool processing, bool light)
{
    rl_port_history_add(&history,
                        (struct rl_port_event){at_ns, accepting, processing, light, false});
}

/* The adapter's own start, and from BOOT on an image that serves. */
static int set_up(void **state)
{
    (void)state;
    at(0, false, false, false);
    at(BOOT, true, true, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_port_history_free(&history);
    rl_hosts_free(&result);
    return 0;
}

/* Commands are held for 0.2 s; then the light is off for `dark_ns`; then the adapter serves. */
static void quiesce_and_dark(uint64_t dark_ns)
{
    at(BOOT + WORK, true, false, true);
    at(BOOT + WORK + 200 * RL_NS_MS, false, false, false);
    at(BOOT + WORK + 200 * RL_NS_MS + dark_ns, true, true, true);
    history.end_ns += RL_NS_MS;
}

static void simulate(void)
{
    rl_world_usual(&world, 1, 3, &history);
    rl_hosts_run(&world, &result);
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

static void history_leaves_out_what_changes_nothing(void **state)
{
    (void)state;
    at(BOOT + 1, true, true, true);
    assert_int_equal(history.count, 2);
    assert_int_equal(history.end_ns, BOOT + 1);
    rl_port_history_add(&history, (struct rl_port_event){BOOT + 2, true, true, true, true});
    assert_int_equal(history.count, 3); /* a reset is not nothing */
}

static void sums_begin_where_the_adapter_serves(void **state)
{
    struct rl_port_sums sums;

    (void)state;
    quiesce_and_dark(300 * RL_NS_MS);
    sums = rl_port_history_sums(&history);
    assert_int_equal(sums.update_ns, WORK + 501 * RL_NS_MS);
    assert_int_equal(sums.offline_ns, 500 * RL_NS_MS);
    assert_int_equal(sums.dark_ns, 300 * RL_NS_MS);
    assert_true(sums.serving);
}

static void sums_say_when_it_serves_no_more(void **state)
{
    struct rl_port_sums sums;

    (void)state;
    at(BOOT + WORK, false, false, false);
    sums = rl_port_history_sums(&history);
    assert_false(sums.serving);
    rl_port_history_clear(&history);
    at(0, false, false, false);
    sums = rl_port_history_sums(&history);
    assert_false(sums.serving);
    assert_int_equal(sums.update_ns, 0);
}

static void ledger_counts_each_command(void **state)
{
    struct rl_ledger ledger = {0};
    struct rl_ledger_sums sums;

    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(rl_ledger_issue(&ledger), i);
    }
    for (uint32_t i = 0; i < 4; i++) {
        rl_ledger_accept(&ledger, i); /* 4 is never taken */
    }
    rl_ledger_accept(&ledger, 0); /* taken again after a retry: the same command */
    rl_ledger_answer(&ledger, 0);
    rl_ledger_answer(&ledger, 1);
    rl_ledger_answer(&ledger, 2);
    rl_ledger_answer(&ledger, 2);
    rl_ledger_answer(&ledger, 99);
    sums = rl_ledger_sums(&ledger);
    assert_int_equal(sums.issued, 5);
    assert_int_equal(sums.accepted, 4);
    assert_int_equal(sums.answered, 3);
    assert_int_equal(sums.answered_twice, 1);
    assert_int_equal(sums.unanswered, 1);
    rl_ledger_free(&ledger);
}

/* All that hosts had to do was done once, and they did not even notice. */
static void assert_kept(const struct rl_host_sums *sums)
{
    assert_true(sums->issued > 100);
    assert_int_equal(sums->accepted, sums->issued);
    assert_int_equal(sums->answered, sums->issued);
    assert_int_equal(sums->answered_twice, 0);
    assert_int_equal(sums->unanswered, 0);
    assert_int_equal(sums->timeouts, 0);
    assert_int_equal(sums->paths_removed, 0);
}

static void a_short_outage_is_a_glitch(void **state)
{
    (void)state;
    quiesce_and_dark(300 * RL_NS_MS);
    simulate();
    assert_true(result.settled);
    assert_int_equal(result.updated, 1);
    for (uint32_t i = 0; i < 3; i++) {
        assert_kept(&result.host[i]);
        assert_int_equal(result.host[i].logins_fast, 1);
        assert_int_equal(result.host[i].logins_full, 0);
        assert_int_equal(result.host[i].retried, 0); /* what was open went on */
        assert_true(result.host[i].held > 0);
        assert_true(result.host[i].longest_hold_ns <= 500 * RL_NS_MS);
        assert_true(result.host[i].longest_hold_ns >= 490 * RL_NS_MS);
    }
    assert_int_equal(result.host[0].least_paths, 1);
    assert_int_equal(result.host[0].outage_ns, 0);
    assert_true(result.host[0].longest_wait_ns < 50 * RL_NS_MS);
    assert_int_equal(result.host[2].least_paths, 0);
    /* The direct host's only path: dark, link up, login. */
    assert_int_equal(result.host[2].outage_ns, 300 * RL_NS_MS + RL_NS_LINK_UP + RL_NS_ADISC);
    assert_true(told("were held"));
    assert_true(told("login validated"));
}

static void both_clusters_serve(void **state)
{
    (void)state;
    quiesce_and_dark(300 * RL_NS_MS);
    simulate();
    assert_true(result.served[0] > 100 && result.served[1] > 100);
    assert_int_equal(result.served[0] + result.served[1], result.total.answered);
}

static void the_light_may_stay_on(void **state)
{
    (void)state;
    at(BOOT + WORK, true, false, true);
    at(BOOT + WORK + 300 * RL_NS_MS, true, true, true);
    simulate();
    assert_kept(&result.total);
    assert_int_equal(result.total.logins_fast + result.total.logins_full, 0);
    assert_int_equal(result.total.outage_ns, 0);
    assert_int_equal(result.host[2].least_paths, 1);
    assert_true(result.host[2].held > 0);
}

static void a_longer_one_needs_a_new_login(void **state)
{
    (void)state;
    quiesce_and_dark(5 * RL_NS_S);
    simulate();
    assert_true(result.settled);
    assert_kept(&result.total);
    assert_int_equal(result.total.logins_fast, 0);
    assert_int_equal(result.total.logins_full, 3);
    assert_true(result.total.retried > 0);
    assert_true(told("logged out"));
}

static void a_long_outage_costs_paths(void **state)
{
    (void)state;
    at(BOOT + WORK, false, false, false);
    at(BOOT + WORK + 100 * RL_NS_S, true, true, true);
    simulate();
    assert_true(result.settled);
    assert_int_equal(result.total.paths_removed, 3);
    assert_int_equal(result.total.paths_restored, 3);
    assert_int_equal(result.total.unanswered, 0);
    assert_int_equal(result.total.undone, 0);
    assert_int_equal(result.total.answered_twice, 0);
    assert_true(result.host[2].timeouts > 0); /* no other path */
    assert_true(result.host[2].outage_ns >= 100 * RL_NS_S);
    assert_true(result.host[2].longest_wait_ns >= 100 * RL_NS_S);
    assert_int_equal(result.host[0].outage_ns, 0);
    assert_true(told("path removed") && told("recovery begins") && told("path restored"));
}

/* Hosts do not see it in the light: they find out command by command. */
static void a_long_silence_with_the_light_on_too(void **state)
{
    (void)state;
    at(BOOT + WORK, false, false, true);
    at(BOOT + WORK + 100 * RL_NS_S, true, true, true);
    simulate();
    assert_true(result.settled);
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(result.host[i].timeouts > 0);
        assert_int_equal(result.host[i].paths_removed, 1);
        assert_int_equal(result.host[i].paths_restored, 1);
    }
    assert_int_equal(result.total.undone, 0);
}

/* The adapter holds commands, does not take aborts, and goes on with what it has: hosts have sent
 * it again meanwhile. */
static void commands_are_answered_twice_when_aborts_do_not_arrive(void **state)
{
    (void)state;
    at(BOOT + WORK, true, false, true);
    at(BOOT + WORK + 500 * RL_NS_MS, false, false, true);
    at(BOOT + WORK + 40 * RL_NS_S, true, true, true);
    simulate();
    assert_true(result.host[2].timeouts > 0);
    assert_true(result.host[2].answered_twice > 0);
    assert_int_equal(result.total.undone, 0);
}

static void a_reset_loses_what_was_taken(void **state)
{
    (void)state;
    at(BOOT + WORK, true, false, true);
    rl_port_history_add(
        &history, (struct rl_port_event){BOOT + WORK + 200 * RL_NS_MS, false, false, false, true});
    at(BOOT + WORK + 500 * RL_NS_MS, true, true, true);
    simulate();
    assert_true(result.settled);
    assert_int_equal(result.total.logins_full, 3); /* the adapter knows no login any more */
    assert_true(result.total.retried > 0);
    assert_kept(&result.total);
}

static void what_never_comes_back_never_answers(void **state)
{
    (void)state;
    at(BOOT + WORK, true, false, true);
    simulate();
    assert_false(result.settled);
    assert_int_equal(result.updated, 0);
    assert_true(result.host[2].unanswered > 0);
    assert_true(result.host[2].timeouts > 0);
    assert_true(result.host[2].longest_wait_ns > 100 * RL_NS_S);
    assert_int_equal(result.host[0].undone, 0); /* found another path */
    assert_int_equal(result.total.paths_restored, 0);
}

static void a_world_has_one_course(void **state)
{
    struct rl_hosts_result again;

    (void)state;
    quiesce_and_dark(5 * RL_NS_S);
    simulate();
    rl_hosts_run(&world, &again);
    assert_memory_equal(result.host, again.host, sizeof result.host);
    assert_int_equal(result.end_ns, again.end_ns);
    assert_int_equal(result.happenings.count, again.happenings.count);
    for (size_t i = 0; i < again.happenings.count; i++) {
        assert_int_equal(again.happenings.list[i].at_ns, result.happenings.list[i].at_ns);
        assert_string_equal(again.happenings.list[i].text, result.happenings.list[i].text);
        assert_true(i == 0 || again.happenings.list[i].at_ns >= again.happenings.list[i - 1].at_ns);
    }
    rl_hosts_free(&again);
}

static struct rl_board board;

/* The properties that the simulated world violates; limits in ms. */
static uint32_t violated(struct rl_judge *judge, uint32_t offline_ms, uint32_t dark_ms)
{
    struct rl_port_sums sums = rl_port_history_sums(&history);

    *judge = (struct rl_judge){.board = &board, .properties = UINT32_MAX};
    rl_judge_io_kept(judge, &result);
    rl_judge_outage(judge, &sums, offline_ms, dark_ms);
    return judge->violated;
}

#define IO_KEPT (1u << RL_PROPERTY_IO_KEPT)
#define OUTAGE  (1u << RL_PROPERTY_OUTAGE)

static void a_glitch_violates_nothing(void **state)
{
    struct rl_judge judge;

    (void)state;
    quiesce_and_dark(300 * RL_NS_MS);
    simulate();
    assert_int_equal(violated(&judge, 500, 300), 0); /* to the millisecond */
    assert_int_equal(violated(&judge, 0, 0), 0);
}

static void limits_of_an_outage_are_judged(void **state)
{
    struct rl_judge judge;

    (void)state;
    quiesce_and_dark(300 * RL_NS_MS);
    simulate();
    assert_int_equal(violated(&judge, 499, 300), OUTAGE);
    assert_string_equal(judge.why[RL_PROPERTY_OUTAGE],
                        "no command was processed for 500 ms; at most 499 ms are allowed");
    assert_int_equal(violated(&judge, 500, 299), OUTAGE);
    assert_string_equal(judge.why[RL_PROPERTY_OUTAGE],
                        "the light was off for 300 ms; at most 299 ms are allowed");
}

static void lost_paths_are_judged(void **state)
{
    struct rl_judge judge;

    (void)state;
    at(BOOT + WORK, false, false, false);
    at(BOOT + WORK + 100 * RL_NS_S, true, true, true);
    simulate();
    assert_int_equal(violated(&judge, 0, 0), IO_KEPT);
    assert_non_null(strstr(judge.why[RL_PROPERTY_IO_KEPT], "removed 3 paths"));
}

/* A glitch on both of its paths at once: nothing times out, but a glitch on the last path is what
 * two paths are there against. */
static void the_last_path_is_judged(void **state)
{
    struct rl_judge judge;

    (void)state;
    at(BOOT + WORK, false, false, false);
    at(BOOT + WORK + 300 * RL_NS_MS, true, true, true);
    rl_world_usual(&world, 2, 3, &history);
    world.order = RL_ORDER_AT_ONCE;
    rl_hosts_run(&world, &result);
    assert_int_equal(result.total.timeouts + result.total.paths_removed, 0);
    assert_int_equal(violated(&judge, 0, 0), IO_KEPT);
    assert_non_null(strstr(judge.why[RL_PROPERTY_IO_KEPT], "had none at some time"));
}

static void double_answers_are_judged(void **state)
{
    struct rl_judge judge;

    (void)state;
    at(BOOT + WORK, true, false, true);
    at(BOOT + WORK + 500 * RL_NS_MS, false, false, true);
    at(BOOT + WORK + 40 * RL_NS_S, true, true, true);
    simulate();
    assert_int_equal(violated(&judge, 0, 0), IO_KEPT);
    assert_non_null(strstr(judge.why[RL_PROPERTY_IO_KEPT], "answered twice"));
}

static void silence_for_ever_is_judged(void **state)
{
    struct rl_judge judge;

    (void)state;
    at(BOOT + WORK, true, false, true);
    simulate();
    assert_int_equal(violated(&judge, 0, 0), IO_KEPT | OUTAGE);
    assert_non_null(strstr(judge.why[RL_PROPERTY_IO_KEPT], "never answered"));
    assert_non_null(strstr(judge.why[RL_PROPERTY_OUTAGE], "not processed again"));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest history_group[] = {
        TEST(history_leaves_out_what_changes_nothing),
        TEST(sums_begin_where_the_adapter_serves),
        TEST(sums_say_when_it_serves_no_more),
    };
    const struct CMUnitTest ledger_group[] = {
        cmocka_unit_test(ledger_counts_each_command),
    };
    const struct CMUnitTest outages_group[] = {
        TEST(a_short_outage_is_a_glitch),
        TEST(both_clusters_serve),
        TEST(the_light_may_stay_on),
        TEST(a_longer_one_needs_a_new_login),
        TEST(a_long_outage_costs_paths),
        TEST(a_long_silence_with_the_light_on_too),
        TEST(commands_are_answered_twice_when_aborts_do_not_arrive),
        TEST(a_reset_loses_what_was_taken),
        TEST(what_never_comes_back_never_answers),
        TEST(a_world_has_one_course),
    };
    const struct CMUnitTest oracles_group[] = {
        TEST(a_glitch_violates_nothing), TEST(limits_of_an_outage_are_judged),
        TEST(lost_paths_are_judged),     TEST(the_last_path_is_judged),
        TEST(double_answers_are_judged), TEST(silence_for_ever_is_judged),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, history);
    RUN_GROUP(groups, ledger);
    RUN_GROUP(groups, outages);
    RUN_GROUP(groups, oracles);
    return groups_end(&groups);
}
