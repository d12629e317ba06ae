#include "record.h"

#include "confirm.h"
#include "guard.h"
#include "layout.h"
#include "mem.h"
#include "steady.h"

#define MAGIC       0x44434552u /* "RECD" */
#define VERSION     1u
#define COMMIT_WORD 0x4C414553u /* "SEAL" */
#define FIRM_MARK   0x4D524946u /* "FIRM" */

enum {
    BODY = 0x00,
    AT_MAGIC = 0x00,
    AT_SEQUENCE = 0x04,
    AT_BANK = 0x08,
    AT_VERSION = 0x0C,
    AT_IDENTITY = 0x10,
    AT_AREA = 0x30,
    SEAL = 0x40,
    AT_COMMIT = 0x40,
    AT_CRC = 0x44,
    FIRM = 0x60,
    RECORD_SIZE = 0x80,
    COPY = 0x80 /* the same once more */
};
#define BODY_SIZE ((uint32_t)SEAL - (uint32_t)BODY)
#define SEAL_SIZE ((uint32_t)FIRM - (uint32_t)SEAL)
#define FIRM_SIZE ((uint32_t)RECORD_SIZE - (uint32_t)FIRM)

_Static_assert(BODY_SIZE <= FL_CONFIRM_MAX, "a body is programmed and confirmed at once");
_Static_assert(AT_IDENTITY + FL_DIGEST_SIZE == AT_AREA && AT_AREA + 4 <= SEAL, "a body's fields");
_Static_assert(SEAL % 32 == 0 && FIRM % 32 == 0 && RECORD_SIZE % 32 == 0,
               "parts start on granules of any size");
_Static_assert(COPY >= RECORD_SIZE && COPY + RECORD_SIZE <= FL_BULK, "a slot is one unit");
_Static_assert(RECORD_SIZE <= FL_CONFIRM_MAX, "a copy is programmed and confirmed at once");

enum slot_state { SLOT_BLANK, SLOT_USED, SLOT_BEGUN, SLOT_SEALED, SLOT_UNREACHABLE };

static uint32_t slot_count(const struct fl_layout *layout)
{
    return fl_min(layout->sector_size / fl_layout_stride(layout), FL_RECORD_SLOTS);
}

static bool is_newer(const struct fl_record *a, const struct fl_record *b)
{
    return fl_is_newer(a->sequence, b->sequence);
}

static bool is_body(const uint8_t *raw)
{
    return fl_get32(raw + AT_MAGIC) == MAGIC && fl_get32(raw + AT_VERSION) == VERSION &&
           fl_get32(raw + AT_BANK) < 2u && fl_get32(raw + AT_AREA) < 2u;
}

/* Whether body and seal at `raw` belong together: what a torn or foreign slot does not pass. */
static bool is_sealed(const uint8_t *raw)
{
    return is_body(raw) && fl_get32(raw + AT_COMMIT) == COMMIT_WORD &&
           fl_get32(raw + AT_CRC) == fl_crc32c(raw + BODY, BODY_SIZE);
}

/* Whether a firm mark was begun: one that does not read was. It is looked at by itself where the
 * slot does not read as a whole, which may be due to what stands before it. */
static bool is_marked(const struct fl_port *port, uint32_t address, uint8_t *raw, bool whole)
{
    FL_ASSERT(port, address % FL_BULK == 0);
    if (!whole && fl_read_steady(port, address + FIRM, raw + FIRM, FIRM_SIZE) != FL_OK) {
        return true;
    }
    return !fl_is_filled(raw + FIRM, 0xFFu, FIRM_SIZE);
}

static void take(const uint8_t *raw, struct fl_record *record)
{
    record->sequence = fl_get32(raw + AT_SEQUENCE);
    record->bank = fl_get32(raw + AT_BANK);
    record->area = fl_get32(raw + AT_AREA);
    memcpy(record->identity, raw + AT_IDENTITY, FL_DIGEST_SIZE);
}

/* The copy of a record, which was begun when the record was firm. */
static bool read_copy(const struct fl_port *port, uint32_t address, struct fl_record *record)
{
    uint8_t raw[RECORD_SIZE];

    FL_ASSERT(port, address % FL_BULK == 0);
    if (fl_read_steady(port, address + COPY, raw, FIRM) != FL_OK || !is_sealed(raw)) {
        return false;
    }
    take(raw, record);
    record->firm = true;
    record->worn = true;
    return true;
}

/* Reads a slot's record, or its copy. A seal that does not read may read whole some other time. */
static enum slot_state read_slot(const struct fl_port *port, uint32_t address,
                                 struct fl_record *record)
{
    uint8_t raw[RECORD_SIZE];
    fl_status status;
    bool whole;
    bool has_seal;

    FL_ASSERT(port, address % FL_BULK == 0);
    FL_ASSERT(port, record != NULL);
    (void)fl_was_corrected(port); /* before */
    status = fl_read_steady(port, address, raw, RECORD_SIZE);
    if (status == FL_E_IO) {
        return SLOT_UNREACHABLE;
    }
    whole = status == FL_OK;
    if (whole && fl_is_filled(raw, 0xFFu, RECORD_SIZE)) {
        return SLOT_BLANK;
    }
    has_seal = whole || fl_read_steady(port, address, raw, FIRM) == FL_OK;
    if (has_seal && is_sealed(raw)) {
        take(raw, record);
        record->firm = is_marked(port, address, raw, whole);
        record->worn = fl_was_corrected(port);
        return SLOT_SEALED;
    }
    if (read_copy(port, address, record)) {
        return SLOT_SEALED;
    }
    if ((!has_seal && fl_read_steady(port, address, raw, BODY_SIZE) != FL_OK) || !is_body(raw)) {
        return SLOT_USED;
    }
    take(raw, record);
    return SLOT_BEGUN;
}

static void note(struct fl_records *records, const struct fl_record *record)
{
    uint32_t bank = record->bank;

    if (!records->known[bank] || is_newer(record, &records->bank[bank])) {
        records->bank[bank] = *record;
        records->known[bank] = true;
    }
    if (record->firm && (!records->any_firm || is_newer(record, &records->firm))) {
        records->firm = *record;
        records->any_firm = true;
    }
}

/* A body whose seal does not read. */
static void note_begun(struct fl_records *records, uint32_t sequence)
{
    if (!records->any_begun || fl_is_newer(sequence, records->begun)) {
        records->begun = sequence;
        records->any_begun = true;
    }
}

static void scan_sector(const struct fl_port *port, uint32_t sector, struct fl_records *records)
{
    uint32_t base = port->layout->record[sector].address;
    uint32_t count = slot_count(port->layout);
    uint32_t stride = fl_layout_stride(port->layout);
    struct fl_record record = {.sector = sector};
    enum slot_state state;
    uint32_t slot = 0;

    FL_ASSERT(port, sector < 2u);
    FL_ASSERT(port, port->layout->record[sector].size >= count * stride);
    while (slot < count) {
        state = read_slot(port, base + slot * stride, &record);
        if (state == SLOT_UNREACHABLE) {
            records->unreachable = true;
            slot = count;
            break;
        }
        if (state == SLOT_BLANK) {
            break;
        }
        if (state == SLOT_SEALED) {
            note(records, &record);
        } else if (state == SLOT_BEGUN) {
            note_begun(records, record.sequence);
        }
        slot++;
    }
    records->free_slot[sector] = FL_RECORD_SLOTS;
    if (slot < count &&
        fl_confirm_blank(port, base + slot * stride, (count - slot) * stride) == FL_OK) {
        records->free_slot[sector] = slot;
    }
}

void fl_records_scan(const struct fl_port *port, struct fl_records *records)
{
    FL_ASSERT(port, records != NULL);
    FL_ASSERT(port, slot_count(port->layout) >= 2u);
    memset(records, 0, sizeof *records);
    for (uint32_t sector = 0; sector < 2u; sector++) {
        scan_sector(port, sector, records);
    }
}

const struct fl_record *fl_records_newest(const struct fl_records *records)
{
    if (!records->known[0] && !records->known[1]) {
        return NULL;
    }
    if (!records->known[1]) {
        return &records->bank[0];
    }
    if (!records->known[0] || is_newer(&records->bank[1], &records->bank[0])) {
        return &records->bank[1];
    }
    return &records->bank[0];
}

static fl_status write_record(const struct fl_port *port, uint32_t address, uint32_t sequence,
                              const struct fl_entry *entry)
{
    uint8_t raw[RECORD_SIZE];
    fl_status status;

    FL_ASSERT(port, address % FL_BULK == 0);
    FL_ASSERT(port, entry->bank < 2u && entry->area < 2u);
    memset(raw, 0, sizeof raw);
    fl_put32(raw + AT_MAGIC, MAGIC);
    fl_put32(raw + AT_SEQUENCE, sequence);
    fl_put32(raw + AT_BANK, entry->bank);
    fl_put32(raw + AT_AREA, entry->area);
    fl_put32(raw + AT_VERSION, VERSION);
    memcpy(raw + AT_IDENTITY, entry->identity, FL_DIGEST_SIZE);
    fl_put32(raw + AT_COMMIT, COMMIT_WORD);
    fl_put32(raw + AT_CRC, fl_crc32c(raw + BODY, BODY_SIZE));
    fl_put32(raw + FIRM, FIRM_MARK);

    status = fl_program_confirmed(port, address + BODY, raw + BODY, BODY_SIZE);
    if (status == FL_OK) {
        status = fl_program_confirmed(port, address + SEAL, raw + SEAL, SEAL_SIZE);
    }
    if (status == FL_OK) {
        status = fl_program_confirmed(port, address + FIRM, raw + FIRM, FIRM_SIZE);
    }
    if (status == FL_OK) {
        /* The record stands, with a copy or without. */
        (void)fl_program_confirmed(port, address + COPY, raw, RECORD_SIZE);
    }
    return status;
}

/* Finds a slot: in the sector that stays, behind what it has, unless `fresh`; else in the other
 * one, which is erased first, also when it reads blank. `kept` is the sector that stays. */
static fl_status make_room(const struct fl_port *port, const struct fl_records *records,
                           uint32_t kept, bool fresh, uint32_t *address)
{
    const struct fl_layout *layout = port->layout;
    uint32_t other = 1u - kept;

    FL_ASSERT(port, kept < 2u);
    FL_ASSERT(port, layout->record[other].address != layout->record[kept].address);
    if (!fresh && records->free_slot[kept] < slot_count(layout)) {
        *address =
            layout->record[kept].address + records->free_slot[kept] * fl_layout_stride(layout);
        return FL_OK;
    }
    *address = layout->record[other].address;
    return fl_erase_confirmed(port, *address);
}

/* Whether a record that was begun would win over the newest one, should its seal read some time. */
static bool is_challenged(const struct fl_records *records)
{
    const struct fl_record *newest = fl_records_newest(records);

    return records->any_begun && (newest == NULL || fl_is_newer(records->begun, newest->sequence));
}

static fl_status append(const struct fl_port *port, const struct fl_records *records, uint32_t keep,
                        bool fresh, const struct fl_entry *entry)
{
    const struct fl_record *newest = fl_records_newest(records);
    uint32_t sequence = newest != NULL ? newest->sequence + 1u : 1u;
    uint32_t kept = newest != NULL ? newest->sector : 1u;
    uint32_t address = 0;
    fl_status status;

    FL_ASSERT(port, keep < 2u);
    FL_ASSERT(port, entry->identity != NULL);
    if (records->known[keep]) {
        kept = records->bank[keep].sector;
    }
    if (is_challenged(records)) {
        sequence = records->begun + 1u;
    }
    /* What cannot be reached may hold newer ones: no number is known to follow theirs. */
    status = records->unreachable
                 ? FL_E_IO
                 : make_room(port, records, kept, fresh || newest == NULL, &address);
    if (status == FL_OK) {
        status = write_record(port, address, sequence, entry);
    }
    return status;
}

fl_status fl_record_commit(const struct fl_port *port, const struct fl_records *records,
                           uint32_t keep, const struct fl_entry *entry)
{
    FL_ASSERT(port, keep < 2u);
    FL_ASSERT(port, entry->bank != keep);
    return append(port, records, keep, true, entry);
}

fl_status fl_records_settle(const struct fl_port *port, const struct fl_records *records,
                            const struct fl_entry *entry)
{
    const struct fl_record *newest = fl_records_newest(records);

    FL_ASSERT(port, entry->bank < 2u && entry->area < 2u);
    FL_ASSERT(port, entry->identity != NULL);
    if (records->unreachable) {
        return FL_E_IO; /* what cannot be reached may be newer */
    }
    if (newest != NULL && newest->firm && !newest->worn && newest->bank == entry->bank &&
        newest->area == entry->area && fl_same_digest(newest->identity, entry->identity) &&
        !is_challenged(records)) {
        return FL_OK;
    }
    return append(port, records, entry->bank, false, entry);
}
