/* Boot records: which bank holds the image that runs, and which area its persistent data. Two
 * sectors of flash, record[0] and record[1], hold one record each, in their first unit; the newest
 * one with its seal decides.
 *
 * A record is four parts of a unit of FL_BULK bytes. Each is a program of its own and starts on a
 * granule, whether granules have 8, 16 or 32 bytes:
 *
 *   0x00  body  64 B   0x00 magic     0x04 sequence number
 *                      0x08 bank      0x0C version of this layout
 *                      0x10 identity, 32 B
 *                      0x30 area of persistent data     the rest is zero
 *   0x40  seal  32 B   0x40 commit word   0x44 CRC-32C of the body   the rest is zero
 *   0x60  firm  32 B   0x60 firm mark     the rest is zero
 *   0x80  copy 128 B   all three once more
 *
 * Protocol. Erase, body, read back, seal, read back, firm mark, read back, copy. A record is sealed
 * when body and seal read back whole; it is firm when anything was programmed where its firm mark
 * goes, readable or not: the mark is begun only after the seal was seen to be complete. The seal is
 * the commit point.
 *   - Nothing counts attempts: what a cut leaves is erased or written once more, never outnumbered.
 *     A sequence number is one more than that of the newest record, and 1 where there is none.
 *   - A sector is erased before its record is written, also when it reads blank: it may have been
 *     begun nevertheless, or be left of an interrupted erase.
 *   - What is sealed and not firm may owe its seal to a program that was cut: it may read
 *     differently next time. While nothing depends on it, it is erased and written again with its
 *     own number: a cut in between leaves what the other sector says. Where something does, the
 *     other sector takes the same record with the next number.
 *   - The same the other way: a body whose seal does not read was begun, and its seal may read some
 *     other time. Beside the record of what runs it is erased.
 *   - What is corrected as it is read goes bad with one more bit: it is written again, in the other
 *     sector.
 *   - Records are ordered by serial-number arithmetic on their sequence numbers.
 *   - But for the first of these cases the sector of the newest record of the bank that runs is
 *     never erased. */
#ifndef FASTLOAD_RECORD_H
#define FASTLOAD_RECORD_H

#include "fastload/port.h"

struct fl_record {
    uint32_t sequence;
    uint32_t bank;
    uint32_t area;   /* 0 or 1: of persistent data */
    uint32_t sector; /* 0 or 1: where it lies */
    bool firm;
    bool worn; /* it reads with a correction: one more bit, and it does not */
    uint8_t identity[FL_DIGEST_SIZE];
};

/* What both sectors say. */
struct fl_records {
    struct fl_record in[2]; /* by sector, while sealed */
    bool sealed[2];
    bool begun[2];    /* a body is there, and no seal that reads */
    bool unreachable; /* a sector fails to be read: it may hold any record */
};

/* Reads both sectors. One where a read fails as such, ECC apart, is unreachable. */
void fl_records_scan(const struct fl_port *port, struct fl_records *records);

/* The newest sealed record; the newest that is firm; the newest of a bank. NULL when there is none.
 */
const struct fl_record *fl_records_newest(const struct fl_records *records);
const struct fl_record *fl_records_firm(const struct fl_records *records);
const struct fl_record *fl_records_of(const struct fl_records *records, uint32_t bank);

/* What a record says. */
struct fl_entry {
    uint32_t bank;
    uint32_t area;
    const uint8_t *identity; /* FL_DIGEST_SIZE bytes */
};

bool fl_record_says(const struct fl_record *record, const struct fl_entry *entry);

/* Writes a complete record of another image, newer than all there is. Never erases the sector that
 * holds the newest record of bank `keep`. `records` is as scanned, and stale afterwards.
 * FL_OK when it is sealed, read back and firm; else it may or may not be sealed. FL_E_IO, and
 * nothing is done, while a sector is unreachable. */
fl_status fl_record_commit(const struct fl_port *port, const struct fl_records *records,
                           uint32_t keep, const struct fl_entry *entry);

/* Makes sure that the newest record is firm, reads without a correction and says this, and that
 * nothing that was begun can win over it. Does nothing when that is so. `relied_on` is false while
 * it makes no difference to anybody which of the two sealed records a boot would take: then one
 * that is not firm is erased to be written again, if the other says the same. Where it does not, it
 * stays: flash may not take it a second time, and the image may have run. FL_OK, FL_E_IO while a
 * sector is unreachable, or what flash said: then the newest record may be another one. */
fl_status fl_records_settle(const struct fl_port *port, const struct fl_records *records,
                            const struct fl_entry *entry, bool relied_on);

#endif
