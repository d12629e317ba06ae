/* Reads of what may not read: while the engine works, an uncorrectable error is a status and no
 * trap. Each function of engine.h that reads is wrapped in this pair. */
#ifndef FASTLOAD_GUARD_H
#define FASTLOAD_GUARD_H

#include "fastload/port.h"

static inline void fl_guard(const struct fl_port *port)
{
    port->guard_reads(port->board, true);
}

static inline fl_status fl_unguard(const struct fl_port *port, fl_status status)
{
    port->guard_reads(port->board, false);
    return status;
}

/* Whether reads of flash since the last call were corrected. */
static inline bool fl_was_corrected(const struct fl_port *port)
{
    return port->corrections(port->board, FL_FLASH) != 0;
}

#endif
