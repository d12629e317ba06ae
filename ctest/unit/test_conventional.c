/* The conventional update: what it ends in, what it refuses, and where it cannot go back. */
/* groups: update refusal cuts parts */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/board.h"
#include "groups.h"
#include "board/pages.h"
#include "engines/load.h"
#include "explore/guard.h"
#include "images/build.h"
#include "world/source.h"

#define BANK       0x4000u
#define SECTOR     1024u
#define OLD_SIZE   0x1400u /* with metadata */
#define NEW_SIZE   0x1C00u
#define IMAGE_MAX  0x4000u
#define PLA_FLASH  (2u * BANK + 4u * SECTOR) /* configuration flash, two sectors */
#define PLA_ACTIVE (2u * BANK)               /* in memory */
#define PLA_SIZE   (SECTOR + 256u)

struct image {
    uint8_t bytes[IMAGE_MAX];
    size_t size;
    uint32_t pages[IMAGE_MAX / RL_PAGE];
    struct rl_image_source source;
};

static struct {
    struct rl_board board;
    struct rl_engine_handle handle;
    struct image old, new;
    uint8_t context[64];
    struct rl_key key;
    uint32_t broken_rules;
} rig;

static void add_pages(struct image *image)
{
    for (size_t i = 0; i < image->size / RL_PAGE; i++) {
        image->pages[i] = rl_pages_data(image->bytes + i * RL_PAGE);
    }
    image->source = rl_source_storage(image->pages, (uint32_t)(image->size / RL_PAGE));
}

/* What `recipe` says, with a payload of `size` bytes that the version seeds. */
static void build_recipe(struct image *image, struct rl_recipe *recipe, uint32_t size)
{
    uint8_t payload[IMAGE_MAX];
    char why[RL_IMAGE_WHY_SIZE];
    uint8_t *bytes;

    recipe->payload = payload;
    recipe->payload_size = size;
    rl_payload_pattern(recipe->version, payload, size);
    assert_true(rl_image_build(recipe, &rig.key, &bytes, &image->size, why));
    assert_true(image->size <= IMAGE_MAX);
    memcpy(image->bytes, bytes, image->size);
    free(bytes);
    recipe->payload = NULL; /* it ends here */
    add_pages(image);
}

static void build(struct image *image, uint32_t size, uint32_t version, uint32_t counter)
{
    struct rl_recipe recipe;

    rl_recipe_defaults(&recipe);
    recipe.version = version;
    recipe.security_counter = counter;
    build_recipe(image, &recipe, size - 1024u);
    assert_int_equal(image->size, size);
}

static void count_rule(void *user, const char *what, uint8_t device, uint32_t address)
{
    (void)user;
    (void)device;
    (void)address;
    print_message("broken rule: %s\n", what);
    rig.broken_rules++;
}

/* A device as it leaves the factory, never booted. */
static void make_factory_state(void)
{
    rl_plane_fill(&rig.board.planes[RL_PLANE_FLASH], RL_SLOT_BLANK);
    rl_plane_fill(&rig.board.planes[RL_PLANE_MEMORY], RL_SLOT_LOST);
    for (uint32_t i = 0; i < rig.old.source.pages; i++) {
        rl_plane_set(&rig.board.planes[RL_PLANE_FLASH], i,
                     rl_slot_make(rig.old.pages[i], RL_MARKS_FULL));
    }
    rl_board_start(&rig.board);
    rig.board.operation_limit = 1000000;
    rig.board.link = rl_source_link(&rig.new.source);
}

static int set_up(void **state)
{
    struct rl_device device = {
        .geometry = {.sector_size = SECTOR,
                     .page_size = 256,
                     .granule_size = 8,
                     .flash_size = 3 * BANK,
                     .memory_size = 2 * BANK + 2 * SECTOR,
                     .bank = {{0, BANK}, {BANK, BANK}},
                     .record = {{2 * BANK, SECTOR}, {2 * BANK + SECTOR, SECTOR}},
                     .journal = {2 * BANK + 2 * SECTOR, SECTOR},
                     .resident = {0, BANK},
                     .staging = {BANK, BANK},
                     .companion = {{{PLA_FLASH, 2 * SECTOR}, {PLA_ACTIVE, 2 * SECTOR}}},
                     .hardware_level = 1},
        .line_size = 64,
        .cache_lines = 16,
        .chunk_size = 1024};
    char error[512];

    (void)state;
    memset(&rig, 0, sizeof rig);
    rl_pages_init();
    rl_guard_install();
    rl_key_test(&rig.key);
    memcpy(device.public_key, rig.key.public_key, sizeof device.public_key);
    build(&rig.old, OLD_SIZE, 0x01000000u, 2);
    build(&rig.new, NEW_SIZE, 0x01010000u, 2);
    assert_int_equal(rl_engine_open("conventional", &rig.handle, error, sizeof error), 0);
    assert_true(rig.handle.engine->context_size <= sizeof rig.context);
    rl_board_init(&rig.board, &device);
    rig.board.monitor.rule = count_rule;
    rig.board.erase_limit = 8;
    make_factory_state();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_board_free(&rig.board);
    rl_engine_close(&rig.handle);
    return 0;
}

static relight_progress boot(void)
{
    memset(rig.context, 0, sizeof rig.context);
    return rig.handle.engine->boot(rig.context, &rig.board.services);
}

static const char *phase(void)
{
    return rig.handle.engine->phase_names[rig.handle.engine->phase(rig.context)];
}

static relight_progress update(void)
{
    const struct relight_engine *engine = rig.handle.engine;
    relight_progress progress = RELIGHT_WORKING;

    assert_true(engine->request(rig.context, &rig.board.services));
    while (progress == RELIGHT_WORKING) {
        progress = engine->step(rig.context, &rig.board.services);
    }
    return progress;
}

static void step_to(const char *name)
{
    const struct relight_engine *engine = rig.handle.engine;

    assert_true(engine->request(rig.context, &rig.board.services));
    while (strcmp(phase(), name) != 0) {
        assert_int_equal(engine->step(rig.context, &rig.board.services), RELIGHT_WORKING);
    }
}

/* As the CPU sees it, from the start of the resident place. */
static bool is_resident(const struct image *image)
{
    uint8_t bytes[IMAGE_MAX];
    const struct relight_services *services = &rig.board.services;

    return services->memory_read(services->host, 0, bytes, (uint32_t)image->size) == RELIGHT_OK &&
           memcmp(bytes, image->bytes, image->size) == 0;
}

static bool is_burnt(const struct image *image)
{
    uint8_t bytes[IMAGE_MAX];
    const struct relight_services *services = &rig.board.services;

    return services->flash_read(services->host, 0, bytes, (uint32_t)image->size) == RELIGHT_OK &&
           memcmp(bytes, image->bytes, image->size) == 0;
}

static void expect_running(const struct image *image)
{
    assert_true(is_resident(image));
    assert_true(is_burnt(image));
    assert_true(rig.board.light);
    assert_true(rig.board.processing);
    assert_string_equal(phase(), "idle");
    assert_int_equal(rig.broken_rules, 0);
}

/* What the decoder says of what a reset now would leave. */
static struct relight_outlook outlook(void)
{
    struct relight_outlook seen;

    rig.board.peeking++;
    rig.handle.engine->decode(&rig.board.services, &seen);
    rig.board.peeking--;
    return seen;
}

static void boots_what_its_bank_holds(void **state)
{
    uint8_t identity[RELIGHT_DIGEST_SIZE];

    (void)state;
    assert_true(outlook().bootable);
    assert_int_equal(boot(), RELIGHT_RUNS);
    expect_running(&rig.old);
    rl_image_identity(rig.old.bytes, identity);
    assert_memory_equal(outlook().identity, identity, sizeof identity);
    assert_int_equal(outlook().security_counter, 2);
    assert_false(outlook().key_valid);
    assert_int_equal(rig.board.flash_changes, 0);
}

static void updates_to_the_new_image(void **state)
{
    (void)state;
    assert_int_equal(boot(), RELIGHT_RUNS);
    assert_int_equal(update(), RELIGHT_RUNS);
    expect_running(&rig.new);
    assert_string_equal(rig.handle.engine->reason(rig.context), "ok");
    rl_board_restart(&rig.board, true);
    assert_int_equal(boot(), RELIGHT_RUNS);
    expect_running(&rig.new);
    rig.board.link = rl_source_link(&rig.old.source);
    assert_int_equal(update(), RELIGHT_RUNS);
    expect_running(&rig.old);
}

/* I/O is stopped from the first step to the last. */
static void is_off_line_all_the_time(void **state)
{
    const struct relight_engine *engine = rig.handle.engine;
    uint32_t steps = 0;

    (void)state;
    assert_int_equal(boot(), RELIGHT_RUNS);
    assert_true(engine->request(rig.context, &rig.board.services));
    assert_false(engine->request(rig.context, &rig.board.services));
    while (engine->step(rig.context, &rig.board.services) == RELIGHT_WORKING) {
        assert_false(rig.board.processing);
        assert_false(rig.board.light);
        steps++;
    }
    assert_true(steps > 10);
    expect_running(&rig.new);
}

static void expect_refusal(const char *reason)
{
    uint64_t changes = rig.board.flash_changes;

    assert_int_equal(boot(), RELIGHT_RUNS);
    assert_int_equal(update(), RELIGHT_REFUSED);
    assert_string_equal(rig.handle.engine->reason(rig.context), reason);
    expect_running(&rig.old);
    assert_int_equal(rig.board.flash_changes, changes);
}

static void a_damaged_header_is_refused(void **state)
{
    (void)state;
    rig.new.bytes[0x14] ^= 1u;
    add_pages(&rig.new);
    expect_refusal("header-crc");
}

static void a_foreign_signature_is_refused(void **state)
{
    static const uint8_t seed[RL_KEY_SEED_SIZE] = {7};
    struct rl_key foreign;

    (void)state;
    rl_key_from_seed(seed, &foreign);
    rl_image_sign(rig.new.bytes, rig.new.size, &foreign);
    add_pages(&rig.new);
    expect_refusal("signature");
}

static void a_damaged_segment_is_refused(void **state)
{
    (void)state;
    rig.new.bytes[rig.new.size - 1] ^= 1u;
    add_pages(&rig.new);
    expect_refusal("digest");
}

static void a_lower_counter_is_refused(void **state)
{
    (void)state;
    build(&rig.new, NEW_SIZE, 0x01010000u, 1);
    expect_refusal("security-counter");
}

static void an_image_that_ends_early_is_refused(void **state)
{
    (void)state;
    rig.new.source.pages--;
    expect_refusal("sender");
}

static void can_be_cancelled_until_it_burns(void **state)
{
    const struct relight_engine *engine = rig.handle.engine;

    (void)state;
    assert_int_equal(boot(), RELIGHT_RUNS);
    step_to("check");
    assert_false(is_resident(&rig.old));
    assert_true(engine->cancel(rig.context, &rig.board.services));
    assert_string_equal(engine->reason(rig.context), "cancelled");
    expect_running(&rig.old);
    step_to("burn");
    assert_false(engine->cancel(rig.context, &rig.board.services));
}

static bool holds(bool flash, uint32_t address, const uint8_t *expected, uint32_t size)
{
    uint8_t bytes[IMAGE_MAX];
    const struct relight_services *services = &rig.board.services;
    relight_result result = flash ? services->flash_read(services->host, address, bytes, size)
                                  : services->memory_read(services->host, address, bytes, size);

    return result == RELIGHT_OK && memcmp(bytes, expected, size) == 0;
}

/* A runtime segment of 0xC00 bytes at the end of what is used, and 0x400 bytes of data before it.
 */
static void build_moved(struct image *image)
{
    struct rl_recipe recipe;

    rl_recipe_defaults(&recipe);
    recipe.version = 0x01020000u;
    recipe.security_counter = 2;
    recipe.runtime_place = 0x2000u;
    recipe.extent_count = 1;
    recipe.extents[0] = (struct rl_extent){0x400u, 0x1000u};
    build_recipe(image, &recipe, 0x1000u);
}

static void puts_segments_into_their_places(void **state)
{
    (void)state;
    build_moved(&rig.new);
    assert_int_equal(boot(), RELIGHT_RUNS);
    for (int turn = 0; turn < 2; turn++) {
        if (turn == 0) {
            assert_int_equal(update(), RELIGHT_RUNS);
        } else {
            rl_board_restart(&rig.board, true);
            assert_int_equal(boot(), RELIGHT_RUNS);
        }
        assert_true(is_burnt(&rig.new));
        assert_true(holds(false, 0, rig.new.bytes, 0x400u));
        assert_true(holds(false, 0x2000u, rig.new.bytes + 0x400u, 0xC00u));
        assert_true(holds(false, 0x1000u, rig.new.bytes + 0x1000u, 0x400u));
        assert_int_equal(rig.broken_rules, 0);
    }
}

static void build_with_pla(struct image *image, uint32_t level)
{
    struct rl_recipe recipe;

    rl_recipe_defaults(&recipe);
    recipe.version = 0x01000000u + (level << 16);
    recipe.security_counter = 2;
    recipe.configurations[0] = (struct rl_configuration){level, PLA_SIZE, level};
    build_recipe(image, &recipe, 0x1000u);
}

/* The configuration is the last segment of an image as stored. */
static const uint8_t *configuration_of(const struct image *image)
{
    return image->bytes + image->size - PLA_SIZE;
}

static void brings_companions_to_their_level(void **state)
{
    (void)state;
    build_with_pla(&rig.new, 3);
    assert_int_equal(boot(), RELIGHT_RUNS);
    assert_int_equal(update(), RELIGHT_RUNS);
    expect_running(&rig.new);
    assert_true(holds(true, PLA_FLASH, configuration_of(&rig.new), PLA_SIZE));
    assert_true(holds(false, PLA_ACTIVE, configuration_of(&rig.new), PLA_SIZE));
    /* Power takes the active configuration along, and boot brings it back. */
    rl_board_restart(&rig.board, true);
    assert_false(holds(false, PLA_ACTIVE, configuration_of(&rig.new), PLA_SIZE));
    assert_true(outlook().bootable);
    assert_int_equal(boot(), RELIGHT_RUNS);
    assert_true(holds(false, PLA_ACTIVE, configuration_of(&rig.new), PLA_SIZE));
    assert_int_equal(rig.broken_rules, 0);
}

static void does_not_run_without_its_companions(void **state)
{
    const struct relight_services *services = &rig.board.services;

    (void)state;
    build_with_pla(&rig.new, 3);
    assert_int_equal(boot(), RELIGHT_RUNS);
    assert_int_equal(update(), RELIGHT_RUNS);
    /* As long as the configuration is active, what is in flash does not matter. */
    assert_int_equal(services->flash_erase(services->host, PLA_FLASH + SECTOR), RELIGHT_OK);
    rl_board_start(&rig.board); /* the CPU is reset */
    assert_true(outlook().bootable);
    assert_int_equal(boot(), RELIGHT_RUNS);
    rl_board_restart(&rig.board, true);
    assert_false(outlook().bootable);
    assert_int_equal(boot(), RELIGHT_HALTED);
    assert_string_equal(rig.handle.engine->reason(rig.context), "companion");
    assert_false(rig.board.light);
    assert_false(rig.board.processing);
}

static void an_image_without_its_companion_is_refused(void **state)
{
    struct rl_recipe recipe;

    (void)state;
    rl_recipe_defaults(&recipe);
    recipe.version = 0x01030000u;
    recipe.security_counter = 2;
    recipe.configurations[1] = (struct rl_configuration){1, 256, 1};
    build_recipe(&rig.new, &recipe, 0x1000u);
    expect_refusal("companion");
}

static void update_under_guard(void *user)
{
    *(relight_progress *)user = boot();
    *(relight_progress *)user = update();
}

/* Power goes before operation `at` of boot and update, counted from 0. True: the update ended
 * before. */
static bool cut_at(uint64_t at)
{
    relight_progress progress = RELIGHT_HALTED;

    make_factory_state();
    rig.board.operations = 0;
    rig.board.operation_limit = at;
    if (rl_guard_call(&rig.board, update_under_guard, &progress) == 0) {
        assert_int_equal(progress, RELIGHT_RUNS);
        return true;
    }
    return false;
}

/* Wherever power goes before the first erase, the old image runs afterwards; wherever it goes after
 * the last program, the new one; in between, none, and the decoder said so. */
static void bricks_while_it_burns_and_only_then(void **state)
{
    uint64_t cuts[3] = {0}; /* ending in old, in none, in new */
    int ended_in = 0;

    (void)state;
    for (uint64_t at = 1; !cut_at(at); at++) {
        int image;
        bool expected;

        rl_board_restart(&rig.board, true);
        rig.board.operation_limit = 1000000;
        expected = outlook().bootable;
        image = boot() != RELIGHT_RUNS ? 1 : is_resident(&rig.old) ? 0 : 2;
        assert_int_equal(expected, image != 1);
        assert_true(image >= ended_in);
        if (image == 1) {
            assert_string_equal(phase(), "boot");
            assert_int_equal(boot(), RELIGHT_HALTED);
        } else {
            expect_running(image == 0 ? &rig.old : &rig.new);
        }
        ended_in = image;
        cuts[image]++;
    }
    print_message("old %llu, none %llu, new %llu\n", (unsigned long long)cuts[0],
                  (unsigned long long)cuts[1], (unsigned long long)cuts[2]);
    assert_true(cuts[0] > 0 && cuts[1] > NEW_SIZE / 256u && cuts[2] > 0);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest update_group[] = {CASE(boots_what_its_bank_holds),
                                              CASE(updates_to_the_new_image),
                                              CASE(is_off_line_all_the_time)};
    const struct CMUnitTest refusal_group[] = {
        CASE(a_damaged_header_is_refused),         CASE(a_foreign_signature_is_refused),
        CASE(a_damaged_segment_is_refused),        CASE(a_lower_counter_is_refused),
        CASE(an_image_that_ends_early_is_refused), CASE(can_be_cancelled_until_it_burns)};
    const struct CMUnitTest parts_group[] = {
        CASE(puts_segments_into_their_places), CASE(brings_companions_to_their_level),
        CASE(does_not_run_without_its_companions), CASE(an_image_without_its_companion_is_refused)};
    const struct CMUnitTest cuts_group[] = {CASE(bricks_while_it_burns_and_only_then)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, update);
    RUN_GROUP(groups, refusal);
    RUN_GROUP(groups, cuts);
    RUN_GROUP(groups, parts);
    return groups_end(&groups);
}
