/* The security counter, and what else an update finishes with: it is raised when the commit is
 * firm, by the update or by the next boot, and no image below it runs. */
/* groups: counter update flush */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../engine/src/counter.h"
#include "groups.h"
#include "engine_rig.h"
#include "fastload/invariant.h"

#define GRANULES (1024u / 8u) /* of the one-time programmable sector: what it can count to */

static void make_images(struct rig *rig, uint32_t old, uint32_t new)
{
    struct rl_recipe recipe;

    rig_recipe(&recipe, RIG_OLD_PAYLOAD, 0x01000000u);
    recipe.security_counter = old;
    rig_install(rig, &recipe);
    rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x02000000u);
    recipe.security_counter = new;
    rig_build(&recipe, &rig->new);
}

/* Booted, with counter 1 in the old image and 3 in the new one. */
static int set_up(void **state)
{
    struct rig *rig = rig_new(NULL);

    make_images(rig, 1u, 3u);
    rig_boot(rig, &rig->old);
    *state = rig;
    return 0;
}

#define MY_TEST(function) RIG_TEST_FROM(function, set_up)

static uint32_t count(const struct rig *rig)
{
    return fl_counter_read(&rig->array.port);
}

/* Sets the counter from outside. */
static void put_count(struct rig *rig, uint32_t value)
{
    static const uint8_t granule[8] = {0};

    for (uint32_t i = 0; i < value; i++) {
        array_port_put(&rig->array, rig->array.layout.otp.address + i * 8u, granule, 8u);
    }
}

/* ---- counter ---- */

static void counts_granules_up_to_its_limit(void **state)
{
    struct rig *rig = rig_new(NULL);
    const struct fl_port *port = &rig->array.port;

    (void)state;
    assert_int_equal(fl_counter_limit(port->layout), GRANULES);
    for (uint32_t i = 0; i < GRANULES; i++) {
        assert_int_equal(count(rig), i);
        assert_int_equal(fl_counter_raise(port, i), FL_OK);
    }
    assert_int_equal(count(rig), GRANULES);
    assert_int_equal(fl_counter_raise(port, GRANULES), FL_E_RANGE);
    rig_free(rig);
}

/* A sector with more granules than the format of images can ask for. */
/* A granule that others overtook stays blank, and what is behind it counts; nothing does that is
 * further away, or does not read there. */
static void counts_across_a_gap(void **state)
{
    static const uint8_t granule[8] = {0};
    struct rig *rig = rig_new(NULL);
    struct array_port *array = &rig->array;
    uint32_t otp = array->layout.otp.address;

    (void)state;
    put_count(rig, 2u);
    array_port_put(array, otp + 4u * 8u, granule, 8u);
    assert_int_equal(count(rig), 5);
    assert_int_equal(fl_counter_raise(&array->port, 5u), FL_OK);
    assert_int_equal(count(rig), 6);
    array_port_put(array, otp + 12u * 8u, granule, 8u);
    assert_int_equal(count(rig), 6);
    array_port_spoil(array, otp + 8u * 8u, 8u);
    assert_int_equal(count(rig), 6);
    array_port_spoil(array, otp + 6u * 8u, 8u);
    assert_int_equal(count(rig), 7);
    rig_free(rig);
}

static void counts_no_further_than_images_can(void **state)
{
    struct array_geometry geometry = {
        .sector_size = 4096u, .page_size = 256u, .granule_size = 8u, .bank_size = 8192u};
    struct rig *rig = rig_new(&geometry);

    (void)state;
    assert_int_equal(fl_counter_limit(&rig->array.layout), FL_COUNTER_MAX);
    put_count(rig, FL_COUNTER_MAX + 10u);
    assert_int_equal(count(rig), FL_COUNTER_MAX);
    assert_int_equal(fl_counter_raise(&rig->array.port, FL_COUNTER_MAX), FL_E_RANGE);
    rig_free(rig);
}

/* What was begun counts where it does not read, or most of it is there. */
static void counts_a_torn_granule(void **state)
{
    struct rig *rig = rig_new(NULL);
    struct array_port *array = &rig->array;
    uint8_t part[8] = {0, 0, 0, 0x7Fu, 0, 0xFFu, 0xFFu, 0};

    (void)state;
    put_count(rig, 2u);
    array_port_put(array, array->layout.otp.address + 2u * 8u, part, 8u);
    assert_int_equal(count(rig), 3);
    array_port_spoil(array, array->layout.otp.address + 3u * 8u, 8u);
    assert_int_equal(count(rig), 4);
    assert_int_equal(fl_counter_raise(&array->port, 4u), FL_OK);
    assert_int_equal(count(rig), 5);
    rig_free(rig);
}

/* Bits that flip do not count, and undo nothing. */
static void outvotes_flipped_bits(void **state)
{
    struct rig *rig = rig_new(NULL);
    struct array_port *array = &rig->array;
    uint32_t otp = array->layout.otp.address;

    (void)state;
    put_count(rig, 2u);
    array->flash[otp + 3u] ^= 0x21u;
    array->flash[otp + 2u * 8u] ^= 0x81u;
    assert_int_equal(count(rig), 2);
    rig_free(rig);
}

static void tells_a_raise_that_fails(void **state)
{
    struct rig *rig = rig_new(NULL);

    (void)state;
    rig->array.drop_programs = true;
    assert_int_equal(fl_counter_raise(&rig->array.port, 0), FL_E_CONFIRM);
    assert_int_equal(count(rig), 0);
    rig_free(rig);
}

/* ---- update ---- */

static void an_update_raises_when_io_goes_on(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(count(rig), 1); /* the boot's */
    rig_update_to(rig, &rig->new, FL_PHASE_FINISH);
    assert_true(rig->array.processing);
    assert_int_equal(count(rig), 1);
    assert_int_equal(rig_finish(rig), FL_OK);
    assert_int_equal(count(rig), 3);
}

static void judge_power_cut(struct rig *rig, bool committed)
{
    assert_true(count(rig) == 1u || (committed && count(rig) <= 3u));
    rig_power_cycle(rig, committed ? &rig->new : &rig->old);
    assert_int_equal(count(rig), committed ? 3 : 1);
}

static void a_boot_raises_what_an_update_did_not(void **state)
{
    struct rig *rig = *state;

    rig_each_step(rig, &rig->new, judge_power_cut);
}

/* Each program of the last phase is cut. */
static void a_boot_goes_on_where_a_raise_was_cut(void **state)
{
    static const uint32_t granules[] = {0, UINT32_MAX};
    struct rig *rig = *state;
    struct array_port *array = &rig->array;
    struct rig *before = malloc(sizeof *before);

    assert_non_null(before);
    rig_update_to(rig, &rig->new, FL_PHASE_FINISH);
    *before = *rig;
    for (uint32_t i = 0; i < 4u; i++) {
        array->cut_armed = true;
        array->cut_after = i / 2u;
        array->cut_granules = granules[i % 2u];
        if (setjmp(array->cut_jump) == 0) {
            (void)rig_finish(rig);
            fail_msg("nothing was cut");
        }
        rig_power_cycle(rig, &rig->new);
        assert_int_equal(count(rig), 3);
        rig_power_cycle(rig, &rig->new);
        assert_int_equal(rig->array.programs, 0);
        *rig = *before;
    }
    free(before);
}

static void expect_end(struct rig *rig, const struct rig_image *image, fl_status status)
{
    rig_update_to(rig, image, FL_PHASE_QUERY);
    assert_string_equal(fl_status_name(rig_finish(rig)), fl_status_name(status));
}

static void refuses_an_image_below_the_counter(void **state)
{
    struct rig *rig = *state;

    rig_update(rig, &rig->new);
    expect_end(rig, &rig->old, FL_E_SECURITY_COUNTER);
    rig_expect_running(rig, &rig->new);
    rig_power_cycle(rig, &rig->new);
}

/* The device's counter is above that of the image that runs: what it offers must reach it. */
static void judges_by_image_and_device(void **state)
{
    struct rig *rig = *state;

    put_count(rig, 4u); /* the invariant is broken from here on, so no step is judged by it */
    rig->array.sent = rig->new.bytes;
    rig->array.sent_size = rig->new.size;
    assert_int_equal(fl_request(&rig->engine), FL_OK);
    while (rig_step(rig) == FL_AGAIN) {
    }
    assert_int_equal(rig->engine.last, FL_E_SECURITY_COUNTER);
    rig_expect_running(rig, &rig->old);
}

static void refuses_what_the_device_cannot_count_to(void **state)
{
    struct rig *rig = *state;
    struct rl_recipe recipe;

    rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x02000000u);
    recipe.security_counter = GRANULES + 1u;
    rig_build(&recipe, &rig->new);
    expect_end(rig, &rig->new, FL_E_SECURITY_COUNTER);
    recipe.security_counter = GRANULES;
    rig_build(&recipe, &rig->new);
    expect_end(rig, &rig->new, FL_OK);
    assert_int_equal(count(rig), GRANULES);
}

static void boots_nothing_below_the_counter(void **state)
{
    struct rig *rig = *state;

    put_count(rig, 2u);
    array_port_power_off(&rig->array);
    assert_int_equal(rig_power_on(rig), FL_E_NO_IMAGE);
}

/* An image that is no more than the second choice must not shut the first one out for ever. */
static void a_fallback_never_raises(void **state)
{
    struct rig *rig = *state;
    struct array_port *array = &rig->array;
    uint32_t byte = array->layout.bank[1].address + FL_METADATA_SIZE;

    make_images(rig, 2u, 2u);
    array_port_power_off(array);
    memset(array->flash + array->layout.record[0].address, 0xFF, 2048u);
    memset(array->programmed + array->layout.record[0].address / 8u, 0, 2048u / 8u);
    rig_boot(rig, &rig->old);
    rig_update_to(rig, &rig->new, FL_PHASE_FINISH);
    array->flash[byte] ^= 1u;
    array_port_power_off(array);
    memset(array->flash + array->layout.otp.address, 0xFF, 1024u);
    memset(array->programmed + array->layout.otp.address / 8u, 0, 1024u / 8u);
    assert_int_equal(rig_power_on(rig), FL_OK);
    rig_expect_running(rig, &rig->old);
    assert_int_equal(count(rig), 0);
    array->flash[byte] ^= 1u;
    rig_power_cycle(rig, &rig->new);
    assert_int_equal(count(rig), 2);
}

/* A counter that nobody can raise is no reason to stop: the new image runs. */
static void goes_on_when_the_counter_fails(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_FINISH);
    rig->array.drop_programs = true;
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, &rig->new);
    assert_int_equal(rig->engine.last, FL_E_CONFIRM);
    assert_int_equal(count(rig), 1);
    rig->array.drop_programs = false;
    rig_power_cycle(rig, &rig->new);
    assert_int_equal(count(rig), 3);
}

/* The firm mark of the commit fails. Its seal may be lost until the next boot: the counter must not
 * shut out the image that would run then. */
static fl_status (*program)(void *board, uint32_t address, const void *bytes, uint32_t size);
static uint32_t mark_fails;

static fl_status program_no_mark(void *board, uint32_t address, const void *bytes, uint32_t size)
{
    const struct array_port *array = board;
    uint32_t offset = address - array->layout.record[0].address;

    if (mark_fails > 0 && offset < 2048u && offset % FL_BULK == 0x60u) {
        mark_fails--;
        return FL_E_IO;
    }
    return program(board, address, bytes, size);
}

/* The newest sealed record loses its seal, as one that was never firm may. */
static void lose_seal(struct rig *rig)
{
    struct array_port *array = &rig->array;
    uint32_t slot = array->layout.record[1].address;

    while (array->programmed[(slot + FL_BULK) / 8u]) {
        slot += FL_BULK;
    }
    assert_true(array->programmed[(slot + 0x40u) / 8u]);
    assert_false(array->programmed[(slot + 0x60u) / 8u]);
    array_port_spoil(array, slot + 0x40u, 8u);
}

static void raises_behind_a_firm_record_only(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_COMMIT);
    program = rig->array.port.flash_program;
    rig->array.port.flash_program = program_no_mark;
    mark_fails = 4u; /* the commit's, and that of the next record, each tried twice */
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, &rig->new);
    assert_int_equal(mark_fails, 0);
    assert_int_equal(rig->engine.last, FL_E_IO);
    assert_int_equal(count(rig), 1);
    lose_seal(rig);
    rig_power_cycle(rig, &rig->new); /* of the commit's own record */
    assert_int_equal(count(rig), 3);
}

static void makes_the_record_firm_then_raises(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_COMMIT);
    program = rig->array.port.flash_program;
    rig->array.port.flash_program = program_no_mark;
    mark_fails = 2u; /* each is tried twice */
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, &rig->new);
    assert_int_equal(count(rig), 3);
    rig_power_cycle(rig, &rig->new);
    assert_int_equal(rig->array.programs, 0);
}

/* ---- flush ---- */

static void expect_staging(struct rig *rig, bool flushed)
{
    const uint8_t *staging = rig->array.memory + rig->array.layout.staging.address;

    if (!flushed) {
        assert_memory_equal(staging, rig->new.bytes, rig->new.size);
        return;
    }
    for (uint32_t i = 0; i < rig->new.size; i++) {
        assert_int_equal(staging[i], 0xFF);
    }
}

static void keeps_or_flushes_the_staged_copy(void **state)
{
    struct rig *rig = *state;

    rig_update(rig, &rig->new);
    expect_staging(rig, false);
    (void)rig_tear_down(state);
    (void)set_up(state);
    rig = *state;
    rig->array.layout.flush_staging = true;
    rig_update_to(rig, &rig->new, FL_PHASE_FINISH);
    expect_staging(rig, false);
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, &rig->new);
    expect_staging(rig, true);
    rig_power_cycle(rig, &rig->new);
}

static void flushes_in_bounded_steps(void **state)
{
    struct array_geometry geometry = {
        .sector_size = 1024u, .page_size = 256u, .granule_size = 8u, .bank_size = 49152u};
    struct rig *rig = rig_new(&geometry);
    struct rl_recipe recipe;
    uint32_t steps = 0;

    (void)state;
    rig_recipe(&recipe, 45056u, 0x02000000u);
    recipe.security_counter = GRANULES;
    rig_build(&recipe, &rig->new);
    rig_boot(rig, &rig->old);
    rig->array.layout.flush_staging = true;
    rig_update_to(rig, &rig->new, FL_PHASE_FINISH);
    for (fl_status status = FL_AGAIN; status == FL_AGAIN; steps++) {
        rig->array.operations = 0;
        status = rig_step(rig);
        assert_true(rig->array.operations <= FL_STEP_OPERATIONS);
    }
    assert_in_range(steps, 3u, 10u);
    rig_expect_running(rig, &rig->new);
    expect_staging(rig, true);
    assert_int_equal(count(rig), GRANULES);
    rig_free(rig);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest counter_group[] = {
        cmocka_unit_test(counts_granules_up_to_its_limit),
        cmocka_unit_test(counts_across_a_gap),
        cmocka_unit_test(counts_no_further_than_images_can),
        cmocka_unit_test(counts_a_torn_granule),
        cmocka_unit_test(outvotes_flipped_bits),
        cmocka_unit_test(tells_a_raise_that_fails),
    };
    const struct CMUnitTest update_group[] = {
        MY_TEST(an_update_raises_when_io_goes_on),
        MY_TEST(a_boot_raises_what_an_update_did_not),
        MY_TEST(a_boot_goes_on_where_a_raise_was_cut),
        MY_TEST(refuses_an_image_below_the_counter),
        MY_TEST(judges_by_image_and_device),
        MY_TEST(refuses_what_the_device_cannot_count_to),
        MY_TEST(boots_nothing_below_the_counter),
        MY_TEST(a_fallback_never_raises),
        MY_TEST(goes_on_when_the_counter_fails),
        MY_TEST(raises_behind_a_firm_record_only),
        MY_TEST(makes_the_record_firm_then_raises),
    };
    const struct CMUnitTest flush_group[] = {
        MY_TEST(keeps_or_flushes_the_staged_copy),
        cmocka_unit_test(flushes_in_bounded_steps),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, counter);
    RUN_GROUP(groups, update);
    RUN_GROUP(groups, flush);
    return groups_end(&groups);
}
