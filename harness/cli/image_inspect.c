/* relight image inspect. */
#define _GNU_SOURCE
#include "cli/image.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "cli/commands.h"
#include "images/file.h"
#include "images/inspect.h"

enum { OPTION_KEY = 256, OPTION_JSON };

#define HEX_SIZE (2u * 64u + 1u)

struct inspect {
    const char *path;
    const char *key_path; /* NULL: the test key */
    bool json;
};

static const char *const module_names[] = {"update", "bootstrap", "init"};

static const char *segment_name(uint32_t type)
{
    switch (type) {
    case 1:
        return "runtime";
    case 2:
        return "data";
    case 3:
        return "PLA";
    case 4:
        return "PHY";
    default:
        return "unknown";
    }
}

static error_t parse_inspect(int key, char *argument, struct argp_state *state)
{
    struct inspect *inspect = state->input;

    switch (key) {
    case OPTION_KEY:
        inspect->key_path = argument;
        return 0;
    case OPTION_JSON:
        inspect->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (inspect->path != NULL) {
            argp_error(state, "'%s' was not expected; one image at a time", argument);
        }
        inspect->path = argument;
        return 0;
    case ARGP_KEY_END:
        if (inspect->path == NULL) {
            argp_error(state, "IMAGE is missing");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Entries to show: those in use, and those beyond that hold something. */
static bool is_shown(const struct rl_inspection *in, size_t index)
{
    const struct rl_inspect_segment *segment = &in->segments[index];

    return index < in->segment_count || segment->type != 0 || segment->range.offset != 0 ||
           segment->range.size != 0 || segment->place != 0;
}

static bool is_digest_good(const struct rl_inspect_segment *segment)
{
    return segment->inside && sodium_memcmp(segment->stored, segment->computed, 32) == 0;
}

static void print_number(const char *label, uint32_t value)
{
    printf("%-17s %" PRIu32 "\n", label, value);
}

static void print_mask(const char *label, uint32_t value)
{
    printf("%-17s 0x%08" PRIX32 "\n", label, value);
}

static void print_version(uint32_t version)
{
    printf("%-17s %" PRIu32 ".%" PRIu32 ".%" PRIu32 "\n", "version", version >> 24,
           version >> 16 & 0xFFu, version & 0xFFFFu);
}

static void print_range(const char *label, const char *name, const struct rl_inspect_range *range)
{
    printf("%-17s %-9s at 0x%08" PRIX32 ", %" PRIu32 " bytes\n", label, name, range->offset,
           range->size);
}

static void print_segments(const struct rl_inspection *in)
{
    char hex[HEX_SIZE];

    for (size_t i = 0; i < RL_INSPECT_SEGMENTS; i++) {
        const struct rl_inspect_segment *segment = &in->segments[i];

        if (!is_shown(in, i)) {
            continue;
        }
        print_range("segment", segment_name(segment->type), &segment->range);
        if (segment->type <= 2) {
            printf("%-17s 0x%08" PRIX32 "\n", "  place", segment->place);
        }
        sodium_bin2hex(hex, sizeof hex, segment->stored, sizeof segment->stored);
        printf("%-17s %s %s\n", "  sha-256", hex, is_digest_good(segment) ? "good" : "bad");
    }
}

/* Room for four steps of initialization, any bytes. */
#define ORDER_SIZE 64u

/* The steps by name; bytes that are no step by number. */
static void order_text(const uint8_t steps[RL_INSPECT_STEPS], char text[ORDER_SIZE])
{
    size_t used = 0;

    for (size_t i = 0; i < RL_INSPECT_STEPS; i++) {
        const char *space = i == 0 ? "" : " ";
        int length = steps[i] < rl_step_words.count
                         ? snprintf(text + used, ORDER_SIZE - used, "%s%s", space,
                                    rl_step_words.names[steps[i]])
                         : snprintf(text + used, ORDER_SIZE - used, "%s%u", space, steps[i]);

        used += (size_t)length;
    }
}

static void print_fields(const struct rl_inspection *in)
{
    static const char *const companion_labels[] = {"PLA level", "PHY level"};
    char name[RL_NAME_TEXT_SIZE], order[ORDER_SIZE];

    rl_image_name_text(in->name, name);
    printf("%-17s %s\n", "name", name);
    print_number("format", in->format);
    print_version(in->version);
    print_number("total size", in->total_size);
    print_number("level", in->level);
    print_number("level min", in->level_min);
    print_mask("capabilities", in->capabilities);
    print_number("data format", in->data_format);
    printf("%-17s %" PRIu32 " to %" PRIu32 "\n", "data reads", in->data_reads_min,
           in->data_reads_max);
    print_mask("init requires", in->init_requires);
    print_mask("init fast", in->init_fast);
    order_text(in->init_order, order);
    printf("%-17s %s\n", "init order", order);
    print_mask("prepares", in->prepares);
    print_number("hardware min", in->hardware_min);
    print_number("security counter", in->security_counter);
    for (size_t i = 0; i < RL_INSPECT_COMPANIONS; i++) {
        print_number(companion_labels[i], in->companion_level[i]);
    }
    print_mask("start address", in->start_address);
    print_mask("bootstrap", in->bootstrap);
    for (size_t i = 0; i < RL_INSPECT_MODULES; i++) {
        print_range("module", module_names[i], &in->modules[i]);
    }
    print_number("segment count", in->segment_count);
    print_segments(in);
}

static void print_checks(const struct rl_inspection *in, const char *key)
{
    char hex[HEX_SIZE];

    printf("%-17s 0x%08" PRIX32 " %s\n", "header crc", in->crc_stored,
           in->crc_stored == in->crc_computed ? "good" : "bad");
    sodium_bin2hex(hex, sizeof hex, in->signature_bytes, 32);
    printf("%-17s %s\n", "signature", hex);
    sodium_bin2hex(hex, sizeof hex, in->signature_bytes + 32, 32);
    printf("%-17s %s %s under %s\n", "", hex, in->signature == RL_SIGNATURE_GOOD ? "good" : "bad",
           key);
    sodium_bin2hex(hex, sizeof hex, in->identity, sizeof in->identity);
    printf("%-17s %s\n", "identity", hex);
}

static void print_text(const struct inspect *inspect, const struct rl_inspection *in,
                       const char *key)
{
    printf("%-17s %s, %zu bytes\n", "file", inspect->path, in->file_size);
    if (in->is_image) {
        print_fields(in);
        print_checks(in, key);
    }
    for (uint32_t i = 0; i < in->problem_count; i++) {
        printf("%-17s %s\n", "problem", in->problems[i].text);
    }
    printf("%-17s %s\n", "sound", in->problem_count == 0 ? "yes" : "no");
}

/* Sets a member; `value` is handed over, and NULL when memory ran out. */
static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0) {
        exit(rl_cli_fail(RL_EXIT_FAILED, "image inspect: no memory for the JSON object"));
    }
}

static void append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0) {
        exit(rl_cli_fail(RL_EXIT_FAILED, "image inspect: no memory for the JSON object"));
    }
}

static void set_number(json_t *object, const char *key, uint64_t value)
{
    set(object, key, json_integer((json_int_t)value));
}

static void set_text(json_t *object, const char *key, const char *value)
{
    set(object, key, json_string(value));
}

static void set_hex(json_t *object, const char *key, const uint8_t *bytes, size_t size)
{
    char hex[HEX_SIZE];

    sodium_bin2hex(hex, sizeof hex, bytes, size);
    set_text(object, key, hex);
}

static json_t *range_object(const char *key, const char *name, const struct rl_inspect_range *range)
{
    json_t *object = json_object();

    set_text(object, key, name);
    set_number(object, "offset", range->offset);
    set_number(object, "size", range->size);
    return object;
}

static json_t *segments_array(const struct rl_inspection *in)
{
    json_t *array = json_array();

    for (size_t i = 0; i < RL_INSPECT_SEGMENTS; i++) {
        const struct rl_inspect_segment *segment = &in->segments[i];
        json_t *object;

        if (!is_shown(in, i)) {
            continue;
        }
        object = range_object("type", segment_name(segment->type), &segment->range);
        set_number(object, "place", segment->place);
        set_hex(object, "sha256", segment->stored, sizeof segment->stored);
        set(object, "sha256_good", json_boolean(is_digest_good(segment)));
        append(array, object);
    }
    return array;
}

/* What the bridge from another image goes by. */
static void set_bridge_fields(json_t *object, const struct rl_inspection *in)
{
    char order[ORDER_SIZE];

    order_text(in->init_order, order);
    set_number(object, "data_reads_min", in->data_reads_min);
    set_number(object, "data_reads_max", in->data_reads_max);
    set_number(object, "level_min", in->level_min);
    set_number(object, "pla_level", in->companion_level[0]);
    set_number(object, "phy_level", in->companion_level[1]);
    set_number(object, "init_fast", in->init_fast);
    set_text(object, "init_order", order);
    set_number(object, "prepares", in->prepares);
}

static void set_fields(json_t *object, const struct rl_inspection *in)
{
    char name[RL_NAME_TEXT_SIZE], version[16];
    json_t *modules = json_array();

    rl_image_name_text(in->name, name);
    snprintf(version, sizeof version, "%" PRIu32 ".%" PRIu32 ".%" PRIu32, in->version >> 24,
             in->version >> 16 & 0xFFu, in->version & 0xFFFFu);
    set_text(object, "name", name);
    set_number(object, "format", in->format);
    set_text(object, "version", version);
    set_number(object, "total_size", in->total_size);
    set_number(object, "level", in->level);
    set_number(object, "capabilities", in->capabilities);
    set_number(object, "data_format", in->data_format);
    set_number(object, "init_requires", in->init_requires);
    set_number(object, "hardware_min", in->hardware_min);
    set_number(object, "security_counter", in->security_counter);
    set_bridge_fields(object, in);
    set_number(object, "start_address", in->start_address);
    set_number(object, "bootstrap", in->bootstrap);
    for (size_t i = 0; i < RL_INSPECT_MODULES; i++) {
        append(modules, range_object("name", module_names[i], &in->modules[i]));
    }
    set(object, "modules", modules);
    set_number(object, "segment_count", in->segment_count);
    set(object, "segments", segments_array(in));
    set_number(object, "header_crc", in->crc_stored);
    set(object, "header_crc_good", json_boolean(in->crc_stored == in->crc_computed));
    set_hex(object, "signature", in->signature_bytes, sizeof in->signature_bytes);
    set(object, "signature_good", json_boolean(in->signature == RL_SIGNATURE_GOOD));
    set_hex(object, "identity", in->identity, sizeof in->identity);
}

static json_t *problems_array(const struct rl_inspection *in)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < in->problem_count; i++) {
        json_t *object = json_object();

        set_text(object, "status", fl_status_name(in->problems[i].status));
        set_text(object, "text", in->problems[i].text);
        append(array, object);
    }
    return array;
}

static int print_json(const struct rl_inspection *in)
{
    json_t *object = json_object();
    int code;

    set_number(object, "file_size", in->file_size);
    if (in->is_image) {
        set_fields(object, in);
    }
    set(object, "problems", problems_array(in));
    set(object, "sound", json_boolean(in->problem_count == 0));
    code = json_dumpf(object, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(object);
    return code;
}

static bool load_key(const struct inspect *inspect, uint8_t key[RL_KEY_PUBLIC_SIZE], char *why)
{
    struct rl_key test;

    if (inspect->key_path != NULL) {
        return rl_key_load_public(inspect->key_path, key, why);
    }
    rl_key_test(&test);
    for (size_t i = 0; i < RL_KEY_PUBLIC_SIZE; i++) {
        key[i] = test.public_key[i];
    }
    return true;
}

int rl_cli_image_inspect(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"key", OPTION_KEY, "KEYFILE.pub", 0,
         "the public key that must have signed it; without it the test key", 0},
        {"json", OPTION_JSON, NULL, 0, "print one JSON object", 0},
        {0},
    };
    static const struct argp argp = {options,
                                     parse_inspect,
                                     "IMAGE",
                                     "Shows everything that IMAGE says about itself, and what is "
                                     "wrong with it. Exit code 0 when "
                                     "it is sound, 1 when it is not.",
                                     NULL,
                                     NULL,
                                     NULL};
    struct inspect inspect = {NULL, NULL, false};
    struct rl_inspection inspection;
    uint8_t key[RL_KEY_PUBLIC_SIZE];
    char why[RL_IMAGE_WHY_SIZE];
    uint8_t *bytes;
    size_t size;

    rl_cli_parse(&argp, argc, argv, &inspect);
    if (!load_key(&inspect, key, why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", inspect.key_path, why);
    }
    if (!rl_file_read(inspect.path, RL_IMAGE_FILE_MAX, &bytes, &size, why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", inspect.path, why);
    }
    rl_image_inspect(bytes, size, key, &inspection);
    free(bytes);
    if (!inspect.json) {
        print_text(&inspect, &inspection, inspect.key_path ? inspect.key_path : "the test key");
    } else if (print_json(&inspection) != 0) {
        return rl_cli_fail(RL_EXIT_FAILED, "%s: the JSON object could not be written",
                           inspect.path);
    }
    return rl_cli_finish(inspection.problem_count == 0 ? RL_EXIT_HELD : RL_EXIT_VIOLATED);
}
