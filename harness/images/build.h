/* Builds and signs code images in memory: the other side of engine/include/fastload/image.h.
 *
 * What a builder makes is a pure function of its recipe and key: same input, same bytes.
 * docs/image-format.md is the specification of what it makes. */
#ifndef RELIGHT_IMAGES_BUILD_H
#define RELIGHT_IMAGES_BUILD_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#define RL_KEY_SEED_SIZE     32u
#define RL_KEY_PUBLIC_SIZE   32u
#define RL_KEY_SECRET_SIZE   64u

/* Bytes that every `why` argument in harness/images/ has room for, its NUL included. What is
 * written there is one line without the file's name, a full stop or a newline. */
#define RL_IMAGE_WHY_SIZE    160u

/* Bytes of a payload. The least gives each module and the data segment one unit of 256 bytes. */
#define RL_PAYLOAD_MIN       1024u
#define RL_PAYLOAD_MAX       (1u << 26)

/* Data segments that a recipe can ask for, and bytes of a configuration. */
#define RL_EXTENTS_MAX       5u
#define RL_CONFIGURATION_MIN 256u
#define RL_CONFIGURATION_MAX (1u << 20)

/* The most bytes that are read as an image file. */
#define RL_IMAGE_FILE_MAX    (RL_PAYLOAD_MAX + 2u * RL_CONFIGURATION_MAX + 65536u)

/* A key pair, as libsodium's Ed25519 has it. */
struct rl_key {
    uint8_t public_key[RL_KEY_PUBLIC_SIZE];
    uint8_t secret_key[RL_KEY_SECRET_SIZE];
};

/* A data segment. */
struct rl_extent {
    uint32_t size;  /* bytes, a multiple of 256 above 0 */
    uint32_t place; /* offset from the start address when resident: a multiple of 256 from 0x400 up,
                     * apart from the others; 0: right behind the place of the segment before */
};

/* The configuration of a companion: 16 bytes that say what it is, then a pattern that depends on
 * companion, level and seed, so that two images with the same of these bring the same. */
struct rl_configuration {
    uint32_t level; /* 1 or more; 0: the image needs none, and the rest is 0 */
    uint32_t size;  /* RL_CONFIGURATION_MIN to RL_CONFIGURATION_MAX, a multiple of 256 */
    uint64_t seed;
};

/* What an image is made of. */
struct rl_recipe {
    const uint8_t *payload; /* borrowed; runtime and data together */
    size_t payload_size;    /* RL_PAYLOAD_MIN to RL_PAYLOAD_MAX; padded with 0xFF to 256 bytes */
    uint32_t data_size;     /* bytes at the padded payload's end that form the one data segment: a
                             * multiple of 256 that leaves at least 768 for the runtime; 0: an
                             * eighth of the payload, rounded down, at least 256. 0 with extents */
    uint32_t runtime_place; /* as rl_extent has it; 0: right behind the metadata */
    uint32_t extent_count;  /* 0 to RL_EXTENTS_MAX; above 0: the payload ends with these segments
                             * in this order, and the runtime is what comes before */
    struct rl_extent extents[RL_EXTENTS_MAX];
    char name[32];    /* printable ASCII, NUL-terminated: at most 31 characters */
    uint32_t version; /* major << 24 | minor << 16 | patch */
    uint32_t level;
    uint32_t capabilities;
    uint32_t data_format;
    uint32_t init_requires;
    uint32_t hardware_min;
    uint32_t security_counter;
    uint32_t start_address;
    bool reads_range; /* it can convert data of formats from data_reads_min to data_reads_max, its
                       * own among them; false: it reads its own format only */
    uint32_t data_reads_min, data_reads_max;
    uint32_t level_min;    /* lowest level of a running image that it can take over from */
    uint32_t init_fast;    /* bit mask of steps that have a fast variant: not bit 0, registers */
    uint8_t init_order[4]; /* each of the steps 0 to 3 once */
    uint32_t prepares;     /* bit mask of preparations: 0 registers, 1 buffers, 2 caches */
    struct rl_configuration configurations[2]; /* PLA, PHY */
};

/* Sets every field: no payload, no name, version 1.0.0, level 1, capabilities 1, data format 1,
 * all steps of initialization in their order, fast variants of all that can have one, no
 * preparations, hardware 1, counter 1, start address 0, level_min 0, data size 0, no extents, no
 * configurations. */
void rl_recipe_defaults(struct rl_recipe *recipe);

/* The key pair that tests and plans use when they name none. Anybody knows it; it signs nothing
 * that leaves a desk. */
void rl_key_test(struct rl_key *key);

/* Builds and signs. The runtime segment is divided into the three modules, a third each.
 * On success *image is allocated (free()), *size set, and true returned. Otherwise false, and `why`
 * (RL_IMAGE_WHY_SIZE bytes) says what is wrong with the recipe, or that memory ran out. */
bool rl_image_build(const struct rl_recipe *recipe, const struct rl_key *key, uint8_t **image,
                    size_t *size, char *why);

/* Signs the manifest of the image at `image` again, after it was changed: header CRC, then
 * signature. `size` at least FL_METADATA_SIZE. Judges nothing. */
void rl_image_sign(uint8_t *image, size_t size, const struct rl_key *key);

/* The identity of an image: SHA-256 of the manifest, its first FL_MANIFEST_SIZE bytes. */
void rl_image_identity(const uint8_t *image, uint8_t digest[32]);

/* Fills `bytes` with a reproducible pattern without structure, as code is without structure to a
 * flash chip: xxHash of seed and position. */
void rl_payload_pattern(uint64_t seed, uint8_t *bytes, size_t size);

/* The key pair that belongs to a seed. */
void rl_key_from_seed(const uint8_t seed[RL_KEY_SEED_SIZE], struct rl_key *key);

/* Key files: docs/image-format.md tells their format. Each returns false and fills `why`
 * (RL_IMAGE_WHY_SIZE bytes) when the file is missing, unreadable or not a key of the kind that was
 * asked for; then the key is all zero. */
bool rl_key_load_public(const char *path, uint8_t key[RL_KEY_PUBLIC_SIZE], char *why);
bool rl_key_load_secret(const char *path, struct rl_key *key, char *why);

#endif
