/* Reads an image file. */
#ifndef RELIGHT_IMAGES_LOAD_H
#define RELIGHT_IMAGES_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the image at `path` and judges it as docs/image-format.md says, the signature apart: only
 * the caller knows the device's key (rl_image_signed_by() in images/inspect.h).
 * On success *bytes is allocated (free()), *size is its size, which is the total size in its
 * header, and true is returned. Otherwise false, *bytes is NULL and *size 0, and `why`
 * (RL_IMAGE_WHY_SIZE bytes, see images/build.h) holds one line without the path. */
bool rl_image_load(const char *path, uint8_t **bytes, size_t *size, char *why);

#endif
