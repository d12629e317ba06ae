/* Whether a finished image can run on a device. */
#include "images/suits.h"

#include <inttypes.h>
#include <stdio.h>

#include "images/build.h"
#include "images/facts.h"
#include "images/inspect.h"
#include "images/parts.h"
#include "images/words.h"

bool rl_image_suits(const uint8_t *image, size_t size, const uint8_t public_key[32],
                    uint32_t start_address, char *why)
{
    struct rl_inspection inspection;
    rl_image_inspect(image, size, public_key, &inspection);
    if (inspection.signature != RL_SIGNATURE_GOOD) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "is not signed by the key that the device trusts");
        return false;
    }
    if (inspection.start_address != start_address) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "starts at 0x%08X; the device runs images at 0x%08X",
                 inspection.start_address, start_address);
        return false;
    }
    return true;
}

/* Bytes from the start address to behind the last place. */
static uint64_t extent_of(const uint8_t *image, size_t size)
{
    struct rl_image_part parts[RL_IMAGE_RESIDENT_PARTS];
    uint32_t count = rl_image_resident_parts(image, size, parts);
    uint64_t extent = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t end = (uint64_t)parts[i].place + parts[i].size;

        extent = end > extent ? end : extent;
    }
    return extent;
}

bool rl_image_fits(const uint8_t *image, size_t size, const struct relight_geometry *geometry,
                   char *why)
{
    uint64_t extent = extent_of(image, size);
    struct rl_image_facts facts;

    rl_image_facts(image, size, &facts);
    if (facts.hardware_min > geometry->hardware_level) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "runs from hardware level %u on; the board has %u",
                 facts.hardware_min, geometry->hardware_level);
        return false;
    }
    if (extent > geometry->resident.size) {
        snprintf(why, RL_IMAGE_WHY_SIZE,
                 "takes %" PRIu64 " bytes from its start address on; the resident place has %u",
                 extent, geometry->resident.size);
        return false;
    }
    for (uint32_t i = 0; i < RELIGHT_COMPANIONS; i++) {
        uint32_t room = geometry->companion[i].configuration.size;
        struct rl_image_part configuration;

        rl_image_configuration(image, size, i, &configuration);
        if (configuration.size > room) {
            snprintf(why, RL_IMAGE_WHY_SIZE,
                     "has a configuration of %u bytes for the %s; the board has room for %u",
                     configuration.size, rl_companion_words.names[i], room);
            return false;
        }
    }
    return true;
}
