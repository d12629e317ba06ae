/* Files read and written whole. Every function returns false and fills `why` (RL_IMAGE_WHY_SIZE
 * bytes, see images/build.h) with one line without the path when it fails. */
#ifndef RELIGHT_IMAGES_FILE_H
#define RELIGHT_IMAGES_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the regular file at `path`. On success *bytes is allocated (free(); never NULL) and *size
 * set. A file of more than `limit` bytes is refused. */
bool rl_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size, char *why);

/* Replaces the file at `path`, or creates it with `mode` less the umask. The bytes go to a
 * temporary file beside it, which takes its place once it is complete on disk: whoever reads `path`
 * sees the old content or the new, and a failure leaves nothing behind. A replaced file's mode is
 * kept; a symbolic link is followed. */
bool rl_file_replace(const char *path, const uint8_t *bytes, size_t size, unsigned mode, char *why);

/* As rl_file_replace(), but refuses when anything called `path` exists. */
bool rl_file_create(const char *path, const uint8_t *bytes, size_t size, unsigned mode, char *why);

#endif
