/* Reads a file that a plan names. */
#ifndef RELIGHT_PLAN_FILE_H
#define RELIGHT_PLAN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_FILE_WHY_SIZE 160u

/* Reads the regular file at `path`, at most `limit` bytes. On success *bytes is allocated (free();
 * one NUL follows the content) and *size set. Otherwise false, and `why` (RL_FILE_WHY_SIZE bytes)
 * continues a sentence that began with the path: "cannot be read: No such file or directory". */
bool rl_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size, char *why);

/* `path` as seen from the folder of the file `from`: allocated (free()), NULL without memory. */
char *rl_file_beside(const char *from, const char *path);

/* The part of `path` after its last slash. */
const char *rl_file_base(const char *path);

#endif
