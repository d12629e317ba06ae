/* What one image leaves for the next in the handover region of local memory: the pointer structure
 * by which the bootstrap of the new image is found, and the variables that its initialization will
 * want. It is read within the power cycle that wrote it; after a reset nobody looks at it.
 *
 *   0x00 magic    0x04 version   0x08 old image pointer   0x0C new image pointer
 *   0x10 bytes of the new image  0x14 bank, 0x18 data area, 0x1C level of the old image
 *   0x20 identity of the old image (32 B)   0x40 identity of the new image (32 B)
 *   0x60 CRC-32C of all before it           0x64 zero
 *   0x80 variables: magic   0x84 version   0x88 identity of the image that they are for (32 B)
 *   0xA8 CRC-32C of the 40 bytes before it  0xAC zero
 *
 * Fields keep their places for ever, and later versions add theirs behind: each build reads what
 * any other wrote. */
#ifndef FASTLOAD_HANDOVER_H
#define FASTLOAD_HANDOVER_H

#include "fastload/engine.h"

struct fl_handover {
    uint32_t old_image; /* address in memory */
    uint32_t new_image; /* address in memory: staging */
    uint32_t new_size;  /* bytes, as stored */
    struct fl_running running;
    uint8_t pending[FL_DIGEST_SIZE];
};

/* The pointer structure; when it returns FL_OK, memory holds it and not only the cache. */
fl_status fl_handover_write(const struct fl_port *port, const struct fl_handover *handover);
/* FL_E_HANDOVER when there is none that is whole, or it names places that are not this board's. */
fl_status fl_handover_read(const struct fl_port *port, struct fl_handover *handover);

/* The variables of the image with this identity, set up before the overlay. */
fl_status fl_variables_write(const struct fl_port *port, const uint8_t *identity);
bool fl_variables_ready(const struct fl_port *port, const uint8_t *identity);

#endif
