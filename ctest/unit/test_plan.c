/* Plans: what they mean. */
/* groups: shape merge images digest shipped */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "faults/catalogue.h"
#include "groups.h"
#include "oracles/oracles.h"
#include "plan_files.h"

/* --- shape ------------------------------------------------------------------------------------ */

static void test_defaults(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(BASE);
    assert_string_equal(plan->name, "p");
    assert_string_equal(plan->about, "");
    assert_string_equal(plan->cells[0].engine, "fastload");
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
static void assert_in_order(const struct relight_region *const *regions, const uint32_t *sizes,
                            size_t count, uint32_t end)
{
    uint32_t address = 0;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(regions[i]->address, address);
        assert_int_equal(regions[i]->size, sizes[i]);
        address += sizes[i];
    }
    assert_int_equal(end, address);
}

static void test_layout(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(BASE "device: {flash: {bank: 64K, sector: 8K, data: 24K,\n"
                                          "  pla: 32K, phy: 0}}\n");
    const struct relight_geometry *g = &plan->cells[0].geometry;
    const struct relight_companion *pla = &g->companion[RELIGHT_PLA];
    const struct relight_companion *phy = &g->companion[RELIGHT_PHY];
    const struct relight_region *flash[] = {
        &g->bank[0], &g->bank[1], &g->record[0], &g->record[1],       &g->journal,
        &g->data[0], &g->data[1], &g->otp,       &pla->configuration, &phy->configuration};
    const uint32_t flash_sizes[] = {65536, 65536, 8192, 8192, 8192, 24576, 24576, 8192, 32768, 0};
    const struct relight_region *memory[] = {&g->resident, &g->staging, &g->handover, &pla->active,
                                             &phy->active};
    const uint32_t memory_sizes[] = {65536, 65536, 256, 32768, 0};
    assert_in_order(flash, flash_sizes, 10, g->flash_size);
    assert_in_order(memory, memory_sizes, 5, g->memory_size);
    assert_int_equal(g->page_size, 256);
    assert_int_equal(g->granule_size, 8);
    assert_int_equal(g->hardware_level, 1);
    rl_plan_free(plan);
}

static void test_default_areas_are_whole_sectors(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(BASE);
    const struct relight_geometry *g = &plan->cells[0].geometry;
    assert_int_equal(g->data[0].size, 8192);
    assert_int_equal(g->data[1].size, 8192);
    assert_int_equal(g->companion[RELIGHT_PLA].active.size, 16384);
    assert_int_equal(g->companion[RELIGHT_PHY].active.size, 8192);
    rl_plan_free(plan);
    plan = plan_load(BASE "device: {flash: {sector: 64K}}\n");
    g = &plan->cells[0].geometry;
    assert_int_equal(g->data[0].size, 131072);
    assert_int_equal(g->otp.size, 65536);
    assert_int_equal(g->companion[RELIGHT_PHY].configuration.size, 65536);
    rl_plan_free(plan);
}

static void test_memory_devices(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(BASE);
    assert_false(plan->cells[0].staging_sram);
    assert_true(plan->cells[0].geometry.staging_executes);
    assert_true(plan->cells[0].post_bytes == 536870912);
    rl_plan_free(plan);
    plan = plan_load(BASE "device: {memory: {staging_device: sram, staging_executes: false,\n"
                          "  post: 8192M}}\n");
    assert_true(plan->cells[0].staging_sram);
    assert_false(plan->cells[0].geometry.staging_executes);
    assert_true(plan->cells[0].post_bytes == 8589934592);
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
    struct rl_plan *plan = plan_load(BASE "memory: [battery, volatile]\n"
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
    plan = plan_load(BASE "start: [updated, stale]\n");
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
    struct rl_plan *plan = plan_load(text);
    assert_non_null(strstr(plan->cells[0].name, "/memory=volatile/start=factory"));
    assert_non_null(strstr(plan->cells[3].name, "/memory=battery/start=updated"));
    rl_plan_free(plan);
}

static void test_lists(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(BASE "faults: [warm-reset, cut-before]\n"
                                          "properties: [whole]\n");
    assert_int_equal(plan->cells[0].classes.word[0],
                     1u << RL_CLASS_WARM_RESET | 1u << RL_CLASS_CUT_BEFORE);
    assert_int_equal(plan->cells[0].properties, 1u << RL_PROPERTY_WHOLE);
    rl_plan_free(plan);
}

/* By default every class that the exploration can reach, and no other. */
static void test_default_classes(void **state)
{
    (void)state;
    const uint32_t all = (1u << (RL_CLASS_NESTED_CUT + 1)) - 1, nested = 1u << RL_CLASS_NESTED_CUT;
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
        struct rl_plan *plan = plan_load(text);
        assert_int_equal(plan->cells[0].classes.word[0], classes[i]);
        rl_plan_free(plan);
    }
}

static void test_explore(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(BASE "explore: {depth: 1, tear: [between], sample: 7,\n"
                                          "  seed: 18446744073709551615, reuse: snapshots}\n"
                                          "limits: {operations: 1000, boots: 100, erases: 1}\n");
    const struct rl_cell *cell = &plan->cells[0];
    assert_int_equal(cell->depth, 1);
    assert_int_equal(cell->tear[0], RL_TEAR_BETWEEN);
    assert_int_equal(cell->tear[1], RL_TEAR_NONE);
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
    struct rl_plan *plan = plan_load(BASE "engine: ./broken.so\n");
    char expected[256];
    snprintf(expected, sizeof expected, "%s/./broken.so", plan_folder());
    assert_string_equal(plan->cells[0].engine, expected);
    rl_plan_free(plan);
    plan = plan_load(BASE "engine: other\n");
    assert_string_equal(plan->cells[0].engine, "other");
    rl_plan_free(plan);
}

static void test_variants_may_have_engines(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(BASE "engine: one\n"
                                          "variants:\n"
                                          "  - {name: a}\n"
                                          "  - {name: b, engine: two}\n"
                                          "  - {name: c}\n");
    assert_int_equal(plan->cell_count, 3);
    assert_string_equal(plan->cells[0].engine, "one");
    assert_string_equal(plan->cells[1].engine, "two");
    assert_string_equal(plan->cells[2].engine, "one");
    rl_plan_free(plan);
}

static void test_size_units(void **state)
{
    (void)state;
    static const char *const sizes[] = {"65536", "64K", "64KiB"};
    for (size_t i = 0; i < 3; i++) {
        char text[256];
        snprintf(text, sizeof text, BASE "device: {flash: {bank: %s}}\n", sizes[i]);
        struct rl_plan *plan = plan_load(text);
        assert_int_equal(plan->cells[0].geometry.bank[1].size, 65536);
        rl_plan_free(plan);
    }
    struct rl_plan *plan = plan_load(BASE "device: {flash: {bank: 2M, data: 1MiB}}\n");
    assert_int_equal(plan->cells[0].geometry.bank[0].size, 2097152);
    assert_int_equal(plan->cells[0].geometry.data[0].size, 1048576);
    rl_plan_free(plan);
}

static void test_world(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(
        BASE "world: {adapters: 3, hosts: 8, source: relay, light: kept, staging: flushed,\n"
             "  key: unreadable, data_every: 12, data_item: 2, data_least: 70000}\n"
             "limits: {offline: 1s, dark: 500ms}\n");
    const struct rl_cell *cell = &plan->cells[0];
    assert_int_equal(cell->world.adapters, 3);
    assert_int_equal(cell->world.hosts, 8);
    assert_int_equal(cell->world.source, RL_SOURCE_RELAY);
    assert_true(cell->world.keep_light);
    assert_true(cell->world.flush_staging);
    assert_true(cell->world.spoil_key);
    assert_int_equal(cell->world.data_every, 12);
    assert_int_equal(cell->world.data_item, 2);
    assert_int_equal(cell->world.data_least, 70000);
    assert_int_equal(cell->limits.offline_ms, 1000);
    assert_int_equal(cell->limits.dark_ms, 500);
    assert_false(cell->expect.refused);
    rl_plan_free(plan);
}

static void test_world_by_default(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(BASE "limits: {dark: 2min}\n");
    const struct rl_cell *cell = &plan->cells[0];
    assert_int_equal(cell->world.adapters, 1);
    assert_int_equal(cell->world.hosts, 3);
    assert_int_equal(cell->world.source, RL_SOURCE_STORAGE);
    assert_false(cell->world.keep_light || cell->world.flush_staging || cell->world.spoil_key);
    assert_int_equal(cell->world.data_every, 0);
    assert_int_equal(cell->world.data_least, 0);
    assert_int_equal(cell->limits.offline_ms, 0);
    assert_int_equal(cell->limits.dark_ms, 120000);
    rl_plan_free(plan);
}

static void test_expectation(void **state)
{
    (void)state;
    struct rl_plan *plan =
        plan_load(BASE "world: {hosts: 2, light: kept}\n"
                       "variants:\n"
                       "- {name: a, expect: {refused: same-image}, world: {hosts: 5}}\n"
                       "- {name: b, expect: {refused: any}, world: {light: off}}\n"
                       "- {name: c}\n");
    const struct rl_cell *cells = plan->cells;
    assert_true(cells[0].expect.refused);
    assert_string_equal(cells[0].expect.reason, "same-image");
    assert_int_equal(cells[0].world.hosts, 5);
    assert_true(cells[0].world.keep_light);
    assert_true(cells[1].expect.refused);
    assert_string_equal(cells[1].expect.reason, "");
    assert_int_equal(cells[1].world.hosts, 2);
    assert_false(cells[1].world.keep_light);
    assert_false(cells[2].expect.refused);
    rl_plan_free(plan);
}

/* --- merge ------------------------------------------------------------------------------------ */

static void test_variant_overrides(void **state)
{
    (void)state;
    struct rl_plan *plan =
        plan_load(BASE "device: {flash: {bank: 64K, granule: 16}, cache: {lines: 8}}\n"
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
    struct rl_plan *one = plan_load("variants: [{name: a, memory: [battery]}]\n" BASE
                                    "key: test\ndevice: {flash: {page: 512}}\n");
    struct rl_plan *two = plan_load("device: {flash: {page: 512}}\n" BASE
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
    plan_write("device.yaml", profile, strlen(profile));
    struct rl_plan *plan = plan_load(BASE "device: device.yaml\n");
    assert_int_equal(plan->cells[0].geometry.bank[0].size, 32768);
    assert_int_equal(plan->cells[0].geometry.page_size, 512);
    assert_int_equal(plan->cells[0].chunk_size, 512);
    assert_int_equal(plan->cells[0].geometry.hardware_level, 3);
    rl_plan_free(plan);
    /* What stands beside the profile wins, whichever comes first. */
    plan = plan_load(BASE "device: {flash: {bank: 16K}, profile: device.yaml}\n");
    assert_int_equal(plan->cells[0].geometry.bank[0].size, 16384);
    assert_int_equal(plan->cells[0].geometry.page_size, 512);
    rl_plan_free(plan);
    /* A variant's profile starts over. */
    plan = plan_load(BASE "device: {flash: {granule: 32}, hardware_level: 9}\n"
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
    plan_write("device.yaml", profile, strlen(profile));
    assert_null(plan_try(BASE "device: device.yaml\n", error));
    assert_non_null(strstr(error, "/device.yaml:2:3: unknown key in the flash: \"bnak\"; did you "
                                  "mean \"bank\"?"));
}

/* --- images ----------------------------------------------------------------------------------- */

static void test_images_are_built_once(void **state)
{
    (void)state;
    struct rl_plan *plan = plan_load(BASE "start: [factory, stale]\n"
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
    struct rl_plan *plan = plan_load(
        NAMED "device: {hardware_level: 6}\n"
              "images: {old: {pattern: 1, size: 4K, name: alpha, version: 1.16.300, level: 2,\n"
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
    plan_write("a.img", image, size);
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
    plan_write("key.pub", text, length);
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
    struct rl_plan *plan = plan_load(NAMED "key: key.pub\n" LOADED);
    assert_memory_equal(plan->public_key, key.public_key, RL_KEY_PUBLIC_SIZE);
    assert_string_equal(plan->cells[0].old_image->name, "a.img");
    assert_null(plan->cells[0].older_image);
    rl_plan_free(plan);
    plan_refused(NAMED LOADED, "2:23", "is not signed by the key that the device trusts");
    plan_refused(BASE "key: key.pub\n", "2:15", "only the test key signs");
    plan_refused(NAMED LOADED "key: key.pub\nstart: [updated]\n", "1:1", "need images: {older");
    plan_refused(BASE "key: other.pub\n", "3:6", "other.pub\": ");
}

static void test_loaded_image_must_suit(void **state)
{
    (void)state;
    struct rl_key key;
    rl_key_test(&key);
    write_image(&key, 0);
    struct rl_plan *plan = plan_load(NAMED LOADED);
    assert_int_equal(plan->image_count, 2);
    rl_plan_free(plan);
    write_image(&key, 4096);
    plan_refused(NAMED LOADED, "2:23",
                 "starts at 0x00001000; the device runs images at 0x00000000");
    plan_write("a.img", "RLIMAGE1", 8);
    plan_refused(NAMED LOADED, "2:23", "a.img\": ");
    plan_refused(NAMED "images: {old: {image: none.img}, new: {image: a.img}}\n", "2:23",
                 "none.img\": ");
}

static void test_payload_file(void **state)
{
    (void)state;
    static uint8_t payload[3000];
    plan_write("b.bin", payload, sizeof payload);
    struct rl_plan *plan =
        plan_load(NAMED "images: {old: {payload: b.bin}, new: {pattern: 1, size: 2K}}\n");
    assert_string_equal(plan->cells[0].old_image->name, "b.bin");
    assert_int_equal(plan->cells[0].old_image->size, 1024 + 3072);
    rl_plan_free(plan);
}

/* --- digest ----------------------------------------------------------------------------------- */

static uint64_t digest_of(const char *text)
{
    struct rl_plan *plan = plan_load(text);
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
        "device: {flash: {sector: 8K, data: 16K}}\n",
        "device: {flash: {page: 512}}\n",
        "device: {flash: {granule: 16}}\n",
        "device: {flash: {data: 16K}}\n",
        "device: {memory: {resident: 1M}}\n",
        "device: {flash: {pla: 8K}}\n",
        "device: {flash: {phy: 0}}\n",
        "device: {memory: {staging: 1M}}\n",
        "device: {memory: {staging_device: sram}}\n",
        "device: {memory: {staging_executes: false}}\n",
        "device: {memory: {post: 1M}}\n",
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
        "limits: {offline: 5ms}\n",
        "limits: {dark: 5ms}\n",
        "world: {adapters: 2}\n",
        "world: {hosts: 0}\n",
        "world: {source: host}\n",
        "world: {adapters: 2, source: relay}\n",
        "world: {light: kept}\n",
        "world: {staging: flushed}\n",
        "world: {key: unreadable}\n",
        "world: {data_every: 3}\n",
        "world: {data_every: 3, data_least: 9}\n",
        "world: {data_every: 3, data_item: 1, data_least: 9}\n",
        "expect: {refused: any}\n",
        "expect: {refused: hardware}\n",
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
        assert_int_equal(plan->cell_count, 2 + 6 + 4);
        for (uint32_t k = 0; k < plan->cell_count; k++) {
            const struct rl_cell *cell = &plan->cells[k];
            seen |= 1u << ((unsigned)cell->memory * RL_START_COUNT + (unsigned)cell->start);
            torn_twice += cell->tear[0] == RL_TEAR_FULL && cell->tear[1] == RL_TEAR_FULL;
            assert_int_equal(cell->depth, 2);
            assert_int_equal(cell->sample, 0);
        }
        assert_int_equal(seen, (1u << (RL_START_COUNT * RL_MEMORY_COUNT)) - 1);
        assert_int_equal(torn_twice, 4);
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

/* The benchmark compares like with like: first cuts of the default campaign's first variant, 2,000
 * of them over both kinds of memory. */
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
            assert_int_equal(cell->classes.word[0],
                             first->classes.word[0] & ~(1u << RL_CLASS_NESTED_CUT));
            assert_int_equal(cell->tear[0], first->tear[0]);
            assert_int_equal(cell->sample, 1000);
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

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, plan_files_begin, plan_files_end)

static const struct CMUnitTest shape_group[] = {
    WITH_FOLDER(test_defaults),
    WITH_FOLDER(test_layout),
    WITH_FOLDER(test_default_areas_are_whole_sectors),
    WITH_FOLDER(test_memory_devices),
    WITH_FOLDER(test_product),
    WITH_FOLDER(test_longest_cell_name_fits),
    WITH_FOLDER(test_lists),
    WITH_FOLDER(test_default_classes),
    WITH_FOLDER(test_explore),
    WITH_FOLDER(test_world),
    WITH_FOLDER(test_world_by_default),
    WITH_FOLDER(test_expectation),
    WITH_FOLDER(test_engine_path_is_relative_to_the_plan),
    WITH_FOLDER(test_variants_may_have_engines),
    WITH_FOLDER(test_size_units),
};
static const struct CMUnitTest merge_group[] = {
    WITH_FOLDER(test_variant_overrides),
    WITH_FOLDER(test_order_of_keys_does_not_matter),
    WITH_FOLDER(test_profile),
    WITH_FOLDER(test_profile_error_names_the_profile),
};
static const struct CMUnitTest images_group[] = {
    WITH_FOLDER(test_images_are_built_once),
    WITH_FOLDER(test_recipe_reaches_the_image),
    WITH_FOLDER(test_own_key),
    WITH_FOLDER(test_loaded_image_must_suit),
    WITH_FOLDER(test_payload_file),
};
static const struct CMUnitTest digest_group[] = {
    WITH_FOLDER(test_digest_ignores_what_changes_nothing),
    WITH_FOLDER(test_digest_sees_what_changes_results),
};
static const struct CMUnitTest shipped_group[] = {
    cmocka_unit_test(test_campaigns),
    cmocka_unit_test(test_campaigns_are_opposite),
    cmocka_unit_test(test_bench_plans),
    cmocka_unit_test(test_smoke_is_small),
    WITH_FOLDER(test_default_profile_is_the_default),
};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, shape);
    RUN_GROUP(groups, merge);
    RUN_GROUP(groups, images);
    RUN_GROUP(groups, digest);
    RUN_GROUP(groups, shipped);
    return groups_end(&groups);
}
