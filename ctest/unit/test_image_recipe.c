/* Images out of recipes with places, configurations and bridge fields; their parts; and the option
 * values that ask for them. */
/* groups: recipe refusals parts values */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/image.h"
#include "groups.h"
#include "fastload/image.h"
#include "images/build.h"
#include "images/inspect.h"
#include "images/parts.h"
#include "images/suits.h"
#include "images/words.h"

#define PAYLOAD 8192u

static uint8_t payload[PAYLOAD];
static struct rl_key test_key;
static uint8_t *image; /* what build() made last */
static size_t size;

static int set_up(void **state)
{
    (void)state;
    rl_payload_pattern(7, payload, sizeof payload);
    rl_key_test(&test_key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(image);
    image = NULL;
    return 0;
}

static struct rl_recipe plain(void)
{
    struct rl_recipe recipe;

    rl_recipe_defaults(&recipe);
    recipe.payload = payload;
    recipe.payload_size = sizeof payload;
    strcpy(recipe.name, "recipe");
    return recipe;
}

/* Five data segments, one below the code and some beyond gaps, and both configurations. */
static struct rl_recipe rich(void)
{
    struct rl_recipe recipe = plain();

    recipe.runtime_place = 0x1000;
    recipe.extent_count = 5;
    recipe.extents[0] = (struct rl_extent){0x400, 0x400};
    recipe.extents[1] = (struct rl_extent){0x200, 0};
    recipe.extents[2] = (struct rl_extent){0x100, 0x8000};
    recipe.extents[3] = (struct rl_extent){0x100, 0x7F00};
    recipe.extents[4] = (struct rl_extent){0x200, 0x10000};
    recipe.configurations[0] = (struct rl_configuration){3, 0x800, 0};
    recipe.configurations[1] = (struct rl_configuration){1, 0x100, 5};
    return recipe;
}

static struct rl_inspection build(const struct rl_recipe *recipe)
{
    char why[RL_IMAGE_WHY_SIZE] = "";
    struct rl_inspection in;

    free(image);
    image = NULL;
    if (!rl_image_build(recipe, &test_key, &image, &size, why)) {
        fail_msg("%s", why);
    }
    rl_image_inspect(image, size, test_key.public_key, &in);
    assert_int_equal(in.problem_count, 0);
    return in;
}

static void expect_segment(const struct rl_inspection *in, uint32_t index, uint32_t type,
                           uint32_t offset, uint32_t bytes, uint32_t place)
{
    assert_int_equal(in->segments[index].type, type);
    assert_int_equal(in->segments[index].range.offset, offset);
    assert_int_equal(in->segments[index].range.size, bytes);
    assert_int_equal(in->segments[index].place, place);
}

/* recipe */

static void defaults_leave_places_as_stored(void **state)
{
    struct rl_recipe recipe = plain();
    struct rl_inspection in = build(&recipe);

    (void)state;
    assert_int_equal(in.segment_count, 2);
    expect_segment(&in, 0, 1, 0x400, 0x1C00, 0x400);
    expect_segment(&in, 1, 2, 0x2000, 0x400, 0x2000);
    assert_int_equal(in.data_reads_min, 1);
    assert_int_equal(in.data_reads_max, 1);
    assert_int_equal(in.level_min, 0);
    assert_int_equal(in.init_fast, 0xE);
    assert_memory_equal(in.init_order, "\0\1\2\3", 4);
    assert_int_equal(in.prepares, 0);
    assert_int_equal(in.companion_level[0], 0);
    assert_int_equal(in.companion_level[1], 0);
}

static void data_reads_follow_the_format(void **state)
{
    struct rl_recipe recipe = plain();
    struct rl_inspection in;

    (void)state;
    recipe.data_format = 9;
    recipe.data_reads_min = 1; /* nobody asked for a range */
    in = build(&recipe);
    assert_int_equal(in.data_reads_min, 9);
    assert_int_equal(in.data_reads_max, 9);
    recipe.reads_range = true;
    recipe.data_reads_max = 12;
    in = build(&recipe);
    assert_int_equal(in.data_reads_min, 1);
    assert_int_equal(in.data_reads_max, 12);
}

static void bridge_fields_are_written(void **state)
{
    static const uint8_t order[4] = {3, 1, 0, 2};
    struct rl_recipe recipe = plain();
    struct rl_inspection in;

    (void)state;
    recipe.level_min = 0x80000001u;
    recipe.init_fast = 4;
    memcpy(recipe.init_order, order, sizeof order);
    recipe.prepares = 6;
    in = build(&recipe);
    assert_int_equal(in.level_min, 0x80000001u);
    assert_int_equal(in.init_fast, 4);
    assert_memory_equal(in.init_order, order, sizeof order);
    assert_int_equal(in.prepares, 6);
}

static void extents_have_their_places(void **state)
{
    struct rl_recipe recipe = rich();
    struct rl_inspection in = build(&recipe);

    (void)state;
    assert_int_equal(size, 0x400 + PAYLOAD + 0x900);
    assert_int_equal(in.segment_count, 8);
    expect_segment(&in, 0, 1, 0x400, 0x1600, 0x1000);
    expect_segment(&in, 1, 2, 0x1A00, 0x400, 0x400);
    expect_segment(&in, 2, 2, 0x1E00, 0x200, 0x800); /* behind the one before */
    expect_segment(&in, 3, 2, 0x2000, 0x100, 0x8000);
    expect_segment(&in, 4, 2, 0x2100, 0x100, 0x7F00);
    expect_segment(&in, 5, 2, 0x2200, 0x200, 0x10000);
    expect_segment(&in, 6, 3, 0x2400, 0x800, 0);
    expect_segment(&in, 7, 4, 0x2C00, 0x100, 0);
    assert_memory_equal(image + 0x400, payload, PAYLOAD);
    assert_int_equal(in.modules[2].offset + in.modules[2].size, 0x1A00);
}

static void configurations_say_what_they_are(void **state)
{
    struct rl_recipe recipe = rich();
    static const uint8_t pla[16] = {'C', 'O', 'N', 'F', 0, 0, 0, 0, 3};
    static const uint8_t phy[16] = {'C', 'O', 'N', 'F', 1, 0, 0, 0, 1};
    uint8_t before[0x100];

    (void)state;
    build(&recipe);
    assert_memory_equal(image + 0x2400, pla, sizeof pla);
    assert_memory_equal(image + 0x2C00, phy, sizeof phy);
    memcpy(before, image + 0x2C00, sizeof before);
    recipe.security_counter++; /* another image with the same configuration */
    build(&recipe);
    assert_memory_equal(image + 0x2C00, before, sizeof before);
    recipe.configurations[1].seed++;
    build(&recipe);
    assert_memory_equal(image + 0x2C00, phy, sizeof phy);
    assert_memory_not_equal(image + 0x2C10, before + 16, 16);
    recipe.configurations[1].seed--;
    recipe.configurations[1].level++;
    build(&recipe);
    assert_memory_not_equal(image + 0x2C10, before + 16, 16);
}

/* A configuration that says something else than the manifest is found, digest or not. */
static void other_configurations_are_found(void **state)
{
    struct rl_recipe recipe = rich();
    struct rl_inspection in = build(&recipe);

    (void)state;
    for (uint32_t i = 0; i < 17; i++) {
        image[0x2C00 + i] ^= 1u;
        rl_image_inspect(image, size, test_key.public_key, &in);
        assert_int_equal(in.manifest, FL_OK);
        assert_int_equal(in.problem_count, i < 16 ? 2 : 1);
        assert_int_equal(in.problems[0].status, FL_E_DIGEST);
        assert_int_equal(in.problems[in.problem_count - 1].status,
                         i < 16 ? FL_E_COMPANION : FL_E_DIGEST);
        image[0x2C00 + i] ^= 1u;
    }
}

/* refusals */

static void expect_refused(const struct rl_recipe *recipe, const char *words)
{
    char why[RL_IMAGE_WHY_SIZE] = "";
    uint8_t *made = NULL;
    size_t made_size = 0;

    assert_false(rl_image_build(recipe, &test_key, &made, &made_size, why));
    assert_null(made);
    if (strstr(why, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, why);
    }
}

static void wrong_extents_are_refused(void **state)
{
    struct rl_recipe recipe = rich();

    (void)state;
    recipe.extent_count = 6;
    expect_refused(&recipe, "there are 6 extents; expected at most 5");
    recipe = rich();
    recipe.data_size = 256;
    expect_refused(&recipe, "exclude each other");
    recipe = rich();
    recipe.extents[4].size = 0;
    expect_refused(&recipe, "extent 5 of 0 bytes does not fit");
    recipe.extents[4].size = 255;
    expect_refused(&recipe, "extent 5 of 255 bytes does not fit");
    recipe.extents[4].size = PAYLOAD - 768 - 0x800 + 256;
    expect_refused(&recipe, "does not fit; expected multiples of 256, together up to 7424");
    recipe.extents[4].size -= 256;
    build(&recipe);
    recipe.extents[4].size = 0xFFFFFF00u;
    expect_refused(&recipe, "extent 5 of 4294967040 bytes does not fit");
}

static void wrong_places_are_refused(void **state)
{
    static const struct {
        uint32_t place;
        const char *words;
    } cases[] = {{0x300, "segment 1: has place 0x300; expected a multiple of 256 from 0x400 up"},
                 {0x480, "segment 1: has place 0x480"},
                 {0x2500, "segment 1: its place, 0x2500 to 0x2900, overlaps that of segment 0"},
                 {0xFFFFFC00u, "segment 1: its place ends at 0x100000000, beyond"}};
    struct rl_recipe recipe = rich();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        recipe.extents[0].place = cases[i].place;
        expect_refused(&recipe, cases[i].words);
    }
    recipe = rich();
    recipe.extents[1].place = 0x500;
    expect_refused(&recipe, "segment 2: its place, 0x500 to 0x700, overlaps that of segment 1");
    recipe = rich();
    recipe.runtime_place = 0xFFFFFE00u;
    expect_refused(&recipe, "segment 0: its place ends at");
}

static void wrong_configurations_are_refused(void **state)
{
    static const struct rl_configuration bad[] = {{0, 256, 0},
                                                  {1, 0, 0},
                                                  {1, 255, 0},
                                                  {1, 257, 0},
                                                  {1, RL_CONFIGURATION_MAX + 256u, 0},
                                                  {1, 0xFFFFFF00u, 0}};
    struct rl_recipe recipe = plain();

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        recipe.configurations[0] = bad[i];
        expect_refused(&recipe, "the PLA's configuration has level");
        recipe.configurations[0] = (struct rl_configuration){0, 0, 0};
        recipe.configurations[1] = bad[i];
        expect_refused(&recipe, "the PHY's configuration has level");
    }
    recipe.configurations[1] = (struct rl_configuration){UINT32_MAX, 256, UINT64_MAX};
    build(&recipe);
    recipe.configurations[1].size = RL_CONFIGURATION_MAX;
    build(&recipe);
}

static void wrong_bridge_fields_are_refused(void **state)
{
    struct rl_recipe recipe = plain();

    (void)state;
    recipe.reads_range = true;
    recipe.data_reads_min = 2;
    recipe.data_reads_max = 3;
    expect_refused(&recipe, "data reads: are 2 to 3; expected its own format, 1");
    recipe = plain();
    recipe.init_fast = 1;
    expect_refused(&recipe, "init fast: is 0x00000001");
    recipe = plain();
    recipe.init_order[0] = 1;
    expect_refused(&recipe, "init order: is 1 1 2 3");
    recipe = plain();
    recipe.prepares = 8;
    expect_refused(&recipe, "prepares: is 0x00000008");
}

/* parts */

static void expect_part(const struct rl_image_part *part, uint32_t offset, uint32_t place,
                        uint32_t bytes)
{
    assert_int_equal(part->offset, offset);
    assert_int_equal(part->place, place);
    assert_int_equal(part->size, bytes);
}

static void parts_are_where_they_stand(void **state)
{
    struct rl_recipe recipe = rich();
    struct rl_image_part parts[RL_IMAGE_RESIDENT_PARTS], modules[RL_IMAGE_MODULES], one;

    (void)state;
    build(&recipe);
    rl_image_stored_parts(size, parts);
    expect_part(&parts[0], 0, 0, 0x300);
    expect_part(&parts[1], 0x400, 0x400, 0x2900);
    assert_int_equal(rl_image_resident_parts(image, size, parts), 6);
    expect_part(&parts[0], 0, 0, 0x300);
    expect_part(&parts[1], 0x400, 0x1000, 0x1600);
    expect_part(&parts[2], 0x1A00, 0x400, 0x600); /* two that follow each other */
    expect_part(&parts[3], 0x2000, 0x8000, 0x100);
    expect_part(&parts[4], 0x2100, 0x7F00, 0x100);
    expect_part(&parts[5], 0x2200, 0x10000, 0x200);
    assert_int_equal(rl_image_segments(image, size, parts), 8);
    expect_part(&parts[6], 0x2400, 0, 0x800);
    rl_image_modules(image, size, modules);
    expect_part(&modules[0], 0x400, 0x1000, 0x700);
    expect_part(&modules[1], 0xB00, 0x1700, 0x700);
    expect_part(&modules[2], 0x1200, 0x1E00, 0x800);
    rl_image_configuration(image, size, 1, &one);
    expect_part(&one, 0x2C00, 0, 0x100);
    rl_image_configuration(image, size, 2, &one);
    expect_part(&one, 0, 0, 0);
}

static void images_in_one_piece_have_two_parts(void **state)
{
    struct rl_recipe recipe = plain();
    struct rl_image_part parts[RL_IMAGE_RESIDENT_PARTS], one;

    (void)state;
    build(&recipe);
    assert_int_equal(rl_image_resident_parts(image, size, parts), 2);
    expect_part(&parts[1], 0x400, 0x400, PAYLOAD);
    rl_image_configuration(image, size, 0, &one);
    expect_part(&one, 0, 0, 0);
    image[FL_H_MAGIC] ^= 1u; /* not an image any more: stands as it is stored */
    assert_int_equal(rl_image_resident_parts(image, size, parts), 2);
    expect_part(&parts[1], 0x400, 0x400, PAYLOAD);
    assert_int_equal(rl_image_segments(image, size, parts), 0);
    rl_image_modules(image, size, parts);
    expect_part(&parts[0], 0, 0, 0);
}

static void boards_have_room_or_not(void **state)
{
    struct rl_recipe recipe = rich();
    struct relight_geometry geometry = {
        .hardware_level = 1,
        .resident = {0, 0x10200},
        .companion = {{.configuration = {0, 0x800}}, {.configuration = {0, 0x100}}}};
    char why[RL_IMAGE_WHY_SIZE] = "";

    (void)state;
    build(&recipe);
    assert_true(rl_image_fits(image, size, &geometry, why));
    geometry.resident.size -= 256;
    assert_false(rl_image_fits(image, size, &geometry, why));
    assert_string_equal(why, "takes 66048 bytes from its start address on; the resident place has "
                             "65792");
    geometry.resident.size += 256;
    geometry.companion[1].configuration.size = 0;
    assert_false(rl_image_fits(image, size, &geometry, why));
    assert_string_equal(why, "has a configuration of 256 bytes for the PHY; the board has room for "
                             "0");
    geometry.companion[1].configuration.size = 256;
    geometry.hardware_level = 0;
    assert_false(rl_image_fits(image, size, &geometry, why));
    assert_string_equal(why, "runs from hardware level 1 on; the board has 0");
}

/* values */

static void ranges_have_two_ends(void **state)
{
    uint32_t least = 0, most = 0;

    (void)state;
    assert_true(rl_value_range("1-3", &least, &most));
    assert_int_equal(least, 1);
    assert_int_equal(most, 3);
    assert_true(rl_value_range("0x10-4294967295", &least, &most));
    assert_int_equal(least, 16);
    assert_int_equal(most, UINT32_MAX);
    assert_true(rl_value_range("2-2", &least, &most));
    assert_false(rl_value_range("3-2", &least, &most));
    assert_false(rl_value_range("3", &least, &most));
    assert_false(rl_value_range("3-", &least, &most));
    assert_false(rl_value_range("-3", &least, &most));
    assert_false(rl_value_range("1-2-3", &least, &most));
    assert_false(rl_value_range("", &least, &most));
    assert_false(rl_value_range("00000000000000000000000000000000001-2", &least, &most));
}

static void extents_may_have_a_place(void **state)
{
    struct rl_extent extent;

    (void)state;
    assert_true(rl_value_extent("1K", &extent));
    assert_int_equal(extent.size, 1024);
    assert_int_equal(extent.place, 0);
    assert_true(rl_value_extent("256@0x4000", &extent));
    assert_int_equal(extent.size, 256);
    assert_int_equal(extent.place, 0x4000);
    assert_false(rl_value_extent("0", &extent));
    assert_false(rl_value_extent("", &extent));
    assert_false(rl_value_extent("@1K", &extent));
    assert_false(rl_value_extent("256@", &extent));
    assert_false(rl_value_extent("256@0", &extent));
    assert_false(rl_value_extent("256@1K@2K", &extent));
}

static void configurations_have_level_and_size(void **state)
{
    struct rl_configuration configuration;

    (void)state;
    assert_true(rl_value_configuration("2:8K", &configuration));
    assert_int_equal(configuration.level, 2);
    assert_int_equal(configuration.size, 8192);
    assert_int_equal(configuration.seed, 0);
    assert_true(rl_value_configuration("2:256:7", &configuration));
    assert_int_equal(configuration.seed, 7);
    assert_false(rl_value_configuration("2", &configuration));
    assert_false(rl_value_configuration("2:", &configuration));
    assert_false(rl_value_configuration(":256", &configuration));
    assert_false(rl_value_configuration("0:256", &configuration));
    assert_false(rl_value_configuration("2:0", &configuration));
    assert_false(rl_value_configuration("2:256:", &configuration));
    assert_false(rl_value_configuration("2:256:7:8", &configuration));
}

static void words_are_listed_once(void **state)
{
    uint8_t indexes[8];

    (void)state;
    assert_int_equal(rl_value_words("post", &rl_step_words, indexes), 1);
    assert_int_equal(indexes[0], 1);
    assert_int_equal(rl_value_words("caches,registers", &rl_preparation_words, indexes), 2);
    assert_int_equal(indexes[0], 2);
    assert_int_equal(indexes[1], 0);
    assert_int_equal(rl_value_words("handshake,variables,post,registers", &rl_step_words, indexes),
                     4);
    assert_int_equal(rl_value_words("post,post", &rl_step_words, indexes), 0);
    assert_int_equal(rl_value_words("pos", &rl_step_words, indexes), 0);
    assert_int_equal(rl_value_words("posts", &rl_step_words, indexes), 0);
    assert_int_equal(rl_value_words("post,", &rl_step_words, indexes), 0);
    assert_int_equal(rl_value_words(",post", &rl_step_words, indexes), 0);
    assert_int_equal(rl_value_words("", &rl_step_words, indexes), 0);
    assert_int_equal(rl_value_words("post, registers", &rl_step_words, indexes), 0);
}

#define T cmocka_unit_test

static const struct CMUnitTest recipe_group[] = {
    T(defaults_leave_places_as_stored),  T(data_reads_follow_the_format),
    T(bridge_fields_are_written),        T(extents_have_their_places),
    T(configurations_say_what_they_are), T(other_configurations_are_found)};
static const struct CMUnitTest refusals_group[] = {
    T(wrong_extents_are_refused), T(wrong_places_are_refused), T(wrong_configurations_are_refused),
    T(wrong_bridge_fields_are_refused)};
static const struct CMUnitTest parts_group[] = {T(parts_are_where_they_stand),
                                                T(images_in_one_piece_have_two_parts),
                                                T(boards_have_room_or_not)};
static const struct CMUnitTest values_group[] = {
    T(ranges_have_two_ends), T(extents_may_have_a_place), T(configurations_have_level_and_size),
    T(words_are_listed_once)};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP_WITH(groups, recipe, set_up, tear_down);
    RUN_GROUP_WITH(groups, refusals, set_up, tear_down);
    RUN_GROUP_WITH(groups, parts, set_up, tear_down);
    RUN_GROUP_WITH(groups, values, set_up, tear_down);
    return groups_end(&groups);
}
