/* What the judge takes for an image: staged as it is stored, resident with each segment at its
 * place, and each companion with the configuration that the image brings. */
/* groups: stands companions executed fast */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "explore/scene.h"
#include "groups.h"
#include "images/inspect.h"
#include "plan_files.h"
#include "toy.h"

/* Old: a data segment below the code and one beyond a gap, a configuration for the PLA. New: in one
 * piece, configurations for both. */
#define PLAN                                                                                       \
    NAMED                                                                                          \
    "device: {flash: {bank: 16K, pla: 8K, phy: 4K}, memory: {resident: 32K}}\n"                    \
    "images:\n"                                                                                    \
    "  old: {pattern: 1, size: 4K, runtime_place: 2K, pla: {level: 1, size: 512},\n"               \
    "        extents: [{size: 512, place: 1K}, {size: 256}, {size: 256, place: 16K}]}\n"           \
    "  new: {pattern: 2, size: 5K, pla: {level: 2, size: 512}, phy: {level: 1, size: 256}}\n"

struct bench {
    struct rl_plan *plan;
    struct rl_engine_handle handle;
    struct rl_scene scene;
    struct rl_board board;
    struct rl_judge judge;
};

static int begin(void **state)
{
    struct bench *bench;

    if (plan_files_begin(state) != 0) {
        return -1;
    }
    bench = calloc(1, sizeof *bench);
    if (bench == NULL) {
        return -1;
    }
    bench->plan = plan_load(PLAN);
    bench->handle.engine = &toy_engine;
    rl_scene_init(&bench->scene, bench->plan, bench->plan->cells, &bench->handle);
    rl_board_init(&bench->board, &bench->scene.device);
    rl_plane_fill(&bench->board.planes[RL_PLANE_FLASH], RL_SLOT_BLANK);
    rl_plane_fill(&bench->board.planes[RL_PLANE_MEMORY], RL_SLOT_LOST);
    bench->judge = (struct rl_judge){
        .engine = &toy_engine, .images = bench->scene.images, .properties = UINT32_MAX};
    *state = bench;
    return 0;
}

static int end(void **state)
{
    struct bench *bench = *state;

    rl_board_free(&bench->board);
    rl_scene_free(&bench->scene);
    rl_plan_free(bench->plan);
    free(bench);
    return plan_files_end(state);
}

static const struct rl_image_spec *spec_of(const struct bench *bench, int image)
{
    return image == RL_RUNS_OLD ? bench->plan->cells[0].old_image : bench->plan->cells[0].new_image;
}

static const struct relight_geometry *geometry_of(const struct bench *bench)
{
    return &bench->board.device.geometry;
}

/* Puts bytes into memory, for rl_board_start(). */
static void put(struct bench *bench, uint32_t address, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i += RL_PAGE) {
        rl_plane_set(&bench->board.planes[RL_PLANE_MEMORY], (address + i) / RL_PAGE,
                     rl_slot_make(rl_pages_data(bytes + i), RL_MARKS_FULL));
    }
}

/* Puts a page of something else there. */
static void spoil(struct bench *bench, uint32_t address)
{
    uint8_t page[RL_PAGE];

    memset(page, 0x5A, sizeof page);
    put(bench, address, page, sizeof page);
}

/* The image as its own table places it, with something in its key slot. */
static void put_resident(struct bench *bench, int image)
{
    const struct rl_image_spec *spec = spec_of(bench, image);
    uint32_t base = geometry_of(bench)->resident.address;
    struct rl_inspection in;

    rl_image_inspect(spec->bytes, spec->size, NULL, &in);
    assert_int_equal(in.problem_count, 0);
    put(bench, base, spec->bytes, 768);
    spoil(bench, base + 768);
    for (uint32_t i = 0; i < in.segment_count; i++) {
        if (in.segments[i].type <= 2) {
            put(bench, base + in.segments[i].place, spec->bytes + in.segments[i].range.offset,
                in.segments[i].range.size);
        }
    }
}

/* The configuration that `image` brings for a companion becomes the active one. */
static void put_active(struct bench *bench, int image, uint32_t companion)
{
    const struct rl_image_spec *spec = spec_of(bench, image);
    struct rl_inspection in;

    rl_image_inspect(spec->bytes, spec->size, NULL, &in);
    for (uint32_t i = 0; i < in.segment_count; i++) {
        if (in.segments[i].type == 3 + companion) {
            put(bench, geometry_of(bench)->companion[companion].active.address,
                spec->bytes + in.segments[i].range.offset, in.segments[i].range.size);
        }
    }
}

static void start(struct bench *bench)
{
    rl_board_start(&bench->board);
    rl_judge_clear(&bench->judge);
    rl_judge_attach(&bench->judge, &bench->board);
    bench->board.light = true;
    bench->board.processing = true;
}

static int image_at(struct bench *bench, enum rl_standing standing)
{
    int image;

    start(bench);
    image = rl_judge_image_at(&bench->judge, standing, false);
    assert_int_equal(rl_judge_image_at(&bench->judge, standing, true), image); /* nothing dirty */
    return image;
}

/* --- stands ----------------------------------------------------------------------------------- */

/* Spoils each page of the region in turn; returns in how many the image no longer stands. */
static uint32_t pages_that_matter(struct bench *bench, enum rl_standing standing, int image)
{
    const struct relight_region *region =
        standing == RL_STANDS_STAGED ? &geometry_of(bench)->staging : &geometry_of(bench)->resident;
    uint32_t count = 0;

    for (uint32_t offset = 0; offset < region->size; offset += RL_PAGE) {
        struct rl_plane *memory = &bench->board.planes[RL_PLANE_MEMORY];
        uint32_t page = (region->address + offset) / RL_PAGE;
        rl_slot before = memory->slots[page];

        spoil(bench, region->address + offset);
        if (image_at(bench, standing) != image) {
            assert_int_equal(image_at(bench, standing), RL_RUNS_NONE);
            count++;
        }
        rl_plane_set(memory, page, before);
    }
    assert_int_equal(image_at(bench, standing), image);
    return count;
}

static void test_resident(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(image_at(bench, RL_STANDS_RESIDENT), RL_RUNS_NONE);
    put_resident(bench, RL_RUNS_NEW);
    assert_int_equal(image_at(bench, RL_STANDS_RESIDENT), RL_RUNS_NEW);
    assert_int_equal(pages_that_matter(bench, RL_STANDS_RESIDENT, RL_RUNS_NEW), 3 + 20);
    put_resident(bench, RL_RUNS_OLD);
    assert_int_equal(image_at(bench, RL_STANDS_RESIDENT), RL_RUNS_OLD);
    assert_int_equal(pages_that_matter(bench, RL_STANDS_RESIDENT, RL_RUNS_OLD), 3 + 16);
    assert_int_equal(image_at(bench, RL_STANDS_STAGED), RL_RUNS_NONE);
}

static void test_staged(void **state)
{
    struct bench *bench = *state;
    const struct rl_image_spec *spec = spec_of(bench, RL_RUNS_OLD);

    put(bench, geometry_of(bench)->staging.address, spec->bytes, spec->size);
    assert_int_equal(image_at(bench, RL_STANDS_STAGED), RL_RUNS_OLD);
    /* All but the key slot: the configuration is part of it. */
    assert_int_equal(pages_that_matter(bench, RL_STANDS_STAGED, RL_RUNS_OLD), 3 + 16 + 2);
    assert_int_equal(image_at(bench, RL_STANDS_RESIDENT), RL_RUNS_NONE);
    put(bench, geometry_of(bench)->resident.address, spec->bytes, spec->size);
    assert_int_equal(image_at(bench, RL_STANDS_RESIDENT), RL_RUNS_NONE); /* nothing in its place */
}

/* What lies beyond the region is not the image's. */
static void test_region(void **state)
{
    struct bench *bench = *state;

    put_resident(bench, RL_RUNS_OLD);
    bench->board.device.geometry.resident.size = 16 * 1024 + 256;
    assert_int_equal(image_at(bench, RL_STANDS_RESIDENT), RL_RUNS_OLD);
    bench->board.device.geometry.resident.size = 16 * 1024;
    assert_int_equal(image_at(bench, RL_STANDS_RESIDENT), RL_RUNS_NONE);
}

/* --- companions ------------------------------------------------------------------------------- */

static void expect_running(struct bench *bench, int image, const char *why)
{
    start(bench);
    assert_int_equal(rl_judge_running(&bench->judge), image);
    assert_int_equal(bench->judge.violated, why == NULL ? 0 : 1u << RL_PROPERTY_WHOLE);
    if (why != NULL) {
        assert_string_equal(bench->judge.why[RL_PROPERTY_WHOLE], why);
    }
}

static void test_companions(void **state)
{
    struct bench *bench = *state;

    put_resident(bench, RL_RUNS_OLD);
    expect_running(bench, RL_RUNS_OLD,
                   "the PLA runs another configuration than the old image needs");
    put_active(bench, RL_RUNS_NEW, RELIGHT_PLA);
    expect_running(bench, RL_RUNS_OLD,
                   "the PLA runs another configuration than the old image needs");
    put_active(bench, RL_RUNS_OLD, RELIGHT_PLA);
    expect_running(bench, RL_RUNS_OLD, NULL); /* it needs no PHY */
    spoil(bench, geometry_of(bench)->companion[RELIGHT_PLA].active.address + RL_PAGE);
    expect_running(bench, RL_RUNS_OLD,
                   "the PLA runs another configuration than the old image needs");

    put_resident(bench, RL_RUNS_NEW);
    put_active(bench, RL_RUNS_NEW, RELIGHT_PLA);
    expect_running(bench, RL_RUNS_NEW,
                   "the PHY runs another configuration than the new image needs");
    put_active(bench, RL_RUNS_NEW, RELIGHT_PHY);
    expect_running(bench, RL_RUNS_NEW, NULL);
    bench->board.device.geometry.companion[RELIGHT_PHY].active.size = 0;
    expect_running(bench, RL_RUNS_NEW,
                   "the PHY runs another configuration than the new image needs");
}

/* The factory leaves the configuration in flash; what is active is gone with power. */
static void test_factory(void **state)
{
    struct bench *bench = *state;
    const struct relight_companion *pla = &geometry_of(bench)->companion[RELIGHT_PLA];
    const struct rl_content *content = bench->scene.images[RL_RUNS_OLD].configuration[RELIGHT_PLA];

    assert_non_null(content);
    assert_int_equal(content->count, 2);
    for (uint32_t i = 0; i < content->count; i++) {
        rl_slot slot = bench->scene.flash.slots[pla->configuration.address / RL_PAGE + i];

        assert_int_equal(rl_slot_data(slot), content->data[i]);
        assert_int_equal(rl_slot_data(bench->scene.memory.slots[pla->active.address / RL_PAGE + i]),
                         rl_slot_data(RL_SLOT_LOST));
    }
    assert_null(bench->scene.images[RL_RUNS_OLD].configuration[RELIGHT_PHY]);
}

/* --- executed --------------------------------------------------------------------------------- */

/* Enters a module of an image at `address`; `part` of what is said about it, or NULL. */
static void expect_executed(struct bench *bench, relight_module module, uint32_t address,
                            uint32_t size, const char *part)
{
    start(bench);
    if (module == RELIGHT_MODULE_BOOTSTRAP) {
        assert_int_equal(bench->board.services.raise_interrupt(&bench->board), RELIGHT_OK);
    }
    assert_int_equal(bench->board.services.execute(&bench->board, module, address, size),
                     RELIGHT_OK);
    assert_int_equal(bench->judge.violated, part == NULL ? 0 : 1u << RL_PROPERTY_WHOLE);
    if (part != NULL) {
        assert_non_null(strstr(bench->judge.why[RL_PROPERTY_WHOLE], part));
    }
}

/* Old's runtime, 3 KiB in three modules, is stored at 1 KiB and placed at 2 KiB. */
static void test_modules(void **state)
{
    struct bench *bench = *state;
    uint32_t staging = geometry_of(bench)->staging.address;
    const struct rl_image_spec *spec = spec_of(bench, RL_RUNS_NEW);
    const struct rl_image_part *module = bench->scene.images[RL_RUNS_NEW].modules;

    put_resident(bench, RL_RUNS_OLD);
    put_active(bench, RL_RUNS_OLD, RELIGHT_PLA);
    expect_executed(bench, RELIGHT_MODULE_UPDATE, 2048, 1024, NULL);
    expect_executed(bench, RELIGHT_MODULE_INIT, 4096, 1024, NULL);
    expect_executed(bench, RELIGHT_MODULE_UPDATE, 3072, 1024, "not where the old image has it");
    expect_executed(bench, RELIGHT_MODULE_UPDATE, 1024, 512, "not where the old image has it");

    put(bench, staging, spec->bytes, spec->size);
    expect_executed(bench, RELIGHT_MODULE_BOOTSTRAP, staging + module[1].offset, module[1].size,
                    NULL);
    expect_executed(bench, RELIGHT_MODULE_BOOTSTRAP, staging + module[0].offset, module[0].size,
                    "not where the new image has it");
    spoil(bench, geometry_of(bench)->companion[RELIGHT_PLA].active.address);
    expect_executed(bench, RELIGHT_MODULE_UPDATE, 2048, 1024,
                    "the PLA runs another configuration than the old image needs");
    expect_executed(bench, RELIGHT_MODULE_INIT, 4096, 1024,
                    NULL); /* it may come before their refresh */
}

/* --- fast --------------------------------------------------------------------------------------
 */

/* What the old image did not do itself, the new one cannot go on from. Only updates set variables
 * up, so those do not depend on it; and an old image owes this to nobody. */
static void test_basis(void **state)
{
    struct bench *bench = *state;
    struct rl_image_facts *old = &bench->scene.images[RL_RUNS_OLD].facts;

    assert_int_equal(old->init_requires, 15); /* what a recipe has by default */
    for (uint32_t step = RELIGHT_INIT_POST; step < RELIGHT_INIT_STEPS; step++) {
        for (uint32_t taken = 0; taken < 16; taken++) {
            bool sound = step == RELIGHT_INIT_VARIABLES || (taken >> step & 1u) != 0;

            old->init_requires = taken;
            put_resident(bench, RL_RUNS_NEW);
            start(bench);
            bench->judge.key_seen = true;
            rl_judge_init_step(&bench->judge, step, true);
            assert_int_equal(bench->judge.violated, sound ? 0 : 1u << RL_PROPERTY_KEY_SOUND);
            rl_judge_clear(&bench->judge);
            rl_judge_init_step(&bench->judge, step, false);
            assert_int_equal(bench->judge.violated, 0);
        }
    }
    put_resident(bench, RL_RUNS_OLD);
    start(bench);
    bench->judge.key_seen = true;
    rl_judge_init_step(&bench->judge, RELIGHT_INIT_POST, true);
    assert_int_equal(bench->judge.violated, 0);
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, begin, end)

static const struct CMUnitTest stands_group[] = {ON_BENCH(test_resident), ON_BENCH(test_staged),
                                                 ON_BENCH(test_region)};
static const struct CMUnitTest companions_group[] = {ON_BENCH(test_companions),
                                                     ON_BENCH(test_factory)};
static const struct CMUnitTest executed_group[] = {ON_BENCH(test_modules)};
static const struct CMUnitTest fast_group[] = {ON_BENCH(test_basis)};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, stands);
    RUN_GROUP(groups, companions);
    RUN_GROUP(groups, executed);
    RUN_GROUP(groups, fast);
    return groups_end(&groups);
}
