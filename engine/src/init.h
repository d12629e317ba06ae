/* Initialization of the resident image. */
#ifndef FASTLOAD_INIT_H
#define FASTLOAD_INIT_H

#include "fastload/port.h"

/* Light off, every step that the image requires, light on. The steps that have a fast variant take
 * it when there is a key for `identity`, which is consumed before the first of them. The resident
 * image was verified, cleaned, and invalidated in the instruction cache. */
fl_status fl_initialize(const struct fl_port *port, const struct fl_image *image,
                        const uint8_t *identity);

#endif
