/* Builds code images in memory: the other side of engine/include/fastload/image.h.
 *
 * What a builder makes is a pure function of its recipe: same recipe, same bytes. */
#ifndef RELIGHT_IMAGES_BUILD_H
#define RELIGHT_IMAGES_BUILD_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#define RL_KEY_SEED_SIZE   32u
#define RL_KEY_PUBLIC_SIZE 32u
#define RL_KEY_SECRET_SIZE 64u

/* A key pair, as libsodium's Ed25519 has it. */
struct rl_key {
    uint8_t public_key[RL_KEY_PUBLIC_SIZE];
    uint8_t secret_key[RL_KEY_SECRET_SIZE];
};

/* What an image is made of. */
struct rl_recipe {
    const uint8_t *payload;    /* borrowed; runtime and data together */
    size_t payload_size;       /* bytes, 1024 to 2^26; padded with 0xFF to the image unit */
    uint32_t data_size;        /* bytes at the payload's end that form the data segment, 256 up */
    char name[32];             /* printable ASCII, NUL-terminated */
    uint32_t version;          /* major << 24 | minor << 16 | patch */
    uint32_t level;
    uint32_t capabilities;
    uint32_t data_format;
    uint32_t init_requires;
    uint32_t hardware_min;
    uint32_t security_counter;
    uint32_t start_address;
};

/* Sets every field but payload to its default: version 1.0.0, level 1, capabilities 1, data_format
 * 1, all init steps, hardware 1, counter 1, start address 0, a data segment of an eighth of the
 * payload (decided when data_size is 0 at build). */
void rl_recipe_defaults(struct rl_recipe *recipe);

/* The key pair that tests and plans use when they name none. Anybody knows it; it signs nothing
 * that leaves a desk. */
void rl_key_test(struct rl_key *key);

/* Builds and signs. On success *image is allocated (free()) and *size set, true returned. Otherwise
 * false, and `why` (at least 160 bytes) says what is wrong with the recipe. */
bool rl_image_build(const struct rl_recipe *recipe, const struct rl_key *key, uint8_t **image,
                    size_t *size, char *why);

/* Signs the manifest of the image at `image` again, after it was changed: header CRC, then
 * signature. `size` at least FL_METADATA_SIZE. */
void rl_image_sign(uint8_t *image, size_t size, const struct rl_key *key);

/* Fills `bytes` with a reproducible pattern that looks like code: xxHash of seed and position. */
void rl_payload_pattern(uint64_t seed, uint8_t *bytes, size_t size);

#endif
