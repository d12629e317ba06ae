/* Judges an image where it lies: in a bank, in staging, or in its resident place. */
#ifndef FASTLOAD_VERIFY_H
#define FASTLOAD_VERIFY_H

#include "fastload/port.h"

/* Reads and parses the manifest at `address`; `identity` (FL_DIGEST_SIZE bytes) becomes that of the
 * image. FL_OK; a status of fl_image_parse(); or that of a read that failed. Judges no signature:
 * for images that were verified before. */
fl_status fl_manifest_read(const struct fl_port *port, fl_space space, uint32_t address,
                           struct fl_image *image, uint8_t *identity);

/* The same, and the signature: FL_E_SIGNATURE where it is wrong. Then the reserved unit, which no
 * signature covers: FL_E_FORMAT unless it is all 0xFF. */
fl_status fl_manifest_verify(const struct fl_port *port, fl_space space, uint32_t address,
                             struct fl_image *image, uint8_t *identity);

/* FL_OK when segment `index` of the image at `address` has its digest; FL_E_DIGEST when not. */
fl_status fl_segment_verify(const struct fl_port *port, fl_space space, uint32_t address,
                            const struct fl_image *image, uint32_t index);

/* The whole image: manifest, signature, every digest, and that it is made for this device's
 * resident place and hardware. The key slot is not part of it.
 * `wanted` may be NULL; otherwise FL_E_DIGEST unless it is the image's identity. */
fl_status fl_image_verify(const struct fl_port *port, fl_space space, uint32_t address,
                          const uint8_t *wanted, struct fl_image *image, uint8_t *identity);

#endif
