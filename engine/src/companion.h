/* Companions: chips beside the CPU whose configuration an image may bring along. A companion runs
 * its active configuration; its configuration flash is where that is loaded from.
 *
 * Configuration flash holds the segment from its first byte on, and in its last unit a seal that is
 * programmed when all before it was confirmed:
 *
 *   0x00 magic   0x04 companion   0x08 level   0x0C bytes   0x10 SHA-256 of the segment (32 B)
 *   0x30 CRC-32C of all before it   0x34 zero, up to 0x40
 *
 * Burning it harms nobody: what is active goes on. There is one configuration flash, so a cut
 * before the commit may leave it torn, or with the level of an image that was never committed. The
 * images bring their configurations along in their banks, and a boot whose companion has lost its
 * own burns and loads the one of the image that it starts. */
#ifndef FASTLOAD_COMPANION_H
#define FASTLOAD_COMPANION_H

#include "fastload/port.h"
#include "verify.h"

/* The level of the active configuration; 0 when there is none that reads. */
uint32_t fl_companion_level(const struct fl_port *port, fl_companion companion);

/* FL_OK when the board can take the configurations that the image brings; else FL_E_COMPANION. */
fl_status fl_companion_fits(const struct fl_port *port, const struct fl_image *image);

/* Whether exactly the image's configuration is active; true when it brings none. */
bool fl_companion_is_active(const struct fl_port *port, const struct fl_image *image,
                            fl_companion companion);

/* Brings the image's configuration into configuration flash, out of the stored image at `where`: a
 * turn each, counted from 0. Skips everything when it is there, sealed. Uses the first unit of
 * staging on the way when the image lies in flash. At most FL_COMPANION_ACCESSES of the port.
 * FL_AGAIN with *turn moved on; FL_OK when it is there. */
fl_status fl_companion_burn(const struct fl_port *port, struct fl_where where,
                            const struct fl_image *image, fl_companion companion, uint32_t *turn);
#define FL_COMPANION_ACCESSES 12u

/* Loads it from there, and checks what is active then. I/O is stopped. FL_OK too when it was. */
fl_status fl_companion_load(const struct fl_port *port, const struct fl_image *image,
                            fl_companion companion);

#endif
