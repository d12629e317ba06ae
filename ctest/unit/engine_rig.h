/* What tests of the engine start from: a device over array_port with an old image in bank 0, as it
 * leaves the factory, and a sender with a new one. */
#ifndef RELIGHT_ENGINE_RIG_H
#define RELIGHT_ENGINE_RIG_H

#include "array_port.h"

#define RIG_OLD_PAYLOAD 3072u
#define RIG_NEW_PAYLOAD 5120u
#define RIG_IMAGE_MAX   (48u * 1024u)

struct rig_image {
    uint8_t bytes[RIG_IMAGE_MAX];
    uint32_t size;
    uint8_t identity[FL_DIGEST_SIZE];
};

struct rig {
    struct array_port array;
    struct fl_engine engine;     /* of the build in charge */
    struct fl_engine old_engine; /* of the old image's build, while the new one's is */
    struct rig_image old, new;
};

/* The defaults of a recipe with a payload of `size` bytes and this version. */
void rig_recipe(struct rl_recipe *recipe, uint32_t size, uint32_t version);
/* Builds what `recipe` says, out of a pattern that `version` seeds, signed with the test key. */
void rig_build(const struct rl_recipe *recipe, struct rig_image *image);
/* Signs an image again after a test changed it, and takes its new identity. */
void rig_sign(struct rig_image *image);

/* A device that was never booted. 1 KiB sectors and 256-byte pages unless said otherwise. */
struct rig *rig_new(const struct array_geometry *geometry);
void rig_free(struct rig *rig);

/* From power-on to a running image: fl_boot() and fl_start(). */
fl_status rig_power_on(struct rig *rig);
/* fl_step() of the build in charge, which changes with the interrupt and back with a refusal. */
fl_status rig_step(struct rig *rig);
fl_status rig_cancel(struct rig *rig);

/* Boots, expecting an image to run that is `image`, whole, in its resident place. */
void rig_boot(struct rig *rig, const struct rig_image *image);
/* Power off and on. */
void rig_power_cycle(struct rig *rig, const struct rig_image *image);
/* Requests an update and steps until `phase` is reached, before anything is done there. */
void rig_update_to(struct rig *rig, const struct rig_image *image, fl_phase phase);
/* Steps on until nothing is under way; the status that ended it. Judges every step's length, the
 * invariant, and that the outlook is bootable. */
fl_status rig_finish(struct rig *rig);
/* A whole update that succeeds. */
void rig_update(struct rig *rig, const struct rig_image *image);
/* The old image becomes what `recipe` says, as a device leaves the factory with it: before the
 * first boot. */
void rig_install(struct rig *rig, const struct rl_recipe *recipe);
/* fl_data_set() of the build that serves the application. */
fl_status rig_data_set(struct rig *rig, uint32_t item, uint32_t value);
/* What a boot would find of an item; the format that it lies in is `format`. */
uint32_t rig_data(const struct rig *rig, uint32_t item, uint32_t format);
/* Updates to `image`. Before each step `judge` is called, and all is as before when it returns;
 * `committed` says whether a boot has to run the new image. */
void rig_each_step(struct rig *rig, const struct rig_image *image,
                   void (*judge)(struct rig *rig, bool committed));
/* What runs is `image`, I/O and light are on, nothing is under way. */
void rig_expect_running(struct rig *rig, const struct rig_image *image);

/* For tests of groups: a device that was booted, made and taken away around each test. */
int rig_set_up(void **state);
int rig_tear_down(void **state);
#define RIG_TEST_FROM(function, set_up)                                                            \
    cmocka_unit_test_setup_teardown(function, set_up, rig_tear_down)
#define RIG_TEST(function) RIG_TEST_FROM(function, rig_set_up)

#endif
