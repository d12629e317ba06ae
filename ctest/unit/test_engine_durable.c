/* What the engine keeps through power cuts and resets: boot records, journal and key, with the
 * remains that cuts leave of them. The offsets are those that record.h, journal.h and key.h of the
 * engine tell. */
/* groups: record journal key */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine_rig.h"
#include "groups.h"
#include "fastload/invariant.h"

#define BODY_SIZE 0x40u
#define SEAL_SIZE 0x20u
#define SEAL_AT   0x40u
#define FIRM_AT   0x60u
#define NO_RECORD 0xFFFFFFFFu /* where a sequence number would be */

/* ---- record ---- */

static uint32_t slot_address(const struct rig *rig, uint32_t sector)
{
    return rig->array.layout.record[sector].address;
}

/* Writes the parts of a record that lie below `end`. */
static void put_record(struct rig *rig, uint32_t address, uint32_t sequence, uint32_t bank,
                       const struct rig_image *image, uint32_t end)
{
    uint8_t raw[0x80] = {0};

    fl_put32(raw + 0x00, 0x44434552u);
    fl_put32(raw + 0x04, sequence);
    fl_put32(raw + 0x08, bank);
    fl_put32(raw + 0x0C, 1u);
    memcpy(raw + 0x10, image->identity, FL_DIGEST_SIZE);
    fl_put32(raw + 0x40, 0x4C414553u);
    fl_put32(raw + 0x44, fl_crc32c(raw, BODY_SIZE));
    fl_put32(raw + 0x60, 0x4D524946u);
    array_port_put(&rig->array, address, raw, end);
}

static uint32_t sequence_at(const struct rig *rig, uint32_t address)
{
    return fl_get32(rig->array.flash + address + 0x04);
}

static void erase_records(struct rig *rig)
{
    for (uint32_t sector = 0; sector < 2u; sector++) {
        assert_int_equal(rig->array.port.flash_erase(rig->array.port.board,
                                                     rig->array.layout.record[sector].address),
                         FL_OK);
    }
}

/* Old in bank 0, new in bank 1, no record. */
static void fill_both_banks(struct rig *rig)
{
    erase_records(rig);
    array_port_put_image(&rig->array, 1, rig->new.bytes, rig->new.size);
}

static void factory_gets_its_first_record(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(sequence_at(rig, slot_address(rig, 0)), 1);
    assert_int_equal(rig->array.programs, 5); /* a record of three, its copy, the counter */
    assert_int_equal(rig->array.erases, 1);   /* what reads blank may be left of a cut */
    rig_power_cycle(rig, &rig->old);
    assert_int_equal(rig->array.programs + rig->array.erases, 0);
}

static void factory_takes_the_bank_that_verifies(void **state)
{
    struct rig *rig = *state;

    fill_both_banks(rig);
    rig_power_cycle(rig, &rig->old);
    fill_both_banks(rig);
    rig->array.flash[rig->array.layout.bank[0].address + FL_METADATA_SIZE] ^= 1u;
    rig_power_cycle(rig, &rig->new);
    rig_power_cycle(rig, &rig->new);
    assert_int_equal(rig->array.programs, 0);
}

static void newest_by_serial_number(void **state)
{
    static const struct {
        uint32_t old, new;
        bool new_wins;
    } cases[] = {
        {1u, 2u, true},
        {2u, 1u, false},
        {0x7FFFFFFFu, 0x80000000u, true},
        {0x80000000u, 0x7FFFFFFFu, false},
        {0xFFFFFFFFu, 0u, true},
        {0u, 0xFFFFFFFFu, false},
        {0xFFFFFFF0u, 5u, true},
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < 2u * sizeof cases / sizeof cases[0]; i++) {
        size_t row = i / 2u;

        fill_both_banks(rig);
        put_record(rig, slot_address(rig, i % 2u), cases[row].old, 0, &rig->old, 0x80u);
        put_record(rig, slot_address(rig, 1u - i % 2u), cases[row].new, 1, &rig->new, 0x80u);
        rig_power_cycle(rig, cases[row].new_wins ? &rig->new : &rig->old);
        assert_int_equal(rig->array.programs, 0);
    }
}

static void sequence_wraps(void **state)
{
    struct rig *rig = *state;

    erase_records(rig);
    put_record(rig, slot_address(rig, 0), 0xFFFFFFFFu, 0, &rig->old, 0x80u);
    rig_power_cycle(rig, &rig->old);
    rig_update(rig, &rig->new);
    assert_int_equal(sequence_at(rig, slot_address(rig, 1)), 0);
    rig_power_cycle(rig, &rig->new);
}

/* It might read as sealed some other time, so it goes: nothing takes its place. */
static void what_was_begun_is_erased(void **state)
{
    static const struct {
        uint32_t end;
        uint32_t changed; /* a byte that reads otherwise */
        uint32_t bad;     /* 8 bytes that do not read */
    } cases[] = {
        {SEAL_AT, 0, 0},
        {FIRM_AT, 0x44, 0}, /* the CRC */
        {FIRM_AT, 0x40, 0}, /* the commit word */
        {FIRM_AT, 0, SEAL_AT + 0x18},
        {FIRM_AT, 0, SEAL_AT},
    };
    struct rig *rig = *state;
    uint32_t address = slot_address(rig, 1);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fill_both_banks(rig);
        put_record(rig, slot_address(rig, 0), 1, 0, &rig->old, 0x80u);
        put_record(rig, address, 2, 1, &rig->new, cases[i].end);
        rig->array.flash[address + cases[i].changed] ^= cases[i].changed != 0;
        if (cases[i].bad != 0) {
            array_port_spoil(&rig->array, address + cases[i].bad, 8u);
        }
        rig_power_cycle(rig, &rig->old);
        assert_int_equal(rig->array.programs, 0);
        assert_int_equal(rig->array.erases, 1);
        assert_int_equal(rig->array.erased_address, address);
        rig_power_cycle(rig, &rig->old);
        assert_int_equal(rig->array.programs + rig->array.erases, 0);
    }
}

/* What is neither begun nor sealed is left alone until its sector is needed. */
static void scrap_is_nothing(void **state)
{
    struct rig *rig = *state;

    fill_both_banks(rig);
    put_record(rig, slot_address(rig, 0), 1, 0, &rig->old, 0x80u);
    put_record(rig, slot_address(rig, 1), 2, 1, &rig->new, FIRM_AT);
    array_port_spoil(&rig->array, slot_address(rig, 1), 8u);
    rig_power_cycle(rig, &rig->old);
    assert_int_equal(rig->array.programs + rig->array.erases, 0);
}

/* Where nothing is sealed, what was begun does not stay beside the first record. */
static void the_first_record_stands_alone(void **state)
{
    struct rig *rig = *state;

    fill_both_banks(rig);
    for (uint32_t sector = 0; sector < 2u; sector++) {
        put_record(rig, slot_address(rig, sector), 7, 1, &rig->new, SEAL_AT);
    }
    rig_power_cycle(rig, &rig->old);
    assert_int_equal(rig->array.erases, 2);
    assert_int_equal(sequence_at(rig, slot_address(rig, 0)), 1);
    assert_int_equal(sequence_at(rig, slot_address(rig, 1)), NO_RECORD);
}

/* Old in bank 0 and new in bank 1, with a record each, the newer of them not firm. */
static void seal_without_a_firm_mark(struct rig *rig)
{
    fill_both_banks(rig);
    put_record(rig, slot_address(rig, 0), 1, 0, &rig->old, 0x80u);
    put_record(rig, slot_address(rig, 1), 2, 1, &rig->new, FIRM_AT);
}

/* The other sector takes it: flash may not take it a second time where it is. */
static void sealed_is_written_again_beside_it(void **state)
{
    struct rig *rig = *state;

    seal_without_a_firm_mark(rig);
    rig_power_cycle(rig, &rig->new);
    assert_int_equal(rig->array.programs, 4);
    assert_int_equal(rig->array.erases, 1);
    assert_int_equal(rig->array.erased_address, slot_address(rig, 0));
    assert_int_equal(sequence_at(rig, slot_address(rig, 1)), 2);
    assert_int_equal(sequence_at(rig, slot_address(rig, 0)), 3);
    rig_power_cycle(rig, &rig->new);
    assert_int_equal(rig->array.programs + rig->array.erases, 0);
}

/* The same content beside it serves as well as another image that may run. */
static void the_same_record_twice_is_enough(void **state)
{
    struct rig *rig = *state;

    fill_both_banks(rig);
    put_record(rig, slot_address(rig, 0), 1, 1, &rig->new, FIRM_AT);
    put_record(rig, slot_address(rig, 1), 2, 1, &rig->new, FIRM_AT);
    rig_power_cycle(rig, &rig->new);
    assert_int_equal(sequence_at(rig, slot_address(rig, 1)), 2);
    assert_int_equal(sequence_at(rig, slot_address(rig, 0)), 1);
}

/* Nothing else could run when it were lost while it is written again: it stays, and the other
 * sector takes the next one. */
static void the_only_record_is_not_erased(void **state)
{
    struct rig *rig = *state;

    for (uint32_t i = 0; i < 3u; i++) {
        seal_without_a_firm_mark(rig);
        if (i == 0) {
            rig->array.flash[rig->array.layout.bank[0].address + FL_METADATA_SIZE] ^= 1u;
        } else if (i == 1u) {
            array_port_spoil(&rig->array, slot_address(rig, 0), 8u);
        } else {
            assert_int_equal(
                rig->array.port.flash_erase(rig->array.port.board, slot_address(rig, 0)), FL_OK);
        }
        rig_power_cycle(rig, &rig->new);
        assert_int_equal(rig->array.erases, 1);
        assert_int_equal(rig->array.erased_address, slot_address(rig, 0));
        assert_int_equal(sequence_at(rig, slot_address(rig, 0)), 3);
        assert_int_equal(sequence_at(rig, slot_address(rig, 1)), 2);
    }
}

/* Flash that does not take it leaves the one that is not firm, and its image runs. */
static void what_cannot_be_written_beside_it_runs(void **state)
{
    struct rig *rig = *state;

    seal_without_a_firm_mark(rig);
    rig->array.drop_programs = true;
    rig_power_cycle(rig, &rig->new);
    rig->array.drop_programs = false;
    rig_power_cycle(rig, &rig->new);
}

/* It says the same, where it reads without a correction; the next boot leaves that alone. */
static void one_that_reads_with_a_correction_is_written_anew(void **state)
{
    struct rig *rig = *state;
    uint32_t first = slot_address(rig, 0);
    uint32_t second = slot_address(rig, 1);

    array_port_wear(&rig->array, first, 64u);
    rig_power_cycle(rig, &rig->old);
    assert_int_equal(sequence_at(rig, second), 2);
    assert_memory_equal(rig->array.flash + first + 0x08, rig->array.flash + second + 0x08, 0x38);
    rig_power_cycle(rig, &rig->old);
    assert_int_equal(rig->array.programs + rig->array.erases, 0);
}

static void a_begun_firm_mark_is_firm(void **state)
{
    struct rig *rig = *state;

    fill_both_banks(rig);
    put_record(rig, slot_address(rig, 0), 2, 1, &rig->new, FIRM_AT);
    array_port_spoil(&rig->array, slot_address(rig, 0) + FIRM_AT, 8u);
    rig_power_cycle(rig, &rig->new);
    assert_int_equal(rig->array.programs, 0);
}

static void falls_back_to_the_older_bank(void **state)
{
    struct rig *rig = *state;

    rig_update(rig, &rig->new);
    rig->array.flash[rig->array.layout.bank[1].address + FL_METADATA_SIZE] ^= 1u;
    array_port_power_off(&rig->array);
    assert_int_equal(rig_power_on(rig), FL_OK);
    rig_expect_running(rig, &rig->old);
    assert_int_equal(rig->array.programs + rig->array.erases, 0);
}

/* An update after a fallback makes the record of what runs the newest, then replaces the bank. */
static void repairs_the_bank_after_a_fallback(void **state)
{
    struct rig *rig = *state;

    rig_update(rig, &rig->new);
    rig->array.flash[rig->array.layout.bank[1].address + FL_METADATA_SIZE] ^= 1u;
    array_port_power_off(&rig->array);
    assert_int_equal(rig_power_on(rig), FL_OK);
    rig->array.sent = rig->new.bytes;
    rig->array.sent_size = rig->new.size;
    assert_int_equal(fl_request(&rig->engine), FL_OK);
    while (rig_step(rig) == FL_AGAIN) {
        assert_true(rig->engine.phase < FL_PHASE_COUNT);
    }
    rig_expect_running(rig, &rig->new);
    rig_power_cycle(rig, &rig->new);
}

/* Each update begins the other sector. */
static void sectors_take_turns(void **state)
{
    struct rig *rig = *state;

    for (uint32_t i = 0; i < 20u; i++) {
        const struct rig_image *image = i % 2u == 0 ? &rig->new : &rig->old;

        rig_update(rig, image);
        rig_power_cycle(rig, image);
        assert_int_equal(rig->array.programs, 0);
        assert_int_equal(sequence_at(rig, slot_address(rig, (i + 1u) % 2u)), i + 2u);
    }
}

/* An erase that was cut leaves blank units before what was there: they are not written to. */
static void erases_a_torn_sector_again(void **state)
{
    struct rig *rig = *state;
    uint32_t address = slot_address(rig, 1);

    fill_both_banks(rig);
    put_record(rig, slot_address(rig, 0), 5, 0, &rig->old, 0x80u);
    array_port_spoil(&rig->array, address + FL_BULK, 64u);
    put_record(rig, address + 2u * FL_BULK, 3, 1, &rig->new, 0x80u);
    rig_power_cycle(rig, &rig->old);
    assert_int_equal(rig->array.erases, 0);
    rig_update(rig, &rig->new);
    assert_int_equal(sequence_at(rig, address), 6);
    assert_int_equal(sequence_at(rig, address + 2u * FL_BULK), NO_RECORD);
    rig_power_cycle(rig, &rig->new);
}

static void boots_although_no_record_can_be_written(void **state)
{
    struct rig *rig = *state;

    erase_records(rig);
    rig->array.drop_programs = true;
    rig_power_cycle(rig, &rig->old);
    rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
    assert_int_equal(rig_finish(rig), FL_E_CONFIRM);
    rig_expect_running(rig, &rig->old);
    assert_int_equal(rig->array.erases, 2); /* for the first record, in boot and update */
}

/* ---- journal ---- */

static uint32_t mark_address(const struct rig *rig, uint32_t sector)
{
    return rig->array.layout.journal.address + FL_BULK + sector * rig->array.layout.granule_size;
}

#define NEW_SECTORS 6u /* of 1 KiB: RIG_NEW_PAYLOAD and the metadata */

/* Cuts the power when `sectors` of the new image are done, and boots again. */
static void stop_after(struct rig *rig, uint32_t sectors)
{
    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    while (rig->engine.cursor < sectors * rig->array.layout.sector_size) {
        assert_int_equal(rig_step(rig), FL_AGAIN);
        assert_null(fl_invariant(&rig->array.port));
    }
    if (sectors == NEW_SECTORS) { /* the last is marked when the bank was verified */
        assert_int_equal(rig_step(rig), FL_AGAIN);
    }
    rig_power_cycle(rig, &rig->old);
}

static void resumes_where_it_stopped(void **state)
{
    struct rig *rig = *state;

    stop_after(rig, 4u);
    rig_update(rig, &rig->new);
    /* The journal, which begins again with four marks, what is left, and a record sector. */
    assert_int_equal(rig->array.erases, 1u + NEW_SECTORS - 4u + 1u);
    rig_power_cycle(rig, &rig->new);
}

/* The sectors behind it have marks that are not set again. */
static void erases_from_a_sector_without_its_mark_on(void **state)
{
    struct rig *rig = *state;

    stop_after(rig, NEW_SECTORS);
    memset(rig->array.flash + mark_address(rig, 2), 0xFF, 8u);
    rig->array.programmed[mark_address(rig, 2) / 8u] = false;
    rig_update(rig, &rig->new);
    assert_int_equal(rig->array.erases, 1u + NEW_SECTORS - 2u + 1u); /* journal, record sector */
}

/* A torn mark might read as whole one day, and one that reads blank as well: the journal goes
 * before a sector does, and has the marks of those before it once more. */
static void restarts_on_a_torn_mark(void **state)
{
    struct rig *rig = *state;

    stop_after(rig, 3u);
    array_port_spoil(&rig->array, mark_address(rig, 2), 8u);
    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    while (rig->engine.cursor < 2u * rig->array.layout.sector_size) {
        assert_int_equal(rig_step(rig), FL_AGAIN);
    }
    assert_int_equal(rig->array.erases, 1);
    assert_int_equal(rig->array.erased_address, rig->array.layout.journal.address);
    assert_true(rig->array.flash[mark_address(rig, 1)] == 1u);
    assert_true(rig->array.flash[mark_address(rig, 2)] == 0xFFu);
    assert_int_equal(rig_finish(rig), FL_OK);
    assert_int_equal(rig->array.erases, 1u + NEW_SECTORS - 2u + 1u);
    rig_power_cycle(rig, &rig->new);
}

/* Nor in the power cycle that set them: what the journal is told does not stay. */
static void gives_up_on_marks_that_tear(void **state)
{
    struct rig *rig = *state;
    fl_status status = FL_AGAIN;

    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    for (uint32_t i = 0; i < 1000u && status == FL_AGAIN; i++) {
        array_port_spoil(&rig->array, mark_address(rig, 2), 8u);
        status = rig_step(rig);
    }
    assert_int_equal(status, FL_E_CONFIRM);
    rig_power_cycle(rig, &rig->old);
}

static void forgets_another_image(void **state)
{
    struct rig *rig = *state;
    struct rl_recipe recipe;

    stop_after(rig, NEW_SECTORS);
    rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x03000000u);
    rig_build(&recipe, &rig->new);
    rig_update(rig, &rig->new);
    assert_int_equal(rig->array.erases, NEW_SECTORS + 2u); /* journal, record sector */
    rig_power_cycle(rig, &rig->new);
}

static void restarts_on_a_torn_header(void **state)
{
    struct rig *rig = *state;

    stop_after(rig, NEW_SECTORS);
    array_port_spoil(&rig->array, rig->array.layout.journal.address + SEAL_AT, SEAL_SIZE);
    rig_update(rig, &rig->new);
    assert_int_equal(rig->array.erases, NEW_SECTORS + 2u); /* journal, record sector */
}

/* The bank rotted under a journal that says that all is done. */
static void does_not_trust_marks_alone(void **state)
{
    struct rig *rig = *state;

    stop_after(rig, NEW_SECTORS);
    rig->array.flash[rig->array.layout.bank[1].address + FL_METADATA_SIZE] ^= 1u;
    rig->array.sent = rig->new.bytes;
    rig->array.sent_size = rig->new.size;
    assert_non_null(fl_invariant(&rig->array.port));
    assert_int_equal(fl_request(&rig->engine), FL_OK);
    while (rig->engine.phase <= FL_PHASE_FLASH && rig->array.erases == 0) {
        assert_int_equal(rig_step(rig), FL_AGAIN);
    }
    assert_int_equal(rig->array.erased_address, rig->array.layout.journal.address);
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_power_cycle(rig, &rig->new);
}

/* One sector holds more than a step programs. */
static void continues_inside_a_sector(void **state)
{
    static const struct array_geometry large = {
        .sector_size = 65536u, .page_size = 256u, .granule_size = 8u, .bank_size = 65536u};
    struct rig *rig = rig_new(&large);
    struct rl_recipe recipe;

    (void)state;
    rig_recipe(&recipe, 40u * 1024u, 0x03000000u);
    rig_build(&recipe, &rig->new);
    rig_boot(rig, &rig->old);
    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    assert_int_equal(rig_step(rig), FL_AGAIN);
    assert_true(rig->engine.cursor > 0 && rig->engine.cursor < rig->new.size);
    rig_power_cycle(rig, &rig->old);
    rig_update(rig, &rig->new);
    rig_power_cycle(rig, &rig->new);
    rig_free(rig);
}

/* ---- key ---- */

static uint8_t *key_slot(struct rig *rig)
{
    return rig->array.memory + rig->array.layout.resident.address + FL_KEY_SLOT;
}

/* Runs an update up to the key, then resets. */
static void reset_with_key(struct rig *rig)
{
    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    array_port_reset(&rig->array);
}

static void is_good_once(void **state)
{
    struct rig *rig = *state;
    struct fl_outlook outlook;

    reset_with_key(rig);
    fl_decode(&rig->array.port, &outlook);
    assert_int_equal(outlook.key_valid, 1);
    assert_memory_equal(outlook.key, rig->new.identity, FL_DIGEST_SIZE);
    rig_boot(rig, &rig->new);
    assert_int_equal(rig->array.fast_steps, 3);
    fl_decode(&rig->array.port, &outlook);
    assert_int_equal(outlook.key_valid, 0);
    array_port_reset(&rig->array);
    rig_boot(rig, &rig->new);
    assert_int_equal(rig->array.fast_steps, 0);
    assert_int_equal(rig->array.standard_steps, 4);
}

static void is_nothing_when_any_byte_differs(void **state)
{
    struct rig *rig = *state;
    struct fl_outlook outlook;

    reset_with_key(rig);
    for (uint32_t i = 0; i < 0x34u; i++) {
        key_slot(rig)[i] ^= 0x10u;
        fl_decode(&rig->array.port, &outlook);
        assert_int_equal(outlook.key_valid, 0);
        key_slot(rig)[i] ^= 0x10u;
    }
    fl_decode(&rig->array.port, &outlook);
    assert_int_equal(outlook.key_valid, 1);
}

static void does_not_outlive_its_image(void **state)
{
    struct rig *rig = *state;
    uint8_t key[FL_KEY_SLOT_SIZE];

    reset_with_key(rig);
    memcpy(key, key_slot(rig), sizeof key);
    rig_boot(rig, &rig->new);
    rig_update(rig, &rig->old);
    memcpy(key_slot(rig), key, sizeof key);
    assert_non_null(fl_invariant(&rig->array.port));
    array_port_reset(&rig->array);
    assert_int_equal(rig_power_on(rig), FL_OK);
    rig_expect_running(rig, &rig->old);
    assert_int_equal(rig->array.fast_steps, 0);
}

static void is_dead_before_the_overlay(void **state)
{
    struct rig *rig = *state;
    uint8_t key[FL_KEY_SLOT_SIZE];

    reset_with_key(rig);
    memcpy(key, key_slot(rig), sizeof key);
    rig_boot(rig, &rig->new);
    rig_update_to(rig, &rig->old, FL_PHASE_MEMINIT);
    memcpy(key_slot(rig), key, sizeof key);
    assert_int_equal(rig_step(rig), FL_AGAIN);
    assert_int_equal(fl_get32(key_slot(rig) + 0x30), UINT32_MAX);
    assert_null(fl_invariant(&rig->array.port));
}

static void dies_with_an_image_that_is_copied_again(void **state)
{
    struct rig *rig = *state;

    reset_with_key(rig);
    rig->array.memory[rig->array.layout.resident.address + FL_METADATA_SIZE] ^= 1u;
    assert_non_null(fl_invariant(&rig->array.port));
    rig_boot(rig, &rig->new);
    assert_int_equal(rig->array.fast_steps, 0);
    assert_int_equal(key_slot(rig)[0x30], 0xFF);
}

static void an_overlay_that_was_cut_is_done_again(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_OVERLAY);
    assert_int_equal(rig_step(rig), FL_AGAIN);
    array_port_reset(&rig->array);
    rig_boot(rig, &rig->new);
    assert_int_equal(rig->array.fast_steps, 0);
}

static void steps_without_need_are_left_out(void **state)
{
    struct rig *rig = *state;
    struct rl_recipe recipe;

    rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x04000000u);
    recipe.init_requires = 1u << FL_INIT_REGISTERS | 1u << FL_INIT_HANDSHAKE;
    rig_build(&recipe, &rig->new);
    rig_update(rig, &rig->new);
    assert_int_equal(rig->array.fast_steps, 1);
    assert_int_equal(rig->array.standard_steps, 4 + 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest record_group[] = {
        RIG_TEST(factory_gets_its_first_record),
        RIG_TEST(factory_takes_the_bank_that_verifies),
        RIG_TEST(newest_by_serial_number),
        RIG_TEST(sequence_wraps),
        RIG_TEST(what_was_begun_is_erased),
        RIG_TEST(scrap_is_nothing),
        RIG_TEST(the_first_record_stands_alone),
        RIG_TEST(sealed_is_written_again_beside_it),
        RIG_TEST(the_same_record_twice_is_enough),
        RIG_TEST(the_only_record_is_not_erased),
        RIG_TEST(what_cannot_be_written_beside_it_runs),
        RIG_TEST(one_that_reads_with_a_correction_is_written_anew),
        RIG_TEST(a_begun_firm_mark_is_firm),
        RIG_TEST(falls_back_to_the_older_bank),
        RIG_TEST(repairs_the_bank_after_a_fallback),
        RIG_TEST(sectors_take_turns),
        RIG_TEST(erases_a_torn_sector_again),
        RIG_TEST(boots_although_no_record_can_be_written),
    };
    const struct CMUnitTest journal_group[] = {
        RIG_TEST(resumes_where_it_stopped),   RIG_TEST(erases_from_a_sector_without_its_mark_on),
        RIG_TEST(restarts_on_a_torn_mark),    RIG_TEST(gives_up_on_marks_that_tear),
        RIG_TEST(forgets_another_image),      RIG_TEST(restarts_on_a_torn_header),
        RIG_TEST(does_not_trust_marks_alone), cmocka_unit_test(continues_inside_a_sector),
    };
    const struct CMUnitTest key_group[] = {
        RIG_TEST(is_good_once),
        RIG_TEST(is_nothing_when_any_byte_differs),
        RIG_TEST(does_not_outlive_its_image),
        RIG_TEST(is_dead_before_the_overlay),
        RIG_TEST(dies_with_an_image_that_is_copied_again),
        RIG_TEST(an_overlay_that_was_cut_is_done_again),
        RIG_TEST(steps_without_need_are_left_out),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, record);
    RUN_GROUP(groups, journal);
    RUN_GROUP(groups, key);
    return groups_end(&groups);
}
