/* Whether a finished image can run on a device. */
#ifndef RELIGHT_IMAGES_SUITS_H
#define RELIGHT_IMAGES_SUITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the sound image at `image` (as rl_image_load() returns it) is signed by the key that the
 * device trusts and made for `start_address` in local memory. Otherwise false, and `why`
 * (RL_IMAGE_WHY_SIZE bytes, see images/build.h) continues a sentence that began with the file's
 * name. */
bool rl_image_suits(const uint8_t *image, size_t size, const uint8_t public_key[32],
                    uint32_t start_address, char *why);

#endif
