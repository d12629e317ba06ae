#include "images/parts.h"

#include <stdbool.h>

#include "fastload/image.h"

_Static_assert(RL_IMAGE_KEY == FL_KEY_SLOT && RL_IMAGE_KEY_SIZE <= FL_KEY_SLOT_SIZE,
               "the key is in the key slot");

_Static_assert(RL_IMAGE_SEGMENTS_MAX == FL_SEGMENT_MAX, "as many as the format allows");
_Static_assert(RL_IMAGE_RESIDENT_PARTS == 1u + FL_SEGMENT_MAX, "metadata and segments");
_Static_assert(RL_IMAGE_MODULES == FL_MODULE_COUNT, "as many as the format has");

static bool parse(const uint8_t *image, size_t size, struct fl_image *parsed)
{
    return size >= FL_METADATA_SIZE && size <= UINT32_MAX &&
           fl_image_parse(image, (uint32_t)size, UINT32_MAX, parsed) == FL_OK;
}

static struct rl_image_part part_of(const struct fl_segment *segment)
{
    return (struct rl_image_part){segment->range.offset, segment->place, segment->range.size};
}

void rl_image_stored_parts(size_t size, struct rl_image_part *parts)
{
    uint32_t after = FL_KEY_SLOT + FL_KEY_SLOT_SIZE;

    parts[0] = (struct rl_image_part){0, 0, FL_KEY_SLOT};
    parts[1] = (struct rl_image_part){after, after, (uint32_t)size - after};
}

/* Whether `part` goes on where `last` ends, as stored and in memory. */
static bool follows(const struct rl_image_part *last, const struct rl_image_part *part)
{
    return last->offset + last->size == part->offset && last->place + last->size == part->place;
}

uint32_t rl_image_resident_parts(const uint8_t *image, size_t size, struct rl_image_part *parts)
{
    struct fl_image parsed;
    uint32_t count = 1;

    if (!parse(image, size, &parsed)) {
        rl_image_stored_parts(size, parts);
        return RL_IMAGE_STORED_PARTS;
    }
    parts[0] = (struct rl_image_part){0, 0, FL_KEY_SLOT};
    for (uint32_t i = 0; i < parsed.segment_count; i++) {
        struct rl_image_part part = part_of(&parsed.segments[i]);

        if (!fl_segment_is_placed(&parsed.segments[i])) {
            continue;
        }
        if (follows(&parts[count - 1u], &part)) {
            parts[count - 1u].size += part.size;
        } else {
            parts[count++] = part;
        }
    }
    return count;
}

uint32_t rl_image_segments(const uint8_t *image, size_t size, struct rl_image_part *segments)
{
    struct fl_image parsed;

    if (!parse(image, size, &parsed)) {
        return 0;
    }
    for (uint32_t i = 0; i < parsed.segment_count; i++) {
        segments[i] = part_of(&parsed.segments[i]);
    }
    return parsed.segment_count;
}

void rl_image_modules(const uint8_t *image, size_t size, struct rl_image_part *modules)
{
    struct fl_image parsed;
    bool sound = parse(image, size, &parsed);

    for (uint32_t i = 0; i < RL_IMAGE_MODULES; i++) {
        modules[i] = (struct rl_image_part){0, 0, 0};
        if (sound) {
            modules[i].offset = parsed.modules[i].offset;
            modules[i].place = fl_image_module_place(&parsed, (fl_module)i);
            modules[i].size = parsed.modules[i].size;
        }
    }
}

void rl_image_configuration(const uint8_t *image, size_t size, uint32_t companion,
                            struct rl_image_part *configuration)
{
    struct fl_image parsed;
    const struct fl_segment *segment = NULL;

    if (parse(image, size, &parsed) && companion < FL_COMPANIONS) {
        segment = fl_image_configuration(&parsed, (fl_companion)companion);
    }
    *configuration = segment != NULL ? part_of(segment) : (struct rl_image_part){0, 0, 0};
}
