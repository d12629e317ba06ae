/* Boot records: which bank holds the image that runs, and which area its persistent data. Two
 * sectors of flash, record[0] and record[1], are append-only lists of slots; the newest record with
 * its seal decides.
 *
 * A slot is one unit of FL_BULK bytes, of which three parts are used. Each is a program of its own
 * and starts on a granule, whether granules have 8, 16 or 32 bytes:
 *
 *   0x00  body  64 B   0x00 magic     0x04 sequence number
 *                      0x08 bank      0x0C version of this layout
 *                      0x10 identity, 32 B
 *                      0x30 area of persistent data     the rest is zero
 *   0x40  seal  32 B   0x40 commit word   0x44 CRC-32C of the body   the rest is zero
 *   0x60  firm  32 B   0x60 firm mark     the rest is zero
 *
 * Protocol. Body, read back, seal, read back, firm mark. A record is sealed when body and seal read
 * back whole; it is firm when anything was programmed where its firm mark goes, readable or not:
 * the mark is begun only after the seal was seen to be complete. The seal is the commit point.
 *   - What is sealed and not firm may owe its seal to a program that was cut: it may read
 *     differently next time. Before anything depends on it, a fresh complete record of the same
 *     content is appended.
 *   - The same the other way: a body whose seal does not read was begun, and its seal may read some
 *     other time. When it would win over the record of what runs, that gets a fresh one, with a
 *     higher number.
 *   - What is corrected as it is read goes bad with one more bit: it is written again, elsewhere.
 *   - Records are ordered by serial-number arithmetic on their sequence numbers.
 *   - Another image's record always goes into a sector that was erased for it. So what reads blank
 *     and was begun nevertheless, or is left of an interrupted erase, is not programmed with
 *     anything else.
 *   - A record of the same image is appended behind its last one; a slot that is not wholly blank
 * is never programmed again. When there is none left, the other sector is erased and goes on.
 *   - The sector of the newest record of the bank that runs is never erased. */
#ifndef FASTLOAD_RECORD_H
#define FASTLOAD_RECORD_H

#include "fastload/port.h"

#define FL_RECORD_SLOTS 32u /* the most that are used of one sector: what keeps a scan bounded */

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
    bool known[2];            /* by bank: whether a sealed record names it */
    struct fl_record bank[2]; /* the newest of them */
    bool any_firm;
    struct fl_record firm; /* the newest firm one, while any_firm */
    bool any_begun;
    uint32_t begun;        /* highest sequence number without a seal that reads, while any_begun */
    uint32_t free_slot[2]; /* by sector: where to append; FL_RECORD_SLOTS when it must be erased */
    bool unreachable;      /* a sector fails to be read: it may hold any record */
};

/* Reads both sectors. Slots that do not read count as used and not sealed. A sector where a read
 * fails as such, ECC apart, is unreachable from there on. */
void fl_records_scan(const struct fl_port *port, struct fl_records *records);

/* The newest sealed record, or NULL when there is none. */
const struct fl_record *fl_records_newest(const struct fl_records *records);

/* What a record says. */
struct fl_entry {
    uint32_t bank;
    uint32_t area;
    const uint8_t *identity; /* FL_DIGEST_SIZE bytes */
};

/* Writes a complete record of another image, newer than all there is. Never erases the sector that
 * holds the newest record of bank `keep`. `records` is as scanned, and stale afterwards.
 * FL_OK when it is sealed, read back and firm; else it may or may not be sealed. FL_E_IO, and
 * nothing is done, while a sector is unreachable. */
fl_status fl_record_commit(const struct fl_port *port, const struct fl_records *records,
                           uint32_t keep, const struct fl_entry *entry);

/* Makes sure that the newest record is firm, reads without a correction and says this, and that
 * nothing that was begun can win over it: appends one when that is not so, does nothing when it is.
 */
fl_status fl_records_settle(const struct fl_port *port, const struct fl_records *records,
                            const struct fl_entry *entry);

#endif
