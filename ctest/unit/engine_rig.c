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
    assert_true(rl_image_build(&filled, &key, &bytes, &size, why));
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

void rig_expect_running(struct rig *rig, const struct rig_image *image)
{
    const uint8_t *resident = rig->array.memory + rig->array.layout.resident.address;

    assert_int_equal(rig->engine.phase, FL_PHASE_IDLE);
    assert_int_equal(rig->engine.cursor, 0);
    assert_int_equal(rig->engine.new_size, 0);
    assert_memory_equal(rig->engine.running.active, image->identity, FL_DIGEST_SIZE);
    assert_memory_equal(resident, image->bytes, FL_KEY_SLOT);
    assert_memory_equal(resident + FL_METADATA_SIZE, image->bytes + FL_METADATA_SIZE,
                        image->size - FL_METADATA_SIZE);
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
