/* From the bank to the places in memory where an image's parts run. */
#include "engines/conventional/conventional.h"

_Static_assert(FL_KEY_SLOT % RELIGHT_BULK == 0 && FL_KEY_SLOT_SIZE == RELIGHT_BULK,
               "the key slot is one bulk unit");

bool cv_is_in_place(const struct fl_image *image)
{
    bool in_place = true;

    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct fl_segment *segment = &image->segments[i];

        in_place =
            in_place && (!fl_segment_is_placed(segment) || segment->place == segment->range.offset);
    }
    return in_place;
}

static fl_status copy(const struct relight_services *services, uint32_t to, uint32_t from,
                      uint32_t size)
{
    relight_result result = RELIGHT_OK;

    CV_ASSERT(services, size % RELIGHT_BULK == 0);
    CV_ASSERT(services, size <= services->geometry->resident.size);
    for (uint32_t at = 0; at < size && result == RELIGHT_OK; at += RELIGHT_BULK) {
        result = services->memory_copy(services->host, to + at, RELIGHT_FLASH, from + at);
    }
    return cv_status(result);
}

/* All of it but the key slot, which is no part of the image: this engine leaves no keys. */
static fl_status place_metadata(const struct relight_services *services)
{
    uint32_t resident = services->geometry->resident.address;
    fl_status status = copy(services, resident, cv_bank(services)->address, FL_KEY_SLOT);

    if (status == FL_OK) {
        status = cv_status(services->memory_fill(services->host, resident + FL_KEY_SLOT, 0xFFu));
    }
    return status;
}

fl_status cv_place(const struct relight_services *services, const struct fl_image *image)
{
    uint32_t resident = services->geometry->resident.address;
    fl_status status = place_metadata(services);

    CV_ASSERT(services, image->extent <= services->geometry->resident.size);
    CV_ASSERT(services, image->segment_count <= FL_SEGMENT_MAX);
    for (uint32_t i = 0; i < image->segment_count && status == FL_OK; i++) {
        const struct fl_segment *segment = &image->segments[i];

        if (fl_segment_is_placed(segment)) {
            status = copy(services, resident + segment->place,
                          cv_bank(services)->address + segment->range.offset, segment->range.size);
        }
    }
    if (status == FL_OK && cv_placed_check(services, image) != FL_OK) {
        status = FL_E_OVERLAY;
    }
    return status;
}
