/* Companions: their configuration flash is burnt while the adapter is off-line, like all the rest.
 */
#include "engines/conventional/conventional.h"

_Static_assert(FL_COMPANIONS == RELIGHT_COMPANIONS, "as many companions on both sides");
_Static_assert((int)FL_PLA == (int)RELIGHT_PLA && (int)FL_PHY == (int)RELIGHT_PHY,
               "companions have the same numbers");

static const struct relight_companion *place_of(const struct relight_services *services,
                                                uint32_t companion)
{
    return &services->geometry->companion[companion];
}

static bool holds(const struct relight_services *services, relight_space space, uint32_t address,
                  const struct fl_segment *configuration)
{
    bool equal = false;
    relight_result result = services->digest_check(
        services->host, space, address, configuration->range.size, configuration->digest, &equal);

    return result == RELIGHT_OK && equal;
}

static bool is_active(const struct relight_services *services, uint32_t companion,
                      const struct fl_segment *configuration)
{
    return holds(services, RELIGHT_MEMORY, place_of(services, companion)->active.address,
                 configuration);
}

bool cv_companions_suit(const struct relight_services *services, const struct fl_image *image)
{
    bool suit = true;

    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        const struct fl_segment *configuration = fl_image_configuration(image, (fl_companion)i);
        const struct relight_companion *place = place_of(services, i);

        suit = suit &&
               (configuration == NULL || (configuration->range.size <= place->active.size &&
                                          configuration->range.size <= place->configuration.size));
    }
    return suit;
}

bool cv_companions_ready(const struct relight_services *services, const struct fl_image *image)
{
    bool ready = true;

    for (uint32_t i = 0; i < FL_COMPANIONS && ready; i++) {
        const struct fl_segment *configuration = fl_image_configuration(image, (fl_companion)i);

        ready = configuration == NULL || is_active(services, i, configuration) ||
                holds(services, RELIGHT_FLASH, place_of(services, i)->configuration.address,
                      configuration);
    }
    return ready;
}

static fl_status burn(const struct relight_services *services, uint32_t companion,
                      const struct fl_segment *configuration)
{
    uint32_t memory = services->geometry->resident.address + configuration->range.offset;
    uint32_t flash = place_of(services, companion)->configuration.address;
    uint32_t sector = services->geometry->sector_size;
    uint32_t size = configuration->range.size;
    fl_status status = FL_OK;

    CV_ASSERT(services, size <= place_of(services, companion)->configuration.size);
    CV_ASSERT(services, flash % sector == 0);
    for (uint32_t at = 0; at < size && status == FL_OK; at += sector) {
        status = cv_burn_sector(services, flash + at, memory + at, cv_least(size - at, sector));
    }
    return status;
}

fl_status cv_companions_burn(const struct relight_services *services, const struct fl_image *image)
{
    fl_status status = FL_OK;

    CV_ASSERT(services, image->segment_count <= FL_SEGMENT_MAX);
    CV_ASSERT(services, cv_companions_suit(services, image));
    for (uint32_t i = 0; i < FL_COMPANIONS && status == FL_OK; i++) {
        const struct fl_segment *configuration = fl_image_configuration(image, (fl_companion)i);

        if (configuration != NULL && !is_active(services, i, configuration)) {
            status = burn(services, i, configuration);
        }
    }
    return status;
}

fl_status cv_companions_refresh(const struct relight_services *services,
                                const struct fl_image *image)
{
    CV_ASSERT(services, image->segment_count <= FL_SEGMENT_MAX);
    CV_ASSERT(services, cv_companions_suit(services, image));
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        const struct fl_segment *configuration = fl_image_configuration(image, (fl_companion)i);

        if (configuration == NULL || is_active(services, i, configuration)) {
            continue;
        }
        if (services->refresh(services->host, (relight_companion_kind)i,
                              configuration->range.size) != RELIGHT_OK ||
            !is_active(services, i, configuration)) {
            return FL_E_COMPANION;
        }
    }
    return FL_OK;
}
