/* Whether a finished image can run on a device. */
#ifndef RELIGHT_IMAGES_SUITS_H
#define RELIGHT_IMAGES_SUITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "relight/engine.h"

/* Whether the sound image at `image` (as rl_image_load() returns it) is signed by the key that the
 * device trusts and made for `start_address` in local memory. Otherwise false, and `why`
 * (RL_IMAGE_WHY_SIZE bytes, see images/build.h) continues a sentence that began with the file's
 * name. */
bool rl_image_suits(const uint8_t *image, size_t size, const uint8_t public_key[32],
                    uint32_t start_address, char *why);

/* Whether the sound image at `image` can run on a board: the hardware is of a level that it runs
 * on, its places lie inside of the resident region, and the board has each companion that it needs,
 * with room for the configuration. Otherwise false, and `why` (RL_IMAGE_WHY_SIZE bytes) continues a
 * sentence that began with "the image". */
bool rl_image_fits(const uint8_t *image, size_t size, const struct relight_geometry *geometry,
                   char *why);

#endif
