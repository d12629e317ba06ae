/* The list of all corruptions of an image, and that both readers answer each of them alike. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fastload/image.h"
#include "images/build.h"
#include "images/corrupt.h"
#include "images/inspect.h"

static uint8_t *image, *out;
static size_t size;
static struct rl_key key;
static struct rl_corruptions all;

static int make_image(void **state)
{
    static uint8_t payload[8192];
    struct rl_recipe recipe;
    char why[RL_IMAGE_WHY_SIZE];

    (void)state;
    rl_payload_pattern(7, payload, sizeof payload);
    rl_recipe_defaults(&recipe);
    recipe.payload = payload;
    recipe.payload_size = sizeof payload;
    recipe.data_format = 2;
    recipe.reads_range = true;
    recipe.data_reads_min = 1;
    recipe.data_reads_max = 3;
    recipe.configurations[0] = (struct rl_configuration){2, 1024, 1};
    recipe.configurations[1] = (struct rl_configuration){1, 512, 1};
    rl_key_test(&key);
    out = malloc(RL_CORRUPTED_MAX(16384));
    return !rl_image_build(&recipe, &key, &image, &size, why) || out == NULL ||
           !rl_corruptions_init(&all, image, size, true);
}

static int free_image(void **state)
{
    (void)state;
    rl_corruptions_free(&all);
    free(image);
    free(out);
    return 0;
}

static struct rl_inspection *inspect(const struct rl_corruption *corruption, size_t *made)
{
    static struct rl_inspection inspection;

    *made = rl_corruption_make(corruption, image, size, &key, out);
    assert_true(*made <= RL_CORRUPTED_MAX(size));
    rl_image_inspect(out, *made, key.public_key, &inspection);
    return &inspection;
}

static void names_are_unique(void **state)
{
    (void)state;
    assert_true(all.count > 400);
    for (uint32_t i = 0; i < all.count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            assert_string_not_equal(all.list[i].name, all.list[j].name);
        }
    }
}

static void each_changes_something(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < all.count; i++) {
        size_t made = rl_corruption_make(&all.list[i], image, size, &key, out);

        assert_true(made != size || memcmp(out, image, size) != 0);
    }
}

/* A manifest is judged alike, and whoever reads one that is not whole refuses it. */
static void readers_agree(void **state)
{
    uint32_t judged = 0;

    (void)state;
    for (uint32_t i = 0; i < all.count; i++) {
        size_t made;
        const struct rl_inspection *seen = inspect(&all.list[i], &made);
        struct fl_image parsed;

        if (made < FL_METADATA_SIZE) {
            assert_int_equal(seen->manifest, FL_E_SIZE);
            continue;
        }
        assert_int_equal(fl_image_parse(out, (uint32_t)made, UINT32_MAX, &parsed), seen->manifest);
        judged++;
    }
    assert_true(judged > 400);
}

/* Without good seals nothing is sound; what follows after the end of an image is none of it. */
static void broken_seals_are_seen(void **state)
{
    uint32_t sound = 0;
    uint32_t broken = 0;

    (void)state;
    for (uint32_t i = 0; i < all.count; i++) {
        size_t made;
        bool is_sound = inspect(&all.list[i], &made)->problem_count == 0;

        if (all.list[i].reseal != RL_RESEAL_SIGNED) {
            assert_false(is_sound);
            broken++;
        } else {
            sound += is_sound;
        }
    }
    assert_true(broken > 100);
    assert_true(sound > 10); /* values inside their bounds */
}

static void seals_are_made_again(void **state)
{
    const struct rl_corruption base = {.change = RL_DISTORT_FIELD, .field = 3, .value = 9};
    const struct {
        rl_reseal reseal;
        fl_status first;
    } rows[] = {{RL_RESEAL_NOTHING, FL_E_HEADER_CRC},
                {RL_RESEAL_CRC, FL_E_SEGMENT},
                {RL_RESEAL_SIGNED, FL_E_SEGMENT},
                {RL_RESEAL_FOREIGN, FL_E_SEGMENT}};

    (void)state;
    for (uint32_t i = 0; i < RL_RESEALS; i++) {
        struct rl_corruption corruption = base;
        const struct rl_inspection *seen;
        size_t made;

        corruption.reseal = rows[i].reseal;
        seen = inspect(&corruption, &made);
        assert_int_equal(seen->manifest, rows[i].first);
        assert_int_equal(seen->signature == RL_SIGNATURE_GOOD, rows[i].reseal == RL_RESEAL_SIGNED);
    }
}

static fl_status status_of(const char *name)
{
    size_t made;

    for (uint32_t i = 0; i < all.count; i++) {
        if (strcmp(all.list[i].name, name) == 0) {
            return inspect(&all.list[i], &made)->problems[0].status;
        }
    }
    fail_msg("no corruption is called %s", name);
    return FL_OK;
}

static void shapes(void **state)
{
    (void)state;
    assert_int_equal(status_of("segment1.overlaps,signed"), FL_E_SEGMENT);
    assert_int_equal(status_of("segment1.placed-over,signed"), FL_E_SEGMENT);
    assert_int_equal(status_of("segment1.entries-swapped,signed"), FL_E_SEGMENT);
    assert_int_equal(status_of("segment0.entry-repeated,signed"), FL_E_SEGMENT);
    assert_int_equal(status_of("segment1.bytes-swapped,signed"), FL_E_DIGEST);
    assert_int_equal(status_of("segment0.bytes-repeated,signed"), FL_E_DIGEST);
    assert_int_equal(status_of("segment1.shrunk,signed"), FL_E_DIGEST);
    assert_int_equal(status_of("segment3.stretched,signed"), FL_E_DIGEST);
    assert_int_equal(status_of("segment1.digest[0],signed"), FL_E_DIGEST);
    assert_int_equal(status_of("segment0[0x0]"), FL_E_DIGEST);
    assert_int_equal(status_of("segment0[0x0],digest,crc"), FL_E_SIGNATURE);
    assert_int_equal(status_of("other-key,foreign"), FL_E_SIGNATURE);
    assert_int_equal(status_of("key-slot[0]"), FL_E_FORMAT);
    assert_int_equal(status_of("truncated=0x0"), FL_E_SIZE);
}

static void without_a_key(void **state)
{
    struct rl_corruptions some;

    (void)state;
    assert_true(rl_corruptions_init(&some, image, size, false));
    assert_true(some.count > 100 && some.count < all.count);
    for (uint32_t i = 0; i < some.count; i++) {
        assert_int_not_equal(some.list[i].reseal, RL_RESEAL_SIGNED);
    }
    rl_corruptions_free(&some);
}

static bool holds(const uint32_t *values, uint32_t count, uint32_t value)
{
    for (uint32_t i = 0; i < count; i++) {
        if (values[i] == value) {
            return true;
        }
    }
    return false;
}

static void values_at_below_beyond(void **state)
{
    struct rl_image_field field;
    uint32_t values[RL_FIELD_VALUES];
    uint32_t count;

    (void)state;
    assert_true(rl_image_field_find("segment-count", &field));
    count = rl_image_field_values(&field, 4, 1, values);
    assert_true(holds(values, count, 1) && holds(values, count, 2) && holds(values, count, 8) &&
                holds(values, count, 9) && !holds(values, count, 4));
    for (uint32_t i = 1; i < count; i++) {
        assert_true(values[i - 1u] < values[i]);
    }
    assert_true(rl_image_field_find("segment7.place", &field));
    assert_int_equal(field.offset, 0x100 + 7 * 48 + 0x0C);
    count = rl_image_field_values(&field, 0x1000, 1, values);
    assert_true(holds(values, count, 0x300) && holds(values, count, 0x400) &&
                holds(values, count, 0xF00) && holds(values, count, 0x1001));
    assert_true(rl_image_field_find("data-reads-max", &field));
    count = rl_image_field_values(&field, 9, 5, values);
    assert_true(holds(values, count, 4) && holds(values, count, 5) && holds(values, count, 6));
    assert_false(rl_image_field_find("nonsense", &field));
}

/* Each byte of the metadata belongs to one field and no other. */
static void fields_cover_the_metadata(void **state)
{
    uint8_t seen[FL_METADATA_SIZE] = {0};

    (void)state;
    for (uint32_t i = 0; i < RL_IMAGE_FIELDS; i++) {
        struct rl_image_field field = rl_image_field(i);

        for (uint32_t at = field.offset; at < field.offset + field.size; at++) {
            seen[at]++;
        }
    }
    for (uint32_t i = 0; i < FL_METADATA_SIZE; i++) {
        assert_int_equal(seen[i], 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(each_changes_something),
        cmocka_unit_test(readers_agree),
        cmocka_unit_test(broken_seals_are_seen),
        cmocka_unit_test(seals_are_made_again),
        cmocka_unit_test(shapes),
        cmocka_unit_test(without_a_key),
        cmocka_unit_test(values_at_below_beyond),
        cmocka_unit_test(fields_cover_the_metadata),
    };

    return cmocka_run_group_tests(tests, make_image, free_image);
}
