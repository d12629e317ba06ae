/* Persistent data of the running image: numbered items, kept in one of two areas of flash. The boot
 * record names the area, so that a commit makes other data visible together with another image.
 *
 * An area is two halves of whole sectors, used in turn. A half is a log:
 *
 *   0x000  body   64 B   0x00 magic   0x04 version of this layout   0x08 format of the data
 *                        0x0C sequence number   0x10 items sealed with it     the rest is zero
 *   0x040  seal   32 B   0x40 commit word   0x44 CRC-32C of the body   the rest is zero
 *   0x060  firm   32 B   0x60 firm mark                                the rest is zero
 *   0x100  places of 32 B, at most FL_DATA_ENTRIES: an entry for each item that was sealed with
 *          the half, then changes, of three places each: entry, seal, firm mark
 *          entry  0x00 item number   0x04 value as the format encodes it, 8 B
 *                 0x0C the half's sequence number   zero   0x1C CRC-32C of the 28 bytes
 *          seal   0x00 commit word   0x04 that CRC   zero
 *          firm   0x00 firm mark     zero
 *
 * Each is a program of its own, on granules of 8, 16 or 32 bytes and inside one page, and is read
 * back before the next is begun.
 *
 * Protocol. As with boot records (record.h), the seal decides, and a firm mark, readable or not,
 * proves that the seal was complete. What has a body or an entry and no firm mark may read
 * differently next time: when the image starts (fl_data_settle()), all that counts is written anew.
 * It goes into the other half. But where that one is in doubt, too, it is what this one was written
 * from: then this one is erased and written again with its own number. What was begun and has no
 * seal that reads is erased.
 *   - A change is appended; the last sealed one of an item counts.
 *   - Only the power cycle that wrote a half appends to it, while all in it is firm and blank
 *     behind: a place that reads blank may have been begun before power was lost. Else, and when it
 *     is full, the other half goes on: it is erased, takes body, the items that count and the
 *     change, then its seal, then its firm mark.
 *   - The sealed half with the higher sequence number (serial-number arithmetic) holds the data.
 * But for the case above it is never erased: it loses its place only by the seal of the other one.
 *   - Numbers do not count attempts: that of a half is one more than that of the one that it was
 *     written from, and 1 in an area that is begun.
 *   - An area without a sealed half holds no data: every item has its default.
 *   - What equals its value already is not written again. */
#ifndef FASTLOAD_DATA_H
#define FASTLOAD_DATA_H

#include "fastload/port.h"

/* The most places that are used of a half: what keeps a scan bounded. */
#define FL_DATA_ENTRIES    32u
/* The most accesses of the port in one call, when every place of the area is unreadable; some 10
 * when none is. */
#define FL_DATA_OPERATIONS 256u

/* Whether an area's data is of `format`, or there is none. False when the area does not read. */
bool fl_data_fits(const struct fl_port *port, uint32_t area, uint32_t format);
/* The format of an area's data; 0 when it holds none, or does not read. */
uint32_t fl_data_format(const struct fl_port *port, uint32_t area);
/* The value of an item, in the application's units; its default where it was never set. FL_OK,
 * FL_E_RANGE when the format has no such item, FL_E_DATA_FORMAT when the area holds another format
 * or this build does not know it, FL_E_DATA when the area does not read, or what is there is no
 * value of the item. `*value` is set with FL_OK only. */
fl_status fl_data_get(const struct fl_port *port, uint32_t area, uint32_t format, uint32_t item,
                      uint32_t *value);
/* Sets it: FL_OK when it is there for good. An area without data starts with `format`. FL_E_RANGE
 * also when the format cannot hold `value`; FL_E_DATA also when flash does not take it: then the
 * item holds the old or the new value, and all others theirs. `*own` is whether this
 * power cycle wrote the half that holds the data, and is set to whether it did now. */
fl_status fl_data_put(const struct fl_port *port, uint32_t area, uint32_t format, uint32_t item,
                      uint32_t value, bool *own);
/* Makes sure that what an area holds now is what it will hold, before anybody depends on it: writes
 * it anew where a cut left that in doubt, or some of it reads with a correction, erases what was
 * begun, and does nothing where all is firm. FL_OK, or FL_E_DATA when the area does not read, or
 * flash does not take it. */
fl_status fl_data_settle(const struct fl_port *port, uint32_t area);
/* Erases an area that is not in use, and seals a half of it with `format` and no items. FL_OK,
 * FL_E_DATA_FORMAT when this build does not know the format, FL_E_DATA when flash does not take it:
 * then what the area holds says nothing. */
fl_status fl_data_start(const struct fl_port *port, uint32_t area, uint32_t format);

#endif
