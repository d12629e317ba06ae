/* Which parts of an image must stand in memory, for who judges memory by contents and need not know
 * the format.
 *
 * An image as stored, in flash and in staging, is one piece. When it is resident, its segments lie
 * at places of their own. Configurations of companions are stored only. */
#ifndef RELIGHT_IMAGES_PARTS_H
#define RELIGHT_IMAGES_PARTS_H

#include <stddef.h>
#include <stdint.h>

#define RL_IMAGE_STORED_PARTS   2u
#define RL_IMAGE_RESIDENT_PARTS 9u
#define RL_IMAGE_SEGMENTS_MAX   8u
#define RL_IMAGE_MODULES        3u

/* Where a resident image has the record of its fastload key, in bytes from its start. */
#define RL_IMAGE_KEY            0x300u
#define RL_IMAGE_KEY_SIZE       64u

/* All in bytes, multiples of 256. */
struct rl_image_part {
    uint32_t offset; /* as stored, from the image's first byte */
    uint32_t place;  /* when resident, from the start address; 0 for configurations */
    uint32_t size;
};

/* What an image as stored consists of, apart from its key slot, which may hold anything:
 * RL_IMAGE_STORED_PARTS parts, with `place` as `offset`. */
void rl_image_stored_parts(size_t size, struct rl_image_part *parts);

/* The same for an image as resident: at most RL_IMAGE_RESIDENT_PARTS parts, of which those that
 * follow each other, as stored and in memory, are one. Returns how many. An image that is not sound
 * has no places: it stands as it is stored. */
uint32_t rl_image_resident_parts(const uint8_t *image, size_t size, struct rl_image_part *parts);

/* The segments, configurations among them, at most RL_IMAGE_SEGMENTS_MAX; returns how many, 0 when
 * the image is not sound. */
uint32_t rl_image_segments(const uint8_t *image, size_t size, struct rl_image_part *segments);

/* The modules' ranges, by relight_module; all of size 0 when the image is not sound. */
void rl_image_modules(const uint8_t *image, size_t size, struct rl_image_part *modules);

/* The configuration that the image brings for a companion (relight_companion_kind); of size 0 when
 * it brings none, or is not sound. */
void rl_image_configuration(const uint8_t *image, size_t size, uint32_t companion,
                            struct rl_image_part *configuration);

#endif
