/* Judges an image where it lies: in a bank, in staging, or in its resident place. */
#ifndef FASTLOAD_VERIFY_H
#define FASTLOAD_VERIFY_H

#include "fastload/port.h"

/* Where an image lies, and in which form. */
struct fl_where {
    fl_space space;
    uint32_t address;
    bool placed; /* each segment at its place; else side by side, as stored */
};

struct fl_where fl_in_bank(const struct fl_port *port, uint32_t bank);
struct fl_where fl_in_staging(const struct fl_port *port);
struct fl_where fl_in_resident(const struct fl_port *port);

/* Reads and parses the manifest; `identity` (FL_DIGEST_SIZE bytes) becomes that of the image.
 * Judges nothing that is signed for. */
fl_status fl_manifest_read(const struct fl_port *port, struct fl_where where,
                           struct fl_image *image, uint8_t *identity);

/* The same, and the signature: FL_E_SIGNATURE where it is wrong. Then the reserved bytes, which no
 * signature covers: FL_E_FORMAT where they are not 0xFF. */
fl_status fl_manifest_verify(const struct fl_port *port, struct fl_where where,
                             struct fl_image *image, uint8_t *identity);

/* fl_manifest_read() of the image that `wanted` names: FL_E_DIGEST where another one lies. */
fl_status fl_manifest_expect(const struct fl_port *port, struct fl_where where,
                             const uint8_t *wanted, struct fl_image *image);

/* FL_OK when segment `index` has its digest; FL_E_DIGEST when not. A configuration has no place, so
 * where images are placed there is nothing to judge. */
fl_status fl_segment_verify(const struct fl_port *port, struct fl_where where,
                            const struct fl_image *image, uint32_t index);

/* The whole image: manifest, signature, every digest, and that it is made for this device's
 * resident place and hardware. `wanted`, when not NULL, is the identity that it has to have. */
fl_status fl_image_verify(const struct fl_port *port, struct fl_where where, const uint8_t *wanted,
                          struct fl_image *image, uint8_t *identity);

#endif
