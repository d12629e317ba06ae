/* The fastload key: says that the overlay of one image completed and was verified, so that its next
 * initialization may take the fast variants. It lies in the key slot of the resident image, in
 * memory:
 *
 *   0x00  fields  48 B   0x00 magic   0x04 version of this layout
 *                        0x08 identity of the image, 32 B
 *                        0x28 bit mask of the steps that may be fast
 *                        0x2C CRC-32C of all before it
 *   0x30  commit   8 B   0x30 commit word   0x34 zero
 *
 * Protocol. Created: the commit word is blanked and cleaned, unless it is blank; then the fields,
 * clean; then the commit word, clean. Consumed: the commit word is overwritten with zero and
 * cleaned before the first fast step. Whatever a cache or a torn store leaves between two cleans
 * has no commit word, or all of its fields. Torn, stale, foreign and repeated keys read as no key,
 * which is always safe. */
#ifndef FASTLOAD_KEY_H
#define FASTLOAD_KEY_H

#include "fastload/port.h"

/* Whether there is a key that reads as valid; then `identity` (FL_DIGEST_SIZE bytes) is the image
 * that it belongs to, and *covers the fl_init_step whose fast variants it allows. */
bool fl_key_read(const struct fl_port *port, uint8_t *identity, uint32_t *covers);

/* Leaves no key behind: durable when it returns FL_OK. Stores nothing where none could be. */
fl_status fl_key_blank(const struct fl_port *port);

/* For the resident image, which was verified and cleaned. */
fl_status fl_key_create(const struct fl_port *port, const uint8_t *identity, uint32_t covers);

/* The steps that the key of this very image allows, 0 without one. It is consumed when any are. */
uint32_t fl_key_take(const struct fl_port *port, const uint8_t *identity);

#endif
