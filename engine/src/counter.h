/* The security counter: how old an image may be to run at all. It stands in one-time-programmable
 * flash as the number of granules that were programmed, from the first one on: it can be raised and
 * never lowered. A granule that does not read was begun, and counts. Of one that reads the majority
 * of its bits decides, so that bits that flip raise nothing. */
#ifndef FASTLOAD_COUNTER_H
#define FASTLOAD_COUNTER_H

#include "fastload/port.h"

/* Bounds scans, and the counters of images. */
#define FL_COUNTER_MAX 255u

/* The most that this device can count to. */
uint32_t fl_counter_limit(const struct fl_layout *layout);
uint32_t fl_counter_read(const struct fl_port *port);
/* Raises it by one, from `now` as read. */
fl_status fl_counter_raise(const struct fl_port *port, uint32_t now);

#endif
