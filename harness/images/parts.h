/* Which parts of an image must stand in memory for it to run, for who judges memory by contents and
 * need not know the format. */
#ifndef RELIGHT_IMAGES_PARTS_H
#define RELIGHT_IMAGES_PARTS_H

#include <stddef.h>
#include <stdint.h>

#define RL_IMAGE_PARTS        2u
#define RL_IMAGE_SEGMENTS_MAX 8u
#define RL_IMAGE_MODULES      3u

struct rl_image_part {
    uint32_t offset, size; /* bytes, multiples of 256 */
};

/* Everything but the key slot: RL_IMAGE_PARTS parts. */
void rl_image_parts(size_t size, struct rl_image_part *parts);

/* The segments, at most RL_IMAGE_SEGMENTS_MAX; returns how many, 0 when the image is not sound. */
uint32_t rl_image_segments(const uint8_t *image, size_t size, struct rl_image_part *segments);

/* The modules' ranges, by relight_module; all of size 0 when the image is not sound. */
void rl_image_modules(const uint8_t *image, size_t size, struct rl_image_part *modules);

#endif
