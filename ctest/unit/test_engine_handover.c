/* The handover over plain arrays: what the old image's build leaves for the new one's, damaged,
 * forged, missing, and written by a build of another level. */
/* groups: damage interrupt levels */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine_rig.h"
#include "groups.h"
#include "fastload/invariant.h"

/* Offsets that handover.h tells. */
enum {
    AT_MAGIC = 0x00,
    AT_VERSION = 0x04,
    AT_OLD = 0x08,
    AT_NEW = 0x0C,
    AT_SIZE = 0x10,
    AT_BANK = 0x14,
    AT_AREA = 0x18,
    AT_LEVEL = 0x1C,
    AT_ACTIVE = 0x20,
    AT_PENDING = 0x40,
    AT_CRC = 0x60,
    AT_END = 0x64
};

/* The second build, under the names that it has beside the first one. */
void fl2_adopt(struct fl_engine *engine, const struct fl_running *running);
fl_status fl2_start(struct fl_engine *engine, const struct fl_port *port);
fl_status fl2_request(struct fl_engine *engine);
fl_status fl2_step(struct fl_engine *engine, const struct fl_port *port);
fl_status fl2_take_over(struct fl_engine *engine, const struct fl_port *port);

static uint8_t *handover_of(struct rig *rig)
{
    return rig->array.memory + rig->array.layout.handover.address;
}

/* The new build does not take it, the old image runs on, and another try succeeds. */
static void expect_no_take_over(struct rig *rig, fl_status status)
{
    uint32_t erases = rig->array.erases;
    uint32_t programs = rig->array.programs;

    assert_int_equal(rig->engine.phase, FL_PHASE_AWAY);
    assert_string_equal(fl_status_name(rig_finish(rig)), fl_status_name(status));
    assert_int_equal(rig->engine.last, status);
    rig_expect_running(rig, &rig->old);
    assert_int_equal(rig->array.erases + rig->array.programs, erases + programs);
    rig_update(rig, &rig->new);
}

/* ---- damage ---- */

static void any_damaged_byte_is_noticed(void **state)
{
    struct rig *rig = *state;
    struct rig *before = malloc(sizeof *before);

    assert_non_null(before);
    rig_update_to(rig, &rig->new, FL_PHASE_AWAY);
    *before = *rig;
    for (uint32_t i = 0; i < AT_END; i++) {
        handover_of(rig)[i] ^= 1u;
        expect_no_take_over(rig, FL_E_HANDOVER);
        *rig = *before;
    }
    assert_int_equal(rig_finish(rig), FL_OK);
    free(before);
}

static void an_unreadable_one_is_noticed(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_AWAY);
    rig->array.written[(rig->array.layout.handover.address + AT_SIZE) / 8u] = false;
    expect_no_take_over(rig, FL_E_HANDOVER);
}

/* Whole, but of another place, size or image. */
static void wrong_fields_are_noticed(void **state)
{
    struct rig *rig = *state;
    struct rig *before = malloc(sizeof *before);
    const struct fl_layout *layout = &rig->array.layout;
    const struct {
        uint32_t at, value;
    } cases[] = {
        {AT_VERSION, 0},
        {AT_OLD, layout->resident.address + FL_BULK},
        {AT_NEW, layout->staging.address + FL_BULK},
        {AT_NEW, layout->resident.address},
        {AT_SIZE, 0},
        {AT_SIZE, FL_METADATA_SIZE - FL_BULK},
        {AT_SIZE, rig->new.size - FL_BULK},
        {AT_SIZE, rig->new.size + FL_BULK},
        {AT_SIZE, layout->staging.size + FL_BULK},
        {AT_SIZE, UINT32_MAX},
        {AT_BANK, 2u},
        {AT_AREA, 2u},
        {AT_PENDING, 0},
    };

    assert_non_null(before);
    rig_update_to(rig, &rig->new, FL_PHASE_AWAY);
    *before = *rig;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t *raw = handover_of(rig);

        fl_put32(raw + cases[i].at, cases[i].value);
        fl_put32(raw + AT_CRC, fl_crc32c(raw, AT_CRC));
        expect_no_take_over(rig, FL_E_HANDOVER);
        *rig = *before;
    }
    free(before);
}

/* It names another image than the one that runs: nothing is brought over from there. */
static void another_old_image_is_noticed(void **state)
{
    struct rig *rig = *state;
    uint8_t *raw = handover_of(rig);

    rig_update_to(rig, &rig->new, FL_PHASE_AWAY);
    raw[AT_ACTIVE] ^= 1u;
    fl_put32(raw + AT_CRC, fl_crc32c(raw, AT_CRC));
    expect_no_take_over(rig, FL_E_DIGEST);
}

/* Staging is not what was checked: the header by which the bootstrap is found. */
static void another_image_in_staging_is_noticed(void **state)
{
    struct rig *rig = *state;
    struct rig_image other = rig->new;

    fl_put32(other.bytes + FL_H_VERSION, 0x02000001u);
    rig_sign(&other);
    rig_update_to(rig, &rig->new, FL_PHASE_AWAY);
    memcpy(rig->array.memory + rig->array.layout.staging.address, other.bytes, FL_METADATA_SIZE);
    expect_no_take_over(rig, FL_E_HANDOVER);
}

static void a_bootstrap_that_cannot_be_fetched_is_noticed(void **state)
{
    struct rig *rig = *state;
    uint32_t at =
        rig->array.layout.staging.address + fl_get32(rig->new.bytes + FL_H_BOOTSTRAP) + 0x40u;

    rig_update_to(rig, &rig->new, FL_PHASE_AWAY);
    rig->array.written[at / 8u] = false;
    expect_no_take_over(rig, FL_E_ECC);
}

/* ---- interrupt ---- */

static void the_interrupt_is_asked_for_once(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_BRANCH);
    assert_false(rig->array.raised);
    assert_int_equal(rig_step(rig), FL_AGAIN);
    assert_int_equal(rig->engine.phase, FL_PHASE_AWAY);
    assert_true(rig->array.raised);
    assert_int_equal(fl_step(&rig->engine, &rig->array.port), FL_E_INTERNAL); /* not its turn */
    assert_int_equal(rig->engine.phase, FL_PHASE_AWAY);
    assert_int_equal(rig_step(rig), FL_AGAIN);
    assert_false(rig->array.raised);
    assert_int_equal(rig->engine.phase, FL_PHASE_BRIDGE);
}

/* Nobody left anything: an interrupt that comes by itself changes nothing. */
static void nothing_is_taken_over_unasked(void **state)
{
    struct rig *rig = *state;
    struct fl_engine engine;
    struct fl_engine zero;

    memset(&engine, 0, sizeof engine);
    memset(&zero, 0, sizeof zero);
    rig->array.raised = true;
    assert_int_equal(fl_take_over(&engine, &rig->array.port), FL_E_HANDOVER);
    assert_memory_equal(&engine, &zero, sizeof zero);
    assert_int_equal(rig->array.entered[FL_MODULE_BOOTSTRAP], 0);
    rig_expect_running(rig, &rig->old);
}

/* A power cut takes the handover: no boot believes it. */
static void no_boot_looks_at_it(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_AWAY);
    array_port_reset(&rig->array);
    rig_boot(rig, &rig->old);
    assert_int_equal(rig->array.entered[FL_MODULE_BOOTSTRAP], 0);
    rig_update(rig, &rig->new);
}

/* ---- levels ---- */

struct build {
    fl_status (*request)(struct fl_engine *engine);
    fl_status (*step)(struct fl_engine *engine, const struct fl_port *port);
    fl_status (*take_over)(struct fl_engine *engine, const struct fl_port *port);
};
static const struct build builds[] = {{fl_request, fl_step, fl_take_over},
                                      {fl2_request, fl2_step, fl2_take_over}};

/* Steps of a build until it is done; up to `end`, when it gets there. */
static fl_status run(struct rig *rig, const struct build *build, fl_phase end)
{
    fl_status status = FL_AGAIN;

    for (uint32_t i = 0; i < 1000u && status == FL_AGAIN && rig->engine.phase != (uint32_t)end;
         i++) {
        rig->array.operations = 0;
        status = build->step(&rig->engine, &rig->array.port);
        assert_true(rig->array.operations <= FL_STEP_OPERATIONS);
        assert_null(fl_invariant(&rig->array.port));
    }
    return status;
}

/* The build of the old image's level hands over to that of the new image's. */
static void each_build_reads_what_any_wrote(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 4u; i++) {
        const struct build *from = &builds[i / 2u];
        const struct build *to = &builds[i % 2u];
        struct rig *rig = rig_new(NULL);
        struct rl_recipe recipe;

        rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x02000000u);
        recipe.level = i % 2u + 1u;
        rig_build(&recipe, &rig->new);
        rig_boot(rig, &rig->old);
        rig->array.sent = rig->new.bytes;
        rig->array.sent_size = rig->new.size;
        assert_int_equal(from->request(&rig->engine), FL_OK);
        assert_int_equal(run(rig, from, FL_PHASE_AWAY), FL_AGAIN);
        assert_int_equal(rig->engine.phase, FL_PHASE_AWAY);
        assert_int_equal(rig->engine.new_level, i % 2u + 1u);
        assert_int_equal(fl_get32(handover_of(rig) + AT_VERSION), i / 2u + 1u);
        memset(&rig->engine, 0xA5, sizeof rig->engine);
        assert_int_equal(to->take_over(&rig->engine, &rig->array.port), FL_AGAIN);
        assert_int_equal(run(rig, to, FL_PHASE_COUNT), FL_OK);
        rig_expect_running(rig, &rig->new);
        assert_int_equal(rig->engine.running.level, i % 2u + 1u);
        rig_power_cycle(rig, &rig->new); /* the boot ROM's build is the first */
        rig_free(rig);
    }
}

/* What the boot ROM found goes to the build of the image. */
static void a_boot_hands_over_to_the_second_build(void **state)
{
    struct rig *rig = *state;
    struct fl_engine engine;

    array_port_power_off(&rig->array);
    assert_int_equal(fl_boot(&rig->engine, &rig->array.port), FL_OK);
    assert_false(rig->array.light || rig->array.processing);
    fl2_adopt(&engine, &rig->engine.running);
    assert_int_equal(fl2_start(&engine, &rig->array.port), FL_OK);
    rig->engine = engine;
    rig_expect_running(rig, &rig->old);
}

/* A journal of another level's is not taken up, and harms nobody. */
static void builds_of_two_levels_flash_after_each_other(void **state)
{
    struct rig *rig = *state;
    struct rig *before = malloc(sizeof *before);
    uint32_t sectors = 0;

    assert_non_null(before);
    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    *before = *rig;
    for (uint32_t steps = 1; rig->engine.phase == FL_PHASE_FLASH; steps++, sectors++) {
        *rig = *before;
        for (uint32_t i = 0; i < steps; i++) {
            assert_int_equal(rig_step(rig), FL_AGAIN);
        }
        array_port_power_off(&rig->array);
        rig_boot(rig, &rig->old);
        assert_int_equal(fl2_request(&rig->engine), FL_OK);
        assert_int_equal(run(rig, &builds[1], FL_PHASE_AWAY), FL_AGAIN);
        assert_int_equal(fl2_take_over(&rig->engine, &rig->array.port), FL_AGAIN);
        assert_int_equal(run(rig, &builds[1], FL_PHASE_COUNT), FL_OK);
        rig_expect_running(rig, &rig->new);
        *rig = *before;
        for (uint32_t i = 0; i < steps; i++) {
            assert_int_equal(rig_step(rig), FL_AGAIN);
        }
    }
    assert_true(sectors >= rig->new.size / rig->array.layout.sector_size);
    free(before);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest damage_group[] = {
        RIG_TEST(any_damaged_byte_is_noticed),
        RIG_TEST(an_unreadable_one_is_noticed),
        RIG_TEST(wrong_fields_are_noticed),
        RIG_TEST(another_old_image_is_noticed),
        RIG_TEST(another_image_in_staging_is_noticed),
        RIG_TEST(a_bootstrap_that_cannot_be_fetched_is_noticed),
    };
    const struct CMUnitTest interrupt_group[] = {
        RIG_TEST(the_interrupt_is_asked_for_once),
        RIG_TEST(nothing_is_taken_over_unasked),
        RIG_TEST(no_boot_looks_at_it),
    };
    const struct CMUnitTest levels_group[] = {
        cmocka_unit_test(each_build_reads_what_any_wrote),
        RIG_TEST(a_boot_hands_over_to_the_second_build),
        RIG_TEST(builds_of_two_levels_flash_after_each_other),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, damage);
    RUN_GROUP(groups, interrupt);
    RUN_GROUP(groups, levels);
    return groups_end(&groups);
}
