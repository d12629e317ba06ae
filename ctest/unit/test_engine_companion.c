/* Companions over plain arrays: configuration flash is burnt before the commit, loaded behind it,
 * and boot brings image and companions together whatever happened. */
/* groups: update refuse interrupt */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine_rig.h"
#include "groups.h"

#define CONFIGURATION 1024u

static const struct array_geometry with_companions = {.sector_size = 1024u,
                                                      .page_size = 256u,
                                                      .granule_size = 8u,
                                                      .bank_size = 10240u,
                                                      .companion_size = 2048u};

static void add(struct rl_recipe *recipe, fl_companion companion, uint32_t level, uint64_t seed)
{
    recipe->configurations[companion] =
        (struct rl_configuration){.level = level, .size = CONFIGURATION, .seed = seed};
}

/* An old image with PLA level 1 and PHY level 4, and a new one with these. Not booted. */
static struct rig *make(const struct array_geometry *geometry, uint32_t pla, uint32_t phy)
{
    struct rig *rig = rig_new(geometry);
    struct rl_recipe recipe;

    rig_recipe(&recipe, RIG_OLD_PAYLOAD, 0x01000000u);
    add(&recipe, FL_PLA, 1u, 0);
    add(&recipe, FL_PHY, 4u, 0);
    rig_install(rig, &recipe);
    rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x02000000u);
    add(&recipe, FL_PLA, pla, 0);
    add(&recipe, FL_PHY, phy, 0);
    rig_build(&recipe, &rig->new);
    return rig;
}

static int set_up(void **state)
{
    struct rig *rig = make(&with_companions, 2u, 4u);

    rig_boot(rig, &rig->old);
    *state = rig;
    return 0;
}

#define MY_TEST(function) RIG_TEST_FROM(function, set_up)

/* The bytes of a configuration in an image: the last segments are PLA's and PHY's. */
static const uint8_t *configuration_of(const struct rig_image *image, fl_companion companion)
{
    uint32_t behind = FL_COMPANIONS - (uint32_t)companion;

    return image->bytes + image->size - behind * CONFIGURATION;
}

/* Both companions run what the image brings, and the account says so. */
static void expect_active(const struct rig *rig, const struct rig_image *image, uint32_t pla,
                          uint32_t phy)
{
    const struct array_port *array = &rig->array;
    struct fl_account account;

    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        uint32_t active = array->layout.active[i].address;

        assert_true(array->written[active / 8u]);
        assert_memory_equal(array->memory + active, configuration_of(image, (fl_companion)i),
                            CONFIGURATION);
    }
    fl_query(&rig->engine, &array->port, &account);
    assert_int_equal(account.companion[FL_PLA], pla);
    assert_int_equal(account.companion[FL_PHY], phy);
}

/* ---- update ---- */

static void a_new_device_loads_what_its_image_brings(void **state)
{
    struct rig *rig = *state;

    expect_active(rig, &rig->old, 1u, 4u);
    assert_int_equal(rig->array.refreshes[FL_PLA], 1);
    array_port_power_off(&rig->array);
    rig_boot(rig, &rig->old);
    expect_active(rig, &rig->old, 1u, 4u);
    assert_int_equal(rig->array.erases, 0);
    array_port_reset(&rig->array);
    rig_boot(rig, &rig->old);
    assert_int_equal(rig->array.refreshes[FL_PLA] + rig->array.refreshes[FL_PHY], 0);
}

static void brings_a_level_along(void **state)
{
    struct rig *rig = *state;

    array_port_reset(&rig->array);
    rig_boot(rig, &rig->old);
    rig_update_to(rig, &rig->new, FL_PHASE_REFRESH);
    expect_active(rig, &rig->old, 1u, 4u); /* up to here */
    assert_int_equal(rig_finish(rig), FL_OK);
    expect_active(rig, &rig->new, 2u, 4u);
    assert_int_equal(rig->array.refreshes[FL_PLA], 1);
    rig_power_cycle(rig, &rig->new);
    expect_active(rig, &rig->new, 2u, 4u);
    assert_int_equal(rig->array.erases, 0);
}

/* What is equal is neither erased nor loaded. */
static void leaves_alone_what_is_equal(void **state)
{
    struct rig *rig = *state;

    array_port_reset(&rig->array);
    rig_boot(rig, &rig->old);
    rig_update(rig, &rig->new);
    assert_int_equal(rig->array.configuration_erases[FL_PLA], 2);
    assert_int_equal(rig->array.configuration_erases[FL_PHY], 0);
    assert_int_equal(rig->array.refreshes[FL_PHY], 0);
}

/* A level is a number, the digest is what is compared: the same number with other bytes counts. */
static void an_equal_level_with_other_bytes_is_loaded(void **state)
{
    struct rig *rig = *state;
    struct rl_recipe recipe;

    rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x02000000u);
    add(&recipe, FL_PLA, 1u, 99u);
    add(&recipe, FL_PHY, 4u, 0);
    rig_build(&recipe, &rig->new);
    rig_update(rig, &rig->new);
    expect_active(rig, &rig->new, 1u, 4u);
}

static void new_transceivers_shake_hands_anew(void **state)
{
    struct rig *rig = make(&with_companions, 1u, 5u);

    (void)state;
    rig_boot(rig, &rig->old);
    array_port_reset(&rig->array);
    rig_boot(rig, &rig->old);
    rig_update(rig, &rig->new);
    expect_active(rig, &rig->new, 1u, 5u);
    assert_int_equal(rig->array.steps[4 + 1], FL_INIT_POST | ARRAY_STEP_FAST);
    assert_int_equal(rig->array.steps[4 + 2], FL_INIT_VARIABLES | ARRAY_STEP_FAST);
    assert_int_equal(rig->array.steps[4 + 3], FL_INIT_HANDSHAKE);
    rig_free(rig);
}

static void goes_back_and_forth(void **state)
{
    struct rig *rig = *state;

    for (uint32_t i = 0; i < 4u; i++) {
        bool forth = i % 2u == 0;

        rig_update(rig, forth ? &rig->new : &rig->old);
        expect_active(rig, forth ? &rig->new : &rig->old, forth ? 2u : 1u, 4u);
    }
}

/* Configuration flash that lost what was burnt is burnt again behind the commit. */
static void burns_again_what_does_not_read(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_REFRESH);
    array_port_spoil(&rig->array, rig->array.layout.configuration[FL_PLA].address, 64u);
    assert_int_equal(rig_finish(rig), FL_OK);
    rig_expect_running(rig, &rig->new);
    expect_active(rig, &rig->new, 2u, 4u);
}

static void one_sector_is_enough(void **state)
{
    struct array_geometry geometry = with_companions;
    struct rig *rig;

    (void)state;
    geometry.sector_size = 2048u;
    rig = make(&geometry, 2u, 5u);
    rig_boot(rig, &rig->old);
    expect_active(rig, &rig->old, 1u, 4u);
    rig_update(rig, &rig->new);
    expect_active(rig, &rig->new, 2u, 5u);
    rig_power_cycle(rig, &rig->new);
    rig_free(rig);
}

/* ---- refuse ---- */

/* Room is what a configuration and its seal, a unit at the end, take. */
static void refuses_a_board_without_room(void **state)
{
    static const struct {
        uint32_t room;
        fl_status status;
    } cases[] = {{0, FL_E_COMPANION}, {1024u, FL_E_COMPANION}, {2048u, FL_OK}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct array_geometry geometry = with_companions;
        struct rig *rig;
        struct rl_recipe recipe;

        geometry.companion_size = cases[i].room;
        rig = rig_new(&geometry);
        rig_boot(rig, &rig->old);
        rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x02000000u);
        add(&recipe, FL_PLA, 1u, 0);
        rig_build(&recipe, &rig->new);
        rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
        assert_int_equal(rig_finish(rig), cases[i].status);
        rig_expect_running(rig, cases[i].status == FL_OK ? &rig->new : &rig->old);
        rig_free(rig);
    }
}

static void keeps_the_old_image_when_burning_fails(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_COMPANIONS);
    rig->array.drop_programs = true;
    assert_int_equal(rig_finish(rig), FL_E_CONFIRM);
    rig_expect_running(rig, &rig->old);
    expect_active(rig, &rig->old, 1u, 4u);
    rig->array.drop_programs = false;
    rig_power_cycle(rig, &rig->old);
    expect_active(rig, &rig->old, 1u, 4u);
    rig_update(rig, &rig->new);
    expect_active(rig, &rig->new, 2u, 4u);
}

/* ---- interrupt ---- */

static void judge_power_cut(struct rig *rig, bool committed)
{
    rig_power_cycle(rig, committed ? &rig->new : &rig->old);
    expect_active(rig, committed ? &rig->new : &rig->old, committed ? 2u : 1u, 4u);
    rig_power_cycle(rig, committed ? &rig->new : &rig->old);
    assert_int_equal(rig->array.erases, 0);
}

static void power_cuts_leave_image_and_companions_together(void **state)
{
    struct rig *rig = *state;

    rig_each_step(rig, &rig->new, judge_power_cut);
}

static void judge_reset(struct rig *rig, bool committed)
{
    array_port_reset(&rig->array);
    rig_boot(rig, committed ? &rig->new : &rig->old);
    expect_active(rig, committed ? &rig->new : &rig->old, committed ? 2u : 1u, 4u);
    rig_power_cycle(rig, committed ? &rig->new : &rig->old);
    expect_active(rig, committed ? &rig->new : &rig->old, committed ? 2u : 1u, 4u);
}

static void resets_leave_image_and_companions_together(void **state)
{
    struct rig *rig = *state;

    rig_each_step(rig, &rig->new, judge_reset);
}

/* Runs on until flash was accessed `after` times more, and cuts that access at `granules`. False
 * when the configuration is burnt before. */
static bool cut_burning(struct rig *rig, uint32_t after, uint32_t granules)
{
    struct array_port *array = &rig->array;
    bool cut = false;

    array->cut_armed = true;
    array->cut_after = after;
    array->cut_granules = granules;
    if (setjmp(array->cut_jump) == 0) {
        while (rig->engine.phase == FL_PHASE_COMPANIONS) {
            assert_int_equal(rig_step(rig), FL_AGAIN);
        }
    } else {
        cut = true;
    }
    array->cut_armed = false;
    return cut;
}

static void a_torn_configuration_is_burnt_again_from_the_bank(void **state)
{
    static const uint32_t granules[] = {0, 1u, 5u, UINT32_MAX};
    struct rig *rig = *state;
    struct rig *before = malloc(sizeof *before);
    uint32_t cuts = 0;

    assert_non_null(before);
    rig_update_to(rig, &rig->new, FL_PHASE_COMPANIONS);
    *before = *rig;
    for (size_t i = 0; i < sizeof granules / sizeof granules[0]; i++) {
        for (uint32_t after = 0; cut_burning(rig, after, granules[i]); after++) {
            judge_power_cut(rig, false);
            *rig = *before;
            cuts++;
        }
        *rig = *before;
    }
    assert_int_equal(cuts, 4 * (2 + 4 + 1)); /* two erases, four units, and the seal */
    free(before);
}

/* A reset behind the key, and a companion that lost what is active: a boot that loads it anew takes
 * no fast step, since values were negotiated with what was there before. */
static void a_key_dies_with_what_was_active(void **state)
{
    struct rig *rig = *state;
    struct rig *before = malloc(sizeof *before);

    assert_non_null(before);
    rig_update_to(rig, &rig->new, FL_PHASE_INIT);
    *before = *rig;
    for (uint32_t i = 0; i <= FL_COMPANIONS; i++) {
        array_port_reset(&rig->array);
        if (i < FL_COMPANIONS) {
            rig->array.written[rig->array.layout.active[i].address / 8u] = false;
        }
        rig_boot(rig, &rig->new);
        expect_active(rig, &rig->new, 2u, 4u);
        assert_int_equal(rig->array.fast_steps, i < FL_COMPANIONS ? 0 : 3);
        *rig = *before;
    }
    free(before);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest update_group[] = {
        MY_TEST(a_new_device_loads_what_its_image_brings),
        MY_TEST(brings_a_level_along),
        MY_TEST(leaves_alone_what_is_equal),
        MY_TEST(an_equal_level_with_other_bytes_is_loaded),
        cmocka_unit_test(new_transceivers_shake_hands_anew),
        MY_TEST(goes_back_and_forth),
        MY_TEST(burns_again_what_does_not_read),
        cmocka_unit_test(one_sector_is_enough),
    };
    const struct CMUnitTest refuse_group[] = {
        cmocka_unit_test(refuses_a_board_without_room),
        MY_TEST(keeps_the_old_image_when_burning_fails),
    };
    const struct CMUnitTest interrupt_group[] = {
        MY_TEST(power_cuts_leave_image_and_companions_together),
        MY_TEST(resets_leave_image_and_companions_together),
        MY_TEST(a_torn_configuration_is_burnt_again_from_the_bank),
        MY_TEST(a_key_dies_with_what_was_active),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, update);
    RUN_GROUP(groups, refuse);
    RUN_GROUP(groups, interrupt);
    return groups_end(&groups);
}
