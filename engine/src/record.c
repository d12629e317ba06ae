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

static void scan_sector(const struct fl_port *port, uint32_t sector, struct fl_records *records)
{
    struct fl_record *record = &records->in[sector];

    FL_ASSERT(port, sector < 2u);
    FL_ASSERT(port, port->layout->record[sector].size >= FL_BULK);
    switch (read_slot(port, port->layout->record[sector].address, record)) {
    case SLOT_UNREACHABLE:
        records->unreachable = true;
        break;
    case SLOT_SEALED:
        records->sealed[sector] = true;
        break;
    case SLOT_BEGUN:
        records->begun[sector] = true;
        break;
    case SLOT_USED:
    case SLOT_BLANK:
        break;
    }
    record->sector = sector;
}

void fl_records_scan(const struct fl_port *port, struct fl_records *records)
{
    FL_ASSERT(port, records != NULL);
    FL_ASSERT(port, port->layout->record[0].address != port->layout->record[1].address);
    memset(records, 0, sizeof *records);
    for (uint32_t sector = 0; sector < 2u; sector++) {
        scan_sector(port, sector, records);
    }
}

/* The newer one of those that count. */
static const struct fl_record *pick(const struct fl_records *records, bool first, bool second)
{
    if (first && (!second || !is_newer(&records->in[1], &records->in[0]))) {
        return &records->in[0];
    }
    return second ? &records->in[1] : NULL;
}

const struct fl_record *fl_records_newest(const struct fl_records *records)
{
    return pick(records, records->sealed[0], records->sealed[1]);
}

const struct fl_record *fl_records_firm(const struct fl_records *records)
{
    return pick(records, records->sealed[0] && records->in[0].firm,
                records->sealed[1] && records->in[1].firm);
}

const struct fl_record *fl_records_of(const struct fl_records *records, uint32_t bank)
{
    return pick(records, records->sealed[0] && records->in[0].bank == bank,
                records->sealed[1] && records->in[1].bank == bank);
}

bool fl_record_says(const struct fl_record *record, const struct fl_entry *entry)
{
    return record->bank == entry->bank && record->area == entry->area &&
           fl_same_digest(record->identity, entry->identity);
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

/* Erases the sector, also when it reads blank, and writes a record there. */
static fl_status replace(const struct fl_port *port, uint32_t sector, uint32_t sequence,
                         const struct fl_entry *entry)
{
    uint32_t address = port->layout->record[sector].address;
    fl_status status = fl_erase_confirmed(port, address);

    FL_ASSERT(port, sector < 2u);
    FL_ASSERT(port, entry->identity != NULL);
    return status == FL_OK ? write_record(port, address, sequence, entry) : status;
}

/* Where no record stands, what was begun in the other sector would win when its seal reads some
 * time: it goes first. */
static fl_status write_first(const struct fl_port *port, const struct fl_records *records,
                             const struct fl_entry *entry)
{
    fl_status status = FL_OK;

    FL_ASSERT(port, fl_records_newest(records) == NULL);
    FL_ASSERT(port, !records->unreachable);
    if (records->begun[1]) {
        status = fl_erase_confirmed(port, port->layout->record[1].address);
    }
    return status == FL_OK ? replace(port, 0, 1u, entry) : status;
}

/* `keep` is the bank that runs: the sector of its newest record stays. */
static fl_status write_newer(const struct fl_port *port, const struct fl_records *records,
                             uint32_t keep, const struct fl_entry *entry)
{
    const struct fl_record *newest = fl_records_newest(records);
    const struct fl_record *kept = fl_records_of(records, keep);

    FL_ASSERT(port, keep < 2u);
    FL_ASSERT(port, entry->bank < 2u);
    if (records->unreachable) {
        return FL_E_IO; /* it may hold a newer one: no number is known to follow that */
    }
    if (newest == NULL) {
        return write_first(port, records, entry);
    }
    if (kept == NULL) {
        kept = newest;
    }
    return replace(port, 1u - kept->sector, newest->sequence + 1u, entry);
}

fl_status fl_record_commit(const struct fl_port *port, const struct fl_records *records,
                           uint32_t keep, const struct fl_entry *entry)
{
    FL_ASSERT(port, keep < 2u);
    FL_ASSERT(port, entry->bank != keep);
    return write_newer(port, records, keep, entry);
}

fl_status fl_records_settle(const struct fl_port *port, const struct fl_records *records,
                            const struct fl_entry *entry, bool relied_on)
{
    const struct fl_record *newest = fl_records_newest(records);

    FL_ASSERT(port, entry->bank < 2u && entry->area < 2u);
    FL_ASSERT(port, entry->identity != NULL);
    if (newest == NULL || records->unreachable || !fl_record_says(newest, entry)) {
        return write_newer(port, records, entry->bank, entry);
    }
    if (!newest->firm && !relied_on && records->sealed[1u - newest->sector] &&
        fl_record_says(&records->in[1u - newest->sector], entry)) {
        return replace(port, newest->sector, newest->sequence, entry);
    }
    if (!newest->firm || newest->worn) {
        return write_newer(port, records, entry->bank, entry);
    }
    return records->begun[1u - newest->sector]
               ? fl_erase_confirmed(port, port->layout->record[1u - newest->sector].address)
               : FL_OK;
}
