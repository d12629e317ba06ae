/* Initialization of the resident image. */
#ifndef FASTLOAD_INIT_H
#define FASTLOAD_INIT_H

#include "fastload/port.h"

/* Light off, every step that the image requires in the order that it names, light on. A step takes
 * its fast variant when the key for `identity` allows it, which is consumed before the first of
 * them, and what it rests on is still there. The light may stay on when the layout says so and no
 * standard handshake is needed. The resident image was verified, cleaned, and invalidated in the
 * instruction cache. */
fl_status fl_initialize(const struct fl_port *port, const struct fl_image *image,
                        const uint8_t *identity, bool may_keep_light);

#endif
