/* The image bridge: reconciles what the old image leaves with what the new one needs.
 *
 * Persistent data is converted, item by item, into the area that the running image does not use:
 * it becomes visible with the commit, and until then the old image finds its own. One converter
 * takes one format to the next; several are applied in a row. */
#ifndef FASTLOAD_BRIDGE_H
#define FASTLOAD_BRIDGE_H

#include "fastload/port.h"

/* Whether an image with these two facts can take data of format `from`. */
bool fl_bridge_reads(const struct fl_image *image, uint32_t from);

/* What `value` of an item in format `from` is in format `to`. FL_OK; FL_E_RANGE when `to` has no
 * such item; FL_E_DATA_FORMAT when no converters lead there. An item that `from` lacks has its
 * default in `to`, whatever `value` is. */
fl_status fl_bridge_convert(uint32_t from, uint32_t to, uint32_t item, uint32_t *value);

#endif
