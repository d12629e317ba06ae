/* Writes key files. Reading them is in images/build.h. */
#ifndef RELIGHT_IMAGES_KEYFILE_H
#define RELIGHT_IMAGES_KEYFILE_H

#include <stdbool.h>

#include "images/build.h"

/* A new key pair: out of `seed_text` (any text; the same text gives the same pair), or random when
 * it is NULL. False when the system has no random numbers to give. */
bool rl_key_generate(const char *seed_text, struct rl_key *key);

/* Writes the pair: the secret key to `path` with mode 0600, the public one to `path`.pub. Refuses
 * when either exists. False and `why` (RL_IMAGE_WHY_SIZE bytes, one line without the path) on
 * failure; then neither was created. */
bool rl_key_save(const char *path, const struct rl_key *key, char *why);

#endif
