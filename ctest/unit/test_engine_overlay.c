/* The overlay over plain arrays: each segment of the new image gets to its place, in updates and in
 * boots, and nothing else does. */
/* groups: places refuse interrupt */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine_rig.h"
#include "groups.h"

#define BANK     8192u
#define RESIDENT 24576u

/* The resident place is three banks large: images may be spread over it. */
static const struct array_geometry wide = {.sector_size = 1024u,
                                           .page_size = 256u,
                                           .granule_size = 8u,
                                           .bank_size = BANK,
                                           .resident_size = RESIDENT,
                                           .companion_size = 2048u};

struct shape {
    uint32_t payload;
    uint32_t runtime_place;
    uint32_t extent_count;
    struct rl_extent extents[RL_EXTENTS_MAX];
};

/* Segments side by side, apart, behind a bank's size, in another order than stored, and up to the
 * last unit of the resident place. */
static const struct shape shapes[] = {
    {.payload = 1024u},
    {.payload = 7168u},
    {.payload = 4096u, .extent_count = 1u, .extents = {{1024u, 16384u}}},
    {.payload = 5120u,
     .runtime_place = 12288u,
     .extent_count = 3u,
     .extents = {{512u, 1024u}, {1024u, 8192u}, {512u, 2048u}}},
    {.payload = 5120u,
     .extent_count = 5u,
     .extents = {{256u, 23552u}, {256u, 5120u}, {512u, 9216u}, {256u, 4608u}, {256u, 9728u}}},
    {.payload = 3072u,
     .runtime_place = RESIDENT - 2048u,
     .extent_count = 1u,
     .extents = {{1024u, 0x400u}}},
    {.payload = 3072u, .extent_count = 1u, .extents = {{256u, RESIDENT - 256u}}},
};
#define SHAPES (sizeof shapes / sizeof shapes[0])

static void build(const struct shape *shape, uint32_t version, struct rig_image *image)
{
    struct rl_recipe recipe;

    rig_recipe(&recipe, shape->payload, version);
    recipe.runtime_place = shape->runtime_place;
    recipe.extent_count = shape->extent_count;
    memcpy(recipe.extents, shape->extents, sizeof recipe.extents);
    rig_build(&recipe, image);
}

/* A device with the first shape, and a sender with the second. Booted. */
static struct rig *make(const struct shape *old, const struct shape *new)
{
    struct rig *rig = rig_new(&wide);

    build(old, 0x01000000u, &rig->old);
    array_port_put_image(&rig->array, 0, rig->old.bytes, rig->old.size);
    build(new, 0x02000000u, &rig->new);
    rig_boot(rig, &rig->old);
    return rig;
}

/* ---- places ---- */

/* Each shape over each other one, and back. rig_expect_running() judges every segment's bytes. */
static void any_shape_replaces_any(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES * SHAPES; i++) {
        struct rig *rig = make(&shapes[i / SHAPES], &shapes[i % SHAPES]);

        rig_update(rig, &rig->new);
        rig_power_cycle(rig, &rig->new);
        rig_update(rig, &rig->old);
        rig_power_cycle(rig, &rig->old);
        rig_free(rig);
    }
}

static void modules_run_where_they_are_placed(void **state)
{
    struct rig *rig = make(&shapes[0], &shapes[3]);
    const struct array_port *array = &rig->array;
    uint32_t init = fl_get32(rig->new.bytes + FL_H_MODULES + 16u);

    (void)state;
    rig_update(rig, &rig->new);
    assert_int_equal(array->entered[FL_MODULE_INIT], array->layout.resident.address +
                                                         shapes[3].runtime_place +
                                                         (init - FL_METADATA_SIZE));
    rig_update(rig, &rig->old);
    assert_int_equal(array->entered[FL_MODULE_UPDATE],
                     array->layout.resident.address + shapes[3].runtime_place);
    rig_free(rig);
}

/* Whether the unit at `offset` of the resident place belongs to the image. */
static bool is_part(const struct rig_image *image, uint32_t offset)
{
    bool part = offset < FL_METADATA_SIZE;

    for (uint32_t i = 0; i < fl_get32(image->bytes + FL_H_SEGMENT_COUNT); i++) {
        const uint8_t *entry = image->bytes + FL_SEGMENT_TABLE + (size_t)i * FL_SEGMENT_ENTRY_SIZE;
        uint32_t place = fl_get32(entry + FL_S_PLACE);

        part = part || (fl_get32(entry + FL_S_TYPE) <= FL_SEGMENT_DATA && offset >= place &&
                        offset - place < fl_get32(entry + FL_S_SIZE));
    }
    return part;
}

/* Memory was never written before the boot, so what has been is what was stored. */
static void expect_stored(struct rig *rig, const struct rig_image *image)
{
    uint32_t resident = rig->array.layout.resident.address;

    for (uint32_t offset = 0; offset < RESIDENT; offset += FL_BULK) {
        for (uint32_t word = 0; word < FL_BULK; word += 8u) {
            assert_int_equal(rig->array.written[(resident + offset + word) / 8u],
                             is_part(image, offset));
        }
    }
}

static void stores_nowhere_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct rig *rig = make(&shapes[i], &shapes[0]);

        expect_stored(rig, &rig->old);
        rig_free(rig);
    }
}

/* An update leaves what lies between the new image's segments as the old one left it. */
static void an_update_stores_nowhere_else(void **state)
{
    struct rig *rig = make(&shapes[1], &shapes[4]);
    uint8_t *resident = rig->array.memory + rig->array.layout.resident.address;
    uint8_t *before = malloc(RESIDENT);

    (void)state;
    assert_non_null(before);
    memcpy(before, resident, RESIDENT);
    rig_update(rig, &rig->new);
    for (uint32_t offset = 0; offset < RESIDENT; offset += FL_BULK) {
        if (!is_part(&rig->new, offset)) {
            assert_memory_equal(resident + offset, before + offset, FL_BULK);
        }
    }
    free(before);
    rig_free(rig);
}

/* A configuration is for a companion, not for memory. */
static void configurations_are_not_copied(void **state)
{
    struct rig *rig = rig_new(&wide);
    struct rl_recipe recipe;

    (void)state;
    rig_recipe(&recipe, 2048u, 0x01000000u);
    recipe.configurations[FL_PLA] = (struct rl_configuration){.level = 1u, .size = 1024u};
    recipe.configurations[FL_PHY] = (struct rl_configuration){.level = 1u, .size = 512u};
    rig_install(rig, &recipe);
    assert_int_equal(rig->old.size, FL_METADATA_SIZE + 2048u + 1536u);
    rig_boot(rig, &rig->old);
    expect_stored(rig, &rig->old);
    assert_false(rig->array.written[(FL_METADATA_SIZE + 2048u) / 8u]);
    rig_free(rig);
}

static void the_key_slot_brings_nothing_along(void **state)
{
    struct rig *rig = make(&shapes[0], &shapes[1]);
    const uint8_t *slot = rig->array.memory + rig->array.layout.resident.address + FL_KEY_SLOT;

    (void)state;
    rig_update_to(rig, &rig->new, FL_PHASE_KEY);
    for (uint32_t i = 0; i < FL_KEY_SLOT_SIZE; i++) {
        assert_int_equal(slot[i], 0xFF);
    }
    rig_free(rig);
}

/* ---- refuse ---- */

static void expect_end(const struct array_geometry *geometry, const struct shape *shape,
                       fl_status status)
{
    struct rig *rig = rig_new(geometry);

    build(shape, 0x02000000u, &rig->new);
    rig_boot(rig, &rig->old);
    rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
    assert_string_equal(fl_status_name(rig_finish(rig)), fl_status_name(status));
    rig_expect_running(rig, status == FL_OK ? &rig->new : &rig->old);
    rig_free(rig);
}

/* The last place that fits, and the one behind it. */
static void refuses_places_outside(void **state)
{
    struct shape shape = {.payload = 2048u, .extent_count = 1u, .extents = {{512u, 0}}};
    struct array_geometry narrow = wide;

    (void)state;
    narrow.resident_size = 0;
    shape.extents[0].place = RESIDENT - 512u;
    expect_end(&wide, &shape, FL_OK);
    expect_end(&narrow, &shape, FL_E_PLACE);
    shape.extents[0].place = RESIDENT - 256u;
    expect_end(&wide, &shape, FL_E_PLACE);
    shape.extents[0].place = BANK - 512u;
    expect_end(&narrow, &shape, FL_OK);
    shape.extents[0].place = BANK - 256u;
    expect_end(&narrow, &shape, FL_E_PLACE);
}

/* No builder makes this one: its end is no 32-bit number. */
static void refuses_a_place_at_the_end_of_the_world(void **state)
{
    struct rig *rig = make(&shapes[0], &shapes[2]);
    uint8_t *place = rig->new.bytes + FL_SEGMENT_TABLE + FL_SEGMENT_ENTRY_SIZE + FL_S_PLACE;

    (void)state;
    fl_put32(place, 0xFFFFFF00u);
    rig_sign(&rig->new);
    rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
    assert_int_equal(rig_finish(rig), FL_E_PLACE);
    rig_expect_running(rig, &rig->old);
    rig_free(rig);
}

/* What is stored has to fit a bank, wherever it goes. */
static void refuses_what_no_bank_takes(void **state)
{
    struct shape shape = {.payload = BANK - FL_METADATA_SIZE};

    (void)state;
    expect_end(&wide, &shape, FL_OK);
    shape.payload += FL_BULK;
    expect_end(&wide, &shape, FL_E_SIZE);
}

/* ---- interrupt ---- */

static void judge_power_cut(struct rig *rig, bool committed)
{
    rig_power_cycle(rig, committed ? &rig->new : &rig->old);
}

static void judge_reset(struct rig *rig, bool committed)
{
    array_port_reset(&rig->array);
    rig_boot(rig, committed ? &rig->new : &rig->old);
}

static void boots_finish_what_was_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct rig *rig = make(&shapes[i], &shapes[SHAPES - 1u - i]);

        if (i != SHAPES - 1u - i) {
            rig_each_step(rig, &rig->new, i % 2u == 0 ? judge_power_cut : judge_reset);
        }
        rig_free(rig);
    }
}

/* A reset inside the overlay finds a header only when all else is in place. */
static void a_cut_overlay_has_no_header(void **state)
{
    struct rig *rig = make(&shapes[3], &shapes[4]);
    const uint8_t *resident = rig->array.memory + rig->array.layout.resident.address;
    uint32_t looks = 0;

    (void)state;
    rig_update_to(rig, &rig->new, FL_PHASE_OVERLAY);
    assert_memory_equal(resident, rig->old.bytes, FL_HEADER_SIZE);
    assert_int_equal(rig_step(rig), FL_AGAIN);
    for (; rig->engine.phase == FL_PHASE_OVERLAY; looks++) {
        assert_int_equal(resident[FL_H_MAGIC], 0xFF);
        assert_int_equal(rig_step(rig), FL_AGAIN);
    }
    assert_true(looks > 0);
    assert_memory_equal(resident, rig->new.bytes, FL_HEADER_SIZE);
    rig_free(rig);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest places_group[] = {
        cmocka_unit_test(any_shape_replaces_any),
        cmocka_unit_test(modules_run_where_they_are_placed),
        cmocka_unit_test(stores_nowhere_else),
        cmocka_unit_test(an_update_stores_nowhere_else),
        cmocka_unit_test(configurations_are_not_copied),
        cmocka_unit_test(the_key_slot_brings_nothing_along),
    };
    const struct CMUnitTest refuse_group[] = {
        cmocka_unit_test(refuses_places_outside),
        cmocka_unit_test(refuses_a_place_at_the_end_of_the_world),
        cmocka_unit_test(refuses_what_no_bank_takes),
    };
    const struct CMUnitTest interrupt_group[] = {
        cmocka_unit_test(boots_finish_what_was_cut),
        cmocka_unit_test(a_cut_overlay_has_no_header),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, places);
    RUN_GROUP(groups, refuse);
    RUN_GROUP(groups, interrupt);
    return groups_end(&groups);
}
