/* The engine over plain arrays: a whole update, every refusal, cancels, and devices that fail. */
/* groups: update refusal cancel failure names */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine_rig.h"
#include "groups.h"
#include "fastload/invariant.h"

/* ---- update ---- */

static void brings_the_new_image(void **state)
{
    struct rig *rig = *state;
    struct array_port *array = &rig->array;
    const struct fl_region *bank = array->layout.bank;

    rig_update(rig, &rig->new);
    assert_int_equal(rig->engine.running.bank, 1);
    assert_memory_equal(array->flash + bank[1].address, rig->new.bytes, rig->new.size);
    assert_memory_equal(array->flash + bank[0].address, rig->old.bytes, rig->old.size);
    assert_int_equal(array->fast_steps, 3);
    assert_int_equal(array->standard_steps, 4 + 1); /* the boot's, and the one without a variant */
}

static void runs_each_module_where_it_belongs(void **state)
{
    struct rig *rig = *state;
    struct array_port *array = &rig->array;
    uint32_t resident = array->layout.resident.address;
    uint32_t staging = array->layout.staging.address;

    rig_update(rig, &rig->new);
    assert_int_equal(array->entered[FL_MODULE_UPDATE],
                     resident + fl_get32(rig->old.bytes + FL_H_MODULES));
    assert_int_equal(array->entered[FL_MODULE_BOOTSTRAP],
                     staging + fl_get32(rig->new.bytes + FL_H_BOOTSTRAP));
    assert_int_equal(array->entered[FL_MODULE_INIT],
                     resident + fl_get32(rig->new.bytes + FL_H_MODULES + 16u));
}

static void holds_after_power_off(void **state)
{
    struct rig *rig = *state;

    rig_update(rig, &rig->new);
    for (uint32_t i = 0; i < 2u; i++) {
        rig_power_cycle(rig, &rig->new);
        assert_int_equal(rig->array.erases + rig->array.programs, 0);
        assert_int_equal(rig->array.fast_steps, 0);
    }
}

static void goes_back_and_forth(void **state)
{
    struct rig *rig = *state;

    for (uint32_t i = 0; i < 6u; i++) {
        rig_update(rig, i % 2u == 0 ? &rig->new : &rig->old);
        rig_power_cycle(rig, i % 2u == 0 ? &rig->new : &rig->old);
    }
}

static void takes_small_chunks(void **state)
{
    struct rig *rig = *state;

    rig->array.chunk = 256u;
    rig_update(rig, &rig->new);
}

static void keeps_io_going_until_quiesced(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_QUIESCE);
    assert_true(rig->array.processing);
    assert_int_equal(rig_step(rig), FL_AGAIN);
    assert_int_equal(rig->engine.phase, FL_PHASE_CATCH_UP);
    assert_false(rig->array.processing);
}

static void works_with_any_geometry(void **state)
{
    static const struct array_geometry geometries[] = {
        {.sector_size = 512u, .page_size = 256u, .granule_size = 8u, .bank_size = 6656u},
        {.sector_size = 512u, .page_size = 512u, .granule_size = 32u, .bank_size = 8192u},
        {.sector_size = 4096u, .page_size = 1024u, .granule_size = 16u, .bank_size = 8192u},
        {.sector_size = 8192u, .page_size = 8192u, .granule_size = 32u, .bank_size = 16384u},
    };

    (void)state;
    for (size_t i = 0; i < sizeof geometries / sizeof geometries[0]; i++) {
        struct rig *rig = rig_new(&geometries[i]);

        rig_boot(rig, &rig->old);
        rig_update(rig, &rig->new);
        rig_power_cycle(rig, &rig->new);
        rig_update(rig, &rig->old);
        rig_power_cycle(rig, &rig->old);
        rig_free(rig);
    }
}

/* ---- refusal ---- */

/* Sends rig->new and expects the old image to run on as if nothing had been. */
static void expect_refusal(struct rig *rig, fl_status status)
{
    static uint8_t flash[ARRAY_FLASH_MAX];

    memcpy(flash, rig->array.flash, sizeof flash);
    rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
    assert_string_equal(fl_status_name(rig_finish(rig)), fl_status_name(status));
    assert_int_equal(rig->engine.last, status);
    rig_expect_running(rig, &rig->old);
    assert_memory_equal(rig->array.flash, flash, sizeof flash);
    assert_int_equal(rig_step(rig), FL_OK);
}

static void refuses_unsigned_changes(void **state)
{
    static const struct {
        uint32_t offset;
        fl_status status;
    } cases[] = {
        {FL_H_MAGIC, FL_E_MAGIC},
        {FL_H_FORMAT, FL_E_FORMAT},
        {FL_H_VERSION, FL_E_HEADER_CRC},
        {FL_H_CRC, FL_E_HEADER_CRC},
        {FL_SEGMENT_TABLE + FL_S_TYPE, FL_E_SEGMENT},
        {FL_SEGMENT_TABLE + FL_S_DIGEST, FL_E_SIGNATURE},
        {FL_SIGNATURE, FL_E_SIGNATURE},
        {FL_SIGNATURE + FL_SIGNATURE_SIZE, FL_E_FORMAT},
        {FL_KEY_SLOT, FL_E_FORMAT},
        {FL_METADATA_SIZE - 1u, FL_E_FORMAT},
        {FL_METADATA_SIZE, FL_E_DIGEST},
        {FL_METADATA_SIZE + RIG_NEW_PAYLOAD - 1u, FL_E_DIGEST},
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rig->new.bytes[cases[i].offset] ^= 1u;
        expect_refusal(rig, cases[i].status);
        rig->new.bytes[cases[i].offset] ^= 1u;
    }
    rig_update(rig, &rig->new);
}

static void refuses_wrong_manifests(void **state)
{
    static const struct {
        uint32_t offset;
        uint32_t value;
        fl_status status;
    } cases[] = {
        {FL_H_TOTAL_SIZE, 0x00010000u, FL_E_SIZE},
        {FL_H_SEGMENT_COUNT, 1u, FL_E_SEGMENT},
        {FL_H_BOOTSTRAP, FL_METADATA_SIZE, FL_E_MODULE},
        {FL_H_HARDWARE_MIN, 2u, FL_E_HARDWARE},
        {FL_H_DATA_FORMAT, 2u, FL_E_DATA_FORMAT},
        {FL_H_CAPABILITIES, 2u, FL_E_CAPABILITY},
        {FL_H_SECURITY_COUNTER, 0u, FL_E_SECURITY_COUNTER},
        {FL_H_START_ADDRESS, FL_BULK, FL_E_START_ADDRESS},
    };
    struct rig *rig = *state;
    struct rig_image good = rig->new;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fl_put32(rig->new.bytes + cases[i].offset, cases[i].value);
        if (cases[i].offset == FL_H_DATA_FORMAT) { /* an image reads its own format */
            fl_put32(rig->new.bytes + FL_H_DATA_READS_MIN, cases[i].value);
            fl_put32(rig->new.bytes + FL_H_DATA_READS_MAX, cases[i].value);
        }
        rig_sign(&rig->new);
        expect_refusal(rig, cases[i].status);
        rig->new = good;
    }
}

static void refuses_a_foreign_key(void **state)
{
    struct rig *rig = *state;
    uint8_t seed[RL_KEY_SEED_SIZE] = {7};
    struct rl_key key;

    rl_key_from_seed(seed, &key);
    rl_image_sign(rig->new.bytes, rig->new.size, &key);
    expect_refusal(rig, FL_E_SIGNATURE);
}

static void refuses_what_runs_already(void **state)
{
    struct rig *rig = *state;

    rig->new = rig->old;
    expect_refusal(rig, FL_E_SAME_IMAGE);
}

static void refuses_what_does_not_fit(void **state)
{
    struct rig *rig = *state;

    rig->array.layout.staging.size = rig->new.size - FL_BULK;
    rig->array.layout.bank[0].size = 4096u;
    rig->array.layout.bank[1].size = 4096u;
    rig->old.size = RIG_OLD_PAYLOAD + FL_METADATA_SIZE;
    expect_refusal(rig, FL_E_SIZE);
}

static void refuses_a_sender_that_stops(void **state)
{
    struct rig *rig = *state;

    rig->new.size = 0;
    expect_refusal(rig, FL_E_SENDER);
    rig->new.size = FL_BULK;
    expect_refusal(rig, FL_E_SENDER);
    rig->new.size = FL_METADATA_SIZE + FL_BULK;
    expect_refusal(rig, FL_E_SENDER);
}

static void refuses_without_sender(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(fl_request(&rig->engine), FL_OK);
    rig->array.sent = NULL;
    assert_int_equal(rig_finish(rig), FL_E_SENDER);
    rig_expect_running(rig, &rig->old);
}

static void refuses_when_memory_changed(void **state)
{
    struct rig *rig = *state;

    rig->array.memory[rig->array.layout.resident.address + FL_H_CRC] ^= 1u;
    rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
    assert_int_equal(rig_finish(rig), FL_E_MACHINE);
    assert_int_equal(rig->array.entered[FL_MODULE_UPDATE], 0);
}

static void refuses_a_second_request(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_LOAD);
    assert_int_equal(fl_request(&rig->engine), FL_E_BUSY);
    assert_int_equal(rig->engine.phase, FL_PHASE_LOAD);
    assert_int_equal(rig_finish(rig), FL_OK);
}

/* ---- cancel ---- */

static void cancels_before_the_commit(void **state)
{
    struct rig *rig = *state;

    for (uint32_t phase = FL_PHASE_QUERY; phase <= FL_PHASE_CATCH_UP; phase++) {
        if (phase == FL_PHASE_AWAY) {
            continue; /* the interrupt is on its way: see is_busy_while_the_interrupt_pends() */
        }
        rig_update_to(rig, &rig->new, (fl_phase)phase);
        assert_int_equal(rig_cancel(rig), FL_OK);
        assert_int_equal(rig->engine.last, FL_E_CANCELLED);
        rig_expect_running(rig, &rig->old);
    }
    rig_power_cycle(rig, &rig->old);
    rig_update(rig, &rig->new);
}

static void is_busy_while_the_interrupt_pends(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_AWAY);
    assert_int_equal(rig_cancel(rig), FL_E_BUSY);
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, &rig->new);
}

static void never_cancels_after(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_COMMIT);
    for (fl_status status = FL_AGAIN; status == FL_AGAIN;) {
        struct fl_engine before = rig->engine;

        assert_int_equal(rig_cancel(rig), FL_E_BUSY);
        assert_memory_equal(&rig->engine, &before, sizeof before);
        status = rig_step(rig);
    }
    rig_expect_running(rig, &rig->new);
}

static void cancels_nothing_when_idle(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(rig_cancel(rig), FL_OK);
    assert_int_equal(rig->engine.last, FL_OK);
    rig_expect_running(rig, &rig->old);
}

/* ---- failure ---- */

static void survives_an_erase_that_fails(void **state)
{
    struct rig *rig = *state;

    rig_update(rig, &rig->new);
    rig_update_to(rig, &rig->old, FL_PHASE_FLASH);
    rig->array.erase_fails = true;
    assert_int_equal(rig_finish(rig), FL_E_IO);
    rig_expect_running(rig, &rig->new);
    rig_power_cycle(rig, &rig->new);
}

static void confirms_what_it_programs(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    rig->array.drop_programs = true;
    assert_int_equal(rig_finish(rig), FL_E_CONFIRM);
    rig_expect_running(rig, &rig->old);
}

static void confirms_the_record(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_COMMIT);
    rig->array.drop_programs = true;
    assert_int_equal(rig_finish(rig), FL_E_CONFIRM);
    rig_expect_running(rig, &rig->old);
    rig->array.drop_programs = false;
    rig_power_cycle(rig, &rig->old);
}

/* A bank that rots between its sectors' confirmation and the end is done once more. */
static void does_a_wrong_bank_again(void **state)
{
    struct rig *rig = *state;
    uint32_t last = 0;

    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    while (rig->engine.cursor < rig->new.size) {
        assert_int_equal(rig_step(rig), FL_AGAIN);
    }
    last = rig->array.layout.bank[1].address + rig->new.size - 1u;
    rig->array.flash[last] ^= 0x80u;
    assert_int_equal(rig_step(rig), FL_AGAIN);
    assert_int_equal(rig->engine.phase, FL_PHASE_FLASH);
    assert_int_equal(rig->array.erased_address, rig->array.layout.journal.address);
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, &rig->new);
}

static void overlays_from_the_bank_when_staging_changed(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_MEMINIT);
    rig->array.memory[rig->array.layout.staging.address + FL_METADATA_SIZE] ^= 1u;
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, &rig->new);
    assert_int_equal(rig->array.fast_steps, 0);
}

static void overlays_from_the_bank_when_the_copy_is_wrong(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_VERIFY);
    rig->array.memory[rig->array.layout.resident.address + FL_METADATA_SIZE] ^= 1u;
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, &rig->new);
    assert_int_equal(rig->array.fast_steps, 0);
}

static void stops_when_memory_does_not_work(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_OVERLAY);
    rig->array.drop_copies = true;
    assert_int_equal(rig_finish(rig), FL_E_OVERLAY);
    assert_int_equal(rig->engine.phase, FL_PHASE_BOOT);
    assert_int_equal(rig_step(rig), FL_E_OVERLAY);
    assert_int_equal(fl_request(&rig->engine), FL_E_BUSY);
    rig->array.drop_copies = false;
    rig_power_cycle(rig, &rig->new);
}

static void boots_nothing_that_does_not_verify(void **state)
{
    struct rig *rig = *state;
    struct fl_outlook outlook;

    rig->array.flash[rig->array.layout.bank[0].address + FL_METADATA_SIZE] ^= 1u;
    array_port_power_off(&rig->array);
    assert_int_equal(rig_power_on(rig), FL_E_NO_IMAGE);
    assert_int_equal(rig->engine.phase, FL_PHASE_BOOT);
    assert_false(rig->array.light || rig->array.processing);
    assert_int_equal(rig->array.entered[FL_MODULE_INIT], 0);
    fl_decode(&rig->array.port, &outlook);
    assert_int_equal(outlook.bootable, 0);
    assert_non_null(fl_invariant(&rig->array.port));
}

/* Each makes one thing wrong. */
static void spoil_layout(struct fl_layout *layout, uint32_t mistake)
{
    switch (mistake) {
    case 0:
        layout->granule_size = 12u;
        return;
    case 1:
        layout->bank[1].size -= 1024u;
        return;
    case 2:
        layout->record[0].size *= 2u;
        return;
    case 3:
        layout->journal.address += 8u;
        return;
    case 4:
        layout->otp.size = 0;
        return;
    case 5:
        layout->data[1].size = 1024u;
        return;
    case 6:
        layout->handover.size *= 2u;
        return;
    case 7:
        layout->staging.address += 8u;
        return;
    default:
        layout->active[0].size = 256u; /* of a companion that has no configuration flash */
        return;
    }
}

static void boots_no_wrong_layout(void **state)
{
    struct rig *rig = *state;
    struct fl_layout right = rig->array.layout;

    for (uint32_t mistake = 0; mistake < 9u; mistake++) {
        spoil_layout(&rig->array.layout, mistake);
        assert_int_equal(rig_power_on(rig), FL_E_INTERNAL);
        rig->array.layout = right;
    }
    assert_int_equal(rig_power_on(rig), FL_OK);
}

/* ---- names ---- */

static void names_are_distinct(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < FL_STATUS_COUNT; i++) {
        for (uint32_t j = 0; j < i; j++) {
            assert_string_not_equal(fl_status_name((fl_status)i), fl_status_name((fl_status)j));
        }
    }
    assert_string_equal(fl_status_name(FL_E_INTERNAL), "internal");
    assert_string_equal(fl_status_name(FL_STATUS_COUNT), "unknown");
    assert_string_equal(fl_phase_name(FL_PHASE_RESUME), "resume");
    assert_string_equal(fl_phase_name(FL_PHASE_COUNT), "unknown");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest update_group[] = {
        RIG_TEST(brings_the_new_image),
        RIG_TEST(runs_each_module_where_it_belongs),
        RIG_TEST(holds_after_power_off),
        RIG_TEST(goes_back_and_forth),
        RIG_TEST(takes_small_chunks),
        RIG_TEST(keeps_io_going_until_quiesced),
        cmocka_unit_test(works_with_any_geometry),
    };
    const struct CMUnitTest refusal_group[] = {
        RIG_TEST(refuses_unsigned_changes),  RIG_TEST(refuses_wrong_manifests),
        RIG_TEST(refuses_a_foreign_key),     RIG_TEST(refuses_what_runs_already),
        RIG_TEST(refuses_what_does_not_fit), RIG_TEST(refuses_a_sender_that_stops),
        RIG_TEST(refuses_without_sender),    RIG_TEST(refuses_when_memory_changed),
        RIG_TEST(refuses_a_second_request),
    };
    const struct CMUnitTest cancel_group[] = {
        RIG_TEST(cancels_before_the_commit),
        RIG_TEST(is_busy_while_the_interrupt_pends),
        RIG_TEST(never_cancels_after),
        RIG_TEST(cancels_nothing_when_idle),
    };
    const struct CMUnitTest failure_group[] = {
        RIG_TEST(survives_an_erase_that_fails),
        RIG_TEST(confirms_what_it_programs),
        RIG_TEST(confirms_the_record),
        RIG_TEST(does_a_wrong_bank_again),
        RIG_TEST(overlays_from_the_bank_when_staging_changed),
        RIG_TEST(overlays_from_the_bank_when_the_copy_is_wrong),
        RIG_TEST(stops_when_memory_does_not_work),
        RIG_TEST(boots_nothing_that_does_not_verify),
        RIG_TEST(boots_no_wrong_layout),
    };
    const struct CMUnitTest names_group[] = {cmocka_unit_test(names_are_distinct)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, update);
    RUN_GROUP(groups, refusal);
    RUN_GROUP(groups, cancel);
    RUN_GROUP(groups, failure);
    RUN_GROUP(groups, names);
    return groups_end(&groups);
}
