/* How each format of persistent data stores each item.
 *
 * The application knows an item by one value in one unit, whatever the format; a format stores it
 * in a unit and a width of its own. docs/design.md has the table. All formats that have an item
 * hold every value of it up to 65535. */
#ifndef FASTLOAD_ENCODING_H
#define FASTLOAD_ENCODING_H

#include <stdbool.h>
#include <stdint.h>

#include "fastload/engine.h"

enum fl_item {
    FL_ITEM_TOPOLOGY = 0,    /* number of the port's topology */
    FL_ITEM_TIMEOUT = 1,     /* of a command; seconds */
    FL_ITEM_QUEUE_DEPTH = 2, /* commands */
    FL_ITEM_ERRORS = 3,      /* counted so far */
    FL_ITEM_LOGIN = 4,       /* number of the login policy */
    FL_ITEM_COALESCING = 5   /* time that interrupts wait for each other; microseconds */
};
_Static_assert(FL_ITEM_COALESCING + 1 == FL_DATA_ITEMS, "each item has a name");

/* A value as a format stores it: 64 bits. */
struct fl_raw {
    uint32_t low, high;
};

/* Whether this build knows the format: 1 to FL_DATA_FORMATS. */
bool fl_format_known(uint32_t format);
/* Whether a known format has the item; false for what is no item. */
bool fl_format_has(uint32_t format, uint32_t item);

/* What an item, below FL_DATA_ITEMS, is where it was never set: the same in each format that has
 * it, in the application's unit. */
uint32_t fl_item_default(uint32_t item);

/* From the application's unit to a format's, and back. FL_E_DATA_FORMAT when the format is not
 * known; FL_E_RANGE when it has no such item. fl_item_encode(): FL_E_RANGE when the format cannot
 * hold the value. fl_item_decode(): FL_E_DATA when `raw` is nothing that was encoded. */
fl_status fl_item_encode(uint32_t format, uint32_t item, uint32_t value, struct fl_raw *raw);
fl_status fl_item_decode(uint32_t format, uint32_t item, const struct fl_raw *raw, uint32_t *value);

/* Takes a raw value of an item from one known format's unit to another's, both of which have the
 * item: FL_OK, or FL_E_RANGE when the other format cannot hold it. */
fl_status fl_item_rescale(uint32_t from, uint32_t to, uint32_t item, struct fl_raw *raw);

#endif
