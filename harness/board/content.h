/* Contents of whole images and segments, known by their digests.
 *
 * A digest of a range on the board is answered from here: the range has the digest exactly when it
 * holds the content that is known to have it (SHA-256 is taken as free of collisions). Contents
 * that nobody registered are hashed each time. */
#ifndef RELIGHT_BOARD_CONTENT_H
#define RELIGHT_BOARD_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "board/plane.h"

#define RL_DIGEST 32u

struct rl_content {
    uint8_t digest[RL_DIGEST];
    uint32_t count; /* pages */
    uint32_t *data; /* by page */
};

/* Registers `count` pages at `data` (copied) under the SHA-256 of their bytes, or finds them. */
const struct rl_content *rl_content_add(const uint32_t *data, uint32_t count);
/* The content of one page, by its number; rl_content_find() does not know it. */
const struct rl_content *rl_content_page(uint32_t data);
/* The registered content of `count` pages with `digest`, or NULL. */
const struct rl_content *rl_content_find(const uint8_t *digest, uint32_t count);
/* The sum that a plane has where `content` starts at page `first`. */
struct rl_sum rl_content_sum(const struct rl_content *content, uint32_t first);

/* SHA-256 over bytes at hand, remembered by content. */
void rl_digest_bytes(const void *bytes, uint32_t size, uint8_t *digest);
/* Ed25519 over bytes at hand, remembered by content. */
bool rl_signature_good(const void *bytes, uint32_t size, const uint8_t *signature,
                       const uint8_t *public_key);

void rl_content_free(void);

#endif
