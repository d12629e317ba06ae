#include "images/parts.h"

#include <stdbool.h>

#include "fastload/image.h"

void rl_image_parts(size_t size, struct rl_image_part *parts)
{
    uint32_t after = FL_KEY_SLOT + FL_KEY_SLOT_SIZE;

    parts[0] = (struct rl_image_part){0, FL_KEY_SLOT};
    parts[1] = (struct rl_image_part){after, (uint32_t)size - after};
}

uint32_t rl_image_segments(const uint8_t *image, size_t size, struct rl_image_part *segments)
{
    struct fl_image parsed;

    if (size < FL_METADATA_SIZE ||
        fl_image_parse(image, (uint32_t)size, UINT32_MAX, &parsed) != FL_OK) {
        return 0;
    }
    for (uint32_t i = 0; i < parsed.segment_count; i++) {
        segments[i].offset = parsed.segments[i].range.offset;
        segments[i].size = parsed.segments[i].range.size;
    }
    return parsed.segment_count;
}

void rl_image_modules(const uint8_t *image, size_t size, struct rl_image_part *modules)
{
    struct fl_image parsed;
    bool sound = size >= FL_METADATA_SIZE &&
                 fl_image_parse(image, (uint32_t)size, UINT32_MAX, &parsed) == FL_OK;

    for (uint32_t i = 0; i < RL_IMAGE_MODULES; i++) {
        modules[i].offset = sound ? parsed.modules[i].offset : 0;
        modules[i].size = sound ? parsed.modules[i].size : 0;
    }
}
