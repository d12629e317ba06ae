/* Judges images, wherever they lie. The bytes may come from anybody. */
#include "engines/conventional/conventional.h"

_Static_assert(FL_DIGEST_SIZE == RELIGHT_DIGEST_SIZE, "both use SHA-256");
_Static_assert(FL_IMAGE_UNIT == RELIGHT_BULK, "segments are made of bulk units");
_Static_assert(FL_KEY_SLOT % 8u == 0, "what is read of the metadata is whole words");

fl_status cv_status(relight_result result)
{
    switch (result) {
    case RELIGHT_OK:
        return FL_OK;
    case RELIGHT_ECC:
        return FL_E_ECC;
    case RELIGHT_RANGE:
        return FL_E_RANGE;
    case RELIGHT_NO_SENDER:
        return FL_E_SENDER;
    case RELIGHT_IO:
    default:
        return FL_E_IO;
    }
}

const struct relight_region *cv_bank(const struct relight_services *services)
{
    return &services->geometry->bank[0];
}

uint32_t cv_limit(const struct relight_services *services)
{
    return cv_least(cv_bank(services)->size, services->geometry->resident.size);
}

static bool is_blank(const uint8_t *bytes, uint32_t size)
{
    uint8_t all = 0xFFu;

    for (uint32_t i = 0; i < size; i++) {
        all &= bytes[i];
    }
    return all == 0xFFu;
}

static fl_status read_metadata(const struct relight_services *services, relight_space space,
                               uint32_t address, uint8_t *bytes)
{
    relight_result result;

    CV_ASSERT(services, address % RELIGHT_BULK == 0);
    if (space == RELIGHT_FLASH) {
        result = services->flash_read(services->host, address, bytes, FL_KEY_SLOT);
    } else {
        result = services->memory_read(services->host, address, bytes, FL_KEY_SLOT);
    }
    return cv_status(result);
}

static fl_status check_signature(const struct relight_services *services, const uint8_t *bytes)
{
    bool good = false;
    relight_result result = services->signature_check(services->host, bytes, FL_MANIFEST_SIZE,
                                                      bytes + FL_SIGNATURE, &good);

    if (result != RELIGHT_OK) {
        return cv_status(result);
    }
    return good ? FL_OK : FL_E_SIGNATURE;
}

static fl_status check_board(const struct relight_services *services, const struct fl_image *image)
{
    if (image->start_address != services->geometry->resident.address) {
        return FL_E_START_ADDRESS;
    }
    if (image->hardware_min > services->geometry->hardware_level) {
        return FL_E_HARDWARE;
    }
    return cv_companions_suit(services, image) ? FL_OK : FL_E_COMPANION;
}

fl_status cv_metadata_check(const struct relight_services *services, relight_space space,
                            uint32_t address, struct fl_image *image, uint8_t *identity)
{
    uint8_t bytes[FL_KEY_SLOT];
    fl_status status = read_metadata(services, space, address, bytes);

    if (status == FL_OK) {
        status =
            fl_image_parse(bytes, cv_limit(services), services->geometry->resident.size, image);
    }
    if (status == FL_OK && !is_blank(bytes + FL_IMAGE_RESERVED, FL_KEY_SLOT - FL_IMAGE_RESERVED)) {
        status = FL_E_FORMAT;
    }
    if (status == FL_OK) {
        status = check_signature(services, bytes);
    }
    if (status == FL_OK) {
        status = check_board(services, image);
    }
    if (status == FL_OK && identity != NULL) {
        status = cv_status(services->digest(services->host, bytes, FL_MANIFEST_SIZE, identity));
    }
    return status;
}

static fl_status check_segment(const struct relight_services *services, relight_space space,
                               uint32_t address, const struct fl_segment *segment)
{
    bool equal = false;
    relight_result result;

    CV_ASSERT(services, address % RELIGHT_BULK == 0);
    CV_ASSERT(services, segment->range.size > 0);
    result = services->digest_check(services->host, space, address, segment->range.size,
                                    segment->digest, &equal);
    if (result != RELIGHT_OK) {
        return cv_status(result);
    }
    return equal ? FL_OK : FL_E_DIGEST;
}

fl_status cv_stored_check(const struct relight_services *services, relight_space space,
                          uint32_t address, const struct fl_image *image)
{
    fl_status status = FL_OK;

    CV_ASSERT(services, image->total_size <= cv_limit(services));
    CV_ASSERT(services, image->segment_count <= FL_SEGMENT_MAX);
    for (uint32_t i = 0; i < image->segment_count && status == FL_OK; i++) {
        const struct fl_segment *segment = &image->segments[i];

        status = check_segment(services, space, address + segment->range.offset, segment);
    }
    return status;
}

fl_status cv_placed_check(const struct relight_services *services, const struct fl_image *image)
{
    uint32_t resident = services->geometry->resident.address;
    fl_status status = FL_OK;

    CV_ASSERT(services, image->extent <= services->geometry->resident.size);
    CV_ASSERT(services, image->segment_count <= FL_SEGMENT_MAX);
    for (uint32_t i = 0; i < image->segment_count && status == FL_OK; i++) {
        const struct fl_segment *segment = &image->segments[i];

        if (fl_segment_is_placed(segment)) {
            status = check_segment(services, RELIGHT_MEMORY, resident + segment->place, segment);
        }
    }
    return status;
}
