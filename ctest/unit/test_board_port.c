/* The I/O port: the interrupt, preparations, what the outside sees, and how long it takes. */
/* groups: interrupt prepare history time */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "board_rig.h"
#include "groups.h"

#define SECOND 1000000000u

static struct rig rig;
static struct rl_port_history history;

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, RIG_LINES);
    board_rig_store(&rig, 0, 0, 31, 1);
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_port_history_free(&history);
    board_rig_free(&rig);
    return 0;
}

static void enter(relight_module module, uint32_t rules)
{
    rig.rules = 0;
    assert_int_equal(CALL(&rig, execute, module, 0, RL_PAGE), RELIGHT_OK);
    assert_int_equal(rig.rules, rules);
}

static void a_bootstrap_is_entered_by_an_interrupt(void **state)
{
    (void)state;
    enter(RELIGHT_MODULE_BOOTSTRAP, 1);
    assert_string_equal(rig.rule, "a bootstrap entered without an interrupt");
    assert_int_equal(rig.board.services.raise_interrupt(&rig.board), RELIGHT_OK);
    enter(RELIGHT_MODULE_BOOTSTRAP, 0);
    enter(RELIGHT_MODULE_BOOTSTRAP, 1);
}

static void other_modules_leave_the_interrupt(void **state)
{
    (void)state;
    enter(RELIGHT_MODULE_UPDATE, 0);
    enter(RELIGHT_MODULE_INIT, 0);
    assert_int_equal(rig.board.services.raise_interrupt(&rig.board), RELIGHT_OK);
    enter(RELIGHT_MODULE_INIT, 0);
    enter(RELIGHT_MODULE_BOOTSTRAP, 0);
}

static void a_restart_forgets_the_interrupt(void **state)
{
    (void)state;
    assert_int_equal(rig.board.services.raise_interrupt(&rig.board), RELIGHT_OK);
    rl_board_restart(&rig.board, false);
    enter(RELIGHT_MODULE_BOOTSTRAP, 1);
}

static void preparations_are_remembered(void **state)
{
    (void)state;
    assert_int_equal(CALL(&rig, prepare, RELIGHT_PREPARE_BUFFERS), RELIGHT_OK);
    assert_int_equal(CALL(&rig, prepare, RELIGHT_PREPARE_CACHES), RELIGHT_OK);
    assert_int_equal(rig.board.prepared,
                     1u << RELIGHT_PREPARE_BUFFERS | 1u << RELIGHT_PREPARE_CACHES);
    assert_string_equal(rl_kind_name(rig.log.operations[rig.log.count - 1u].kind), "prepare");
    assert_string_equal(rl_region_name(rig.log.operations[rig.log.count - 1u].region), "port");
}

static void preparations_end_with_io_and_power(void **state)
{
    (void)state;
    assert_int_equal(CALL(&rig, prepare, RELIGHT_PREPARE_REGISTERS), RELIGHT_OK);
    assert_int_equal(CALL(&rig, set_io, true), RELIGHT_OK);
    assert_int_equal(rig.board.prepared, 0);
    /* What commands may have touched since does not count. */
    assert_int_equal(CALL(&rig, prepare, RELIGHT_PREPARE_REGISTERS), RELIGHT_OK);
    assert_int_equal(CALL(&rig, set_io, false), RELIGHT_OK);
    assert_int_equal(rig.board.prepared, 0);
    assert_int_equal(CALL(&rig, prepare, RELIGHT_PREPARE_REGISTERS), RELIGHT_OK);
    rl_board_restart(&rig.board, false);
    assert_int_equal(rig.board.prepared, 0);
}

/* Names stand in tokens and stores. */
static void names_find_what_they_name(void **state)
{
    (void)state;
    for (unsigned region = 0; region < RL_REGION_COUNT; region++) {
        assert_int_equal(rl_region_find(rl_region_name(region)), region);
        assert_true(!rl_region_is_in(region, RL_FLASH) || !rl_region_is_in(region, RL_MEMORY));
    }
    for (unsigned kind = 0; kind < RL_KIND_COUNT; kind++) {
        assert_int_equal(rl_kind_find(rl_kind_name((rl_kind)kind)), kind);
    }
    assert_int_equal(rl_region_find("data"), RL_REGION_COUNT);
    assert_false(rl_region_is_in(RL_REGION_PORT, RL_FLASH));
    assert_false(rl_region_is_in(RL_REGION_COUNT, RL_MEMORY));
}

static void unknown_preparations_and_steps_are_refused(void **state)
{
    (void)state;
    rig.rules = 0;
    board_rig_assert_refused(&rig, CALL(&rig, prepare, (relight_preparation)RELIGHT_PREPARATIONS),
                             "a preparation that the board does not have");
    assert_int_equal(rig.board.prepared, 0);
    board_rig_assert_refused(&rig, CALL(&rig, init_step, RELIGHT_INIT_STEPS, false),
                             "a step of initialization that the board does not have");
}

static void assert_event(size_t index, bool processing, bool light, bool reset)
{
    assert_true(index < history.count);
    assert_int_equal(history.events[index].accepting, light);
    assert_int_equal(history.events[index].processing, processing);
    assert_int_equal(history.events[index].light, light);
    assert_int_equal(history.events[index].reset, reset);
}

/* Boot, quiesce, dark, light, resume, power cut. */
static void the_outside_sees_light_and_processing(void **state)
{
    (void)state;
    rig.board.history = &history;
    rl_board_restart(&rig.board, true);
    assert_int_equal(CALL(&rig, set_light, true), RELIGHT_OK);
    assert_int_equal(CALL(&rig, set_io, true), RELIGHT_OK);
    assert_int_equal(CALL(&rig, set_io, false), RELIGHT_OK);
    assert_int_equal(CALL(&rig, set_light, false), RELIGHT_OK);
    assert_int_equal(CALL(&rig, init_step, RELIGHT_INIT_HANDSHAKE, true), RELIGHT_OK);
    assert_int_equal(CALL(&rig, set_light, true), RELIGHT_OK);
    assert_int_equal(CALL(&rig, set_io, true), RELIGHT_OK);
    assert_true(history.end_ns == rig.board.now_ns);
    rl_board_restart(&rig.board, true);
    assert_int_equal(history.count, 8);
    assert_event(0, false, false, true);
    assert_event(1, false, true, false);
    assert_event(2, true, true, false);
    assert_event(3, false, true, false);
    assert_event(4, false, false, false);
    assert_event(5, false, true, false);
    assert_event(6, true, true, false);
    assert_event(7, false, false, true);
    /* Dark for the handshake and the transceiver: 10 us, 101 ms, 1 ms. */
    assert_int_equal(history.events[5].at_ns - history.events[4].at_ns, 102010000u);
}

static uint64_t time_of(uint32_t step, bool fast)
{
    uint64_t start = rig.board.now_ns;

    assert_int_equal(CALL(&rig, init_step, step, fast), RELIGHT_OK);
    return rig.board.now_ns - start;
}

static void steps_take_their_time(void **state)
{
    (void)state;
    rig.board.device.post_bytes = 512u * 1024u * 1024u;
    /* 64 Mi words, 10 operations each, 55 ns an operation. */
    assert_true(time_of(RELIGHT_INIT_POST, false) == 67108864ull * 550u);
    assert_true(time_of(RELIGHT_INIT_POST, true) < SECOND / 1000u);
    assert_true(time_of(RELIGHT_INIT_VARIABLES, false) > SECOND / 10u);
    assert_true(time_of(RELIGHT_INIT_VARIABLES, true) < SECOND / 1000u);
    assert_true(time_of(RELIGHT_INIT_REGISTERS, true) == time_of(RELIGHT_INIT_REGISTERS, false));
    assert_true(time_of(RELIGHT_INIT_HANDSHAKE, false) > SECOND);
}

static void a_link_that_stays_lit_is_not_waited_for(void **state)
{
    uint64_t dark = time_of(RELIGHT_INIT_HANDSHAKE, true);

    (void)state;
    assert_int_equal(CALL(&rig, set_light, true), RELIGHT_OK);
    assert_true(dark - time_of(RELIGHT_INIT_HANDSHAKE, true) == 100000000u);
}

static void the_self_test_depends_on_memory(void **state)
{
    uint64_t small;

    (void)state;
    rig.board.device.post_bytes = 1024;
    small = time_of(RELIGHT_INIT_POST, false);
    rig.board.device.post_bytes = 2048;
    assert_true(time_of(RELIGHT_INIT_POST, false) == 2u * small);
    assert_true(small > 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest interrupt_group[] = {
        TEST(a_bootstrap_is_entered_by_an_interrupt),
        TEST(other_modules_leave_the_interrupt),
        TEST(a_restart_forgets_the_interrupt),
    };
    const struct CMUnitTest prepare_group[] = {
        TEST(preparations_are_remembered),
        TEST(preparations_end_with_io_and_power),
        TEST(unknown_preparations_and_steps_are_refused),
        TEST(names_find_what_they_name),
    };
    const struct CMUnitTest history_group[] = {
        TEST(the_outside_sees_light_and_processing),
    };
    const struct CMUnitTest time_group[] = {
        TEST(steps_take_their_time),
        TEST(a_link_that_stays_lit_is_not_waited_for),
        TEST(the_self_test_depends_on_memory),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, interrupt);
    RUN_GROUP(groups, prepare);
    RUN_GROUP(groups, history);
    RUN_GROUP(groups, time);
    return groups_end(&groups);
}
