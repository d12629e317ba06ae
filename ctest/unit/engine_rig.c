#include "engine_rig.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fastload/invariant.h"

#define STEPS_MAX 2000u

static const struct array_geometry usual = {
    .sector_size = 1024u, .page_size = 256u, .granule_size = 8u, .bank_size = 8192u};

void rig_recipe(struct rl_recipe *recipe, uint32_t size, uint32_t version)
{
    rl_recipe_defaults(recipe);
    recipe->payload_size = size;
    recipe->version = version;
    strcpy(recipe->name, "rig");
}

void rig_build(const struct rl_recipe *recipe, struct rig_image *image)
{
    char why[RL_IMAGE_WHY_SIZE];
    struct rl_recipe filled = *recipe;
    uint8_t payload[RIG_IMAGE_MAX];
    struct rl_key key;
    uint8_t *bytes = NULL;
    size_t size = 0;

    rl_key_test(&key);
    rl_payload_pattern(recipe->version, payload, recipe->payload_size);
    filled.payload = payload;
    if (!rl_image_build(&filled, &key, &bytes, &size, why)) {
        fail_msg("the recipe is wrong: %s", why);
    }
    assert_true(size <= sizeof image->bytes);
    memcpy(image->bytes, bytes, size);
    image->size = (uint32_t)size;
    rl_image_identity(image->bytes, image->identity);
    free(bytes);
}

void rig_sign(struct rig_image *image)
{
    struct rl_key key;

    rl_key_test(&key);
    rl_image_sign(image->bytes, image->size, &key);
    rl_image_identity(image->bytes, image->identity);
}

struct rig *rig_new(const struct array_geometry *geometry)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct rl_recipe recipe;

    assert_non_null(rig);
    rig_recipe(&recipe, RIG_OLD_PAYLOAD, 0x01000000u);
    rig_build(&recipe, &rig->old);
    rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x02000000u);
    rig_build(&recipe, &rig->new);
    array_port_init(&rig->array, geometry != NULL ? geometry : &usual);
    array_port_put_image(&rig->array, 0, rig->old.bytes, rig->old.size);
    return rig;
}

void rig_free(struct rig *rig)
{
    free(rig);
}

/* Each segment that has a place lies there. */
static void expect_placed(const uint8_t *resident, const uint8_t *image)
{
    uint32_t count = fl_get32(image + FL_H_SEGMENT_COUNT);

    assert_in_range(count, 2u, FL_SEGMENT_MAX);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = image + FL_SEGMENT_TABLE + (size_t)i * FL_SEGMENT_ENTRY_SIZE;

        if (fl_get32(entry + FL_S_TYPE) <= FL_SEGMENT_DATA) {
            assert_memory_equal(resident + fl_get32(entry + FL_S_PLACE),
                                image + fl_get32(entry + FL_S_OFFSET), fl_get32(entry + FL_S_SIZE));
        }
    }
}

void rig_expect_running(struct rig *rig, const struct rig_image *image)
{
    const uint8_t *resident = rig->array.memory + rig->array.layout.resident.address;

    assert_int_equal(rig->engine.phase, FL_PHASE_IDLE);
    assert_int_equal(rig->engine.cursor, 0);
    assert_int_equal(rig->engine.new_size, 0);
    assert_memory_equal(rig->engine.running.active, image->identity, FL_DIGEST_SIZE);
    assert_memory_equal(resident, image->bytes, FL_KEY_SLOT);
    expect_placed(resident, image->bytes);
    assert_true(rig->array.processing);
    assert_true(rig->array.light);
}

void rig_boot(struct rig *rig, const struct rig_image *image)
{
    assert_int_equal(rig_power_on(rig), FL_OK);
    assert_int_equal(rig->engine.last, FL_OK);
    rig_expect_running(rig, image);
    assert_null(fl_invariant(&rig->array.port));
}

void rig_power_cycle(struct rig *rig, const struct rig_image *image)
{
    array_port_power_off(&rig->array);
    rig_boot(rig, image);
}

fl_status rig_power_on(struct rig *rig)
{
    fl_status status = fl_boot(&rig->engine, &rig->array.port);

    return status == FL_OK ? fl_start(&rig->engine, &rig->array.port) : status;
}

/* A build that gave the update up leaves it to the old image's. */
static void come_back(struct rig *rig, fl_status why)
{
    rig->engine = rig->old_engine;
    fl_give_back(&rig->engine, why);
}

fl_status rig_step(struct rig *rig)
{
    struct fl_engine before = rig->engine;
    fl_status status;

    if (before.phase == FL_PHASE_AWAY) {
        rig->old_engine = before;
        memset(&rig->engine, 0, sizeof rig->engine);
        status = fl_take_over(&rig->engine, &rig->array.port);
    } else {
        status = fl_step(&rig->engine, &rig->array.port);
    }
    if (status != FL_OK && status != FL_AGAIN &&
        (before.phase == FL_PHASE_AWAY || rig->engine.phase == FL_PHASE_AWAY)) {
        come_back(rig, status);
    }
    return status;
}

fl_status rig_cancel(struct rig *rig)
{
    fl_status status = fl_cancel(&rig->engine, &rig->array.port);

    if (rig->engine.phase == FL_PHASE_AWAY && status == FL_OK) {
        come_back(rig, FL_E_CANCELLED);
    }
    return status;
}

static fl_status step(struct rig *rig)
{
    struct fl_outlook outlook;
    fl_status status;

    rig->array.operations = 0;
    status = rig_step(rig);
    assert_true(rig->array.operations <= FL_STEP_OPERATIONS);
    assert_null(fl_invariant(&rig->array.port));
    fl_decode(&rig->array.port, &outlook);
    assert_int_equal(outlook.bootable, 1);
    return status;
}

void rig_update_to(struct rig *rig, const struct rig_image *image, fl_phase phase)
{
    rig->array.sent = image->bytes;
    rig->array.sent_size = image->size;
    assert_int_equal(fl_request(&rig->engine), FL_OK);
    for (uint32_t i = 0; i < STEPS_MAX && rig->engine.phase != (uint32_t)phase; i++) {
        assert_int_equal(step(rig), FL_AGAIN);
    }
    assert_int_equal(rig->engine.phase, phase);
}

fl_status rig_finish(struct rig *rig)
{
    fl_status status = FL_AGAIN;

    for (uint32_t i = 0; i < STEPS_MAX && status == FL_AGAIN; i++) {
        status = step(rig);
    }
    assert_int_not_equal(status, FL_AGAIN);
    return status;
}

void rig_update(struct rig *rig, const struct rig_image *image)
{
    rig_update_to(rig, image, FL_PHASE_QUERY);
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, image);
}

void rig_install(struct rig *rig, const struct rl_recipe *recipe)
{
    rig_build(recipe, &rig->old);
    array_port_put_image(&rig->array, 0, rig->old.bytes, rig->old.size);
}

fl_status rig_data_set(struct rig *rig, uint32_t item, uint32_t value)
{
    bool away = rig->engine.phase >= FL_PHASE_BRIDGE && rig->engine.phase < FL_PHASE_RESUME;

    return fl_data_set(away ? &rig->old_engine : &rig->engine, &rig->array.port, item, value);
}

uint32_t rig_data(const struct rig *rig, uint32_t item, uint32_t format)
{
    uint32_t value = 0;
    uint32_t found = 0;

    assert_int_equal(fl_data_look(&rig->array.port, item, &value, &found), FL_OK);
    assert_int_equal(found, format);
    return value;
}

void rig_each_step(struct rig *rig, const struct rig_image *image,
                   void (*judge)(struct rig *rig, bool committed))
{
    struct rig *before = malloc(sizeof *before);
    fl_status status = FL_AGAIN;

    assert_non_null(before);
    rig_update_to(rig, image, FL_PHASE_QUERY);
    for (uint32_t i = 0; i < STEPS_MAX && status == FL_AGAIN; i++) {
        *before = *rig;
        judge(rig, rig->engine.phase > FL_PHASE_COMMIT);
        *rig = *before;
        status = step(rig);
    }
    free(before);
    assert_int_equal(status, FL_OK);
    rig_expect_running(rig, image);
    judge(rig, true);
}

int rig_set_up(void **state)
{
    struct rig *rig = rig_new(NULL);

    rig_boot(rig, &rig->old);
    *state = rig;
    return 0;
}

int rig_tear_down(void **state)
{
    rig_free(*state);
    return 0;
}
