/* What broken images do to the board, and what an engine owes then. */
/* groups: corrupt version */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults/stock.h"
#include "groups.h"
#include "images/build.h"
#include "images/versions.h"
#include "inject_rig.h"

static uint8_t *old_image, *new_image;
static size_t old_size, new_size;
static uint32_t new_pages[RIG_CHUNKS * RIG_UNITS];

static uint32_t new_page(void *user, uint32_t first, uint32_t most, uint32_t *data)
{
    uint32_t count = 0;

    (void)user;
    while (count < most && first + count < RIG_CHUNKS * RIG_UNITS) {
        data[count] = new_pages[first + count];
        count++;
    }
    return count;
}

static int set_up(void **state)
{
    struct rl_device *device = &rig.board.device;
    struct rl_key key;

    (void)inject_rig_set_up(state);
    inject_rig_build(1, &old_image, &old_size);
    inject_rig_build(2, &new_image, &new_size);
    rl_key_test(&key);
    memcpy(device->public_key, key.public_key, sizeof device->public_key);
    device->geometry.hardware_level = 1;
    device->geometry.staging_executes = true;
    device->geometry.otp = (struct relight_region){RIG_FLASH - RIG_SECTOR, RIG_SECTOR};
    device->stock = rl_stock_new(old_image, old_size, new_image, new_size, device);
    for (uint32_t i = 0; i < RIG_CHUNKS * RIG_UNITS; i++) {
        new_pages[i] = rl_pages_data(new_image + (size_t)i * RL_PAGE);
    }
    rig.board.link = (struct rl_link){.pages = new_page};
    return 0;
}

static int tear_down(void **state)
{
    rl_stock_free(rig.board.device.stock);
    rig.board.device.stock = NULL;
    (void)inject_rig_tear_down(state);
    free(old_image);
    free(new_image);
    return 0;
}

/* The number of the corruption that is called so. */
static uint32_t corruption(const char *name)
{
    struct rl_stock *stock = rig.board.device.stock;

    for (uint32_t i = 0; i < rl_stock_corruptions(stock); i++) {
        if (strcmp(rl_stock_corruption(stock, i)->name, name) == 0) {
            return i;
        }
    }
    fail_msg("no corruption is called %s", name);
    return 0;
}

static void arm(const char *fault_class, uint32_t number, const char *rest)
{
    char text[96];

    if (number > 0) {
        (void)snprintf(text, sizeof text, "%s:%u%s", fault_class, number, rest);
    } else {
        (void)snprintf(text, sizeof text, "%s%s", fault_class, rest);
    }
    inject_rig_arm(text);
}

static uint32_t receive(uint32_t chunk)
{
    uint32_t received;

    assert_int_equal(inject_rig_receive(chunk, &received), RELIGHT_OK);
    return received;
}

static uint32_t staged(uint32_t unit)
{
    return rl_slot_data(inject_rig_staged(unit));
}

static const char *owed(void)
{
    struct rl_armed *armed = &injecting.list[0];

    return rl_injector_of(armed->what.fault_class)->refused_as(armed, &rig.board);
}

static void the_sender_has_it_from_the_beginning(void **state)
{
    (void)state;
    arm("corrupt-image", corruption("segment-count=0x1,signed"), "/silent");
    assert_int_equal(receive(0), RIG_CHUNK);
    assert_true(injecting.list[0].fired);
    assert_int_not_equal(staged(0), new_pages[0]);
    assert_int_equal(rl_pages_bytes(staged(0))[0x10], 1);
    assert_string_equal(owed(), "segment");
    assert_int_equal(receive(1), RIG_CHUNK);
    assert_int_equal(staged(RIG_UNITS), new_pages[RIG_UNITS]); /* there they are the same */
}

static void the_engine_meets_it(void **state)
{
    uint8_t header[8];

    (void)state;
    arm("corrupt-image", corruption("magic[0]"), "/silent");
    (void)receive(0);
    assert_true((rig.board.causes_met & 1u << 1) == 0);
    assert_int_equal(CALL(&rig, memory_read, RIG_STAGING, header, sizeof header), RELIGHT_OK);
    assert_int_equal(header[0], 'R' ^ 1);
    assert_true((rig.board.causes_met & 1u << 1) != 0);
}

/* What the seals of the beginning say does not fit what comes later. */
static void from_a_later_chunk_on(void **state)
{
    (void)state;
    (void)receive(0);
    arm("corrupt-image", corruption("segment0.bytes-repeated,signed"), "/silent");
    (void)receive(1);
    (void)receive(2);
    assert_string_equal(owed(), "digest");
    assert_int_equal(staged(0), new_pages[0]);
}

static void once_is_one_offer(void **state)
{
    (void)state;
    arm("corrupt-image", corruption("other-key,foreign"), "/silent");
    (void)receive(0);
    assert_string_equal(owed(), "signature");
    assert_int_not_equal(staged(2), new_pages[2]);
    (void)receive(0);
    assert_int_equal(staged(2), new_pages[2]);
    assert_true(injecting.list[0].over);
}

static void until_reset_is_each_offer(void **state)
{
    (void)state;
    arm("corrupt-image", corruption("other-key,foreign"), "/until-reset/silent");
    (void)receive(0);
    (void)receive(0);
    assert_int_not_equal(staged(2), new_pages[2]);
    rl_inject_reset(&injecting, &rig.board, true);
    assert_true(injecting.list[0].over);
}

static void it_ends_early(void **state)
{
    (void)state;
    (void)receive(0);
    arm("corrupt-image", corruption("truncated=0x700"), "/silent");
    assert_int_equal(receive(1), 3u * RL_PAGE);
    assert_int_equal(receive(2), 0);
    assert_true(injecting.list[0].observed);
    assert_string_equal(owed(), "sender");
}

static void count_visit(void *user, const struct rl_injection *injection)
{
    ++*(uint32_t *)user;
    assert_int_equal(injection->lasts, RL_LASTS_ONCE);
}

/* How many variants of a class there are at the last operation. */
static uint32_t variants(const char *fault_class, bool ends_step)
{
    const struct rl_site site = {&rig.board.device, &rig.log, rig.log.count - 1u, ends_step};
    uint32_t found = 0;

    rl_injections_at(rl_class_find(fault_class), &site, 0, 0, 0, count_visit, &found);
    return found;
}

/* Most change the metadata; a later chunk is a site of those that change it. */
static void variants_where_they_differ(void **state)
{
    uint32_t total = rl_stock_corruptions(rig.board.device.stock);
    uint32_t first, second;

    (void)state;
    (void)receive(0);
    first = variants("corrupt-image", false);
    (void)receive(1);
    second = variants("corrupt-image", false);
    assert_true(first > 200 && first < total);
    assert_true(second > 3 && second < 20);
}

static void sound_ones_are_left_out(void **state)
{
    struct rl_stock *stock = rig.board.device.stock;

    (void)state;
    assert_null(rl_stock_corruption(stock, corruption("version=0x0,signed"))->owed);
    assert_string_equal(rl_stock_corruption(stock, corruption("version=0x0"))->owed, "header-crc");
    assert_string_equal(
        rl_stock_corruption(stock, corruption("segment1.place=0xFFFFFF00,signed"))->owed, "place");
    assert_string_equal(rl_stock_corruption(stock, corruption("key-slot[0]"))->owed, "format");
}

/* --- versions */

static uint32_t version(const char *name)
{
    struct rl_stock *stock = rig.board.device.stock;

    for (uint32_t i = 0; i < rl_stock_versions(stock); i++) {
        const struct rl_stock_image *image = rl_stock_version(stock, i);

        if (image != NULL && strcmp(image->name, name) == 0) {
            return i;
        }
    }
    fail_msg("no version is called %s", name);
    return 0;
}

static const char *owed_version(const char *name)
{
    return rl_stock_version(rig.board.device.stock, version(name))->owed;
}

/* Each is refused for its own reason; of two, the one that is judged first counts. */
static void versions_and_their_reasons(void **state)
{
    (void)state;
    assert_string_equal(owed_version("format-above"), "format");
    assert_string_equal(owed_version("hardware-above"), "hardware");
    assert_string_equal(owed_version("data-format-above"), "data-format");
    assert_string_equal(owed_version("capability-lacking"), "capability");
    assert_string_equal(owed_version("security-counter-below"), "security-counter");
    assert_string_equal(owed_version("security-counter-beyond"), "security-counter");
    assert_string_equal(owed_version("start-address-other"), "start-address");
    assert_string_equal(owed_version("level-min-above"), "level");
    assert_string_equal(owed_version("same-image"), "same-image");
    assert_string_equal(owed_version("hardware-above+capability-lacking"), "hardware");
    assert_string_equal(owed_version("capability-lacking+security-counter-below"), "capability");
    assert_null(owed_version("data-format-converted"));
    assert_null(owed_version("capability-more"));
    assert_null(owed_version("level-above+init-order-other"));
}

static void what_cannot_be_made(void **state)
{
    struct rl_version list[RL_VERSIONS];
    uint32_t count = rl_versions(list);

    (void)state;
    assert_true(count > RL_VERSION_ROWS && count <= RL_VERSIONS);
    for (uint32_t i = 0; i < count; i++) {
        char name[80];

        rl_version_name(&list[i], name, sizeof name);
        /* There are no companions here. */
        assert_int_equal(strstr(name, "pla-") != NULL || strstr(name, "phy-") != NULL,
                         rl_stock_version(rig.board.device.stock, i) == NULL);
    }
}

static void the_sender_has_another_version(void **state)
{
    (void)state;
    arm("incompatible-version", version("capability-lacking"), "/silent");
    (void)receive(0);
    assert_string_equal(owed(), "capability");
    assert_int_equal(rl_pages_bytes(staged(0))[0x1C], 2); /* of 3 */
}

/* Staging holds it from the end of the operation on, behind the cache as well. */
static void staging_comes_to_hold_another(void **state)
{
    (void)state;
    (void)receive(0);
    (void)receive(1);
    arm("incompatible-version", version("same-image"), ".1/silent");
    (void)receive(2);
    assert_true(injecting.list[0].fired);
    for (uint32_t i = 0; i < RIG_CHUNKS * RIG_UNITS; i++) {
        uint32_t page = rl_pages_data(old_image + (size_t)i * RL_PAGE);

        assert_int_equal(staged(i), page);
        assert_int_equal(rl_slot_data(rig.board.planes[RL_PLANE_MEMORY].slots[RIG_STAGED + i]),
                         page);
    }
    assert_string_equal(owed(), "");
}

/* In staging only behind the last chunk, and those that may be taken only behind the check. */
static void versions_where_they_differ(void **state)
{
    uint8_t signature[64] = {0};
    uint32_t before;
    bool good;

    (void)state;
    (void)receive(0);
    assert_true(variants("incompatible-version", false) > 100);
    before = variants("incompatible-version", true);
    assert_int_equal(before, variants("incompatible-version", false));
    (void)receive(1);
    (void)receive(2);
    assert_int_equal(variants("incompatible-version", false), 1); /* the rest of the old image */
    before = variants("incompatible-version", true);
    assert_true(before > 5);
    assert_int_equal(CALL(&rig, signature_check, signature, 1, signature, &good), RELIGHT_OK);
    assert_true(variants("incompatible-version", true) > before);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest corrupt_group[] = {
        T(the_sender_has_it_from_the_beginning),
        T(the_engine_meets_it),
        T(from_a_later_chunk_on),
        T(once_is_one_offer),
        T(until_reset_is_each_offer),
        T(it_ends_early),
        T(variants_where_they_differ),
        T(sound_ones_are_left_out),
    };
    const struct CMUnitTest version_group[] = {
        T(versions_and_their_reasons),     T(what_cannot_be_made),
        T(the_sender_has_another_version), T(staging_comes_to_hold_another),
        T(versions_where_they_differ),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, corrupt);
    RUN_GROUP(groups, version);
    return groups_end(&groups);
}
