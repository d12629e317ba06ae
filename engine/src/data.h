/* Persistent data of the running image: numbered items, kept in one of two areas of flash. The boot
 * record names the area, so that a commit makes other data visible together with another image.
 *
 * An area is two halves of whole sectors, used in turn. A half is a log:
 *
 *   0x000  body   64 B   magic, version of this layout, format of the data, sequence number
 *   0x040  seal   32 B   commit word and CRC-32C of the body
 *   0x100  items  32 B each: item number, value as the format encodes it, CRC-32C
 *
 * Protocol. A change is appended and read back; the last sealed entry of an item counts, a torn one
 * counts as absent. When a half is full the other one is erased, takes the items that count, then
 * its seal: the sealed half with the higher sequence number (serial-number arithmetic) holds the
 * data. An area without a sealed half holds no data: every item has its default. */
#ifndef FASTLOAD_DATA_H
#define FASTLOAD_DATA_H

#include "fastload/port.h"

/* Whether an area's data is of `format`, or there is none. */
bool fl_data_fits(const struct fl_port *port, uint32_t area, uint32_t format);
/* The format of an area's data; 0 when it holds none. */
uint32_t fl_data_format(const struct fl_port *port, uint32_t area);
/* The value of an item, in the application's units. FL_OK, FL_E_RANGE when the format has no such
 * item, FL_E_DATA_FORMAT when the area holds another format or this build does not know it,
 * FL_E_DATA when the area does not read. */
fl_status fl_data_get(const struct fl_port *port, uint32_t area, uint32_t format, uint32_t item,
                      uint32_t *value);
/* Sets it: FL_OK when it is there for good. */
fl_status fl_data_put(const struct fl_port *port, uint32_t area, uint32_t format, uint32_t item,
                      uint32_t value);
/* Empties an area, and seals a half of it with `format` and no items. */
fl_status fl_data_start(const struct fl_port *port, uint32_t area, uint32_t format);

#endif
