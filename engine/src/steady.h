/* Reads of flash that decide something. */
#ifndef FASTLOAD_STEADY_H
#define FASTLOAD_STEADY_H

#include "fastload/port.h"

/* How often a read that fails, or that does not come back the same twice, is tried. */
#define FL_READ_TRIES      4u
/* Accesses of the port that one read takes at most. */
#define FL_READ_OPERATIONS (2u * FL_READ_TRIES)

/* Reads up to FL_BULK bytes twice, until both agree: a read that fails now and then, is short, or
 * brings what lies elsewhere decides nothing. FL_E_ECC where two reads never agree; the content is
 * undefined then, as it is with any other status than FL_OK. */
fl_status fl_read_steady(const struct fl_port *port, uint32_t address, uint8_t *bytes,
                         uint32_t size);

#endif
