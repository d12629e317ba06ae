/* Plans: what they mean, and what is said about those that mean nothing. */
/* groups: shape merge images errors yaml limits digest shipped */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "faults/catalogue.h"
#include "oracles/oracles.h"
#include "plan/plan.h"

/* The least that a plan needs. Tests add lines to it. */
#define NAMED      "name: p\n"
#define IMAGES     "images: {old: {pattern: 1, size: 4K}, new: {pattern: 2, size: 5K}}\n"
#define BASE       NAMED IMAGES

#define ERROR_SIZE 512u

static char folder[] = "/tmp/relight-test-plan-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"plan.yaml", "device.yaml", "key.pub", "a.img", "b.bin"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unlink(path_of(names[i]));
    }
    return rmdir(folder);
}

/* Loads `text` as a plan; NULL when it is none, and then `error` has the line. */
static struct rl_plan *try_text(const char *text, char error[ERROR_SIZE])
{
    write_file("plan.yaml", text, strlen(text));
    return rl_plan_load(path_of("plan.yaml"), error, ERROR_SIZE);
}

static struct rl_plan *load_text(const char *text)
{
    char error[ERROR_SIZE];
    struct rl_plan *plan = try_text(text, error);
    if (plan == NULL) {
        fail_msg("not loaded: %s\n%s", error, text);
    }
    return plan;
}

/* Expects the error "plan.yaml:PLACE: …PART…", on one line. */
static void expect_error(const char *text, const char *place, const char *part)
{
    char error[ERROR_SIZE], start[320];
    struct rl_plan *plan = try_text(text, error);
    if (plan != NULL) {
        rl_plan_free(plan);
        fail_msg("accepted:\n%s", text);
    }
    snprintf(start, sizeof start, "%s:%s: ", path_of("plan.yaml"), place);
    if (strncmp(error, start, strlen(start)) != 0 || strstr(error, part) == NULL ||
        strchr(error, '\n') != NULL) {
        fail_msg("expected \"%s…%s…\", got \"%s\" for\n%s", start, part, error, text);
    }
}

/* --- shape ------------------------------------------------------------------------------------ */

static void test_defaults(void **state)
{
    (void)state;
    struct rl_plan *plan = load_text(BASE);
    assert_string_equal(plan->name, "p");
    assert_string_equal(plan->about, "");
    assert_string_equal(plan->engine, "fastload");
    assert_int_equal(plan->cell_count, 1);
    const struct rl_cell *cell = &plan->cells[0];
    assert_string_equal(cell->name, "only");
    assert_int_equal(cell->memory, RL_MEMORY_VOLATILE);
    assert_int_equal(cell->start, RL_START_FACTORY);
    assert_int_equal(cell->line_size, 64);
    assert_int_equal(cell->cache_lines, 256);
    assert_int_equal(cell->chunk_size, 1024);
    assert_int_equal(cell->depth, 1);
    assert_int_equal(cell->tear[0], RL_TEAR_FULL);
    assert_int_equal(cell->tear[1], RL_TEAR_NONE);
    assert_int_equal(cell->sample, 0);
    assert_int_equal(cell->reuse, RL_REUSE_MERGE);
    assert_int_equal(cell->limits.operations, 2000000);
    assert_int_equal(cell->limits.boots, 3);
    assert_int_equal(cell->limits.erases, 8);
    assert_int_equal(cell->properties, (1u << RL_PROPERTY_COUNT) - 1);
    rl_plan_free(plan);
}

/* Regions lie one after the other, each starting where the last ended. */
static void test_layout(void **state)
{
    (void)state;
    struct rl_plan *plan = load_text(BASE "device: {flash: {bank: 64K, sector: 8K, data: 24K}}\n");
    const struct relight_geometry *g = &plan->cells[0].geometry;
    const struct relight_region *regions[] = {&g->bank[0],   &g->bank[1], &g->record[0],
                                              &g->record[1], &g->journal, &g->data};
    const uint32_t sizes[] = {65536, 65536, 8192, 8192, 8192, 24576};
    uint32_t address = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(regions[i]->address, address);
        assert_int_equal(regions[i]->size, sizes[i]);
        address += sizes[i];
    }
    assert_int_equal(g->flash_size, address);
    assert_int_equal(g->resident.address, 0);
    assert_int_equal(g->resident.size, 65536);
    assert_int_equal(g->staging.address, 65536);
    assert_int_equal(g->memory_size, 131072);
    assert_int_equal(g->page_size, 256);
    assert_int_equal(g->granule_size, 8);
    assert_int_equal(g->hardware_level, 1);
    rl_plan_free(plan);
}

static void test_default_data_is_a_whole_sector(void **state)
{
    (void)state;
    struct rl_plan *plan = load_text(BASE "device: {flash: {sector: 64K}}\n");
    assert_int_equal(plan->cells[0].geometry.data.size, 65536);
    rl_plan_free(plan);
}

static void test_product(void **state)
{
    (void)state;
    static const char *const names[] = {"a/memory=battery/start=stale",
                                        "a/memory=battery/start=factory",
                                        "a/memory=volatile/start=stale",
                                        "a/memory=volatile/start=factory",
                                        "b/memory=battery",
                                        "b/memory=volatile"};
    struct rl_plan *plan = load_text(BASE "memory: [battery, volatile]\n"
                                          "variants:\n"
                                          "- {name: a, start: [stale, factory]}\n"
                                          "- {name: b, start: [aborted]}\n");
    assert_int_equal(plan->cell_count, 6);
    for (uint32_t i = 0; i < 6; i++) {
        assert_string_equal(plan->cells[i].name, names[i]);
    }
    assert_int_equal(plan->cells[2].memory, RL_MEMORY_VOLATILE);
    assert_int_equal(plan->cells[2].start, RL_START_STALE);
    rl_plan_free(plan);
    plan = load_text(BASE "start: [updated, stale]\n");
    assert_string_equal(plan->cells[0].name, "start=updated");
    rl_plan_free(plan);
}

static void test_longest_cell_name_fits(void **state)
{
    (void)state;
    char name[64], text[512];
    memset(name, 'x', 63);
    name[63] = '\0';
    snprintf(text, sizeof text,
             BASE "start: [factory, updated]\nmemory: [volatile, battery]\n"
                  "variants: [{name: %s}]\n",
             name);
    struct rl_plan *plan = load_text(text);
    assert_non_null(strstr(plan->cells[0].name, "/memory=volatile/start=factory"));
    assert_non_null(strstr(plan->cells[3].name, "/memory=battery/start=updated"));
    rl_plan_free(plan);
}

static void test_lists(void **state)
{
    (void)state;
    struct rl_plan *plan = load_text(BASE "faults: [warm-reset, cut-before]\n"
                                          "properties: [whole]\n");
    assert_int_equal(plan->cells[0].classes, 1u << RL_CLASS_WARM_RESET | 1u << RL_CLASS_CUT_BEFORE);
    assert_int_equal(plan->cells[0].properties, 1u << RL_PROPERTY_WHOLE);
    rl_plan_free(plan);
}

/* By default every class that the exploration can reach, and no other. */
static void test_default_classes(void **state)
{
    (void)state;
    const uint32_t all = (1u << RL_CLASS_COUNT) - 1, nested = 1u << RL_CLASS_NESTED_CUT;
    const uint32_t torn = 1u << RL_CLASS_TORN_PROGRAM_PREFIX | 1u << RL_CLASS_TORN_PROGRAM_SUFFIX |
                          1u << RL_CLASS_TORN_ERASE | 1u << RL_CLASS_WEAK_ERASE |
                          1u << RL_CLASS_ERASE_PREPROGRAM;
    static const char *const tears[] = {"depth: 1", "depth: 2", "tear: [between]",
                                        "depth: 2, tear: [between, between]",
                                        "depth: 2, tear: [between, full]"};
    const uint32_t classes[] = {all & ~nested, all, all & ~nested & ~torn, all & ~torn, all};
    for (size_t i = 0; i < sizeof tears / sizeof tears[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, BASE "explore: {%s}\n", tears[i]);
        struct rl_plan *plan = load_text(text);
        assert_int_equal(plan->cells[0].classes, classes[i]);
        rl_plan_free(plan);
    }
}

static void test_explore(void **state)
{
    (void)state;
    struct rl_plan *plan = load_text(BASE "explore: {depth: 2, tear: [between, full], sample: 7,\n"
                                          "  seed: 18446744073709551615, reuse: snapshots}\n"
                                          "limits: {operations: 1000, boots: 100, erases: 1}\n");
    const struct rl_cell *cell = &plan->cells[0];
    assert_int_equal(cell->depth, 2);
    assert_int_equal(cell->tear[0], RL_TEAR_BETWEEN);
    assert_int_equal(cell->tear[1], RL_TEAR_FULL);
    assert_int_equal(cell->sample, 7);
    assert_true(cell->seed == UINT64_MAX);
    assert_int_equal(cell->reuse, RL_REUSE_SNAPSHOTS);
    assert_int_equal(cell->limits.operations, 1000);
    assert_int_equal(cell->limits.boots, 100);
    assert_int_equal(cell->limits.erases, 1);
    rl_plan_free(plan);
}

static void test_engine_path_is_relative_to_the_plan(void **state)
{
    (void)state;
    struct rl_plan *plan = load_text(BASE "engine: ./broken.so\n");
    char expected[256];
    snprintf(expected, sizeof expected, "%s/./broken.so", folder);
    assert_string_equal(plan->engine, expected);
    rl_plan_free(plan);
    plan = load_text(BASE "engine: other\n");
    assert_string_equal(plan->engine, "other");
    rl_plan_free(plan);
}

static void test_size_units(void **state)
{
    (void)state;
    static const char *const sizes[] = {"65536", "64K", "64KiB"};
    for (size_t i = 0; i < 3; i++) {
        char text[256];
        snprintf(text, sizeof text, BASE "device: {flash: {bank: %s}}\n", sizes[i]);
        struct rl_plan *plan = load_text(text);
        assert_int_equal(plan->cells[0].geometry.bank[1].size, 65536);
        rl_plan_free(plan);
    }
    struct rl_plan *plan = load_text(BASE "device: {flash: {bank: 2M, data: 1MiB}}\n");
    assert_int_equal(plan->cells[0].geometry.bank[0].size, 2097152);
    assert_int_equal(plan->cells[0].geometry.data.size, 1048576);
    rl_plan_free(plan);
}

/* --- merge ------------------------------------------------------------------------------------ */

static void test_variant_overrides(void **state)
{
    (void)state;
    struct rl_plan *plan =
        load_text(BASE "device: {flash: {bank: 64K, granule: 16}, cache: {lines: 8}}\n"
                       "explore: {depth: 2, seed: 5}\n"
                       "limits: {boots: 9, erases: 20}\n"
                       "variants:\n"
                       "- {name: a, device: {flash: {bank: 32K}}, limits: {boots: 4}}\n"
                       "- {name: b, images: {new: {pattern: 3, size: 6K}}, explore: {depth: 1}}\n");
    const struct rl_cell *a = &plan->cells[0], *b = &plan->cells[1];
    assert_int_equal(a->geometry.bank[0].size, 32768);
    assert_int_equal(a->geometry.granule_size, 16);
    assert_int_equal(a->cache_lines, 8);
    assert_int_equal(a->limits.boots, 4);
    assert_int_equal(a->limits.erases, 20);
    assert_int_equal(a->depth, 2);
    assert_int_equal(b->geometry.bank[0].size, 65536);
    assert_int_equal(b->limits.boots, 9);
    assert_int_equal(b->depth, 1);
    assert_int_equal(b->seed, 5);
    assert_ptr_equal(a->old_image, b->old_image);
    assert_int_equal(b->new_image->size, 7 * 1024);
    rl_plan_free(plan);
}

/* Variants come last, wherever the key stands in the file. */
static void test_order_of_keys_does_not_matter(void **state)
{
    (void)state;
    struct rl_plan *one = load_text("variants: [{name: a, memory: [battery]}]\n" BASE
                                    "key: test\ndevice: {flash: {page: 512}}\n");
    struct rl_plan *two = load_text("device: {flash: {page: 512}}\n" BASE
                                    "variants: [{memory: [battery], name: a}]\n");
    assert_int_equal(one->cells[0].geometry.page_size, 512);
    assert_int_equal(one->cells[0].memory, RL_MEMORY_BATTERY);
    assert_true(one->digest == two->digest);
    rl_plan_free(one);
    rl_plan_free(two);
}

static void test_profile(void **state)
{
    (void)state;
    static const char profile[] = "about: small\nflash: {bank: 32K, page: 512}\n"
                                  "sender: {chunk: 512}\nhardware_level: 3\n";
    write_file("device.yaml", profile, strlen(profile));
    struct rl_plan *plan = load_text(BASE "device: device.yaml\n");
    assert_int_equal(plan->cells[0].geometry.bank[0].size, 32768);
    assert_int_equal(plan->cells[0].geometry.page_size, 512);
    assert_int_equal(plan->cells[0].chunk_size, 512);
    assert_int_equal(plan->cells[0].geometry.hardware_level, 3);
    rl_plan_free(plan);
    /* What stands beside the profile wins, whichever comes first. */
    plan = load_text(BASE "device: {flash: {bank: 16K}, profile: device.yaml}\n");
    assert_int_equal(plan->cells[0].geometry.bank[0].size, 16384);
    assert_int_equal(plan->cells[0].geometry.page_size, 512);
    rl_plan_free(plan);
    /* A variant's profile starts over. */
    plan = load_text(BASE "device: {flash: {granule: 32}, hardware_level: 9}\n"
                          "variants: [{name: a, device: device.yaml}, {name: b}]\n");
    assert_int_equal(plan->cells[0].geometry.granule_size, 8);
    assert_int_equal(plan->cells[0].geometry.hardware_level, 3);
    assert_int_equal(plan->cells[1].geometry.granule_size, 32);
    rl_plan_free(plan);
}

static void test_profile_error_names_the_profile(void **state)
{
    (void)state;
    static const char profile[] = "flash:\n  bnak: 32K\n";
    char error[ERROR_SIZE];
    write_file("device.yaml", profile, strlen(profile));
    assert_null(try_text(BASE "device: device.yaml\n", error));
    assert_non_null(strstr(error, "/device.yaml:2:3: unknown key in the flash: \"bnak\"; did you "
                                  "mean \"bank\"?"));
}

/* --- images ----------------------------------------------------------------------------------- */

static void test_images_are_built_once(void **state)
{
    (void)state;
    struct rl_plan *plan = load_text(BASE "start: [factory, stale]\n"
                                          "variants: [{name: a}, {name: b}, {name: c, images: "
                                          "{old: {size: 4K, pattern: 1}}}]\n");
    assert_int_equal(plan->image_count, 3);
    assert_ptr_equal(plan->cells[0].old_image, plan->cells[5].old_image);
    assert_int_equal(plan->cells[0].old_image->size, 5 * 1024);
    assert_string_equal(plan->cells[0].old_image->name, "pattern-1");
    assert_memory_equal(plan->cells[0].old_image->bytes, "RLIMAGE1", 8);
    assert_memory_not_equal(plan->cells[0].old_image->identity, plan->cells[0].new_image->identity,
                            RELIGHT_DIGEST_SIZE);
    assert_non_null(plan->cells[0].older_image);
    rl_plan_free(plan);
}

static void test_recipe_reaches_the_image(void **state)
{
    (void)state;
    struct rl_plan *plan = load_text(
        NAMED "images: {old: {pattern: 1, size: 4K, name: alpha, version: 1.16.300, level: 2,\n"
              "  capabilities: 3, data_format: 4, init_requires: 5, hardware_min: 6,\n"
              "  security_counter: 7, data_size: 512}, new: {pattern: 2, size: 4K}}\n");
    /* docs/image-format.md, "Header". */
    const uint8_t *bytes = plan->cells[0].old_image->bytes;
    static const uint8_t version[] = {0x2C, 0x01, 0x10, 0x01};
    assert_memory_equal(bytes + 0x14, version, 4);
    static const uint8_t offsets[] = {0x18, 0x1C, 0x20, 0x24, 0x28, 0x2C};
    for (size_t i = 0; i < sizeof offsets; i++) {
        assert_int_equal(bytes[offsets[i]], i + 2);
    }
    assert_string_equal((const char *)bytes + 0x50, "alpha");
    rl_plan_free(plan);
}

/* Writes an image made with `key` at `address` to the file a.img. */
static void write_image(const struct rl_key *key, uint32_t address)
{
    static uint8_t payload[2048];
    struct rl_recipe recipe;
    uint8_t *image = NULL;
    size_t size = 0;
    char why[RL_IMAGE_WHY_SIZE];
    rl_recipe_defaults(&recipe);
    recipe.payload = payload;
    recipe.payload_size = sizeof payload;
    recipe.start_address = address;
    strcpy(recipe.name, "loaded");
    assert_true(rl_image_build(&recipe, key, &image, &size, why));
    write_file("a.img", image, size);
    free(image);
}

static void write_key(const struct rl_key *key)
{
    char text[128] = "relight-ed25519-public ";
    size_t length = strlen(text);
    for (size_t i = 0; i < sizeof key->public_key; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%02x", key->public_key[i]);
    }
    text[length++] = '\n';
    write_file("key.pub", text, length);
}

#define LOADED "images: {old: {image: a.img}, new: {image: a.img}}\n"

static void test_own_key(void **state)
{
    (void)state;
    static const uint8_t seed[RL_KEY_SEED_SIZE] = {42};
    struct rl_key key;
    rl_key_from_seed(seed, &key);
    write_key(&key);
    write_image(&key, 0);
    struct rl_plan *plan = load_text(NAMED "key: key.pub\n" LOADED);
    assert_memory_equal(plan->public_key, key.public_key, RL_KEY_PUBLIC_SIZE);
    assert_string_equal(plan->cells[0].old_image->name, "a.img");
    assert_null(plan->cells[0].older_image);
    rl_plan_free(plan);
    expect_error(NAMED LOADED, "2:23", "is not signed by the key that the device trusts");
    expect_error(BASE "key: key.pub\n", "2:15", "only the test key signs");
    expect_error(NAMED LOADED "key: key.pub\nstart: [updated]\n", "1:1", "need images: {older");
    expect_error(BASE "key: other.pub\n", "3:6", "other.pub\": ");
}

static void test_loaded_image_must_suit(void **state)
{
    (void)state;
    struct rl_key key;
    rl_key_test(&key);
    write_image(&key, 0);
    struct rl_plan *plan = load_text(NAMED LOADED);
    assert_int_equal(plan->image_count, 2);
    rl_plan_free(plan);
    write_image(&key, 4096);
    expect_error(NAMED LOADED, "2:23",
                 "starts at 0x00001000; the device runs images at 0x00000000");
    write_file("a.img", "RLIMAGE1", 8);
    expect_error(NAMED LOADED, "2:23", "a.img\": ");
    expect_error(NAMED "images: {old: {image: none.img}, new: {image: a.img}}\n", "2:23",
                 "none.img\": ");
}

static void test_payload_file(void **state)
{
    (void)state;
    static uint8_t payload[3000];
    write_file("b.bin", payload, sizeof payload);
    struct rl_plan *plan =
        load_text(NAMED "images: {old: {payload: b.bin}, new: {pattern: 1, size: 2K}}\n");
    assert_string_equal(plan->cells[0].old_image->name, "b.bin");
    assert_int_equal(plan->cells[0].old_image->size, 1024 + 3072);
    rl_plan_free(plan);
}

/* --- errors ----------------------------------------------------------------------------------- */

struct bad {
    const char *text, *place, *part;
};

static void expect_errors(const struct bad *bad, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_error(bad[i].text, bad[i].place, bad[i].part);
    }
}
#define EXPECT_ERRORS(bad) expect_errors(bad, sizeof(bad) / sizeof((bad)[0]))

static void test_unknown_words(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {BASE "imagse: {}\n", "3:1",
         "unknown key in the plan: \"imagse\"; did you mean \"images\"?"},
        {BASE "zzz: 1\n", "3:1", "expected name, about, engine"},
        {BASE "device: {flash: {bnk: 1}}\n", "3:18", "did you mean \"bank\"?"},
        {BASE "device: {falsh: {}}\n", "3:10", "did you mean \"flash\"?"},
        {BASE "explore:\n  depht: 2\n", "4:3", "did you mean \"depth\"?"},
        {BASE "limits: {boot: 2}\n", "3:10", "did you mean \"boots\"?"},
        {NAMED "images: {odl: {}}\n", "2:10", "did you mean \"old\"?"},
        {NAMED "images:\n  old: {pattern: 1, sise: 4K}\n", "3:21", "did you mean \"size\"?"},
        {BASE "variants: [{name: a, key: test}]\n", "3:22", "unknown key in the variant: \"key\""},
        {BASE "start: [factroy]\n", "3:9", "unknown start state \"factroy\"; did you mean"},
        {BASE "start: [z]\n", "3:9", "expected factory, updated, aborted or stale"},
        {BASE "memory: [volatile, batery]\n", "3:20", "did you mean \"battery\"?"},
        {BASE "faults:\n  - cut-before\n  - torn-erasse\n", "5:5",
         "unknown fault class \"torn-erasse\"; did you mean \"torn-erase\"?"},
        {BASE "properties: [hole]\n", "3:14", "unknown property \"hole\"; did you mean \"whole\"?"},
        {BASE "explore: {reuse: merged}\n", "3:18", "did you mean \"merge\"?"},
        {BASE "explore: {tear: [none]}\n", "3:18", "expected between or full"},
    };
    EXPECT_ERRORS(bad);
}

static void test_wrong_types(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"[a, b]\n", "1:1", "expected a mapping for the plan, found a list"},
        {"text\n", "1:1", "expected a mapping for the plan, found a single value"},
        {"name: [a]\n", "1:7", "expected a name, found a list"},
        {BASE "about: {a: 1}\n", "3:8", "expected text, found a mapping"},
        {BASE "start: factory\n", "3:8", "expected a list such as [factory]"},
        {BASE "start: []\n", "3:8", "found an empty one"},
        {BASE "start: [factory, factory]\n", "3:18", "listed twice"},
        {BASE "start: [[factory]]\n", "3:9", "expected a start state, found a list"},
        {BASE "device: [a]\n", "3:9", "expected a mapping for the device, found a list"},
        {BASE "device: {flash: 512K}\n", "3:17", "expected a mapping for the flash"},
        {BASE "explore: 2\n", "3:10", "expected a mapping for the exploration"},
        {BASE "variants: {name: a}\n", "3:11", "expected a list of mappings"},
        {BASE "variants: [a]\n", "3:12", "expected a mapping for the variant"},
        {BASE "variants: []\n", "3:11", "expected a list of mappings"},
        {NAMED "images: [a]\n", "2:9", "expected a mapping for the images"},
        {NAMED "images: {old: a.img, new: a.img}\n", "2:15", "expected a mapping for the image"},
        {BASE "key: [test]\n", "3:6", "expected test, or the path"},
        {BASE "explore: {tear: full}\n", "3:17", "one word for each cut"},
        {BASE "device: {cache: {lines: [1]}}\n", "3:25", "expected a number from 4 to 4096"},
        {BASE "device: {flash: {bank: {}}}\n", "3:24", "expected a size from 8K to 64M"},
    };
    EXPECT_ERRORS(bad);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {BASE "explore: {depth: 0}\n", "3:18", "depth is \"0\"; expected a number from 1 to 2"},
        {BASE "explore: {depth: 3}\n", "3:18", "expected a number from 1 to 2"},
        {BASE "explore: {depth: -1}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: +1}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: 01}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: 1.0}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: 0x1}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: \"1\"}\n", "3:18", "expected a number"},
        {BASE "explore: {depth: one}\n", "3:18", "expected a number"},
        {BASE "explore: {sample: 0}\n", "3:19", "expected a number from 1 to 1000000000"},
        {BASE "explore: {sample: 4294967297}\n", "3:19", "expected a number"},
        {BASE "explore: {seed: 18446744073709551616}\n", "3:17", "expected a number"},
        {BASE "limits: {operations: 999}\n", "3:22", "from 1000 to 100000000"},
        {BASE "limits: {operations: 100000001}\n", "3:22", "from 1000 to 100000000"},
        {BASE "limits: {boots: 101}\n", "3:17", "from 1 to 100"},
        {BASE "limits: {erases: 1000001}\n", "3:18", "from 1 to 1000000"},
        {BASE "device: {hardware_level: 0}\n", "3:26", "from 1 to 4294967295"},
        {BASE "device: {cache: {lines: 3}}\n", "3:25", "from 4 to 4096"},
        {BASE "device: {flash: {bank: 512k}}\n", "3:24", "with K, KiB, M or MiB"},
        {BASE "device: {flash: {bank: 512 K}}\n", "3:24", "with K, KiB, M or MiB"},
        {BASE "device: {flash: {bank: 1G}}\n", "3:24", "with K, KiB, M or MiB"},
        {BASE "device: {flash: {bank: K}}\n", "3:24", "with K, KiB, M or MiB"},
        {BASE "device: {flash: {bank: 18014398509481985K}}\n", "3:24", "expected a size"},
        {BASE "device: {flash: {bank: 4K}}\n", "3:24",
         "bank is 4K; expected a size from 8K to 64M"},
        {BASE "device: {flash: {bank: 128M}}\n", "3:24", "expected a size from 8K to 64M"},
        {BASE "device: {sender: {chunk: 1000}}\n", "3:26", "a multiple of 256"},
    };
    EXPECT_ERRORS(bad);
}

static void test_impossible_geometry(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {BASE "device: {flash: {sector: 3K}}\n", "3:26", "expected a power of two"},
        {BASE "device: {flash: {sector: 256}}\n", "3:26", "a size from 512 to 256K"},
        {BASE "device: {flash: {sector: 512K}}\n", "3:26", "a size from 512 to 256K"},
        {BASE "device: {flash: {page: 128}}\n", "3:24", "a size from 256 to 256K"},
        {BASE "device: {flash: {page: 384}}\n", "3:24", "expected a power of two"},
        {BASE "device: {flash: {page: 8K}}\n", "3:24",
         "a page of 8192 bytes is larger than a sector of 4096 bytes"},
        {BASE "device: {flash: {granule: 4}}\n", "3:27", "a size from 8 to 32"},
        {BASE "device: {flash: {granule: 24}}\n", "3:27", "expected a power of two"},
        {BASE "device: {flash: {granule: 64}}\n", "3:27", "a size from 8 to 32"},
        {BASE "device: {flash: {bank: 10K}}\n", "3:24",
         "a bank of 10240 bytes is not whole sectors of 4096 bytes"},
        {BASE "device: {flash: {data: 5K}}\n", "3:24",
         "data of 5120 bytes is not whole sectors of 4096 bytes"},
        {BASE "device: {cache: {line: 48}}\n", "3:24", "expected a power of two"},
        {BASE "device: {cache: {line: 256}}\n", "3:24", "a size from 32 to 128"},
        {BASE "device: {memory: {staging: 256K}}\n", "3:28",
         "a staging place of 262144 bytes is smaller than a bank of 524288 bytes"},
        {BASE "device: {memory: {resident: 256K}}\n", "3:29", "smaller than a bank"},
        /* The figure that was written down is blamed, where the other is a default. */
        {BASE "device: {flash: {bank: 32K, sector: 64K}}\n", "3:24", "not whole sectors"},
        {BASE "variants:\n- {name: a, device: {flash: {bank: 9K}}}\n", "4:36", "not whole sectors"},
    };
    EXPECT_ERRORS(bad);
}

static void test_bad_images(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {NAMED, "1:1", "the old image is missing"},
        {NAMED "images: {old: {pattern: 1, size: 4K}}\n", "1:1", "the new image is missing"},
        {NAMED "images: {old: {}, new: {}}\n", "2:15", "one of payload, pattern or image"},
        {NAMED "images: {old: {pattern: 1, payload: a}, new: {}}\n", "2:15", "found several"},
        {NAMED "images: {old: {pattern: 1}, new: {}}\n", "2:25", "a pattern needs a size"},
        {NAMED "images: {old: {payload: a, size: 4K}, new: {}}\n", "2:34", "goes with pattern"},
        {NAMED "images: {old: {image: a, level: 1}, new: {}}\n", "2:15", "says the rest itself"},
        {NAMED "images: {old: {payload: none.bin}, new: {}}\n", "2:25", "none.bin\" cannot be"},
        {NAMED "images: {old: {payload: /usr/share/seabios/none.bin}, new: {}}\n", "2:25",
         "install Debian's package seabios"},
        {NAMED "images: {old: {payload: .}, new: {}}\n", "2:25", "is not a regular file"},
        {NAMED "images: {old: {pattern: 1, size: 1000}, new: {}}\n", "2:34", "from 1K to 64M"},
        {NAMED "images: {old: {pattern: 1, size: 4K, version: 1.2}, new: {}}\n", "2:47",
         "expected MAJOR.MINOR.PATCH"},
        {NAMED "images: {old: {pattern: 1, size: 4K, version: 256.0.0}, new: {}}\n", "2:47",
         "at most 255.255.65535"},
        {NAMED "images: {old: {pattern: 1, size: 4K, version: 1.0.65536}, new: {}}\n", "2:47",
         "at most 255.255.65535"},
        {NAMED "images: {old: {pattern: 1, size: 4K, version: 1.0.0x}, new: {}}\n", "2:47",
         "expected MAJOR.MINOR.PATCH"},
        {NAMED "images: {old: {pattern: 1, size: 4K, data_size: 300}, new: {}}\n", "2:49",
         "a multiple of 256"},
        {NAMED "images: {old: {pattern: 1, size: 4K, data_size: 4K}, new: {}}\n", "2:15",
         "this image cannot be built: "},
        {NAMED "images: {old: {pattern: 1, size: 4K}, new: {pattern: 1, size: 8K}}\n"
               "device: {flash: {bank: 8K}}\n",
         "2:44", "the new image has 9216 bytes and does not fit into a bank of 8192 bytes"},
        /* Also an image that no variant uses. */
        {NAMED "images: {old: {pattern: 1, size: 4K}, new: {payload: none.bin}}\n"
               "variants: [{name: a, images: {new: {pattern: 1, size: 4K}}}]\n",
         "2:54", "none.bin\" cannot be"},
    };
    EXPECT_ERRORS(bad);
}

static void test_contradictions(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {IMAGES, "1:1", "name is missing"},
        {"name: Power\n" IMAGES, "1:7", "expected 1 to 63 characters out of a-z"},
        {"name: \"\"\n" IMAGES, "1:7", "expected 1 to 63 characters"},
        {"name: a/b\n" IMAGES, "1:7", "expected 1 to 63 characters"},
        {BASE "engine: \"\"\n", "3:9", "engine has 0 characters"},
        {BASE "variants: [{memory: [battery]}]\n", "3:12", "expected a name for the variant"},
        {BASE "variants:\n- {name: a}\n- {name: b}\n- {name: a}\n", "6:10", "called \"a\" already"},
        {BASE "explore: {depth: 2, tear: [full]}\n", "3:27", "tear lists 1 cuts, but depth is 2"},
        {BASE "explore: {tear: [full, full]}\n", "3:17", "tear lists 2 cuts, but depth is 1"},
        {BASE "faults: [cut-before, nested-cut]\n", "3:9", "nested-cut needs depth 2"},
        {BASE "faults: [cut-before]\nexplore: {depth: 2}\n", "3:9",
         "nested-cut is not among the faults"},
        {BASE "device: none.yaml\n", "3:9", "none.yaml\" cannot be"},
        {BASE "device: {profile: none.yaml}\n", "3:19", "none.yaml\" cannot be"},
    };
    EXPECT_ERRORS(bad);
}

static void test_profile_has_no_profile(void **state)
{
    (void)state;
    static const char profile[] = "profile: device.yaml\n";
    char error[ERROR_SIZE];
    write_file("device.yaml", profile, strlen(profile));
    assert_null(try_text(BASE "device: device.yaml\n", error));
    assert_non_null(strstr(error, "/device.yaml:1:1: unknown key in the device profile:"));
}

static void test_missing_plan(void **state)
{
    (void)state;
    char error[ERROR_SIZE];
    assert_null(rl_plan_load(path_of("none.yaml"), error, sizeof error));
    assert_non_null(strstr(error, "none.yaml:1:1: the file cannot be"));
    assert_null(rl_plan_load(folder, error, sizeof error));
    assert_non_null(strstr(error, ":1:1: the file is not a regular file"));
}

/* --- yaml ------------------------------------------------------------------------------------- */

static void test_refused_yaml(void **state)
{
    (void)state;
    static const struct bad bad[] = {
        {"", "1:1", "the file is empty"},
        {"# nothing\n", "1:1", "the file is empty"},
        {"name: &a p\n", "1:7", "anchors are not allowed"},
        {"name: *a\n", "1:7", "aliases are not allowed"},
        {"name: !!str p\n", "1:7", "tags are not allowed"},
        {"device: !d\n  flash: {}\n", "1:9", "tags are not allowed"},
        {BASE "device: {<<: {flash: {}}}\n", "3:10", "merge keys are not allowed"},
        {"name: a\nabout: b\nname: c\n", "3:1", "key \"name\" was already given in line 1"},
        {BASE "? [a]\n: b\n", "3:3", "a key must be a word"},
        {BASE "---\nname: q\n", "3:1", "a second document"},
        {"name:\nabout: x\n", "1:1", "a value is missing here"},
        {"name: [a, b\n", "2:1", "not valid YAML: "},
        {"name: \"a\n", "1:8", "not valid YAML: "},
        {"name: a: b\n", "1:8", "not valid YAML: "},
        {"name: \"a\\0b\"\n", "1:7", "NUL characters are not allowed"},
        {"about: \xC3\xBC\nname: a\xFFz\n", "2:8", "byte 0xFF is no UTF-8 text"},
        {"name: a\x01z\n", "1:8", "byte 0x01 is no UTF-8 text"},
        {"a: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n", "1:19", "nested deeper than 16 levels"},
    };
    EXPECT_ERRORS(bad);
}

static void test_control_characters_stay_out_of_messages(void **state)
{
    (void)state;
    expect_error(BASE "\"a\\nb\\e[31m\": 1\n", "3:1", "\"a?b?[31m\"");
}

/* --- limits ----------------------------------------------------------------------------------- */

static void test_long_lists(void **state)
{
    (void)state;
    char text[4096] = BASE "variants:\n";
    for (unsigned i = 0; i < 65; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "- {name: v%u}\n", i);
        if (i == 63) {
            struct rl_plan *plan = load_text(text);
            assert_int_equal(plan->cell_count, 64);
            rl_plan_free(plan);
        }
    }
    expect_error(text, "68:3", "more than 64 entries in one list");
}

static void test_largest_product(void **state)
{
    (void)state;
    char text[4096] = BASE "start: [factory, updated, aborted, stale]\n"
                           "memory: [volatile, battery]\nvariants:\n";
    for (unsigned i = 0; i < 64; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "- {name: v%u}\n", i);
    }
    struct rl_plan *plan = load_text(text);
    assert_int_equal(plan->cell_count, 512);
    rl_plan_free(plan);
}

static void test_large_file(void **state)
{
    (void)state;
    const size_t limit = 1048576;
    char *text = malloc(limit + 1), error[ERROR_SIZE];
    assert_non_null(text);
    memset(text, '#', limit + 1);
    for (size_t i = 0; BASE[i] != '\0'; i++) {
        text[i] = BASE[i];
    }
    write_file("plan.yaml", text, limit);
    struct rl_plan *plan = rl_plan_load(path_of("plan.yaml"), error, sizeof error);
    assert_non_null(plan);
    rl_plan_free(plan);
    write_file("plan.yaml", text, limit + 1);
    assert_null(rl_plan_load(path_of("plan.yaml"), error, sizeof error));
    assert_non_null(strstr(error, "1048576"));
    free(text);
}

/* A plan cut off anywhere is a plan or an error with a position, never anything else. */
static void test_every_prefix(void **state)
{
    (void)state;
    static const char text[] = BASE "device: {flash: {bank: 16K}}\nstart: [factory, stale]\n"
                                    "variants:\n- name: a\n  explore: {depth: 2}\n";
    for (size_t length = 0; length < strlen(text); length++) {
        char error[ERROR_SIZE];
        write_file("plan.yaml", text, length);
        struct rl_plan *plan = rl_plan_load(path_of("plan.yaml"), error, sizeof error);
        assert_true((plan == NULL) == (error[0] != '\0'));
        assert_true(plan != NULL || strstr(error, "plan.yaml:") != NULL);
        rl_plan_free(plan);
    }
}

/* --- digest ----------------------------------------------------------------------------------- */

static uint64_t digest_of(const char *text)
{
    struct rl_plan *plan = load_text(text);
    uint64_t digest = plan->digest;
    rl_plan_free(plan);
    return digest;
}

static void test_digest_ignores_what_changes_nothing(void **state)
{
    (void)state;
    uint64_t digest = digest_of(BASE);
    assert_true(digest == digest_of("# a remark\n" BASE "about: text\n"));
    assert_true(digest == digest_of("name: other\n" IMAGES));
    assert_true(digest == digest_of(BASE "variants: [{name: a, about: one}]\n"));
    assert_true(digest == digest_of(BASE "device: {flash: {bank: 524288}, cache: {line: 64}}\n"));
    assert_true(digest == digest_of(BASE "explore: {depth: 1, tear: [full]}\nkey: test\n"));
}

static void test_digest_sees_what_changes_results(void **state)
{
    (void)state;
    static const char *const additions[] = {
        "",
        "device: {flash: {bank: 64K}}\n",
        "device: {flash: {sector: 8K, data: 8K}}\n",
        "device: {flash: {page: 512}}\n",
        "device: {flash: {granule: 16}}\n",
        "device: {flash: {data: 16K}}\n",
        "device: {memory: {resident: 1M}}\n",
        "device: {memory: {staging: 1M}}\n",
        "device: {cache: {line: 32}}\n",
        "device: {cache: {lines: 128}}\n",
        "device: {sender: {chunk: 256}}\n",
        "device: {hardware_level: 2}\n",
        "start: [stale]\n",
        "memory: [battery]\n",
        "memory: [volatile, battery]\n",
        "faults: [cut-before]\n",
        "explore: {depth: 2}\n",
        "explore: {tear: [between]}\n",
        "explore: {sample: 9}\n",
        "explore: {seed: 9}\n",
        "explore: {reuse: none}\n",
        "limits: {operations: 5000}\n",
        "limits: {boots: 5}\n",
        "limits: {erases: 5}\n",
        "properties: [whole]\n",
        "variants: [{name: a, images: {old: {pattern: 9, size: 4K}}}]\n",
        "variants: [{name: a, images: {new: {pattern: 9, size: 4K}}}]\n",
        "variants: [{name: a, images: {older: {pattern: 9, size: 4K}}}]\n",
    };
    enum { COUNT = sizeof additions / sizeof additions[0] };
    uint64_t digests[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        char text[512];
        snprintf(text, sizeof text, BASE "%s", additions[i]);
        digests[i] = digest_of(text);
        for (size_t k = 0; k < i; k++) {
            if (digests[i] == digests[k]) {
                fail_msg("equal digests: %s and %s", additions[i], additions[k]);
            }
        }
    }
}

/* --- shipped ---------------------------------------------------------------------------------- */

static struct rl_plan *load_shipped(const char *name)
{
    char path[4096], error[ERROR_SIZE];
    snprintf(path, sizeof path, "%s/%s.yaml", RELIGHT_PLAN_DIR, name);
    struct rl_plan *plan = rl_plan_load(path, error, sizeof error);
    if (plan == NULL) {
        fail_msg("%s", error);
    }
    assert_string_equal(plan->name, name); /* how a token finds its plan */
    return plan;
}

/* Both campaigns try every start state and memory kind, and every tear of both cuts somewhere. */
static void test_campaigns(void **state)
{
    (void)state;
    static const char *const names[] = {"power-cut", "power-cut-down"};
    for (size_t i = 0; i < 2; i++) {
        struct rl_plan *plan = load_shipped(names[i]);
        unsigned seen = 0, torn_twice = 0;
        assert_int_equal(plan->cell_count, 2 + 6 + 8);
        for (uint32_t k = 0; k < plan->cell_count; k++) {
            const struct rl_cell *cell = &plan->cells[k];
            seen |= 1u << ((unsigned)cell->memory * RL_START_COUNT + (unsigned)cell->start);
            torn_twice += cell->tear[0] == RL_TEAR_FULL && cell->tear[1] == RL_TEAR_FULL;
            assert_int_equal(cell->depth, 2);
            assert_int_equal(cell->sample, 0);
        }
        assert_int_equal(seen, (1u << (RL_START_COUNT * RL_MEMORY_COUNT)) - 1);
        assert_int_equal(torn_twice, 8);
        rl_plan_free(plan);
    }
}

static void test_campaigns_are_opposite(void **state)
{
    (void)state;
    struct rl_plan *up = load_shipped("power-cut"), *down = load_shipped("power-cut-down");
    assert_true(up->cells[0].old_image->size < up->cells[0].new_image->size);
    assert_true(down->cells[0].old_image->size > down->cells[0].new_image->size);
    assert_int_equal(up->cells[0].new_image->size, 256 * 1024 + 1024);
    assert_int_equal(up->cells[0].old_image->size, 128 * 1024 + 1024);
    rl_plan_free(up);
    rl_plan_free(down);
}

/* The benchmark compares like with like: the default campaign's first variant. */
static void test_bench_plans(void **state)
{
    (void)state;
    static const char *const names[] = {"naive", "snapshots"};
    static const rl_reuse reuses[] = {RL_REUSE_NONE, RL_REUSE_SNAPSHOTS};
    struct rl_plan *campaign = load_shipped("power-cut");
    for (size_t i = 0; i < 2; i++) {
        struct rl_plan *plan = load_shipped(names[i]);
        assert_int_equal(plan->cell_count, 2);
        for (uint32_t k = 0; k < plan->cell_count; k++) {
            const struct rl_cell *cell = &plan->cells[k], *first = &campaign->cells[k];
            assert_string_equal(cell->name, first->name);
            assert_memory_equal(&cell->geometry, &first->geometry, sizeof cell->geometry);
            assert_memory_equal(cell->old_image->identity, first->old_image->identity, 32);
            assert_memory_equal(cell->new_image->identity, first->new_image->identity, 32);
            assert_int_equal(cell->classes, first->classes);
            assert_memory_equal(cell->tear, first->tear, sizeof cell->tear);
            assert_int_equal(cell->sample, 2000);
            assert_int_equal(cell->seed, 1);
            assert_int_equal(cell->reuse, reuses[i]);
        }
        rl_plan_free(plan);
    }
    rl_plan_free(campaign);
}

static void test_smoke_is_small(void **state)
{
    (void)state;
    struct rl_plan *plan = load_shipped("smoke");
    for (uint32_t k = 0; k < plan->cell_count; k++) {
        assert_int_equal(plan->cells[k].depth, 1);
        assert_true(plan->cells[k].new_image->size <= 16 * 1024);
        assert_true(plan->cells[k].geometry.bank[0].size <= 32 * 1024);
    }
    rl_plan_free(plan);
}

/* The profile writes the defaults down; both are documented as one. */
static void test_default_profile_is_the_default(void **state)
{
    (void)state;
    char text[4096];
    snprintf(text, sizeof text, BASE "device: %s/devices/default.yaml\n", RELIGHT_PLAN_DIR);
    assert_true(digest_of(text) == digest_of(BASE));
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

static const struct CMUnitTest shape[] = {
    WITH_FOLDER(test_defaults),
    WITH_FOLDER(test_layout),
    WITH_FOLDER(test_default_data_is_a_whole_sector),
    WITH_FOLDER(test_product),
    WITH_FOLDER(test_longest_cell_name_fits),
    WITH_FOLDER(test_lists),
    WITH_FOLDER(test_default_classes),
    WITH_FOLDER(test_explore),
    WITH_FOLDER(test_engine_path_is_relative_to_the_plan),
    WITH_FOLDER(test_size_units),
};
static const struct CMUnitTest merge[] = {
    WITH_FOLDER(test_variant_overrides),
    WITH_FOLDER(test_order_of_keys_does_not_matter),
    WITH_FOLDER(test_profile),
    WITH_FOLDER(test_profile_error_names_the_profile),
};
static const struct CMUnitTest images[] = {
    WITH_FOLDER(test_images_are_built_once),
    WITH_FOLDER(test_recipe_reaches_the_image),
    WITH_FOLDER(test_own_key),
    WITH_FOLDER(test_loaded_image_must_suit),
    WITH_FOLDER(test_payload_file),
};
static const struct CMUnitTest errors[] = {
    WITH_FOLDER(test_unknown_words),
    WITH_FOLDER(test_wrong_types),
    WITH_FOLDER(test_numbers),
    WITH_FOLDER(test_impossible_geometry),
    WITH_FOLDER(test_bad_images),
    WITH_FOLDER(test_contradictions),
    WITH_FOLDER(test_profile_has_no_profile),
    WITH_FOLDER(test_missing_plan),
};
static const struct CMUnitTest yaml[] = {
    WITH_FOLDER(test_refused_yaml),
    WITH_FOLDER(test_control_characters_stay_out_of_messages),
};
static const struct CMUnitTest limits[] = {
    WITH_FOLDER(test_long_lists),
    WITH_FOLDER(test_largest_product),
    WITH_FOLDER(test_large_file),
    WITH_FOLDER(test_every_prefix),
};
static const struct CMUnitTest digest[] = {
    WITH_FOLDER(test_digest_ignores_what_changes_nothing),
    WITH_FOLDER(test_digest_sees_what_changes_results),
};

static const struct CMUnitTest shipped[] = {
    cmocka_unit_test(test_campaigns),
    cmocka_unit_test(test_campaigns_are_opposite),
    cmocka_unit_test(test_bench_plans),
    cmocka_unit_test(test_smoke_is_small),
    WITH_FOLDER(test_default_profile_is_the_default),
};

#define RUN(group)                                                                                 \
    if (only == NULL || strcmp(only, #group) == 0) {                                               \
        failed += cmocka_run_group_tests_name(#group, group, NULL, NULL);                          \
        ran++;                                                                                     \
    }

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : NULL;
    int failed = 0, ran = 0;
    RUN(shape)
    RUN(merge)
    RUN(images)
    RUN(errors)
    RUN(yaml)
    RUN(limits)
    RUN(digest)
    RUN(shipped)
    return ran == 0 || failed != 0;
}
