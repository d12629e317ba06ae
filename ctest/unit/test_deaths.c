/* Engines that take their worker process along, or try to: each costs its own scenarios, which are
 * findings, and nothing else. */
/* groups: deaths */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explore/explore.h"
#include "groups.h"
#include "toy.h"

enum way { BY_CRASH, BY_EXIT, BY_UNDERSCORE_EXIT, BY_ABORT, BY_KILL };

static enum way way;
static uint32_t last_granule; /* of the new image in bank B */
static struct relight_engine deadly;
static struct toy toy;

static void leave(void)
{
    switch (way) {
    case BY_CRASH:
        (void)raise(SIGSEGV); /* as a bad pointer would, and no sanitizer comes before it */
        break;
    case BY_EXIT:
        exit(0);
    case BY_UNDERSCORE_EXIT:
        _exit(0);
    case BY_ABORT:
        abort();
    case BY_KILL:
        (void)raise(SIGKILL); /* no guard sees it */
        break;
    }
}

/* Leaves where bank B is whole and not yet marked. */
static relight_progress boot(void *context, const struct relight_services *services)
{
    uint8_t blank[8];
    uint8_t word[8];

    memset(blank, 0xFF, sizeof blank);
    if (services->flash_read(services->host, last_granule, word, sizeof word) == RELIGHT_OK &&
        memcmp(word, blank, sizeof word) != 0 && !toy_is_marked(services)) {
        leave();
    }
    return toy_engine.boot(context, services);
}

static int set_up(void **state)
{
    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_NONE, RL_TEAR_NONE);
    deadly = toy_engine;
    deadly.boot = boot;
    toy.handle.engine = &deadly;
    toy.cell.classes = rl_class_set_of(1u << RL_CLASS_CUT_BEFORE | 1u << RL_CLASS_CUT_AFTER);
    last_granule = toy.cell.geometry.bank[1].address + (toy.images[1].size - 1u) / 8u * 8u;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    toy_free(&toy);
    return 0;
}

static void run(enum way how, struct rl_results *results)
{
    struct rl_campaign_options options = {.jobs = 2};
    char error[512] = "";

    way = how;
    assert_int_equal(
        rl_campaign_run(&toy.plan, &toy.engines, &options, results, error, sizeof error), 0);
}

/* The same scenarios are violations of the same property, whichever way the engine leaves. */
static void assert_as_a_crash(enum way how)
{
    struct rl_results crash;
    struct rl_results other;
    const struct rl_cell_result *a;
    const struct rl_cell_result *b;

    run(BY_CRASH, &crash);
    run(how, &other);
    a = &crash.cells[0];
    b = &other.cells[0];
    assert_string_equal(b->harness_error, "");
    assert_true(b->complete);
    assert_true(a->violations > 0);
    assert_true(a->violations < a->scenarios);
    assert_int_equal(b->scenarios, a->scenarios);
    assert_int_equal(b->crash_states, a->crash_states);
    assert_int_equal(b->violations, a->violations);
    assert_int_equal(b->unbootable, a->unbootable);
    assert_int_equal(b->finding_count, a->finding_count);
    for (uint32_t i = 0; i < a->finding_count; i++) {
        assert_int_equal(b->findings[i].property, a->findings[i].property);
        assert_string_equal(b->findings[i].token, a->findings[i].token);
        assert_int_equal(b->findings[i].count, a->findings[i].count);
    }
    assert_int_equal(rl_results_verdict(&other), RL_VIOLATED);
    rl_results_free(&crash);
    rl_results_free(&other);
}

static void exit_is_a_finding(void **state)
{
    (void)state;
    assert_as_a_crash(BY_EXIT);
}

static void underscore_exit_is_a_finding(void **state)
{
    (void)state;
    assert_as_a_crash(BY_UNDERSCORE_EXIT);
}

static void abort_is_a_finding(void **state)
{
    (void)state;
    assert_as_a_crash(BY_ABORT);
}

static void a_killed_worker_is_a_finding(void **state)
{
    struct rl_results results;

    (void)state;
    assert_as_a_crash(BY_KILL);
    run(BY_KILL, &results);
    assert_non_null(strstr(results.cells[0].findings[0].why, "died by signal 9"));
    rl_results_free(&results);
}

/* Crash states that a sample draws are found in another way. */
static void a_worker_that_dies_of_a_sample_is_a_finding(void **state)
{
    (void)state;
    toy.cell.reuse = RL_REUSE_SNAPSHOTS;
    assert_as_a_crash(BY_KILL);
}

/* More of them than a cell may have: the cell is given up, and what was found stays. */
static void too_many_deaths_are_given_up(void **state)
{
    struct rl_results results;

    (void)state;
    toy.cell.classes = rl_class_set_of((1u << (RL_CLASS_NESTED_CUT + 1u)) - 1u);
    toy.cell.tear[0] = RL_TEAR_FULL;
    toy.cell.reuse = RL_REUSE_SNAPSHOTS;
    run(BY_KILL, &results);
    assert_false(results.cells[0].complete);
    assert_string_equal(results.cells[0].harness_error,
                        "worker processes died in too many scenarios");
    assert_int_equal(rl_results_verdict(&results), RL_HARNESS_FAILED);
    rl_results_free(&results);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest deaths_group[] = {
        TEST(exit_is_a_finding),
        TEST(underscore_exit_is_a_finding),
        TEST(abort_is_a_finding),
        TEST(a_killed_worker_is_a_finding),
        TEST(a_worker_that_dies_of_a_sample_is_a_finding),
        TEST(too_many_deaths_are_given_up),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, deaths);
    return groups_end(&groups);
}
