/* Builds and signs code images. */
#include "images/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <xxhash.h>

#include "fastload/image.h"
#include "fastload/port.h"
#include "images/inspect.h"

_Static_assert(crypto_sign_SECRETKEYBYTES == RL_KEY_SECRET_SIZE, "Ed25519 as libsodium has it");
_Static_assert(crypto_sign_PUBLICKEYBYTES == RL_KEY_PUBLIC_SIZE, "Ed25519 as libsodium has it");
_Static_assert(crypto_sign_SEEDBYTES == RL_KEY_SEED_SIZE, "Ed25519 as libsodium has it");
_Static_assert(crypto_sign_BYTES == FL_SIGNATURE_SIZE, "Ed25519 as libsodium has it");
_Static_assert(crypto_hash_sha256_BYTES == FL_DIGEST_SIZE, "SHA-256");
_Static_assert(RL_PAYLOAD_MIN == (FL_MODULE_COUNT + 1u) * FL_IMAGE_UNIT, "one unit each");

_Static_assert(FL_COMPANIONS == 2, "as many configurations as a recipe has");
_Static_assert(FL_INIT_STEP_COUNT == 4, "as many steps as a recipe orders");
_Static_assert(1u + RL_EXTENTS_MAX + FL_COMPANIONS <= FL_SEGMENT_MAX, "all segments have entries");

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
        .init_fast = FL_INIT_HAS_FAST,
        .init_order = {FL_INIT_REGISTERS, FL_INIT_POST, FL_INIT_VARIABLES, FL_INIT_HANDSHAKE},
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

/* The extents' sizes; their places are judged with the finished image. */
static bool check_extents(const struct rl_recipe *recipe, char *why)
{
    uint64_t sum = 0;

    if (recipe->extent_count > RL_EXTENTS_MAX) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "there are %u extents; expected at most %u",
                 recipe->extent_count, RL_EXTENTS_MAX);
        return false;
    }
    if (recipe->extent_count > 0 && recipe->data_size != 0) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "data size and extents exclude each other");
        return false;
    }
    for (uint32_t i = 0; i < recipe->extent_count; i++) {
        uint32_t size = recipe->extents[i].size;

        sum += size;
        if (size == 0 || size % FL_IMAGE_UNIT != 0 || sum > padded_size(recipe) - RUNTIME_MIN) {
            snprintf(why, RL_IMAGE_WHY_SIZE,
                     "extent %u of %u bytes does not fit; expected multiples of %u, together up to "
                     "%zu (the payload less %u bytes of runtime)",
                     i + 1u, size, FL_IMAGE_UNIT, padded_size(recipe) - RUNTIME_MIN, RUNTIME_MIN);
            return false;
        }
    }
    return true;
}

static bool check_configurations(const struct rl_recipe *recipe, char *why)
{
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        const struct rl_configuration *configuration = &recipe->configurations[i];
        uint32_t size = configuration->size;

        if (configuration->level == 0 && size == 0) {
            continue;
        }
        if (configuration->level == 0 || size < RL_CONFIGURATION_MIN ||
            size > RL_CONFIGURATION_MAX || size % FL_IMAGE_UNIT != 0) {
            snprintf(why, RL_IMAGE_WHY_SIZE,
                     "the %s's configuration has level %u and %u bytes; expected a level above 0 "
                     "and a multiple of %u from %u to %u",
                     i == FL_PLA ? "PLA" : "PHY", configuration->level, size, FL_IMAGE_UNIT,
                     RL_CONFIGURATION_MIN, RL_CONFIGURATION_MAX);
            return false;
        }
    }
    return true;
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
    if (!check_extents(recipe, why) || !check_configurations(recipe, why)) {
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

/* What the bridge from another image to this one has to know. */
static void put_bridge_fields(uint8_t *image, const struct rl_recipe *recipe)
{
    bool range = recipe->reads_range;

    fl_put32(image + FL_H_DATA_READS_MIN, range ? recipe->data_reads_min : recipe->data_format);
    fl_put32(image + FL_H_DATA_READS_MAX, range ? recipe->data_reads_max : recipe->data_format);
    fl_put32(image + FL_H_LEVEL_MIN, recipe->level_min);
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        fl_put32(image + FL_H_COMPANIONS + i * 4u, recipe->configurations[i].level);
    }
    fl_put32(image + FL_H_INIT_FAST, recipe->init_fast);
    memcpy(image + FL_H_INIT_ORDER, recipe->init_order, FL_INIT_STEP_COUNT);
    fl_put32(image + FL_H_PREPARES, recipe->prepares);
}
static void put_header(uint8_t *image, const struct rl_recipe *recipe, uint32_t total_size)
{
    memcpy(image + FL_H_MAGIC, FL_IMAGE_MAGIC, sizeof FL_IMAGE_MAGIC - 1u);
    fl_put32(image + FL_H_FORMAT, FL_IMAGE_FORMAT);
    fl_put32(image + FL_H_TOTAL_SIZE, total_size);
    fl_put32(image + FL_H_VERSION, recipe->version);
    fl_put32(image + FL_H_LEVEL, recipe->level);
    fl_put32(image + FL_H_CAPABILITIES, recipe->capabilities);
    fl_put32(image + FL_H_DATA_FORMAT, recipe->data_format);
    fl_put32(image + FL_H_INIT_REQUIRES, recipe->init_requires);
    fl_put32(image + FL_H_HARDWARE_MIN, recipe->hardware_min);
    fl_put32(image + FL_H_SECURITY_COUNTER, recipe->security_counter);
    fl_put32(image + FL_H_START_ADDRESS, recipe->start_address);
    put_bridge_fields(image, recipe);
    memcpy(image + FL_H_NAME, recipe->name, (size_t)name_length(recipe));
}

/* A segment table that is being filled: what the next entry is. */
struct table {
    uint8_t *image;
    uint32_t count;
    uint32_t offset; /* where the next segment is stored */
    uint32_t place;  /* behind the place of the last one */
};

/* Adds a segment whose bytes are there; `place` 0 is right behind the one before. */
static void add_segment(struct table *table, uint32_t type, uint32_t size, uint32_t place)
{
    uint8_t *entry = table->image + FL_SEGMENT_TABLE + table->count * FL_SEGMENT_ENTRY_SIZE;
    bool placed = type == FL_SEGMENT_RUNTIME || type == FL_SEGMENT_DATA;

    if (placed) {
        table->place = place == 0 ? table->place : place;
    }
    fl_put32(entry + FL_S_TYPE, type);
    fl_put32(entry + FL_S_PLACE, placed ? table->place : 0);
    put_range(entry + FL_S_OFFSET, table->offset, size);
    crypto_hash_sha256(entry + FL_S_DIGEST, table->image + table->offset, size);
    table->place += placed ? size : 0;
    table->offset += size;
    table->count++;
}

/* Writes a configuration's bytes: what it is, then a pattern of its own. */
static void put_configuration(uint8_t *bytes, uint32_t companion,
                              const struct rl_configuration *configuration)
{
    uint8_t start[16];

    _Static_assert(FL_C_RESERVED + 4u == sizeof start, "all fields, and no more");
    fl_put32(start, FL_CONFIGURATION_MAGIC);
    fl_put32(start + FL_C_COMPANION, companion);
    fl_put32(start + FL_C_LEVEL, configuration->level);
    fl_put32(start + FL_C_RESERVED, 0);
    rl_payload_pattern(XXH64(start, sizeof start, configuration->seed), bytes, configuration->size);
    memcpy(bytes, start, sizeof start);
}

/* Fills in the segments; the payload is in its place. */
static void put_segments(uint8_t *image, const struct rl_recipe *recipe)
{
    struct table table = {image, 0, FL_METADATA_SIZE, FL_METADATA_SIZE};
    struct rl_extent only = {.size = data_size(recipe)};
    const struct rl_extent *extents = recipe->extent_count > 0 ? recipe->extents : &only;
    uint32_t count = recipe->extent_count > 0 ? recipe->extent_count : 1u;
    uint32_t runtime = (uint32_t)padded_size(recipe);

    for (uint32_t i = 0; i < count; i++) {
        runtime -= extents[i].size;
    }
    put_modules(image, runtime);
    add_segment(&table, FL_SEGMENT_RUNTIME, runtime, recipe->runtime_place);
    for (uint32_t i = 0; i < count; i++) {
        add_segment(&table, FL_SEGMENT_DATA, extents[i].size, extents[i].place);
    }
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        if (recipe->configurations[i].level > 0) {
            put_configuration(image + table.offset, i, &recipe->configurations[i]);
            add_segment(&table, i == FL_PLA ? FL_SEGMENT_PLA : FL_SEGMENT_PHY,
                        recipe->configurations[i].size, 0);
        }
    }
    fl_put32(image + FL_H_SEGMENT_COUNT, table.count);
}

/* Whether the finished image obeys the rules of the format: a recipe can ask for what does not. */
static bool check_image(const uint8_t *image, size_t size, char *why)
{
    struct rl_inspection inspection;

    rl_image_inspect(image, size, NULL, &inspection);
    if (inspection.problem_count > 0) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "%s", inspection.problems[0].text);
    }
    return inspection.problem_count == 0;
}

bool rl_image_build(const struct rl_recipe *recipe, const struct rl_key *key, uint8_t **image,
                    size_t *size, char *why)
{
    uint32_t total;
    uint8_t *bytes;

    if (!check_recipe(recipe, why)) {
        return false;
    }
    total = (uint32_t)(FL_METADATA_SIZE + padded_size(recipe)) + recipe->configurations[0].size +
            recipe->configurations[1].size;
    bytes = malloc(total);
    if (bytes == NULL) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "no memory for an image of %u bytes", total);
        return false;
    }
    memset(bytes, 0, FL_SIGNATURE);
    memset(bytes + FL_SIGNATURE, 0xFF, total - FL_SIGNATURE);
    memcpy(bytes + FL_METADATA_SIZE, recipe->payload, recipe->payload_size);
    put_header(bytes, recipe, total);
    put_segments(bytes, recipe);
    rl_image_sign(bytes, total, key);
    if (!check_image(bytes, total, why)) {
        free(bytes);
        return false;
    }
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
