/* Whether a device is laid out as port.h demands. */
#ifndef FASTLOAD_LAYOUT_H
#define FASTLOAD_LAYOUT_H

#include "fastload/port.h"

/* FL_OK, or FL_E_INTERNAL: the layout is part of the port, and a wrong one is a bug in it. */
fl_status fl_layout_check(const struct fl_layout *layout);

/* The most bytes that an image may have as stored: what a bank takes. */
uint32_t fl_layout_limit(const struct fl_layout *layout);

/* Logs in flash are kept in units of FL_BULK bytes, so many bytes apart: a program that is cut
 * harms no unit but its own. */
uint32_t fl_layout_stride(const struct fl_layout *layout);

#endif
