#include "verify.h"

#include "layout.h"
#include "mem.h"

#define VERIFY_TRIES  5u
#define SIGNED_SIZE   (FL_MANIFEST_SIZE + FL_SIGNATURE_SIZE)
#define RESERVED_SIZE (FL_KEY_SLOT - FL_IMAGE_RESERVED)
_Static_assert(FL_SIGNATURE == FL_MANIFEST_SIZE && FL_IMAGE_RESERVED == SIGNED_SIZE,
               "one read takes manifest, signature and reserved bytes");

struct fl_where fl_in_bank(const struct fl_port *port, uint32_t bank)
{
    FL_ASSERT(port, bank < 2u);
    FL_ASSERT(port, port->layout->bank[0].size == port->layout->bank[1].size);
    return (struct fl_where){FL_FLASH, port->layout->bank[bank & 1u].address, false};
}

struct fl_where fl_in_staging(const struct fl_port *port)
{
    FL_ASSERT(port, port->layout->staging.address % FL_BULK == 0);
    FL_ASSERT(port, port->layout->staging.size >= FL_METADATA_SIZE);
    return (struct fl_where){FL_MEMORY, port->layout->staging.address, false};
}

struct fl_where fl_in_resident(const struct fl_port *port)
{
    FL_ASSERT(port, port->layout->resident.address % FL_BULK == 0);
    FL_ASSERT(port, port->layout->resident.size >= fl_layout_limit(port->layout));
    return (struct fl_where){FL_MEMORY, port->layout->resident.address, true};
}

static fl_status read_manifest(const struct fl_port *port, struct fl_where where, uint8_t *bytes,
                               uint32_t size, struct fl_image *image, uint8_t *identity)
{
    fl_status status = where.space == FL_FLASH
                           ? port->flash_read(port->board, where.address, bytes, size)
                           : port->memory_read(port->board, where.address, bytes, size);

    FL_ASSERT(port, size >= FL_MANIFEST_SIZE && size <= FL_METADATA_SIZE);
    FL_ASSERT(port, !where.placed || where.space == FL_MEMORY);
    if (status == FL_OK) {
        status = fl_image_parse(bytes, fl_layout_limit(port->layout), port->layout->resident.size,
                                image);
    }
    if (status == FL_OK) {
        status = port->digest(port->board, bytes, FL_MANIFEST_SIZE, identity);
    }
    return status;
}

fl_status fl_manifest_read(const struct fl_port *port, struct fl_where where,
                           struct fl_image *image, uint8_t *identity)
{
    uint8_t bytes[FL_MANIFEST_SIZE];

    FL_ASSERT(port, image != NULL && identity != NULL);
    FL_ASSERT(port, where.address % FL_BULK == 0);
    return read_manifest(port, where, bytes, sizeof bytes, image, identity);
}

fl_status fl_manifest_expect(const struct fl_port *port, struct fl_where where,
                             const uint8_t *wanted, struct fl_image *image)
{
    uint8_t identity[FL_DIGEST_SIZE];
    fl_status status = fl_manifest_read(port, where, image, identity);

    FL_ASSERT(port, wanted != NULL);
    return status == FL_OK && !fl_same_digest(identity, wanted) ? FL_E_DIGEST : status;
}

fl_status fl_manifest_verify(const struct fl_port *port, struct fl_where where,
                             struct fl_image *image, uint8_t *identity)
{
    uint8_t bytes[SIGNED_SIZE + RESERVED_SIZE];
    bool good = false;
    fl_status status;

    FL_ASSERT(port, image != NULL && identity != NULL);
    FL_ASSERT(port, where.address % FL_BULK == 0);
    status = read_manifest(port, where, bytes, sizeof bytes, image, identity);
    if (status == FL_OK) {
        status = port->signature_check(port->board, bytes, FL_MANIFEST_SIZE, bytes + FL_SIGNATURE,
                                       &good);
    }
    if (status == FL_OK && !good) {
        status = FL_E_SIGNATURE;
    }
    if (status == FL_OK && !fl_is_filled(bytes + SIGNED_SIZE, 0xFFu, RESERVED_SIZE)) {
        status = FL_E_FORMAT;
    }
    return status;
}

fl_status fl_segment_verify(const struct fl_port *port, struct fl_where where,
                            const struct fl_image *image, uint32_t index)
{
    const struct fl_segment *segment = &image->segments[index];
    uint32_t offset = where.placed ? segment->place : segment->range.offset;
    bool equal = false;
    fl_status status;

    FL_ASSERT(port, index < image->segment_count);
    FL_ASSERT(port, image->total_size <= fl_layout_limit(port->layout));
    if (where.placed && !fl_segment_is_placed(segment)) {
        return FL_OK;
    }
    status = port->digest_check(port->board, where.space, where.address + offset,
                                segment->range.size, segment->digest, &equal);
    if (status == FL_OK && !equal) {
        status = FL_E_DIGEST;
    }
    return status;
}

/* The cheap checks come first: a wrong image costs no digest. */
static fl_status verify_once(const struct fl_port *port, struct fl_where where,
                             const uint8_t *wanted, struct fl_image *image, uint8_t *identity)
{
    fl_status status = fl_manifest_verify(port, where, image, identity);

    if (status == FL_OK && wanted != NULL && !fl_same_digest(identity, wanted)) {
        status = FL_E_DIGEST;
    }
    if (status == FL_OK && image->start_address != port->layout->resident.address) {
        status = FL_E_START_ADDRESS;
    }
    if (status == FL_OK && image->hardware_min > port->layout->hardware_level) {
        status = FL_E_HARDWARE;
    }
    for (uint32_t i = 0; i < FL_SEGMENT_MAX && status == FL_OK; i++) {
        if (i < image->segment_count) {
            status = fl_segment_verify(port, where, image, i);
        }
    }
    FL_ASSERT(port, status != FL_OK || image->extent <= port->layout->resident.size);
    FL_ASSERT(port, !where.placed || where.address == port->layout->resident.address);
    return status;
}

/* One wrong read of flash must not make a good bank a bad one. */
fl_status fl_image_verify(const struct fl_port *port, struct fl_where where, const uint8_t *wanted,
                          struct fl_image *image, uint8_t *identity)
{
    uint32_t tries = where.space == FL_FLASH ? VERIFY_TRIES : 1u;
    fl_status status = FL_E_INTERNAL;

    FL_ASSERT(port, where.address % FL_BULK == 0);
    FL_ASSERT(port, where.space == FL_FLASH || where.space == FL_MEMORY);
    for (uint32_t tried = 0; tried < tries && status != FL_OK; tried++) {
        status = verify_once(port, where, wanted, image, identity);
    }
    return status;
}
