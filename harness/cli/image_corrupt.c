/* relight image corrupt. */
#define _GNU_SOURCE
#include "cli/image.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "cli/commands.h"
#include "images/corrupt.h"
#include "images/file.h"
#include "images/inspect.h"

enum { OPTION_KEY = 256, OPTION_FIELD, OPTION_VALUE, OPTION_LIST, OPTION_NUMBER, OPTION_RESEAL };

struct corrupt {
    const char *path;
    const char *output;   /* NULL: none */
    const char *key_path; /* NULL: the test key */
    const char *field;    /* NULL: by number, or the list */
    uint32_t value, number, reseal;
    bool has_value, has_number, has_reseal, list;
};

static const struct argp_option options[] = {
    {"output", 'o', "OUT", 0, "where the corrupted image goes", 0},
    {"list", OPTION_LIST, NULL, 0, "print all corruptions of IMAGE with their numbers", 0},
    {"number", OPTION_NUMBER, "N", 0, "make the one with this number", 0},
    {"field", OPTION_FIELD, "NAME", 0, "change this field of the header or the segment table", 0},
    {"value", OPTION_VALUE, "V", 0, "to this value", 0},
    {"reseal", OPTION_RESEAL, "HOW", 0,
     "with --field: unsealed, crc (good CRC, wrong signature), signed (good ones) or foreign (a "
     "signature by another key), default unsealed",
     0},
    {"key", OPTION_KEY, "KEYFILE", 0,
     "the secret key that the device trusts, for signed; without it the test key", 0},
    {0},
};

static void parse_reseal(struct corrupt *corrupt, const char *argument, struct argp_state *state)
{
    corrupt->reseal = 0;
    while (corrupt->reseal < RL_RESEALS && strcmp(rl_reseal_name(corrupt->reseal), argument) != 0) {
        corrupt->reseal++;
    }
    if (corrupt->reseal == RL_RESEALS) {
        argp_error(state, "--reseal: '%s' is none; expected unsealed, crc, signed or foreign",
                   argument);
    }
    corrupt->has_reseal = true;
}

static void parse_number(const char *name, const char *argument, uint32_t *number,
                         struct argp_state *state)
{
    if (!rl_value_number(argument, number)) {
        argp_error(state,
                   "--%s: '%s' is not a number; expected 0 to 4294967295, or 0x and hex "
                   "digits",
                   name, argument);
    }
}

/* Exactly one thing is asked for, and all of it. */
static void check_complete(const struct corrupt *corrupt, struct argp_state *state)
{
    int asked = corrupt->list + corrupt->has_number + (corrupt->field != NULL);

    if (corrupt->path == NULL) {
        argp_error(state, "IMAGE is missing");
    } else if (asked != 1) {
        argp_error(state, "expected one of --list, --number N, and --field NAME with --value V");
    } else if (!corrupt->list && corrupt->output == NULL) {
        argp_error(state, "-o OUT is missing");
    } else if (corrupt->list && corrupt->output != NULL) {
        argp_error(state, "--list makes no image: leave -o out");
    } else if ((corrupt->field != NULL) != corrupt->has_value) {
        argp_error(state, corrupt->has_value ? "--value is of --field" : "--value V is missing");
    } else if (corrupt->has_reseal && corrupt->field == NULL) {
        argp_error(state, "--reseal is of --field");
    }
}

static error_t parse_corrupt(int key, char *argument, struct argp_state *state)
{
    struct corrupt *corrupt = state->input;

    switch (key) {
    case 'o':
        corrupt->output = argument;
        return 0;
    case OPTION_KEY:
        corrupt->key_path = argument;
        return 0;
    case OPTION_LIST:
        corrupt->list = true;
        return 0;
    case OPTION_FIELD:
        corrupt->field = argument;
        return 0;
    case OPTION_NUMBER:
        parse_number("number", argument, &corrupt->number, state);
        corrupt->has_number = true;
        return 0;
    case OPTION_VALUE:
        parse_number("value", argument, &corrupt->value, state);
        corrupt->has_value = true;
        return 0;
    case OPTION_RESEAL:
        parse_reseal(corrupt, argument, state);
        return 0;
    case ARGP_KEY_ARG:
        if (corrupt->path != NULL) {
            argp_error(state, "'%s' was not expected; one image at a time", argument);
        }
        corrupt->path = argument;
        return 0;
    case ARGP_KEY_END:
        check_complete(corrupt, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What is first wrong with it, as `relight image inspect` says it. */
static const char *verdict(const uint8_t *bytes, size_t size, const struct rl_key *key,
                           struct rl_inspection *inspection)
{
    rl_image_inspect(bytes, size, key->public_key, inspection);
    return inspection->problem_count == 0 ? "sound" : inspection->problems[0].text;
}

static void print_list(const struct rl_corruptions *corruptions, const uint8_t *image, size_t size,
                       const struct rl_key *key, uint8_t *out)
{
    static struct rl_inspection inspection;

    for (uint32_t i = 0; i < corruptions->count; i++) {
        size_t made = rl_corruption_make(&corruptions->list[i], image, size, key, out);

        printf("%4" PRIu32 "  %-44s %s\n", i, corruptions->list[i].name,
               verdict(out, made, key, &inspection));
    }
}

/* The corruption that was asked for. False, with a message in `why`, when there is none. */
static bool find(const struct corrupt *corrupt, const struct rl_corruptions *corruptions,
                 struct rl_corruption *found, char *why)
{
    struct rl_image_field field;
    uint32_t number = 0;

    if (corrupt->has_number) {
        if (corrupt->number >= corruptions->count) {
            (void)snprintf(why, RL_IMAGE_WHY_SIZE,
                           "--number: there is no corruption %" PRIu32 "; expected 0 to %" PRIu32,
                           corrupt->number, corruptions->count - 1u);
            return false;
        }
        *found = corruptions->list[corrupt->number];
        return true;
    }
    if (!rl_image_field_find(corrupt->field, &field) || field.rule == RL_FIELD_BYTES) {
        (void)snprintf(why, RL_IMAGE_WHY_SIZE,
                       "--field: '%.32s' is no number in the metadata; expected a field such as "
                       "total-size or segment1.place",
                       corrupt->field);
        return false;
    }
    while (strcmp(rl_image_field(number).name, corrupt->field) != 0) {
        number++;
    }
    *found = (struct rl_corruption){.change = RL_DISTORT_FIELD,
                                    .reseal = (rl_reseal)corrupt->reseal,
                                    .field = number,
                                    .value = corrupt->value};
    (void)snprintf(found->name, sizeof found->name, "%s=0x%" PRIX32 ",%s", field.name,
                   corrupt->value, rl_reseal_name(corrupt->reseal));
    return true;
}

static int make(const struct corrupt *corrupt, const struct rl_corruptions *corruptions,
                const uint8_t *image, size_t size, const struct rl_key *key, uint8_t *out)
{
    static struct rl_inspection inspection;
    struct rl_corruption corruption;
    char why[RL_IMAGE_WHY_SIZE];
    size_t made;

    if (!find(corrupt, corruptions, &corruption, why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "image corrupt: %s", why);
    }
    made = rl_corruption_make(&corruption, image, size, key, out);
    if (!rl_file_replace(corrupt->output, out, made, 0666, why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", corrupt->output, why);
    }
    printf("%s: %s: %s\n", corrupt->output, corruption.name, verdict(out, made, key, &inspection));
    return rl_cli_finish(RL_EXIT_HELD);
}

static int corrupt_bytes(const struct corrupt *corrupt, const uint8_t *image, size_t size,
                         const struct rl_key *key)
{
    struct rl_corruptions corruptions = {0};
    uint8_t *out = malloc(RL_CORRUPTED_MAX(size));
    int code = RL_EXIT_HELD;

    if (!rl_corruptions_init(&corruptions, image, size, true) || out == NULL) {
        code = rl_cli_fail(RL_EXIT_FAILED, "image corrupt: out of memory");
    } else if (corrupt->list) {
        print_list(&corruptions, image, size, key, out);
        code = rl_cli_finish(RL_EXIT_HELD);
    } else {
        code = make(corrupt, &corruptions, image, size, key, out);
    }
    rl_corruptions_free(&corruptions);
    free(out);
    return code;
}

/* The file, which has to be a sound image: what is broken already has no list. */
static bool load_image(const char *path, uint8_t **image, size_t *size, char *why)
{
    static struct rl_inspection inspection;

    if (!rl_file_read(path, RL_IMAGE_FILE_MAX, image, size, why)) {
        return false;
    }
    rl_image_inspect(*image, *size, NULL, &inspection);
    if (inspection.problem_count > 0) {
        (void)snprintf(why, RL_IMAGE_WHY_SIZE, "is not sound to begin with: %s",
                       inspection.problems[0].text);
        free(*image);
        return false;
    }
    return true;
}

int rl_cli_image_corrupt(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse_corrupt,
        "IMAGE --list\nIMAGE --number N -o OUT\nIMAGE --field NAME --value V -o OUT",
        "Makes broken images out of the sound image IMAGE, for testing who reads them: each field "
        "at, below and beyond its bounds, segments that are cut off, stretched, swapped, repeated "
        "or overlap, with seals that are broken by it or made again around it.",
        NULL,
        NULL,
        NULL};
    struct corrupt corrupt = {0};
    char why[RL_IMAGE_WHY_SIZE];
    struct rl_key key;
    uint8_t *image;
    size_t size;
    int code;

    rl_cli_parse(&argp, argc, argv, &corrupt);
    if (corrupt.output != NULL && rl_cli_is_same_file(corrupt.path, corrupt.output)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: is the sound image itself; give -o another name",
                           corrupt.output);
    }
    if (!rl_cli_image_key(corrupt.key_path, &key, why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", corrupt.key_path, why);
    }
    if (!load_image(corrupt.path, &image, &size, why)) {
        sodium_memzero(&key, sizeof key);
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", corrupt.path, why);
    }
    code = corrupt_bytes(&corrupt, image, size, &key);
    sodium_memzero(&key, sizeof key);
    free(image);
    return code;
}
