/* relight image build. */
#define _GNU_SOURCE
#include "cli/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "cli/commands.h"
#include "images/file.h"

enum {
    OPTION_KEY = 256,
    OPTION_NAME,
    OPTION_VERSION,
    OPTION_DATA_SIZE,
    OPTION_LEVEL,
    OPTION_CAPABILITIES,
    OPTION_DATA_FORMAT,
    OPTION_INIT_REQUIRES,
    OPTION_HARDWARE_MIN,
    OPTION_SECURITY_COUNTER,
    OPTION_START_ADDRESS,
    OPTION_LEVEL_MIN,
    OPTION_INIT_FAST,
    OPTION_RUNTIME_PLACE,
    OPTION_DATA_READS,
    OPTION_INIT_ORDER,
    OPTION_PREPARES,
    OPTION_EXTENT,
    OPTION_PLA,
    OPTION_PHY
};

struct build {
    const char *payload_path;
    const char *image_path;
    const char *key_path; /* NULL: the test key */
    bool named;
    struct rl_recipe recipe;
};

static const struct argp_option options[] = {
    {"output", 'o', "IMAGE", 0, "where the image goes", 0},
    {"key", OPTION_KEY, "KEYFILE", 0,
     "the secret key to sign with; without it the test key, which anybody knows", 0},
    {"name", OPTION_NAME, "TEXT", 0,
     "at most 31 printable ASCII characters; without it the payload's file name", 0},
    {"version", OPTION_VERSION, "X.Y.Z", 0, "the image's version, default 1.0.0", 0},
    {"data-size", OPTION_DATA_SIZE, "SIZE", 0,
     "bytes at the payload's end that form the data segment: a multiple of 256, with K or M; "
     "default an eighth of the payload",
     0},
    {"level", OPTION_LEVEL, "N", 0, "level of the update engine inside, default 1", 0},
    {"capabilities", OPTION_CAPABILITIES, "MASK", 0, "what the image can do, default 0x1", 0},
    {"data-format", OPTION_DATA_FORMAT, "N", 0, "format of its persistent data, default 1", 0},
    {"init-requires", OPTION_INIT_REQUIRES, "MASK", 0,
     "steps of initialization that it needs, default 0xF", 0},
    {"hardware-min", OPTION_HARDWARE_MIN, "N", 0, "lowest hardware level it runs on, default 1", 0},
    {"security-counter", OPTION_SECURITY_COUNTER, "N", 0, "default 1", 0},
    {"start-address", OPTION_START_ADDRESS, "N", 0, "where in memory it runs, default 0", 0},
    {"data-reads", OPTION_DATA_READS, "MIN-MAX", 0,
     "formats of persistent data that it can convert to its own, its own among them; default only "
     "that",
     0},
    {"level-min", OPTION_LEVEL_MIN, "N", 0,
     "lowest level of a running image that it can take over from, default 0", 0},
    {"init-fast", OPTION_INIT_FAST, "MASK", 0,
     "steps of initialization that have a fast variant, default 0xE", 0},
    {"init-order", OPTION_INIT_ORDER, "STEP,...", 0,
     "the four steps in their order, default registers,post,variables,handshake", 0},
    {"prepares", OPTION_PREPARES, "WHAT,...", 0,
     "what has to be readied for it, out of registers,buffers,caches; default nothing", 0},
    {"extent", OPTION_EXTENT, "SIZE[@PLACE]", 0,
     "a data segment, given up to five times: bytes at the payload's end, and where they lie in "
     "memory, from the start address on; default right behind the segment before. The payload ends "
     "with the extents in the order given",
     0},
    {"runtime-place", OPTION_RUNTIME_PLACE, "N", 0,
     "where the runtime segment lies, from the start address on, default 0x400", 0},
    {"pla", OPTION_PLA, "LEVEL:SIZE[:SEED]", 0,
     "a generated configuration for the programmable logic, default none", 0},
    {"phy", OPTION_PHY, "LEVEL:SIZE[:SEED]", 0,
     "a generated configuration for the transceivers, default none", 0},
    {0},
};

/* The recipe's field that a numeric option sets; NULL for other options. */
static uint32_t *number_field(struct rl_recipe *recipe, int option)
{
    switch (option) {
    case OPTION_LEVEL:
        return &recipe->level;
    case OPTION_CAPABILITIES:
        return &recipe->capabilities;
    case OPTION_DATA_FORMAT:
        return &recipe->data_format;
    case OPTION_INIT_REQUIRES:
        return &recipe->init_requires;
    case OPTION_HARDWARE_MIN:
        return &recipe->hardware_min;
    case OPTION_SECURITY_COUNTER:
        return &recipe->security_counter;
    case OPTION_START_ADDRESS:
        return &recipe->start_address;
    case OPTION_LEVEL_MIN:
        return &recipe->level_min;
    case OPTION_INIT_FAST:
        return &recipe->init_fast;
    case OPTION_RUNTIME_PLACE:
        return &recipe->runtime_place;
    default:
        return NULL;
    }
}

static const char *option_name(int option)
{
    size_t i = 0;

    while (options[i].key != option) {
        i++;
    }
    return options[i].name;
}

static error_t parse_number(uint32_t *field, int option, const char *argument,
                            struct argp_state *state)
{
    if (!rl_value_size(argument, field)) {
        argp_error(state,
                   "--%s: '%s' is not a number; expected 0 to 4294967295, or 0x and hex digits",
                   option_name(option), argument);
    }
    return 0;
}

static error_t parse_name(struct build *build, const char *argument, struct argp_state *state)
{
    if (strlen(argument) >= sizeof build->recipe.name) {
        argp_error(state, "--name: has %zu characters; expected at most %zu", strlen(argument),
                   sizeof build->recipe.name - 1u);
    }
    snprintf(build->recipe.name, sizeof build->recipe.name, "%s", argument);
    build->named = true;
    return 0;
}

static error_t parse_argument(struct build *build, const char *argument, struct argp_state *state)
{
    if (build->payload_path != NULL) {
        argp_error(state, "'%s' was not expected; an image has one payload", argument);
    }
    build->payload_path = argument;
    return 0;
}

static error_t parse_extent(struct rl_recipe *recipe, const char *argument,
                            struct argp_state *state)
{
    if (recipe->extent_count == RL_EXTENTS_MAX) {
        argp_error(state, "--extent: given more than %u times", RL_EXTENTS_MAX);
    }
    if (!rl_value_extent(argument, &recipe->extents[recipe->extent_count++])) {
        argp_error(state,
                   "--extent: '%s' is not an extent; expected SIZE or SIZE@PLACE, such as 1K@16K",
                   argument);
    }
    return 0;
}

static error_t parse_words(struct rl_recipe *recipe, int option, const char *argument,
                           struct argp_state *state)
{
    bool order = option == OPTION_INIT_ORDER;
    const struct rl_word_list *words = order ? &rl_step_words : &rl_preparation_words;
    uint8_t indexes[8];
    uint32_t count = rl_value_words(argument, words, indexes);

    if (count == 0 || (order && count != words->count)) {
        argp_error(state, "--%s: '%s' is not a list of %s; expected %sof %s", option_name(option),
                   argument, order ? "all steps" : "preparations",
                   order ? "each once, out " : "some, out ", words->all);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (order) {
            recipe->init_order[i] = indexes[i];
        } else {
            recipe->prepares |= 1u << indexes[i];
        }
    }
    return 0;
}

/* Options whose values have several parts. */
static error_t parse_list(struct rl_recipe *recipe, int option, const char *argument,
                          struct argp_state *state)
{
    switch (option) {
    case OPTION_DATA_READS:
        recipe->reads_range = true;
        if (!rl_value_range(argument, &recipe->data_reads_min, &recipe->data_reads_max)) {
            argp_error(state, "--data-reads: '%s' is not a range; expected MIN-MAX, such as 1-3",
                       argument);
        }
        return 0;
    case OPTION_INIT_ORDER:
    case OPTION_PREPARES:
        return parse_words(recipe, option, argument, state);
    case OPTION_EXTENT:
        return parse_extent(recipe, argument, state);
    case OPTION_PLA:
    case OPTION_PHY:
        if (!rl_value_configuration(argument, &recipe->configurations[option - OPTION_PLA])) {
            argp_error(state,
                       "--%s: '%s' is not a configuration; expected LEVEL:SIZE or "
                       "LEVEL:SIZE:SEED, such as 2:8K",
                       option_name(option), argument);
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void check_complete(const struct build *build, struct argp_state *state)
{
    if (build->payload_path == NULL || build->image_path == NULL) {
        argp_error(state, "%s is missing", build->payload_path == NULL ? "PAYLOAD" : "-o IMAGE");
    }
}

static error_t parse_build(int key, char *argument, struct argp_state *state)
{
    struct build *build = state->input;
    uint32_t *field = number_field(&build->recipe, key);

    if (field != NULL) {
        return parse_number(field, key, argument, state);
    }
    switch (key) {
    case 'o':
        build->image_path = argument;
        return 0;
    case OPTION_KEY:
        build->key_path = argument;
        return 0;
    case OPTION_NAME:
        return parse_name(build, argument, state);
    case OPTION_VERSION:
        if (!rl_value_version(argument, &build->recipe.version)) {
            argp_error(state,
                       "--version: '%s' is not a version; expected X.Y.Z up to 255.255.65535",
                       argument);
        }
        return 0;
    case OPTION_DATA_SIZE:
        if (!rl_value_size(argument, &build->recipe.data_size) || build->recipe.data_size == 0) {
            argp_error(state,
                       "--data-size: '%s' is not a size; expected bytes above 0, such as 16K",
                       argument);
        }
        return 0;
    case ARGP_KEY_ARG:
        return parse_argument(build, argument, state);
    case ARGP_KEY_END:
        check_complete(build, state);
        return 0;
    default:
        return parse_list(&build->recipe, key, argument, state);
    }
}

/* The payload's file name, as far as it can be an image's name. */
static void name_after_payload(struct build *build)
{
    const char *slash = strrchr(build->payload_path, '/');
    const char *base = slash == NULL ? build->payload_path : slash + 1;
    char *name = build->recipe.name;

    for (size_t i = 0; i + 1u < sizeof build->recipe.name && base[i] != '\0'; i++) {
        name[i] = base[i] >= ' ' && base[i] <= '~' ? base[i] : '_';
    }
}

/* Builds out of the recipe, whose payload is there, and writes. */
static int build_image(const struct build *build)
{
    char why[RL_IMAGE_WHY_SIZE];
    char hex[2 * 32 + 1];
    uint8_t identity[32];
    struct rl_key key;
    uint8_t *image;
    size_t size;
    bool done;

    if (!rl_cli_image_key(build->key_path, &key, why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", build->key_path, why);
    }
    done = rl_image_build(&build->recipe, &key, &image, &size, why);
    sodium_memzero(&key, sizeof key);
    if (!done) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", build->payload_path, why);
    }
    rl_image_identity(image, identity);
    done = rl_file_replace(build->image_path, image, size, 0666, why);
    free(image);
    if (!done) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", build->image_path, why);
    }
    if (build->key_path == NULL) {
        rl_cli_note("%s: signed with the test key, which anybody knows; --key takes another",
                    build->image_path);
    }
    sodium_bin2hex(hex, sizeof hex, identity, sizeof identity);
    printf("%s: %zu bytes, identity %s\n", build->image_path, size, hex);
    return rl_cli_finish(RL_EXIT_HELD);
}

int rl_cli_image_build(int argc, char **argv)
{
    static const struct argp argp = {options,
                                     parse_build,
                                     "PAYLOAD -o IMAGE",
                                     "Makes a signed code image out of PAYLOAD, any file of 1 KiB "
                                     "to 64 MiB. The same input gives "
                                     "the same image, byte for byte.",
                                     NULL,
                                     NULL,
                                     NULL};
    struct build build = {NULL, NULL, NULL, false, {0}};
    char why[RL_IMAGE_WHY_SIZE];
    uint8_t *payload;
    int code;

    rl_recipe_defaults(&build.recipe);
    rl_cli_parse(&argp, argc, argv, &build);
    if (!build.named) {
        name_after_payload(&build);
    }
    if (rl_cli_is_same_file(build.payload_path, build.image_path)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: is the payload itself; give -o another name",
                           build.image_path);
    }
    if (!rl_file_read(build.payload_path, RL_PAYLOAD_MAX, &payload, &build.recipe.payload_size,
                      why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", build.payload_path, why);
    }
    build.recipe.payload = payload;
    code = build_image(&build);
    free(payload);
    return code;
}
