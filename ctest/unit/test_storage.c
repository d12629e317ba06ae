/* The storage system: its medium, its clusters, and the order in which adapters are updated. */
/* groups: parts order */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board/history.h"
#include "groups.h"
#include "world/host.h"
#include "world/storage.h"
#include "world/times.h"

static struct rl_port_history history;
static struct rl_world world;
static struct rl_hosts_result result;

static void at(uint64_t at_ms, bool accepting, bool processing, bool light)
{
    rl_port_history_add(
        &history, (struct rl_port_event){at_ms * RL_NS_MS, accepting, processing, light, false});
}

/* Two seconds of work, commands held for 200 ms, 300 ms dark, and a while until all is written. */
static int set_up(void **state)
{
    (void)state;
    at(0, false, false, false);
    at(100, true, true, true);
    at(2100, true, false, true);
    at(2300, false, false, false);
    at(2600, true, true, true);
    history.end_ns = 3000 * RL_NS_MS;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_port_history_free(&history);
    rl_hosts_free(&result);
    return 0;
}

static void a_medium_takes_its_time(void **state)
{
    uint64_t none = rl_storage_medium_ns(0);
    uint64_t second = rl_storage_medium_ns(24 * 75 * 2048);

    (void)state;
    assert_int_equal(none, 100 * RL_NS_MS);
    assert_int_equal(second - none, RL_NS_S);
    assert_true(rl_storage_medium_ns(UINT32_MAX) > 1000 * RL_NS_S); /* and does not overflow */
}

static void units_go_to_clusters_by_parity(void **state)
{
    (void)state;
    for (uint32_t unit = 0; unit < RL_LOGICAL_UNITS; unit++) {
        assert_int_equal(rl_storage_cluster(unit), unit % 2);
    }
}

static void a_cluster_serves_one_command_after_the_other(void **state)
{
    struct rl_cluster cluster = {0};

    (void)state;
    assert_int_equal(rl_cluster_serve(&cluster, 10, false), 10 + RL_NS_READ);
    assert_int_equal(rl_cluster_serve(&cluster, 20, true), 10 + RL_NS_READ + RL_NS_WRITE);
    assert_int_equal(rl_cluster_serve(&cluster, RL_NS_S, false), RL_NS_S + RL_NS_READ);
    assert_int_equal(cluster.served, 3);
}

static void the_usual_world_is_what_it_says(void **state)
{
    (void)state;
    rl_world_usual(&world, 1, 8, &history);
    assert_int_equal(world.adapters, 2);
    assert_null(world.history[0]); /* the other path's adapter is not updated */
    assert_ptr_equal(world.history[1], &history);
    for (uint32_t i = 0; i < 8; i++) {
        assert_int_equal(world.host[i].paths, i % 3 == 2 ? 1 : 2);
        assert_int_equal(world.host[i].adapter[world.host[i].paths - 1], 1);
    }
    rl_world_usual(&world, 4, 3, &history);
    assert_int_equal(world.adapters, 4);
    assert_int_equal(world.host[0].paths, 4);
    assert_int_equal(world.host[2].adapter[0], 3);
}

static void one_by_one_leaves_a_path(void **state)
{
    (void)state;
    for (uint32_t adapters = 2; adapters <= RL_WORLD_ADAPTERS; adapters++) {
        rl_world_usual(&world, adapters, 3, &history);
        rl_hosts_run(&world, &result);
        assert_true(result.settled);
        assert_int_equal(result.updated, adapters);
        assert_int_equal(result.host[0].least_paths, adapters - 1);
        assert_int_equal(result.host[1].least_paths, adapters - 1);
        assert_int_equal(result.total.least_paths, adapters - 1);
        assert_int_equal(result.host[0].outage_ns, 0);
        assert_int_equal(result.host[0].logins_fast, adapters);
        for (uint32_t i = 1; i < adapters; i++) {
            /* The one before was through, and its logins too. */
            assert_true(result.started_ns[i] >=
                        result.started_ns[i - 1] + history.end_ns - 100 * RL_NS_MS);
        }
        assert_int_equal(result.total.timeouts + result.total.undone, 0);
        rl_hosts_free(&result);
    }
}

static void logins_are_waited_for(void **state)
{
    (void)state;
    history.end_ns = 2600 * RL_NS_MS; /* all is over when the light is back */
    rl_world_usual(&world, 2, 3, &history);
    rl_hosts_run(&world, &result);
    assert_int_equal(result.host[0].least_paths, 1);
    assert_true(result.started_ns[1] >=
                result.started_ns[0] + 2500 * RL_NS_MS + RL_NS_LINK_UP + RL_NS_ADISC);
}

static void all_at_once_does_not(void **state)
{
    (void)state;
    rl_world_usual(&world, 2, 3, &history);
    world.order = RL_ORDER_AT_ONCE;
    rl_hosts_run(&world, &result);
    assert_true(result.settled);
    assert_int_equal(result.updated, 2);
    assert_int_equal(result.started_ns[0], result.started_ns[1]);
    assert_int_equal(result.host[0].least_paths, 0);
    assert_true(result.host[0].outage_ns > 0);
}

/* A failed update ends the round: the last path stays. */
static void after_a_failure_the_next_is_not_touched(void **state)
{
    struct rl_port_history fails = {0};

    (void)state;
    rl_port_history_add(&fails, (struct rl_port_event){0, true, true, true, false});
    rl_port_history_add(&fails, (struct rl_port_event){RL_NS_S, false, false, false, false});
    rl_world_usual(&world, 2, 3, &history);
    world.history[0] = &fails;
    rl_hosts_run(&world, &result);
    assert_false(result.settled);
    assert_int_equal(result.updated, 0);
    assert_int_equal(result.started_ns[1], UINT64_MAX);
    assert_int_equal(result.host[0].least_paths, 1);
    assert_int_equal(result.host[0].undone, 0);
    assert_int_equal(result.host[2].outage_ns, 0);
    rl_port_history_free(&fails);
}

static void the_medium_comes_before_the_first_adapter(void **state)
{
    uint32_t dark = 0;

    (void)state;
    rl_world_usual(&world, 1, 3, &history);
    world.medium_ns = rl_storage_medium_ns(1 << 20);
    rl_hosts_run(&world, &result);
    assert_int_equal(result.started_ns[1], world.medium_ns + RL_NS_NOTIFY);
    assert_int_equal(result.started_ns[0], UINT64_MAX);
    /* World and history are joined where the adapter serves: it is dark 2.2 s later. */
    for (size_t i = 0; i < result.happenings.count; i++) {
        if (strstr(result.happenings.list[i].text, "light off") != NULL) {
            assert_int_equal(result.happenings.list[i].at_ns,
                             result.started_ns[1] + 2200 * RL_NS_MS);
            dark++;
        }
    }
    assert_int_equal(dark, 1);
}

static void a_world_without_hosts_ends(void **state)
{
    (void)state;
    rl_world_usual(&world, 2, 0, &history);
    rl_hosts_run(&world, &result);
    assert_true(result.settled);
    assert_int_equal(result.updated, 2);
    assert_int_equal(result.total.issued, 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest parts_group[] = {
        cmocka_unit_test(a_medium_takes_its_time),
        cmocka_unit_test(units_go_to_clusters_by_parity),
        cmocka_unit_test(a_cluster_serves_one_command_after_the_other),
        TEST(the_usual_world_is_what_it_says),
    };
    const struct CMUnitTest order_group[] = {
        TEST(one_by_one_leaves_a_path),
        TEST(logins_are_waited_for),
        TEST(all_at_once_does_not),
        TEST(after_a_failure_the_next_is_not_touched),
        TEST(the_medium_comes_before_the_first_adapter),
        TEST(a_world_without_hosts_ends),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, parts);
    RUN_GROUP(groups, order);
    return groups_end(&groups);
}
