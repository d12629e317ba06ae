/* The query over plain arrays: what it says of old and new image, of the machine, of what differs
 * and has to be worked on; and each refusal of an offer, at its bounds, early and late. */
/* groups: account differences refusal early */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine_rig.h"
#include "groups.h"

static struct fl_account query(const struct rig *rig)
{
    struct fl_account account;

    memset(&account, 0xA5, sizeof account);
    fl_query(&rig->engine, &rig->array.port, &account);
    return account;
}

static void expect_account(const struct rig *rig, fl_status status, bool conventional)
{
    struct fl_account account = query(rig);

    assert_string_equal(fl_status_name((fl_status)account.status), fl_status_name(status));
    assert_int_equal(account.fastload, status == FL_OK);
    assert_int_equal(account.conventional, conventional);
    assert_non_null(fl_status_sentence((fl_status)account.status));
}

/* Offers rig->new and expects it to be refused, and the account to say why. */
static void expect_refusal(struct rig *rig, fl_status status, bool conventional)
{
    rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
    assert_string_equal(fl_status_name(rig_finish(rig)), fl_status_name(status));
    rig_expect_running(rig, &rig->old);
    expect_account(rig, status, conventional);
}

/* ---- account ---- */

static void an_idle_device_tells_what_runs(void **state)
{
    struct rig *rig = *state;
    struct fl_account account = query(rig);

    assert_int_equal(account.status, FL_OK);
    assert_int_equal(account.fastload, 1);
    assert_int_equal(account.conventional, 0);
    assert_int_equal(account.machine_good, 1);
    assert_int_equal(account.old_image.known, 1);
    assert_int_equal(account.old_image.version, 0x01000000u);
    assert_int_equal(account.old_image.size, rig->old.size);
    assert_int_equal(account.old_image.level, 1);
    assert_int_equal(account.old_image.data_format, 1);
    assert_int_equal(account.old_image.hardware, 1);
    assert_int_equal(account.new_image.known, 0);
    assert_int_equal(account.flash_version, 0);
    assert_int_equal(account.hardware, 1);
    assert_int_equal(account.differences | account.needs, 0);
}

static void the_new_image_is_told_while_it_is_staged(void **state)
{
    struct rig *rig = *state;
    struct fl_account account;

    rig_update_to(rig, &rig->new, FL_PHASE_CHECK);
    account = query(rig);
    assert_int_equal(account.new_image.known, 1);
    assert_int_equal(account.new_image.version, 0x02000000u);
    assert_int_equal(account.new_image.size, rig->new.size);
    assert_int_equal(account.status, FL_OK);
    assert_int_equal(rig_finish(rig), FL_OK);
    account = query(rig);
    assert_int_equal(account.old_image.version, 0x02000000u);
    assert_int_equal(account.new_image.known, 0);
    assert_int_equal(account.flash_version, 0x01000000u);
}

/* It looks, and changes nothing: neither the engine nor the board. */
static void asking_changes_nothing(void **state)
{
    struct rig *rig = *state;
    struct rig *before = malloc(sizeof *before);
    fl_status status = FL_AGAIN;

    assert_non_null(before);
    rig_update_to(rig, &rig->new, FL_PHASE_QUERY);
    while (status == FL_AGAIN) {
        struct fl_account first;
        struct fl_account second;

        *before = *rig;
        first = query(rig);
        second = query(rig);
        assert_memory_equal(&first, &second, sizeof first);
        before->array.operations = rig->array.operations;
        assert_memory_equal(rig, before, sizeof *rig);
        status = rig_step(rig);
    }
    assert_int_equal(status, FL_OK);
    free(before);
}

/* Bad ECC anywhere in the running image, or bytes that are not its own. */
static void a_bad_machine_is_no_base(void **state)
{
    struct rig *rig = *state;
    struct rig *before = malloc(sizeof *before);
    uint32_t resident = rig->array.layout.resident.address;

    assert_non_null(before);
    *before = *rig;
    for (uint32_t offset = 0; offset < rig->old.size; offset += 520u) {
        if (offset >= FL_KEY_SLOT && offset < FL_METADATA_SIZE) {
            continue; /* the key slot is no part of the image */
        }
        rig->array.written[(resident + offset) / 8u] = false;
        expect_account(rig, FL_E_MACHINE, true);
        assert_int_equal(query(rig).machine_good, 0);
        assert_int_equal(query(rig).old_image.known, 0);
        assert_int_equal(fl_request(&rig->engine), FL_OK);
        assert_int_equal(rig_step(rig), FL_E_MACHINE);
        assert_int_equal(rig->array.entered[FL_MODULE_UPDATE], 0);
        *rig = *before;
        rig->array.memory[resident + offset] ^= 1u;
        expect_account(rig, FL_E_MACHINE, true);
        *rig = *before;
    }
    free(before);
}

static void a_cpu_that_cannot_execute_from_staging_is_told(void **state)
{
    struct rig *rig = *state;

    rig->array.layout.staging_executes = false;
    expect_account(rig, FL_E_STAGING, true);
    expect_refusal(rig, FL_E_STAGING, true);
    assert_int_equal(rig->array.entered[FL_MODULE_UPDATE], 0);
}

/* What ended the last update is told until the next one begins. */
static void the_last_end_is_told(void **state)
{
    struct rig *rig = *state;

    assert_int_equal(fl_request(&rig->engine), FL_OK);
    rig->array.sent = NULL;
    assert_int_equal(rig_finish(rig), FL_E_SENDER);
    expect_account(rig, FL_E_SENDER, false);
    rig->array.memory[rig->array.layout.resident.address] ^= 1u; /* worse than that */
    expect_account(rig, FL_E_MACHINE, true);
    rig->array.memory[rig->array.layout.resident.address] ^= 1u;
    rig_update(rig, &rig->new);
    expect_account(rig, FL_OK, false);
}

/* ---- differences ---- */

/* One thing differs, besides version and size, which always do. */
static void expect_aspects(const struct rl_recipe *recipe, uint32_t differences, uint32_t needs)
{
    static const struct array_geometry geometry = {.sector_size = 1024u,
                                                   .page_size = 256u,
                                                   .granule_size = 8u,
                                                   .bank_size = 8192u,
                                                   .companion_size = 2048u};
    struct rig *rig = rig_new(&geometry);
    struct fl_account account;

    rig_build(recipe, &rig->new);
    rig_boot(rig, &rig->old);
    rig_update_to(rig, &rig->new, FL_PHASE_CHECK);
    account = query(rig);
    assert_int_equal(account.differences,
                     FL_ASPECT_VERSION | FL_ASPECT_SIZE | FL_ASPECT_PLACES | differences);
    assert_int_equal(account.needs, FL_ASPECT_FLASH | needs);
    rig_free(rig);
}

static void each_difference_has_its_bit(void **state)
{
    struct rl_recipe usual;
    struct rl_recipe recipe;

    (void)state;
    rig_recipe(&usual, RIG_NEW_PAYLOAD, 0x02000000u);
    expect_aspects(&usual, 0, 0);
    recipe = usual;
    recipe.level = 2u;
    expect_aspects(&recipe, FL_ASPECT_LEVEL, 0);
    recipe = usual;
    recipe.data_format = 2u;
    recipe.reads_range = true;
    recipe.data_reads_min = 1u;
    recipe.data_reads_max = 2u;
    expect_aspects(&recipe, FL_ASPECT_DATA, FL_ASPECT_DATA);
    recipe = usual;
    recipe.prepares = 1u;
    expect_aspects(&recipe, FL_ASPECT_PREPARE, FL_ASPECT_PREPARE);
    recipe = usual;
    recipe.init_requires = 0xEu;
    recipe.init_fast = 0xEu;
    expect_aspects(&recipe, FL_ASPECT_INIT_ORDER, 0);
    recipe = usual;
    memcpy(recipe.init_order, (uint8_t[]){1u, 0, 2u, 3u}, 4u);
    expect_aspects(&recipe, FL_ASPECT_INIT_ORDER, 0);
    recipe = usual;
    recipe.configurations[FL_PLA] = (struct rl_configuration){.level = 1u, .size = 256u};
    expect_aspects(&recipe, FL_ASPECT_PLA, FL_ASPECT_PLA);
    recipe = usual;
    recipe.configurations[FL_PHY] = (struct rl_configuration){.level = 7u, .size = 256u};
    expect_aspects(&recipe, FL_ASPECT_PHY, FL_ASPECT_PHY);
}

/* Same version, size and places: only the code differs. */
static void equal_shapes_differ_in_nothing(void **state)
{
    struct rig *rig = *state;
    struct rl_recipe recipe;
    struct fl_account account;

    rig_recipe(&recipe, RIG_OLD_PAYLOAD, 0x01000000u);
    strcpy(recipe.name, "other");
    rig_build(&recipe, &rig->new);
    rig_update_to(rig, &rig->new, FL_PHASE_CHECK);
    account = query(rig);
    assert_int_equal(account.differences, 0);
    assert_int_equal(account.needs, FL_ASPECT_FLASH);
}

/* The other bank carries the image already: nothing to flash. */
static void needs_no_flash_where_it_is(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_QUIESCE);
    assert_int_equal(query(rig).needs, 0);
    assert_int_equal(query(rig).flash_version, 0x02000000u);
    assert_int_equal(rig_cancel(rig), FL_OK);
    rig_update_to(rig, &rig->new, FL_PHASE_CHECK);
    assert_int_equal(query(rig).needs, 0);
}

/* ---- refusal ---- */

/* Each in turn: a value that is taken, and the next one, which is not. */
static void offers_are_refused_beyond_bounds(void **state)
{
    static const struct {
        uint32_t at; /* in struct rl_recipe */
        uint32_t good, bad;
        fl_status status;
        bool conventional;
    } cases[] = {
        {offsetof(struct rl_recipe, hardware_min), 5u, 6u, FL_E_HARDWARE, false},
        {offsetof(struct rl_recipe, data_format), 1u, 2u, FL_E_DATA_FORMAT, false},
        {offsetof(struct rl_recipe, capabilities), 0xFFu, 0x7Eu, FL_E_CAPABILITY, false},
        {offsetof(struct rl_recipe, security_counter), 1u, 0, FL_E_SECURITY_COUNTER, false},
        {offsetof(struct rl_recipe, security_counter), 128u, 129u, FL_E_SECURITY_COUNTER, false},
        {offsetof(struct rl_recipe, start_address), 0, FL_BULK, FL_E_START_ADDRESS, false},
        {offsetof(struct rl_recipe, level_min), 1u, 2u, FL_E_LEVEL, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig *rig = rig_new(NULL);
        struct rl_recipe recipe;

        rig->array.layout.hardware_level = 5u;
        rig_boot(rig, &rig->old);
        rig_recipe(&recipe, RIG_NEW_PAYLOAD, 0x02000000u);
        recipe.level = 2u; /* so that level_min may be */
        memcpy((uint8_t *)&recipe + cases[i].at, &cases[i].bad, sizeof cases[i].bad);
        rig_build(&recipe, &rig->new);
        expect_refusal(rig, cases[i].status, cases[i].conventional);
        memcpy((uint8_t *)&recipe + cases[i].at, &cases[i].good, sizeof cases[i].good);
        rig_build(&recipe, &rig->new);
        rig_update(rig, &rig->new);
        rig_free(rig);
    }
}

static void staging_has_to_take_the_image(void **state)
{
    struct rig *rig = *state;

    rig->array.layout.staging.size = rig->new.size - FL_BULK;
    expect_refusal(rig, FL_E_STAGING, true);
    rig->array.layout.staging.size = rig->new.size;
    rig_update(rig, &rig->new);
}

static void the_image_that_runs_is_refused(void **state)
{
    struct rig *rig = *state;

    rig->new = rig->old;
    expect_refusal(rig, FL_E_SAME_IMAGE, false);
}

/* ---- early ---- */

/* Sends in small pieces, and counts the bytes that came. */
static uint32_t receive_until_refused(struct rig *rig, fl_status status)
{
    uint32_t received = 0;

    rig->array.chunk = FL_BULK;
    rig_update_to(rig, &rig->new, FL_PHASE_LOAD);
    while (rig->engine.phase != FL_PHASE_IDLE) {
        if (rig->engine.phase == FL_PHASE_LOAD) {
            received += FL_BULK;
        }
        (void)rig_step(rig);
    }
    assert_int_equal(rig->engine.last, status);
    rig_expect_running(rig, &rig->old);
    return received;
}

/* The manifest is enough: nothing behind it is received, signed or not. */
static void an_offer_is_refused_by_its_manifest(void **state)
{
    struct rig *rig = *state;

    fl_put32(rig->new.bytes + FL_H_HARDWARE_MIN, 2u);
    rig_sign(&rig->new);
    assert_int_equal(receive_until_refused(rig, FL_E_HARDWARE), FL_METADATA_SIZE);
    rig->new.bytes[FL_SIGNATURE] ^= 1u;
    assert_int_equal(receive_until_refused(rig, FL_E_HARDWARE), FL_METADATA_SIZE);
}

/* Nobody signed for the manifest that the load believed: the check finds out. */
static void an_unsigned_manifest_is_found_out(void **state)
{
    struct rig *rig = *state;

    rig->new.bytes[FL_SIGNATURE] ^= 1u;
    assert_int_equal(receive_until_refused(rig, FL_E_SIGNATURE), rig->new.size);
}

/* Staging changes behind the load: what is signed for is judged again. */
static void an_offer_is_judged_again_when_signed_for(void **state)
{
    struct rig *rig = *state;
    struct rig_image other = rig->new;
    uint8_t *staging = rig->array.memory + rig->array.layout.staging.address;

    fl_put32(other.bytes + FL_H_HARDWARE_MIN, 2u);
    rig_sign(&other);
    rig_update_to(rig, &rig->new, FL_PHASE_CHECK);
    memcpy(staging, other.bytes, FL_METADATA_SIZE);
    assert_int_equal(rig_finish(rig), FL_E_HARDWARE);
    rig_expect_running(rig, &rig->old);

    rig_update_to(rig, &rig->new, FL_PHASE_CHECK);
    assert_int_equal(rig_step(rig), FL_AGAIN);
    memcpy(staging, other.bytes, FL_METADATA_SIZE); /* once the signature was judged */
    assert_int_equal(rig_finish(rig), FL_E_DIGEST);
    rig_expect_running(rig, &rig->old);
}

/* The image that the offer is compared with has to be the one that runs. */
static void a_machine_that_changes_meanwhile_is_noticed(void **state)
{
    struct rig *rig = *state;
    uint8_t *resident = rig->array.memory + rig->array.layout.resident.address;

    rig_update_to(rig, &rig->new, FL_PHASE_CHECK);
    memcpy(resident, rig->new.bytes, FL_MANIFEST_SIZE);
    while (rig->engine.phase == FL_PHASE_CHECK) {
        (void)rig_step(rig);
    }
    assert_int_equal(rig->engine.last, FL_E_MACHINE);
    assert_int_equal(rig->engine.phase, FL_PHASE_IDLE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest account_group[] = {
        RIG_TEST(an_idle_device_tells_what_runs),
        RIG_TEST(the_new_image_is_told_while_it_is_staged),
        RIG_TEST(asking_changes_nothing),
        RIG_TEST(a_bad_machine_is_no_base),
        RIG_TEST(a_cpu_that_cannot_execute_from_staging_is_told),
        RIG_TEST(the_last_end_is_told),
    };
    const struct CMUnitTest differences_group[] = {
        cmocka_unit_test(each_difference_has_its_bit),
        RIG_TEST(equal_shapes_differ_in_nothing),
        RIG_TEST(needs_no_flash_where_it_is),
    };
    const struct CMUnitTest refusal_group[] = {
        cmocka_unit_test(offers_are_refused_beyond_bounds),
        RIG_TEST(staging_has_to_take_the_image),
        RIG_TEST(the_image_that_runs_is_refused),
    };
    const struct CMUnitTest early_group[] = {
        RIG_TEST(an_offer_is_refused_by_its_manifest),
        RIG_TEST(an_unsigned_manifest_is_found_out),
        RIG_TEST(an_offer_is_judged_again_when_signed_for),
        RIG_TEST(a_machine_that_changes_meanwhile_is_noticed),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, account);
    RUN_GROUP(groups, differences);
    RUN_GROUP(groups, refusal);
    RUN_GROUP(groups, early);
    return groups_end(&groups);
}
