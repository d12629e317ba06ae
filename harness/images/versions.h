/* Images of all versions beside two given ones: each thing that an old and a new image can disagree
 * on, alone and in pairs, one below, the same or one above. They are well signed, and made of the
 * new image. */
#ifndef RELIGHT_IMAGES_VERSIONS_H
#define RELIGHT_IMAGES_VERSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "images/build.h"

/* One of them: one or two differences. */
struct rl_version {
    uint32_t first, second; /* rows of a table; second: RL_VERSION_ROWS for none */
};

#define RL_VERSION_ROWS 23u
#define RL_VERSIONS     (RL_VERSION_ROWS * RL_VERSION_ROWS) /* no more than these */
/* All that can be made: singles come first. Returns how many; `list` may be NULL. */
uint32_t rl_versions(struct rl_version *list);
/* "capability-lacking", "data-format-above+security-counter-below"; `size` at least 80. */
void rl_version_name(const struct rl_version *version, char *text, size_t size);

struct rl_version_base {
    const uint8_t *old_image, *new_image;
    size_t old_size, new_size;
    uint32_t hardware_level; /* of the board */
};
/* Makes it in `out`, with room for the larger of both images. Returns its size; 0 when there is
 * none: nothing is below 0, and an image without a configuration has no level of it. */
size_t rl_version_make(const struct rl_version *version, const struct rl_version_base *base,
                       const struct rl_key *key, uint8_t *out);

#endif
