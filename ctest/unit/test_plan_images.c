/* Images of a plan: segments, companions, and what the bridge goes by. */
/* groups: images mistakes fit */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "images/inspect.h"
#include "groups.h"
#include "plan/plan.h"
#include "plan_files.h"

/* A plan whose old image has these keys too; they begin in column 38 of line 2. */
#define WITH(keys)                                                                                 \
    NAMED "images: {old: {pattern: 1, size: 8K, " keys "}, new: {pattern: 2, size: 5K}}\n"
#define BOARD "device: {flash: {pla: 16K, phy: 8K}}\n"

static void inspect_old(const char *text, struct rl_inspection *in)
{
    struct rl_plan *plan = plan_load(text);
    const struct rl_image_spec *image = plan->cells[0].old_image;

    rl_image_inspect(image->bytes, image->size, plan->public_key, in);
    assert_int_equal(in->problem_count, 0);
    rl_plan_free(plan);
}

/* --- images ----------------------------------------------------------------------------------- */

static void test_defaults(void **state)
{
    struct rl_inspection in;

    (void)state;
    inspect_old(WITH("data_format: 5"), &in);
    assert_int_equal(in.data_reads_min, 5);
    assert_int_equal(in.data_reads_max, 5);
    assert_int_equal(in.level_min, 0);
    assert_int_equal(in.init_fast, 0xE);
    assert_memory_equal(in.init_order, ((uint8_t[]){0, 1, 2, 3}), 4);
    assert_int_equal(in.prepares, 0);
    assert_int_equal(in.companion_level[0], 0);
    assert_int_equal(in.companion_level[1], 0);
    assert_int_equal(in.segment_count, 2);
    assert_int_equal(in.segments[0].place, 1024);
    assert_int_equal(in.segments[1].place, 1024 + 7 * 1024);
}

static void test_bridge_fields(void **state)
{
    struct rl_inspection in;

    (void)state;
    inspect_old(WITH("data_format: 3, data_reads: [1, 4], level_min: 7, init_fast: 6, "
                     "init_order: [post, handshake, registers, variables], "
                     "prepares: [caches, registers]"),
                &in);
    assert_int_equal(in.data_format, 3);
    assert_int_equal(in.data_reads_min, 1);
    assert_int_equal(in.data_reads_max, 4);
    assert_int_equal(in.level_min, 7);
    assert_int_equal(in.init_fast, 6);
    assert_memory_equal(in.init_order, ((uint8_t[]){1, 3, 0, 2}), 4);
    assert_int_equal(in.prepares, 5);
}

static void test_extents(void **state)
{
    struct rl_inspection in;

    (void)state;
    inspect_old(WITH("runtime_place: 16K, extents: [{size: 512, place: 1K}, {size: 1K}, "
                     "{size: 256, place: 64K}]"),
                &in);
    assert_int_equal(in.segment_count, 4);
    assert_int_equal(in.segments[0].range.size, 8192 - 512 - 1024 - 256);
    assert_int_equal(in.segments[0].place, 16 * 1024);
    assert_int_equal(in.segments[1].range.size, 512);
    assert_int_equal(in.segments[1].place, 1024);
    assert_int_equal(in.segments[2].range.size, 1024);
    assert_int_equal(in.segments[2].place, 1024 + 512);
    assert_int_equal(in.segments[3].range.size, 256);
    assert_int_equal(in.segments[3].place, 64 * 1024);
}

static void test_configurations(void **state)
{
    struct rl_inspection in;

    (void)state;
    inspect_old(WITH("pla: {level: 3, size: 8K}, phy: {level: 1, size: 256, seed: 9}") BOARD, &in);
    assert_int_equal(in.companion_level[0], 3);
    assert_int_equal(in.companion_level[1], 1);
    assert_int_equal(in.segment_count, 4);
    assert_int_equal(in.segments[2].type, 3);
    assert_int_equal(in.segments[2].range.size, 8192);
    assert_int_equal(in.segments[3].type, 4);
    assert_int_equal(in.segments[3].range.size, 256);
}

/* --- mistakes --------------------------------------------------------------------------------- */

static void test_mistakes(void **state)
{
    static const struct {
        const char *text, *place, *part;
    } bad[] = {
        {WITH("data_reads: 3"), "2:50", "expected the lowest and the highest format"},
        {WITH("data_reads: [1]"), "2:50", "expected the lowest and the highest format"},
        {WITH("data_reads: [1, x]"), "2:54", "data_reads is \"x\"; expected a number"},
        {WITH("data_reads: [3, 1]"), "2:50", "expected the lowest format first"},
        {WITH("data_reads: [2, 3]"), "2:15", "cannot be built: data reads: are 2 to 3"},
        {WITH("init_fast: 1"), "2:15", "cannot be built: init fast: is 0x00000001"},
        {WITH("init_order: [post]"), "2:50", "init_order: lists 1 steps; expected each of"},
        {WITH("init_order: [pots]"), "2:51", "did you mean \"post\"?"},
        {WITH("init_order: [post, post]"), "2:57", "listed twice"},
        {WITH("prepares: [cache]"), "2:49", "did you mean \"caches\"?"},
        {WITH("prepares: []"), "2:48", "found an empty one"},
        {WITH("extents: []"), "2:47", "expected a list of 1 to 5 data segments"},
        {WITH("extents: [{size: 256}, {size: 256}, {size: 256}, {size: 256}, {size: 256}, "
              "{size: 256}]"),
         "2:47", "expected a list of 1 to 5 data segments"},
        {WITH("extents: [{place: 4K}]"), "2:48", "an extent needs a size"},
        {WITH("extents: [{size: 100}]"), "2:55", "size"},
        {WITH("extents: [{size: 256, place: 256}]"), "2:67", "place"},
        {WITH("extents: [{size: 256, plaec: 4K}]"), "2:60", "did you mean \"place\"?"},
        {WITH("extents: [{size: 8K}]"), "2:15", "extent 1 of 8192 bytes does not fit"},
        {WITH("extents: [{size: 256, place: 2K}]"), "2:15", "overlaps that of segment 0"},
        {WITH("extents: [{size: 256}], data_size: 256"), "2:15", "exclude each other"},
        {WITH("runtime_place: 256"), "2:53", "runtime_place"},
        {WITH("pla: 2"), "2:43", "expected a mapping for the pla"},
        {WITH("pla: {level: 2}"), "2:43", "pla: expected level and size"},
        {WITH("phy: {size: 8K}"), "2:43", "phy: expected level and size"},
        {WITH("pla: {level: 0, size: 8K}"), "2:51", "level is \"0\"; expected"},
        {WITH("pla: {level: 1, size: 2M}"), "2:60", "size"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        plan_refused(bad[i].text, bad[i].place, bad[i].part);
    }
}

/* --- fit -------------------------------------------------------------------------------------- */

/* What runs already has to fit the board; a new image that does not is the engine's to refuse. */
static void test_old_image_fits(void **state)
{
    (void)state;
    plan_refused(WITH("extents: [{size: 256, place: 512K}]"), "2:15",
                 "the old image takes 524544 bytes from its start address on; the resident place "
                 "has 524288");
    rl_plan_free(plan_load(WITH("extents: [{size: 256, place: 511K}]")));
    plan_refused(WITH("pla: {level: 1, size: 8448}") "device: {flash: {pla: 8K}}\n", "2:15",
                 "the old image has a configuration of 8448 bytes for the PLA; the board has room "
                 "for 8192");
    plan_refused(WITH("hardware_min: 3") "device: {hardware_level: 2}\n", "2:15",
                 "the old image runs from hardware level 3 on; the board has 2");
    rl_plan_free(plan_load(WITH("hardware_min: 3") "device: {hardware_level: 3}\n"));
    rl_plan_free(plan_load(WITH("pla: {level: 1, size: 8K}") "device: {flash: {pla: 8K}}\n"));
    rl_plan_free(plan_load(NAMED "images: {old: {pattern: 1, size: 4K}, new: {pattern: 2, size: "
                                 "5K, extents: [{size: 256, place: 64M}], "
                                 "phy: {level: 1, size: 1M}}}\n"
                                 "device: {flash: {bank: 2M, phy: 8K}}\n"));
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, plan_files_begin, plan_files_end)

static const struct CMUnitTest images_group[] = {
    WITH_FOLDER(test_defaults),
    WITH_FOLDER(test_bridge_fields),
    WITH_FOLDER(test_extents),
    WITH_FOLDER(test_configurations),
};
static const struct CMUnitTest mistakes_group[] = {WITH_FOLDER(test_mistakes)};
static const struct CMUnitTest fit_group[] = {WITH_FOLDER(test_old_image_fits)};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, images);
    RUN_GROUP(groups, mistakes);
    RUN_GROUP(groups, fit);
    return groups_end(&groups);
}
