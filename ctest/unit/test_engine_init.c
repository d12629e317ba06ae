/* Initialization over plain arrays: which steps, in which order, in which variant, with the light
 * on or off; and what is prepared before. */
/* groups: steps key light prepare */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine_rig.h"
#include "groups.h"

#define REGISTERS      FL_INIT_REGISTERS
#define POST           FL_INIT_POST
#define VARIABLES      FL_INIT_VARIABLES
#define HANDSHAKE      FL_INIT_HANDSHAKE
#define FAST           ARRAY_STEP_FAST

#define KEY_SIZE       0x38u
#define VARIABLES_AT   0x80u /* in the handover region */
#define VARIABLES_SIZE 0x30u

/* The old image as rig_new() has it, and the new one as `recipe` says. Booted, counts at 0. */
static struct rig *make(const struct rl_recipe *recipe)
{
    struct rig *rig = rig_new(NULL);

    rig_build(recipe, &rig->new);
    rig_boot(rig, &rig->old);
    array_port_reset(&rig->array);
    rig_boot(rig, &rig->old);
    rig->array.fast_steps = 0;
    rig->array.standard_steps = 0;
    rig->array.times_dark = 0;
    return rig;
}

static void recipe_of_new(struct rl_recipe *recipe)
{
    rig_recipe(recipe, RIG_NEW_PAYLOAD, 0x02000000u);
}

static int set_up(void **state)
{
    struct rl_recipe recipe;

    recipe_of_new(&recipe);
    *state = make(&recipe);
    return 0;
}

#define MY_TEST(function) RIG_TEST_FROM(function, set_up)

static void expect_steps(const struct rig *rig, const uint8_t *steps, uint32_t count)
{
    assert_int_equal(rig->array.fast_steps + rig->array.standard_steps, count);
    assert_memory_equal(rig->array.steps, steps, count);
}

#define EXPECT_STEPS(rig, ...)                                                                     \
    do {                                                                                           \
        const uint8_t expected[] = {__VA_ARGS__};                                                  \
        expect_steps(rig, expected, sizeof expected);                                              \
    } while (0)

/* ---- steps ---- */

static void takes_the_fast_variants(void **state)
{
    struct rig *rig = *state;

    rig_update(rig, &rig->new);
    EXPECT_STEPS(rig, REGISTERS, POST | FAST, VARIABLES | FAST, HANDSHAKE | FAST);
}

static void takes_the_order_of_the_image(void **state)
{
    struct rl_recipe recipe;
    struct rig *rig;

    (void)state;
    recipe_of_new(&recipe);
    memcpy(recipe.init_order, (uint8_t[]){HANDSHAKE, POST, REGISTERS, VARIABLES}, 4u);
    rig = make(&recipe);
    rig_update(rig, &rig->new);
    EXPECT_STEPS(rig, HANDSHAKE | FAST, POST | FAST, REGISTERS, VARIABLES | FAST);
    rig_power_cycle(rig, &rig->new);
    EXPECT_STEPS(rig, HANDSHAKE, POST, REGISTERS, VARIABLES);
    rig_free(rig);
}

static void leaves_out_what_the_image_does_not_require(void **state)
{
    struct rl_recipe recipe;
    struct rig *rig;

    (void)state;
    recipe_of_new(&recipe);
    recipe.init_requires = 1u << POST | 1u << HANDSHAKE;
    rig = make(&recipe);
    rig_update(rig, &rig->new);
    EXPECT_STEPS(rig, POST | FAST, HANDSHAKE | FAST);
    rig_power_cycle(rig, &rig->new);
    EXPECT_STEPS(rig, POST, HANDSHAKE);
    rig_free(rig);
}

/* A fast variant goes on from what the old image's own step left. The variables are set up by the
 * update; memory is tested and values are negotiated by the old image, or by nobody. */
static void goes_on_only_from_steps_that_the_old_image_took(void **state)
{
    (void)state;
    for (uint32_t taken = 0; taken <= FL_INIT_ALL; taken++) {
        bool post = (taken >> POST & 1u) != 0, handshake = (taken >> HANDSHAKE & 1u) != 0;
        struct rig *rig = rig_new(NULL);
        struct rl_recipe recipe;

        rig_recipe(&recipe, RIG_OLD_PAYLOAD, 0x01000000u);
        recipe.init_requires = taken;
        rig_install(rig, &recipe);
        recipe_of_new(&recipe);
        rig_build(&recipe, &rig->new);
        rig_boot(rig, &rig->old);
        rig->array.fast_steps = 0;
        rig->array.standard_steps = 0;
        rig_update(rig, &rig->new);
        EXPECT_STEPS(rig, REGISTERS, POST | (post ? FAST : 0), VARIABLES | FAST,
                     HANDSHAKE | (handshake ? FAST : 0));
        rig_free(rig);
    }
}

static void has_fast_variants_that_the_image_has(void **state)
{
    static const uint32_t steps[] = {POST, VARIABLES, HANDSHAKE};

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct rl_recipe recipe;
        struct rig *rig;

        recipe_of_new(&recipe);
        recipe.init_fast = 1u << steps[i];
        rig = make(&recipe);
        rig_update(rig, &rig->new);
        assert_int_equal(rig->array.fast_steps, 1);
        assert_int_equal(rig->array.steps[steps[i]], steps[i] | FAST);
        assert_int_equal(rig->array.standard_steps, 3);
        rig_free(rig);
    }
}

/* Nothing fast, then no key is consumed; and a step that fails leaves no image running. */
static fl_status fails_at_post(void *board, fl_init_step step, bool fast)
{
    (void)board;
    (void)fast;
    return step == FL_INIT_POST ? FL_E_IO : FL_OK;
}

static void a_step_that_fails_leaves_the_light_off(void **state)
{
    struct rig *rig = *state;

    rig->array.port.init_step = fails_at_post;
    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    assert_int_equal(rig_finish(rig), FL_E_IO);
    assert_int_equal(rig->engine.phase, FL_PHASE_BOOT);
    assert_false(rig->array.light || rig->array.processing);
    array_port_power_off(&rig->array);
    assert_int_equal(rig_power_on(rig), FL_E_IO);
    assert_false(rig->array.light || rig->array.processing);
}

/* ---- key ---- */

/* Whatever byte of the key changed, there is none. */
static void a_damaged_key_is_none(void **state)
{
    struct rig *rig = *state;
    uint8_t *key = rig->array.memory + rig->array.layout.resident.address + FL_KEY_SLOT;
    struct rig *before = malloc(sizeof *before);

    assert_non_null(before);
    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    *before = *rig;
    for (uint32_t i = 0; i < KEY_SIZE - 4u; i++) { /* its last four bytes mean nothing */
        key[i] ^= 0x10u;
        assert_int_equal(rig_finish(rig), FL_OK);
        EXPECT_STEPS(rig, REGISTERS, POST, VARIABLES, HANDSHAKE);
        *rig = *before;
    }
    assert_int_equal(rig_finish(rig), FL_OK);
    EXPECT_STEPS(rig, REGISTERS, POST | FAST, VARIABLES | FAST, HANDSHAKE | FAST);
    free(before);
}

static void an_unreadable_key_is_none(void **state)
{
    struct rig *rig = *state;
    uint32_t key = rig->array.layout.resident.address + FL_KEY_SLOT;

    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    rig->array.written[(key + 0x10u) / 8u] = false;
    assert_int_equal(rig_finish(rig), FL_OK);
    EXPECT_STEPS(rig, REGISTERS, POST, VARIABLES, HANDSHAKE);
}

static void a_key_serves_once(void **state)
{
    struct rig *rig = *state;

    rig_update(rig, &rig->new);
    array_port_reset(&rig->array);
    rig_boot(rig, &rig->new);
    EXPECT_STEPS(rig, REGISTERS, POST, VARIABLES, HANDSHAKE);
}

/* A reset between key and initialization: the boot may take the fast steps, once. */
static void a_key_serves_the_boot_after_a_reset(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    for (uint32_t i = 0; i < 2u; i++) {
        array_port_reset(&rig->array);
        rig_boot(rig, &rig->new);
        assert_int_equal(rig->array.fast_steps, i == 0 ? 3 : 0);
        assert_int_equal(rig->array.standard_steps, i == 0 ? 1 : 4);
    }
}

static void damaged_variables_are_set_up_anew(void **state)
{
    struct rig *rig = *state;
    uint8_t *variables = rig->array.memory + rig->array.layout.handover.address + VARIABLES_AT;
    struct rig *before = malloc(sizeof *before);

    assert_non_null(before);
    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    *before = *rig;
    for (uint32_t i = 0; i < VARIABLES_SIZE; i++) {
        variables[i] ^= 1u;
        assert_int_equal(rig_finish(rig), FL_OK);
        EXPECT_STEPS(rig, REGISTERS, POST | FAST, VARIABLES, HANDSHAKE | FAST);
        *rig = *before;
    }
    free(before);
}

/* ---- light ---- */

static void goes_dark_once_by_default(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    assert_true(rig->array.light);
    assert_int_equal(rig_finish(rig), FL_OK);
    assert_int_equal(rig->array.times_dark, 1);
}

static void keeps_the_light_where_hosts_need_not_know(void **state)
{
    struct rig *rig = *state;

    rig->array.layout.keep_light = true;
    rig_update(rig, &rig->new);
    assert_int_equal(rig->array.times_dark, 0);
    assert_int_equal(rig->array.fast_steps, 3);
}

/* A handshake in its standard variant is one that the other side sees. */
static void goes_dark_for_a_standard_handshake(void **state)
{
    struct rl_recipe recipe;
    struct rig *rig = *state;

    rig->array.layout.keep_light = true;
    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    rig->array.memory[rig->array.layout.resident.address + FL_KEY_SLOT] ^= 1u;
    assert_int_equal(rig_finish(rig), FL_OK);
    assert_int_equal(rig->array.times_dark, 1);

    recipe_of_new(&recipe);
    recipe.init_fast = 1u << POST | 1u << VARIABLES;
    rig = make(&recipe);
    rig->array.layout.keep_light = true;
    rig_update(rig, &rig->new);
    assert_int_equal(rig->array.times_dark, 1);
    rig_free(rig);
}

static void keeps_the_light_without_any_handshake(void **state)
{
    struct rl_recipe recipe;
    struct rig *rig;

    (void)state;
    recipe_of_new(&recipe);
    recipe.init_requires = 1u << REGISTERS | 1u << POST | 1u << VARIABLES;
    recipe.init_fast = 0;
    rig = make(&recipe);
    rig->array.layout.keep_light = true;
    rig_update(rig, &rig->new);
    assert_int_equal(rig->array.times_dark, 0);
    assert_int_equal(rig->array.standard_steps, 3);
    rig_free(rig);
}

static void a_boot_starts_dark(void **state)
{
    struct rig *rig = *state;

    rig->array.layout.keep_light = true;
    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    array_port_reset(&rig->array);
    rig_boot(rig, &rig->new);
    assert_int_equal(rig->array.times_dark, 1);
    assert_true(rig->array.light);
}

/* ---- prepare ---- */

/* What the new image needs and the old one did not. */
static void prepares_what_the_old_image_did_not(void **state)
{
    (void)state;
    for (uint32_t old = 0; old < 1u << FL_PREPARATION_COUNT; old++) {
        for (uint32_t new = 0; new < 1u << FL_PREPARATION_COUNT; new ++) {
            struct rig *rig = rig_new(NULL);
            struct rl_recipe recipe;

            rig_recipe(&recipe, RIG_OLD_PAYLOAD, 0x01000000u);
            recipe.prepares = old;
            rig_install(rig, &recipe);
            recipe_of_new(&recipe);
            recipe.prepares = new;
            rig_build(&recipe, &rig->new);
            rig_boot(rig, &rig->old);
            assert_int_equal(rig->array.prepared, 0);
            rig_update_to(rig, &rig->new, FL_PHASE_MEMINIT);
            assert_int_equal(rig->array.prepared, 0);
            assert_int_equal(rig_finish(rig), FL_OK);
            assert_int_equal(rig->array.prepared, new & ~old);
            rig_free(rig);
        }
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest steps_group[] = {
        MY_TEST(takes_the_fast_variants),
        cmocka_unit_test(takes_the_order_of_the_image),
        cmocka_unit_test(leaves_out_what_the_image_does_not_require),
        cmocka_unit_test(has_fast_variants_that_the_image_has),
        cmocka_unit_test(goes_on_only_from_steps_that_the_old_image_took),
        MY_TEST(a_step_that_fails_leaves_the_light_off),
    };
    const struct CMUnitTest key_group[] = {
        MY_TEST(a_damaged_key_is_none),
        MY_TEST(an_unreadable_key_is_none),
        MY_TEST(a_key_serves_once),
        MY_TEST(a_key_serves_the_boot_after_a_reset),
        MY_TEST(damaged_variables_are_set_up_anew),
    };
    const struct CMUnitTest light_group[] = {
        MY_TEST(goes_dark_once_by_default),
        MY_TEST(keeps_the_light_where_hosts_need_not_know),
        MY_TEST(goes_dark_for_a_standard_handshake),
        cmocka_unit_test(keeps_the_light_without_any_handshake),
        MY_TEST(a_boot_starts_dark),
    };
    const struct CMUnitTest prepare_group[] = {
        cmocka_unit_test(prepares_what_the_old_image_did_not),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, steps);
    RUN_GROUP(groups, key);
    RUN_GROUP(groups, light);
    RUN_GROUP(groups, prepare);
    return groups_end(&groups);
}
