/* The image bridge over plain arrays: persistent data goes over to the new image's format, and
 * belongs to the image that runs, whatever happens. */
/* groups: convert refuse interrupt */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine_rig.h"
#include "groups.h"
#include "fastload/invariant.h"

enum { TOPOLOGY = 0, TIMEOUT = 1, QUEUE_DEPTH = 2, ERRORS = 3, LOGIN = 4, COALESCING = 5 };

/* What items are where nobody set them. */
#define LOGIN_DEFAULT      1u
#define COALESCING_DEFAULT 100u

/* A device whose image has data of `from`, and a sender with one that has `to`, and reads from
 * `reads_min` to `reads_max`. */
static struct rig *make(uint32_t from, uint32_t to, uint32_t reads_min, uint32_t reads_max)
{
    struct rig *rig = rig_new(NULL);
    struct rl_recipe recipe;

    rig_recipe(&recipe, RIG_OLD_PAYLOAD, 0x01000000u);
    recipe.data_format = from;
    rig_install(rig, &recipe);
    rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x02000000u);
    recipe.data_format = to;
    recipe.reads_range = true;
    recipe.data_reads_min = reads_min;
    recipe.data_reads_max = reads_max;
    rig_build(&recipe, &rig->new);
    rig_boot(rig, &rig->old);
    return rig;
}

static int set_up(void **state)
{
    struct rig *rig = make(1u, 3u, 1u, 3u);

    assert_int_equal(rig_data_set(rig, TIMEOUT, 45u), FL_OK);
    assert_int_equal(rig_data_set(rig, QUEUE_DEPTH, 64u), FL_OK);
    assert_int_equal(rig_data_set(rig, ERRORS, 7u), FL_OK);
    *state = rig;
    return 0;
}

#define MY_TEST(function) RIG_TEST_FROM(function, set_up)

static void expect_data(const struct rig *rig, uint32_t format)
{
    assert_int_equal(rig_data(rig, TOPOLOGY, format), 0);
    assert_int_equal(rig_data(rig, TIMEOUT, format), 45);
    assert_int_equal(rig_data(rig, QUEUE_DEPTH, format), 64);
    assert_int_equal(rig_data(rig, ERRORS, format), 7);
}

/* ---- convert ---- */

static void takes_data_over_two_formats(void **state)
{
    struct rig *rig = *state;

    rig_update(rig, &rig->new);
    assert_int_equal(rig->engine.running.data_area, 1);
    expect_data(rig, 3u);
    assert_int_equal(rig_data(rig, LOGIN, 3u), LOGIN_DEFAULT);
    assert_int_equal(rig_data(rig, COALESCING, 3u), COALESCING_DEFAULT);
    rig_power_cycle(rig, &rig->new);
    expect_data(rig, 3u);
}

static void the_new_image_goes_on_with_it(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(rig_data_set(rig, LOGIN, 2u), FL_E_RANGE); /* format 1 has none */
    rig_update(rig, &rig->new);
    assert_int_equal(rig_data_set(rig, LOGIN, 2u), FL_OK);
    assert_int_equal(rig_data_set(rig, ERRORS, 8u), FL_OK);
    rig_power_cycle(rig, &rig->new);
    assert_int_equal(rig_data(rig, LOGIN, 3u), 2);
    assert_int_equal(rig_data(rig, ERRORS, 3u), 8);
    assert_int_equal(rig_data(rig, TIMEOUT, 3u), 45);
}

/* Whatever the application sets while it is served belongs to the image that runs in the end. */
static void catches_up_in_every_phase(void **state)
{
    for (uint32_t phase = FL_PHASE_QUERY; phase <= FL_PHASE_QUIESCE; phase++) {
        struct rig *rig = *state;

        rig_update_to(rig, &rig->new, (fl_phase)phase);
        assert_int_equal(rig_data_set(rig, TIMEOUT, 100u + phase), FL_OK);
        assert_int_equal(rig_data(rig, TIMEOUT, 1u), 100u + phase);
        assert_int_equal(rig_finish(rig), FL_OK);
        assert_int_equal(rig_data(rig, TIMEOUT, 3u), 100u + phase);
        assert_int_equal(rig_data(rig, QUEUE_DEPTH, 3u), 64);
        (void)rig_tear_down(state);
        (void)set_up(state);
    }
}

static void catches_up_with_a_change_in_every_step(void **state)
{
    struct rig *rig = *state;
    uint32_t errors = 7u;

    rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
    while (rig->engine.phase <= FL_PHASE_QUIESCE) {
        assert_int_equal(rig_data_set(rig, ERRORS, ++errors), FL_OK);
        assert_int_equal(rig_step(rig), FL_AGAIN);
    }
    assert_true(errors > 20u);
    assert_int_equal(rig_finish(rig), FL_OK);
    assert_int_equal(rig_data(rig, ERRORS, 3u), errors);
    assert_int_equal(rig_data(rig, TIMEOUT, 3u), 45);
}

static void takes_nothing_while_io_is_stopped(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_CATCH_UP);
    while (rig->engine.phase != FL_PHASE_FINISH) {
        assert_int_equal(fl_data_set(&rig->engine, &rig->array.port, ERRORS, 99u), FL_E_BUSY);
        assert_int_equal(rig_step(rig), FL_AGAIN);
    }
    assert_int_equal(rig_data_set(rig, ERRORS, 9u), FL_OK);
    assert_int_equal(rig_finish(rig), FL_OK);
    assert_int_equal(rig_data(rig, ERRORS, 3u), 9);
}

static void an_equal_format_stays_where_it_is(void **state)
{
    struct rig *rig = make(2u, 2u, 1u, 2u);

    (void)state;
    assert_int_equal(rig_data_set(rig, COALESCING, 50u), FL_OK);
    rig_update(rig, &rig->new);
    assert_int_equal(rig->engine.running.data_area, 0);
    assert_int_equal(rig_data(rig, COALESCING, 2u), 50);
    rig_free(rig);
}

static void goes_down_where_a_converter_does(void **state)
{
    struct rig *rig = make(3u, 2u, 2u, 3u);

    (void)state;
    assert_int_equal(rig_data_set(rig, LOGIN, 3u), FL_OK);
    assert_int_equal(rig_data_set(rig, TIMEOUT, 60u), FL_OK);
    assert_int_equal(rig_data_set(rig, COALESCING, 65535u), FL_OK);
    rig_update(rig, &rig->new);
    assert_int_equal(rig_data(rig, TIMEOUT, 2u), 60);
    assert_int_equal(rig_data(rig, COALESCING, 2u), 65535);
    assert_int_equal(rig_data_set(rig, LOGIN, 3u), FL_E_RANGE);
    rig_free(rig);
}

static void goes_up_and_down_again(void **state)
{
    struct rig *rig = make(2u, 3u, 1u, 3u);
    struct rl_recipe recipe;

    (void)state;
    rig_recipe(&recipe, RIG_OLD_PAYLOAD, 0x03000000u);
    recipe.data_format = 2u;
    recipe.reads_range = true;
    recipe.data_reads_min = 2u;
    recipe.data_reads_max = 3u;
    rig_build(&recipe, &rig->old);
    for (uint32_t i = 0; i < 6u; i++) {
        rig_update(rig, i % 2u == 0 ? &rig->new : &rig->old);
        assert_int_equal(rig->engine.running.data_area, (i + 1u) % 2u);
        assert_int_equal(rig_data(rig, ERRORS, i % 2u == 0 ? 3u : 2u), i);
        assert_int_equal(rig_data_set(rig, ERRORS, i + 1u), FL_OK);
    }
    rig_free(rig);
}

/* ---- refuse ---- */

static void expect_refusal(struct rig *rig, fl_status status)
{
    rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
    assert_string_equal(fl_status_name(rig_finish(rig)), fl_status_name(status));
    rig_expect_running(rig, &rig->old);
    assert_int_equal(rig->engine.running.data_area, 0);
}

static void refuses_without_a_converter(void **state)
{
    static const struct {
        uint32_t from, to, reads_min, reads_max;
    } cases[] = {
        {2u, 1u, 1u, 2u},                   /* nothing leads down to 1 */
        {3u, 1u, 1u, 3u}, {1u, 3u, 2u, 3u}, /* the new image does not read 1 */
        {3u, 2u, 1u, 2u}, {3u, 4u, 1u, 4u}, /* no build knows 4 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig *rig = make(cases[i].from, cases[i].to, cases[i].reads_min, cases[i].reads_max);

        assert_int_equal(rig_data_set(rig, TIMEOUT, 45u), FL_OK);
        expect_refusal(rig, FL_E_DATA_FORMAT);
        assert_int_equal(rig_data(rig, TIMEOUT, cases[i].from), 45);
        rig_power_cycle(rig, &rig->old);
        assert_int_equal(rig_data(rig, TIMEOUT, cases[i].from), 45);
        rig_free(rig);
    }
}

/* The old format holds more than the new one: found by the bridge, or when catching up. */
static void refuses_a_value_that_does_not_fit(void **state)
{
    static const fl_phase phases[] = {FL_PHASE_IDLE, FL_PHASE_BRIDGE, FL_PHASE_FLASH,
                                      FL_PHASE_COMPANIONS};

    (void)state;
    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
        struct rig *rig = make(3u, 2u, 2u, 3u);

        if (phases[i] != FL_PHASE_IDLE) {
            rig_update_to(rig, &rig->new, phases[i]);
        }
        assert_int_equal(rig_data_set(rig, QUEUE_DEPTH, 65536u), FL_OK);
        if (phases[i] == FL_PHASE_IDLE) {
            rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
        }
        assert_int_equal(rig_finish(rig), FL_E_DATA);
        rig_expect_running(rig, &rig->old);
        assert_int_equal(rig_data(rig, QUEUE_DEPTH, 3u), 65536);
        assert_int_equal(rig_data_set(rig, QUEUE_DEPTH, 65535u), FL_OK);
        rig_update(rig, &rig->new);
        assert_int_equal(rig_data(rig, QUEUE_DEPTH, 2u), 65535);
        rig_free(rig);
    }
}

/* The area of the running image's data fails to read; all else goes on. */
static fl_status (*read_flash)(void *board, uint32_t address, void *bytes, uint32_t size);

static fl_status read_no_data(void *board, uint32_t address, void *bytes, uint32_t size)
{
    const struct array_port *array = board;
    const struct fl_region *data = &array->layout.data[0];

    return address - data->address < data->size ? FL_E_IO : read_flash(board, address, bytes, size);
}

static void refuses_data_that_does_not_read(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_BRIDGE);
    read_flash = rig->array.port.flash_read;
    rig->array.port.flash_read = read_no_data;
    while (rig_step(rig) == FL_AGAIN) {
    }
    assert_int_equal(rig->engine.last, FL_E_DATA_FORMAT);
    rig_expect_running(rig, &rig->old);
    rig->array.port.flash_read = read_flash;
    expect_data(rig, 1u);
    rig_update(rig, &rig->new);
    expect_data(rig, 3u);
}

static void refuses_when_the_new_area_takes_nothing(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_BRIDGE);
    rig->array.drop_programs = true;
    assert_int_equal(rig_finish(rig), FL_E_DATA);
    rig_expect_running(rig, &rig->old);
    expect_data(rig, 1u);
    rig->array.drop_programs = false;
    rig_update(rig, &rig->new);
    expect_data(rig, 3u);
}

/* ---- interrupt ---- */

static void judge_power_cut(struct rig *rig, bool committed)
{
    rig_power_cycle(rig, committed ? &rig->new : &rig->old);
    expect_data(rig, committed ? 3u : 1u);
    assert_int_equal(rig_data_set(rig, ERRORS, 1000u), FL_OK);
    if (!committed) {
        rig_update(rig, &rig->new);
    }
    assert_int_equal(rig_data(rig, ERRORS, 3u), 1000);
    assert_int_equal(rig_data(rig, TIMEOUT, 3u), 45);
}

static void power_cuts_leave_each_image_its_data(void **state)
{
    struct rig *rig = *state;

    rig_each_step(rig, &rig->new, judge_power_cut);
}

static void judge_reset(struct rig *rig, bool committed)
{
    array_port_reset(&rig->array);
    rig_boot(rig, committed ? &rig->new : &rig->old);
    expect_data(rig, committed ? 3u : 1u);
}

static void resets_leave_each_image_its_data(void **state)
{
    struct rig *rig = *state;

    rig_each_step(rig, &rig->new, judge_reset);
}

static void judge_cancel(struct rig *rig, bool committed)
{
    if (rig->engine.phase == FL_PHASE_IDLE) {
        return;
    }
    if (rig_cancel(rig) == FL_OK) {
        assert_false(committed);
        rig_expect_running(rig, &rig->old);
        expect_data(rig, 1u);
        rig_update(rig, &rig->new);
        expect_data(rig, 3u);
    } else {
        assert_true(committed || rig->engine.phase == FL_PHASE_AWAY ||
                    rig->engine.phase == FL_PHASE_COMMIT);
    }
}

static void cancels_leave_the_old_image_its_data(void **state)
{
    struct rig *rig = *state;

    rig_each_step(rig, &rig->new, judge_cancel);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest convert_group[] = {
        MY_TEST(takes_data_over_two_formats),
        MY_TEST(the_new_image_goes_on_with_it),
        MY_TEST(catches_up_in_every_phase),
        MY_TEST(catches_up_with_a_change_in_every_step),
        MY_TEST(takes_nothing_while_io_is_stopped),
        cmocka_unit_test(an_equal_format_stays_where_it_is),
        cmocka_unit_test(goes_down_where_a_converter_does),
        cmocka_unit_test(goes_up_and_down_again),
    };
    const struct CMUnitTest refuse_group[] = {
        cmocka_unit_test(refuses_without_a_converter),
        cmocka_unit_test(refuses_a_value_that_does_not_fit),
        MY_TEST(refuses_data_that_does_not_read),
        MY_TEST(refuses_when_the_new_area_takes_nothing),
    };
    const struct CMUnitTest interrupt_group[] = {
        MY_TEST(power_cuts_leave_each_image_its_data),
        MY_TEST(resets_leave_each_image_its_data),
        MY_TEST(cancels_leave_the_old_image_its_data),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, convert);
    RUN_GROUP(groups, refuse);
    RUN_GROUP(groups, interrupt);
    return groups_end(&groups);
}
