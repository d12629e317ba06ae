/* Builds and signs code images. */
#include "images/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <xxhash.h>

#include "fastload/image.h"
#include "fastload/port.h"
#include "fastload/port.h"

_Static_assert(crypto_sign_SECRETKEYBYTES == RL_KEY_SECRET_SIZE, "Ed25519 as libsodium has it");
_Static_assert(crypto_sign_PUBLICKEYBYTES == RL_KEY_PUBLIC_SIZE, "Ed25519 as libsodium has it");
_Static_assert(crypto_sign_SEEDBYTES == RL_KEY_SEED_SIZE, "Ed25519 as libsodium has it");
_Static_assert(crypto_sign_BYTES == FL_SIGNATURE_SIZE, "Ed25519 as libsodium has it");
_Static_assert(crypto_hash_sha256_BYTES == FL_DIGEST_SIZE, "SHA-256");
_Static_assert(RL_PAYLOAD_MIN == (FL_MODULE_COUNT + 1u) * FL_IMAGE_UNIT, "one unit each");

#define RUNTIME_MIN (FL_MODULE_COUNT * FL_IMAGE_UNIT)

void rl_recipe_defaults(struct rl_recipe *recipe)
{
    *recipe = (struct rl_recipe){
        .version = 1u << 24,
        .level = 1,
        .capabilities = 1,
        .data_format = 1,
        .init_requires = FL_INIT_ALL,
        .hardware_min = 1,
        .security_counter = 1,
    };
}

void rl_key_from_seed(const uint8_t seed[RL_KEY_SEED_SIZE], struct rl_key *key)
{
    crypto_sign_seed_keypair(key->public_key, key->secret_key, seed);
}

void rl_key_test(struct rl_key *key)
{
    static const char seed[] = "Relight test key: signs nothing!";
    _Static_assert(sizeof seed - 1u == RL_KEY_SEED_SIZE, "the text is a whole seed");

    rl_key_from_seed((const uint8_t *)seed, key);
}

static size_t padded_size(const struct rl_recipe *recipe)
{
    return (recipe->payload_size + FL_IMAGE_UNIT - 1u) / FL_IMAGE_UNIT * FL_IMAGE_UNIT;
}

/* Length of the name, or -1 when it is none. */
static int name_length(const struct rl_recipe *recipe)
{
    int length = 0;

    while (length < (int)sizeof recipe->name && recipe->name[length] != '\0') {
        if (recipe->name[length] < 0x20 || recipe->name[length] > 0x7E) {
            return -1;
        }
        length++;
    }
    return length < (int)sizeof recipe->name ? length : -1;
}

static uint32_t data_size(const struct rl_recipe *recipe)
{
    size_t size = padded_size(recipe) / 8u / FL_IMAGE_UNIT * FL_IMAGE_UNIT;

    if (recipe->data_size != 0) {
        return recipe->data_size;
    }
    return size == 0 ? FL_IMAGE_UNIT : (uint32_t)size;
}

static bool check_recipe(const struct rl_recipe *recipe, char *why)
{
    size_t padded = padded_size(recipe);

    if (recipe->payload_size < RL_PAYLOAD_MIN || recipe->payload_size > RL_PAYLOAD_MAX) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "the payload has %zu bytes; expected %u to %u",
                 recipe->payload_size, RL_PAYLOAD_MIN, RL_PAYLOAD_MAX);
        return false;
    }
    if (recipe->data_size % FL_IMAGE_UNIT != 0 || recipe->data_size > padded - RUNTIME_MIN) {
        snprintf(why, RL_IMAGE_WHY_SIZE,
                 "data size %u does not fit; expected a multiple of %u up to %zu "
                 "(the payload less %u bytes of runtime)",
                 recipe->data_size, FL_IMAGE_UNIT, padded - RUNTIME_MIN, RUNTIME_MIN);
        return false;
    }
    if (name_length(recipe) < 0) {
        snprintf(why, RL_IMAGE_WHY_SIZE,
                 "the name is not an image's name; expected at most %u printable ASCII characters",
                 FL_NAME_SIZE - 1u);
        return false;
    }
    return true;
}

static void put_range(uint8_t *bytes, uint32_t offset, uint32_t size)
{
    fl_put32(bytes, offset);
    fl_put32(bytes + 4, size);
}

/* A third of the runtime each, in whole units; the last module takes what remains. */
static void put_modules(uint8_t *image, uint32_t runtime_size)
{
    uint32_t third = runtime_size / FL_IMAGE_UNIT / FL_MODULE_COUNT * FL_IMAGE_UNIT;
    uint32_t offset = FL_METADATA_SIZE;

    for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) {
        uint32_t end = FL_METADATA_SIZE + runtime_size;
        uint32_t size = i + 1u < FL_MODULE_COUNT ? third : end - offset;

        put_range(image + FL_H_MODULES + i * 8u, offset, size);
        offset += size;
    }
    fl_put32(image + FL_H_BOOTSTRAP, FL_METADATA_SIZE + FL_MODULE_BOOTSTRAP * third);
}

static void put_header(uint8_t *image, const struct rl_recipe *recipe, uint32_t total_size)
{
    memcpy(image + FL_H_MAGIC, FL_IMAGE_MAGIC, sizeof FL_IMAGE_MAGIC - 1u);
    fl_put32(image + FL_H_FORMAT, FL_IMAGE_FORMAT);
    fl_put32(image + FL_H_TOTAL_SIZE, total_size);
    fl_put32(image + FL_H_SEGMENT_COUNT, 2);
    fl_put32(image + FL_H_VERSION, recipe->version);
    fl_put32(image + FL_H_LEVEL, recipe->level);
    fl_put32(image + FL_H_CAPABILITIES, recipe->capabilities);
    fl_put32(image + FL_H_DATA_FORMAT, recipe->data_format);
    fl_put32(image + FL_H_INIT_REQUIRES, recipe->init_requires);
    fl_put32(image + FL_H_HARDWARE_MIN, recipe->hardware_min);
    fl_put32(image + FL_H_SECURITY_COUNTER, recipe->security_counter);
    fl_put32(image + FL_H_START_ADDRESS, recipe->start_address);
    fl_put32(image + FL_H_DATA_READS_MIN, recipe->data_format);
    fl_put32(image + FL_H_DATA_READS_MAX, recipe->data_format);
    fl_put32(image + FL_H_INIT_FAST, FL_INIT_HAS_FAST);
    for (uint32_t i = 0; i < FL_INIT_STEP_COUNT; i++) {
        image[FL_H_INIT_ORDER + i] = (uint8_t)i;
    }
    memcpy(image + FL_H_NAME, recipe->name, (size_t)name_length(recipe));
}

static void put_segment(uint8_t *image, uint32_t index, uint32_t type, uint32_t offset,
                        uint32_t size)
{
    uint8_t *entry = image + FL_SEGMENT_TABLE + index * FL_SEGMENT_ENTRY_SIZE;

    fl_put32(entry + FL_S_TYPE, type);
    fl_put32(entry + FL_S_PLACE, offset);
    put_range(entry + FL_S_OFFSET, offset, size);
    crypto_hash_sha256(entry + FL_S_DIGEST, image + offset, size);
}

bool rl_image_build(const struct rl_recipe *recipe, const struct rl_key *key, uint8_t **image,
                    size_t *size, char *why)
{
    uint32_t total, data, runtime;
    uint8_t *bytes;

    if (!check_recipe(recipe, why)) {
        return false;
    }
    total = (uint32_t)(FL_METADATA_SIZE + padded_size(recipe));
    data = data_size(recipe);
    runtime = total - FL_METADATA_SIZE - data;
    bytes = malloc(total);
    if (bytes == NULL) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "no memory for an image of %u bytes", total);
        return false;
    }
    memset(bytes, 0, FL_SIGNATURE);
    memset(bytes + FL_SIGNATURE, 0xFF, total - FL_SIGNATURE);
    memcpy(bytes + FL_METADATA_SIZE, recipe->payload, recipe->payload_size);
    put_header(bytes, recipe, total);
    put_modules(bytes, runtime);
    put_segment(bytes, 0, FL_SEGMENT_RUNTIME, FL_METADATA_SIZE, runtime);
    put_segment(bytes, 1, FL_SEGMENT_DATA, FL_METADATA_SIZE + runtime, data);
    rl_image_sign(bytes, total, key);
    *image = bytes;
    *size = total;
    return true;
}

void rl_image_sign(uint8_t *image, size_t size, const struct rl_key *key)
{
    if (size < FL_METADATA_SIZE) {
        return; /* nothing that could hold a signature */
    }
    fl_put32(image + FL_H_CRC, fl_crc32c(image, FL_H_CRC));
    crypto_sign_detached(image + FL_SIGNATURE, NULL, image, FL_MANIFEST_SIZE, key->secret_key);
}

void rl_image_identity(const uint8_t *image, uint8_t digest[32])
{
    crypto_hash_sha256(digest, image, FL_MANIFEST_SIZE);
}

void rl_payload_pattern(uint64_t seed, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += 8u) {
        uint8_t position[8];
        XXH64_hash_t word;

        for (unsigned k = 0; k < 8u; k++) {
            position[k] = (uint8_t)((uint64_t)i >> (8u * k));
        }
        word = XXH64(position, sizeof position, seed);
        for (size_t k = 0; k < 8u && i + k < size; k++) {
            bytes[i + k] = (uint8_t)(word >> (8u * k));
        }
    }
}
