/* An update as the harness drives it: an interrupt is delivered with the step after the one that
 * asked for it, and is gone then, whatever that step made of it. */
/* groups: interrupt idle */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board_rig.h"
#include "groups.h"
#include "explore/call.h"
#include "explore/guard.h"

#define BULK RELIGHT_BULK

static struct rig rig;

/* An engine whose context is the number of its step, and the one that enters the bootstrap. */
struct context {
    uint32_t step, enters_in;
};

static bool request(void *context, const struct relight_services *services)
{
    (void)context;
    (void)services;
    return true;
}

/* Asks for the interrupt in step 0. */
static relight_progress step(void *memory, const struct relight_services *services)
{
    struct context *context = memory;

    if (context->step == 0) {
        (void)services->raise_interrupt(services->host);
    }
    if (context->step == context->enters_in) {
        (void)services->execute(services->host, RELIGHT_MODULE_BOOTSTRAP, RIG_STAGING, BULK);
        return RELIGHT_RUNS;
    }
    context->step++;
    return RELIGHT_WORKING;
}

static uint32_t phase(const void *context)
{
    (void)context;
    return 0;
}

static const struct relight_engine engine = {
    .request = request, .step = step, .phase = phase, .phase_count = 1};

static void update(uint32_t enters_in)
{
    static const struct rl_cell cell;
    struct rl_scene scene = {.cell = &cell, .engine = &engine};
    struct context context = {0, enters_in};
    struct rl_update call = {.scene = &scene, .board = &rig.board, .context = &context};

    assert_int_equal(CALL(&rig, memory_fill, RIG_STAGING, 1), RELIGHT_OK);
    assert_int_equal(CALL(&rig, cache_clean, RIG_STAGING, BULK), RELIGHT_OK);
    assert_int_equal(rl_call_update(&call), 0);
    assert_int_equal(call.progress, RELIGHT_RUNS);
}

static int set_up(void **state)
{
    struct rl_device device = board_rig_device(RIG_LINES);

    (void)state;
    device.geometry.staging_executes = true;
    board_rig_init_device(&rig, &device);
    rl_guard_install();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    board_rig_free(&rig);
    return 0;
}

static void is_taken_by_the_next_step(void **state)
{
    (void)state;
    update(1);
    assert_int_equal(rig.rules, 0);
}

static void is_taken_in_its_own_step(void **state)
{
    (void)state;
    update(0);
    assert_int_equal(rig.rules, 0);
}

static void is_gone_after_the_next_step(void **state)
{
    (void)state;
    update(2);
    assert_int_equal(rig.rules, 1);
    assert_non_null(strstr(rig.rule, "without an interrupt"));
}

/* Makes an operation in each step up to `enters_in`, and none from then on. */
static relight_progress idle_step(void *memory, const struct relight_services *services)
{
    struct context *context = memory;
    uint8_t byte;

    if (context->step++ < context->enters_in) {
        (void)services->flash_read(services->host, 0, &byte, 1);
    }
    return RELIGHT_WORKING;
}

/* Nobody else ends it: such an engine makes no operation that a limit could count. */
static void steps_without_an_operation_end(void **state)
{
    static const struct relight_engine idler = {
        .request = request, .step = idle_step, .phase = phase, .phase_count = 1};
    static const struct rl_cell cell;
    struct rl_scene scene = {.cell = &cell, .engine = &idler};
    struct context context = {0, 2u * RL_IDLE_STEPS_MOST};
    struct rl_update call = {.scene = &scene, .board = &rig.board, .context = &context};

    (void)state;
    assert_int_equal(rl_call_update(&call), RL_ESCAPE_SPIN);
    assert_int_equal(context.step, 3u * RL_IDLE_STEPS_MOST + 1u);
    assert_int_equal(rig.board.operations, 2u * RL_IDLE_STEPS_MOST);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest interrupt_group[] = {
        cmocka_unit_test_setup_teardown(is_taken_by_the_next_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(is_taken_in_its_own_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(is_gone_after_the_next_step, set_up, tear_down),
    };
    const struct CMUnitTest idle_group[] = {
        cmocka_unit_test_setup_teardown(steps_without_an_operation_end, set_up, tear_down),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, interrupt);
    RUN_GROUP(groups, idle);
    return groups_end(&groups);
}
