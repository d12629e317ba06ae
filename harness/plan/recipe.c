/* Images of a plan. */
#define _GNU_SOURCE
#include "plan/recipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "images/file.h"
#include "images/load.h"
#include "images/suits.h"
#include "plan/bridge.h"
#include "plan/path.h"

/* All images of a plan are in memory at once, in every worker. */
#define IMAGE_BYTES_MAX  (512u * 1048576u)

/* Where a running image lives in every layout of rl_device_lay_out(). */
#define RESIDENT_ADDRESS 0u

/* One image as the plan describes it. */
struct request {
    struct rl_recipe recipe;
    const struct rl_yaml *payload, *image, *pattern, *size; /* NULL: not given */
    uint64_t seed;
    uint32_t pattern_size;
    bool named;
};

static bool read_path(struct rl_loader *loader, const struct rl_yaml *value,
                      const struct rl_field *field, void *target)
{
    if (value->kind != RL_YAML_SCALAR || value->text[0] == '\0') {
        return rl_fail(loader, value, "%s: expected the path of a file", field->key);
    }
    memcpy((char *)target + field->offset, &value, sizeof value);
    return true;
}

static bool read_pattern(struct rl_loader *loader, const struct rl_yaml *value,
                         const struct rl_field *field, void *target)
{
    struct request *request = target;
    request->pattern = value;
    return rl_read_u64(loader, value, field, target);
}

static bool read_pattern_size(struct rl_loader *loader, const struct rl_yaml *value,
                              const struct rl_field *field, void *target)
{
    struct request *request = target;
    request->size = value;
    return rl_read_size(loader, value, field, target);
}

static bool read_image_name(struct rl_loader *loader, const struct rl_yaml *value,
                            const struct rl_field *field, void *target)
{
    struct request *request = target;
    request->named = true;
    return rl_read_text(loader, value, field, target);
}

/* One part of a version and the dot or end behind it. */
static bool version_part(const char **at, uint32_t most, char end, uint32_t *part)
{
    const char *digit = *at;
    *part = 0;
    while (*digit >= '0' && *digit <= '9' && digit - *at < 5) {
        *part = *part * 10 + (uint32_t)(*digit++ - '0');
    }
    bool padded = **at == '0' && digit - *at > 1;
    bool sound = digit != *at && !padded && *digit == end && *part <= most;
    *at = digit + 1; /* only used when a dot stood there */
    return sound;
}

static bool read_version(struct rl_loader *loader, const struct rl_yaml *value,
                         const struct rl_field *field, void *target)
{
    struct request *request = target;
    uint32_t major = 0, minor = 0, patch = 0;
    const char *at = value->text;
    if (value->kind != RL_YAML_SCALAR || !version_part(&at, 255, '.', &major) ||
        !version_part(&at, 255, '.', &minor) || !version_part(&at, 65535, '\0', &patch)) {
        return rl_fail(loader, value,
                       "%s: expected MAJOR.MINOR.PATCH such as 1.16.1, at most 255.255.65535",
                       field->key);
    }
    request->recipe.version = major << 24 | minor << 16 | patch;
    return true;
}

#define IN_REQUEST(member) offsetof(struct request, member)

static const struct rl_field image_fields[] = {
    {"payload", read_path, IN_REQUEST(payload), 0, 0, 0},
    {"pattern", read_pattern, IN_REQUEST(seed), 0, UINT64_MAX, 0},
    {"size", read_pattern_size, IN_REQUEST(pattern_size), RL_PAYLOAD_MIN, RL_PAYLOAD_MAX, 0},
    {"image", read_path, IN_REQUEST(image), 0, 0, 0},
    {"name", read_image_name, IN_REQUEST(recipe.name), 1, sizeof(((struct rl_recipe *)0)->name), 0},
    {"version", read_version, 0, 0, 0, 0},
    {"level", rl_read_u32, IN_REQUEST(recipe.level), 0, UINT32_MAX, 0},
    {"capabilities", rl_read_u32, IN_REQUEST(recipe.capabilities), 0, UINT32_MAX, 0},
    {"data_format", rl_read_u32, IN_REQUEST(recipe.data_format), 0, UINT32_MAX, 0},
    {"init_requires", rl_read_u32, IN_REQUEST(recipe.init_requires), 0, UINT32_MAX, 0},
    {"hardware_min", rl_read_u32, IN_REQUEST(recipe.hardware_min), 0, UINT32_MAX, 0},
    {"security_counter", rl_read_u32, IN_REQUEST(recipe.security_counter), 0, UINT32_MAX, 0},
    {"data_size", rl_read_size, IN_REQUEST(recipe.data_size), 256, RL_PAYLOAD_MAX, 256},
    {"runtime_place", rl_read_size, IN_REQUEST(recipe.runtime_place), 1024, UINT32_MAX, 256},
    {"extents", rl_read_extents, IN_REQUEST(recipe), 0, 0, 0},
    {"data_reads", rl_read_data_reads, IN_REQUEST(recipe), 0, 0, 0},
    {"level_min", rl_read_u32, IN_REQUEST(recipe.level_min), 0, UINT32_MAX, 0},
    {"init_fast", rl_read_u32, IN_REQUEST(recipe.init_fast), 0, UINT32_MAX, 0},
    {"init_order", rl_read_init_order, IN_REQUEST(recipe), 0, 0, 0},
    {"prepares", rl_read_prepares, IN_REQUEST(recipe), 0, 0, 0},
    {"pla", rl_read_configuration, IN_REQUEST(recipe), RELIGHT_PLA, 0, 0},
    {"phy", rl_read_configuration, IN_REQUEST(recipe), RELIGHT_PHY, 0, 0},
};
#define IMAGE_FIELDS (sizeof image_fields / sizeof image_fields[0])

/* Exactly one source, and only the keys that go with it. */
static bool is_consistent(struct rl_loader *loader, const struct rl_yaml *node,
                          const struct request *request)
{
    int sources =
        (request->payload != NULL) + (request->pattern != NULL) + (request->image != NULL);
    if (sources != 1) {
        return rl_fail(loader, node, "an image needs one of payload, pattern or image; found %s",
                       sources == 0 ? "none" : "several");
    }
    if (request->image != NULL && node->count != 2) {
        return rl_fail(loader, node,
                       "an image that is loaded says the rest itself; leave the other keys out");
    }
    if (request->pattern != NULL && request->size == NULL) {
        return rl_fail(loader, request->pattern, "a pattern needs a size");
    }
    if (request->pattern == NULL && request->size != NULL) {
        return rl_fail(loader, request->size, "size goes with pattern; a payload has its own");
    }
    if (request->image == NULL && !loader->test_key) {
        return rl_fail(loader, node,
                       "only the test key signs what a plan builds; with a key of your own, give "
                       "a signed file as image");
    }
    return true;
}

static bool load_payload(struct rl_loader *loader, const struct rl_yaml *where, uint8_t **bytes,
                         size_t *size)
{
    char why[RL_IMAGE_WHY_SIZE];
    char *path = rl_path_beside(where->file, where->text);
    if (path == NULL) {
        return rl_fail(loader, where, "out of memory");
    }
    bool loaded = rl_file_read(path, RL_PAYLOAD_MAX, bytes, size, why);
    if (!loaded) {
        bool seabios = strncmp(path, "/usr/share/seabios/", 19) == 0;
        rl_yaml_fail(&loader->error, where, "payload \"%.200s\" %s%s", path, why,
                     seabios ? "; install Debian's package seabios" : "");
    }
    free(path);
    return loaded;
}

static bool make_pattern(struct rl_loader *loader, const struct rl_yaml *where,
                         const struct request *request, uint8_t **bytes, size_t *size)
{
    *size = request->pattern_size;
    *bytes = malloc(*size);
    if (*bytes == NULL) {
        return rl_fail(loader, where, "out of memory");
    }
    rl_payload_pattern(request->seed, *bytes, *size);
    return true;
}

/* How a person calls what the image is made of. */
static void call(const struct request *request, char name[64])
{
    const struct rl_yaml *file = request->payload != NULL ? request->payload : request->image;
    if (file == NULL) {
        snprintf(name, 64, "pattern-%llu", (unsigned long long)request->seed);
    } else {
        snprintf(name, 64, "%.63s", rl_path_base(file->text));
    }
}

/* The image's own name, where the plan gives none: what it is called, as printable ASCII. */
static void name_recipe(struct request *request, const char *name)
{
    char *to = request->recipe.name;
    size_t length = strnlen(name, sizeof request->recipe.name - 1);
    for (size_t i = 0; i < length; i++) {
        to[i] = name[i] > 0x20 && name[i] < 0x7F ? name[i] : '?';
    }
    to[length] = '\0';
}

static bool build(struct rl_loader *loader, const struct rl_yaml *where, struct request *request,
                  uint8_t **bytes, size_t *size, const char *name)
{
    uint8_t *payload = NULL;
    size_t payload_size = 0;
    bool made = request->payload != NULL
                    ? load_payload(loader, request->payload, &payload, &payload_size)
                    : make_pattern(loader, where, request, &payload, &payload_size);
    if (!made) {
        return false;
    }
    char why[RL_IMAGE_WHY_SIZE];
    struct rl_key key;
    rl_key_test(&key);
    if (!request->named) {
        name_recipe(request, name);
    }
    request->recipe.payload = payload;
    request->recipe.payload_size = payload_size;
    request->recipe.start_address = RESIDENT_ADDRESS;
    bool built = rl_image_build(&request->recipe, &key, bytes, size, why);
    free(payload);
    return built || rl_fail(loader, where, "this image cannot be built: %s", why);
}

static bool load(struct rl_loader *loader, const struct rl_yaml *where, uint8_t **bytes,
                 size_t *size)
{
    char why[RL_IMAGE_WHY_SIZE];
    char *path = rl_path_beside(where->file, where->text);
    if (path == NULL) {
        return rl_fail(loader, where, "out of memory");
    }
    bool loaded = rl_image_load(path, bytes, size, why);
    if (!loaded) {
        rl_yaml_fail(&loader->error, where, "image \"%.200s\": %s", path, why);
    } else if (!rl_image_suits(*bytes, *size, loader->plan->public_key, RESIDENT_ADDRESS, why)) {
        loaded = rl_fail(loader, where, "image \"%.200s\" %s", path, why);
        free(*bytes);
    }
    free(path);
    return loaded;
}

/* Keeps the image, unless the plan has one with the same content already. `bytes` is handed over.
 * Returns its place in the plan's images. */
static uint32_t keep(struct rl_loader *loader, uint8_t *bytes, size_t size, const char *name)
{
    struct rl_plan *plan = loader->plan;
    for (uint32_t i = 0; i < plan->image_count; i++) {
        if (plan->images[i].size == size && memcmp(plan->images[i].bytes, bytes, size) == 0) {
            free(bytes);
            return i;
        }
    }
    struct rl_image_spec *image = &plan->images[plan->image_count];
    image->bytes = bytes;
    image->size = (uint32_t)size;
    snprintf(image->name, sizeof image->name, "%s", name);
    rl_image_identity(bytes, image->identity);
    loader->image_bytes += size;
    return plan->image_count++;
}

/* Reads what the node says; without a node, the older image that plans have by default. */
static bool understand(struct rl_loader *loader, const struct rl_yaml *node,
                       struct request *request)
{
    rl_recipe_defaults(&request->recipe);
    if (node == NULL) {
        request->seed = 1;
        request->pattern_size = 7 * 1024;
        request->recipe.version = 9u << 16;
        return true;
    }
    return rl_read_map(loader, node, "image", image_fields, IMAGE_FIELDS, request) &&
           is_consistent(loader, node, request);
}

static bool make(struct rl_loader *loader, const struct rl_yaml *node, uint32_t *place)
{
    struct request request = {.seed = 0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    char name[64];
    const struct rl_yaml *where = node != NULL ? node : loader->root;
    if (!understand(loader, node, &request)) {
        return false;
    }
    call(&request, name);
    bool made = request.image != NULL ? load(loader, request.image, &bytes, &size)
                                      : build(loader, where, &request, &bytes, &size, name);
    if (!made) {
        return false;
    }
    if (size > IMAGE_BYTES_MAX - loader->image_bytes) {
        free(bytes);
        return rl_fail(loader, where, "the plan's images have more than %u bytes together",
                       IMAGE_BYTES_MAX);
    }
    *place = keep(loader, bytes, size, name);
    return true;
}

bool rl_recipe_image(struct rl_loader *loader, const struct rl_yaml *node,
                     const struct rl_image_spec **image)
{
    uint32_t known = 0;
    while (known < loader->image_node_count && loader->image_nodes[known] != node) {
        known++;
    }
    if (known == loader->image_node_count) {
        if (!make(loader, node, &loader->image_of_node[known])) {
            return false;
        }
        loader->image_nodes[known] = node;
        loader->image_node_count++;
    }
    *image = &loader->plan->images[loader->image_of_node[known]];
    return true;
}
