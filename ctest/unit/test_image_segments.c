/* Both readers of an image's manifest: the segment table, where segments are stored, and where they
 * lie when resident. */
/* groups: table places */
#include <stdlib.h>
#include <string.h>

#include "image_rig.h"
#include "groups.h"

/* table */

static void segment_count_has_bounds(void **state)
{
    (void)state;
    expect_with(FL_H_SEGMENT_COUNT, 0, FL_E_SEGMENT);
    expect_with(FL_H_SEGMENT_COUNT, 1, FL_E_SEGMENT);
    expect_with(FL_H_SEGMENT_COUNT, 2, FL_OK);
    expect_with(FL_H_SEGMENT_COUNT, 3, FL_E_SEGMENT); /* its third entry is blank */
    expect_with(FL_H_SEGMENT_COUNT, 4, FL_E_SEGMENT);
    expect_with(FL_H_SEGMENT_COUNT, 8, FL_E_SEGMENT);
    expect_with(FL_H_SEGMENT_COUNT, 9, FL_E_SEGMENT);
    expect_with(FL_H_SEGMENT_COUNT, UINT32_MAX, FL_E_SEGMENT);
}

static void segment_types_have_their_order(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t right = i == 0 ? FL_SEGMENT_RUNTIME : FL_SEGMENT_DATA;

        for (uint32_t type = 0; type < 6; type++) {
            expect_with(SEGMENT(i) + FL_S_TYPE, type, type == right ? FL_OK : FL_E_SEGMENT);
        }
        expect_with(SEGMENT(i) + FL_S_TYPE, right | 0x80000000u, FL_E_SEGMENT);
    }
}

static void segments_lie_side_by_side(void **state)
{
    static const uint32_t offsets[] = {0,      0x300,       0x3FF,       0x401,     0x500,
                                       0xF00,  0x0FFF,      0x1001,      0x1100,    0x1400,
                                       0x1500, 0xFFFFFC00u, 0xFFFFFF00u, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        expect_with(SEGMENT(0) + FL_S_OFFSET, offsets[i], FL_E_SEGMENT);
        expect_with(SEGMENT(1) + FL_S_OFFSET, offsets[i], FL_E_SEGMENT);
    }
    expect_with(SEGMENT(0) + FL_S_OFFSET, 0x400, FL_OK);
    expect_with(SEGMENT(1) + FL_S_OFFSET, 0x1000, FL_OK);
}

static void segments_fill_the_image(void **state)
{
    static const uint32_t sizes[] = {0,           1,           0x3FF,       0x401,     0x500,
                                     0x1000,      0x1100,      0xBFF,       0xC01,     0xFFFFF000u,
                                     0xFFFFFC00u, 0x80000000u, 0xFFFFFF00u, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        expect_with(SEGMENT(0) + FL_S_SIZE, sizes[i], FL_E_SEGMENT);
        expect_with(SEGMENT(1) + FL_S_SIZE, sizes[i], FL_E_SEGMENT);
    }
    expect_with(SEGMENT(0) + FL_S_SIZE, 0xB00, FL_E_SEGMENT);
    expect_with(SEGMENT(1) + FL_S_SIZE, 0x300, FL_E_SEGMENT);
    expect_with(SEGMENT(0) + FL_S_SIZE, 0xC00, FL_OK);
    expect_with(SEGMENT(1) + FL_S_SIZE, 0x400, FL_OK);
}

static void unused_entries_are_zero(void **state)
{
    (void)state;
    for (uint32_t offset = SEGMENT(2); offset < FL_MANIFEST_SIZE; offset++) {
        expect_byte(offset, 1, FL_E_SEGMENT);
    }
}

/* All eight entries in use: seven data segments. */
static void fill_the_table(uint8_t *image)
{
    put_segment(image, 0, 0x400, 0x800);
    for (uint32_t i = 1; i < 7; i++) {
        put_segment(image, i, 0xB00 + i * 0x100, 0x100);
    }
    put_segment(image, 7, 0x1200, 0x200);
    for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) {
        fl_put32(image + MODULE(i), 0x800);
        fl_put32(image + MODULE(i) + 4, 0x400);
    }
    put_count(image, 8);
}

static void several_data_segments_are_good(void **state)
{
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    put_segment(image, 1, 0x1000, 0x200);
    put_segment(image, 2, 0x1200, 0x200);
    put_count(image, 3);
    expect(image, TOTAL, FL_OK);

    fill_the_table(image);
    expect(image, TOTAL, FL_OK);
    put_segment(image, 7, 0x1200, 0x300); /* the last one, beyond the end */
    expect(image, TOTAL, FL_E_SEGMENT);
    put_segment(image, 7, 0x1200, 0x100); /* before the end */
    expect(image, TOTAL, FL_E_SEGMENT);
    put_segment(image, 7, 0x1100, 0x300); /* over the one before */
    expect(image, TOTAL, FL_E_SEGMENT);
}

/* The three entries behind the runtime and a data segment: all sequences of types. */
static void types_ascend(void **state)
{
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    fill_the_table(image);
    put_segment(image, 4, 0xF00, 0x500);
    memset(image + SEGMENT(5), 0, FL_MANIFEST_SIZE - SEGMENT(5));
    for (uint32_t types = 0; types < 216; types++) {
        uint32_t type[3] = {types % 6u, types / 6u % 6u, types / 36u};
        uint32_t pla = 0, phy = 0, data = 0;

        for (uint32_t i = 0; i < 3; i++) {
            fl_put32(image + SEGMENT(2 + i) + FL_S_TYPE, type[i]);
            fl_put32(image + SEGMENT(2 + i) + FL_S_PLACE, type[i] == 2 ? 0xD00 + i * 0x100 : 0);
            data += type[i] == 2;
            pla += type[i] == 3;
            phy += type[i] == 4;
        }
        fl_put32(image + FL_H_COMPANIONS, pla);
        fl_put32(image + FL_H_COMPANIONS + 4, phy);
        put_count(image, 5);
        expect(image, TOTAL,
               data + pla + phy == 3 && type[0] <= type[1] && type[1] <= type[2] && pla <= 1 &&
                       phy <= 1
                   ? FL_OK
                   : FL_E_SEGMENT);
    }
}
/* Entries that follow each other and end where the image ends, and yet are none. */
static void segments_that_only_add_up_are_refused(void **state)
{
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    put_segment(image, 0, 0x400, 0xFFFFFF00u); /* ends at 0x300 in 32 bits */
    put_segment(image, 1, 0x300, 0x1100);
    expect(image, TOTAL, FL_E_SEGMENT);

    memcpy(image, pristine, TOTAL);
    fl_put32(image + FL_H_SEGMENT_COUNT, 3);
    repair_crc(image);
    put_segment(image, 2, 0x1400, 0); /* empty */
    expect(image, TOTAL, FL_E_SEGMENT);
    put_segment(image, 1, 0x1000, 0x80); /* in parts of units */
    put_segment(image, 2, 0x1080, 0x380);
    expect(image, TOTAL, FL_E_SEGMENT);

    fill_the_table(image);
    fl_put32(image + FL_H_SEGMENT_COUNT, 9); /* one more than the table has */
    repair_crc(image);
    expect(image, TOTAL, FL_E_SEGMENT);

    memcpy(image, pristine, TOTAL);
    put_segment(image, 0, 0x400, 0x1000); /* without a data segment */
    memset(image + SEGMENT(1), 0, FL_SEGMENT_ENTRY_SIZE);
    fl_put32(image + FL_H_SEGMENT_COUNT, 1);
    repair_crc(image);
    expect(image, TOTAL, FL_E_SEGMENT);
}

static void least_image_is_good(void **state)
{
    uint8_t image[0x600];

    (void)state;
    memcpy(image, pristine, sizeof image);
    put_segment(image, 0, 0x400, 0x100);
    put_segment(image, 1, 0x500, 0x100);
    for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) { /* modules may share code */
        fl_put32(image + MODULE(i), 0x400);
        fl_put32(image + MODULE(i) + 4, 0x100);
    }
    fl_put32(image + FL_H_BOOTSTRAP, 0x400);
    fl_put32(image + FL_H_TOTAL_SIZE, 0x600);
    repair_crc(image);
    expect(image, sizeof image, FL_OK);
    expect(image, sizeof image - 1, FL_E_SIZE);
}

/* places */

static void places_are_behind_the_metadata(void **state)
{
    static const uint32_t bad[] = {0, 1, 0x100, 0x300, 0x3FF, 0x401, 0x480, 0x14FF, 0xFFFFFFFFu};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect_with(SEGMENT(0) + FL_S_PLACE, bad[i], FL_E_SEGMENT);
        expect_with(SEGMENT(1) + FL_S_PLACE, bad[i], FL_E_SEGMENT);
    }
    expect_with(SEGMENT(0) + FL_S_PLACE, 0x1400, FL_OK);
    expect_with(SEGMENT(1) + FL_S_PLACE, 0x1400, FL_OK);
}

static void expect_places(uint32_t runtime, uint32_t data, fl_status expected)
{
    uint8_t image[TOTAL];

    memcpy(image, pristine, TOTAL);
    fl_put32(image + SEGMENT(0) + FL_S_PLACE, runtime);
    fl_put32(image + SEGMENT(1) + FL_S_PLACE, data);
    expect(image, TOTAL, expected);
}

/* The runtime has 0xC00 bytes, the data 0x400. */
static void places_are_apart(void **state)
{
    (void)state;
    expect_places(0x400, 0x400, FL_E_SEGMENT);
    expect_places(0x400, 0xF00, FL_E_SEGMENT);
    expect_places(0x400, 0x1000, FL_OK);
    expect_places(0x400, 0x1100, FL_OK);
    expect_places(0x2000, 0x1B00, FL_OK);
    expect_places(0x2000, 0x1C00, FL_OK);
    expect_places(0x2000, 0x1D00, FL_E_SEGMENT);
    expect_places(0x2000, 0x2800, FL_E_SEGMENT); /* inside */
    expect_places(0x2000, 0x2B00, FL_E_SEGMENT);
    expect_places(0x2000, 0x2C00, FL_OK);
    expect_places(0xFFFFF300u, 0x400, FL_OK); /* ends at 0xFFFFFF00 */
    expect_places(0xFFFFF300u, 0xFFFFFE00u, FL_E_SEGMENT);
    expect_places(0xFFFFF300u, 0xFFFFFF00u, FL_E_PLACE);
    expect_places(0xFFFFF400u, 0x400, FL_E_PLACE); /* ends at 0 in 32 bits */
}

static void places_may_be_in_any_order(void **state)
{
    struct fl_image parsed;
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    put_segment(image, 1, 0x1000, 0x200);
    put_segment(image, 2, 0x1200, 0x200);
    fl_put32(image + SEGMENT(0) + FL_S_PLACE, 0x8000);
    fl_put32(image + SEGMENT(1) + FL_S_PLACE, 0x9000);
    fl_put32(image + SEGMENT(2) + FL_S_PLACE, 0x400);
    put_count(image, 3);
    expect(image, TOTAL, FL_OK);
    assert_int_equal(fl_image_parse(image, TOTAL, UINT32_MAX, &parsed), FL_OK);
    assert_int_equal(parsed.extent, 0x9200);
    assert_int_equal(parsed.segments[2].place, 0x400);
    fl_put32(image + SEGMENT(2) + FL_S_PLACE, 0x9100); /* over the one before */
    expect(image, TOTAL, FL_E_SEGMENT);
    fl_put32(image + SEGMENT(2) + FL_S_PLACE, 0x8B00); /* over the first */
    expect(image, TOTAL, FL_E_SEGMENT);
}

/* Only the engine's reader knows how large the resident region is. */
static void places_end_within_the_extent(void **state)
{
    static const struct fl_image zero;
    struct fl_image parsed;
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    fl_put32(image + SEGMENT(1) + FL_S_PLACE, 0x2000); /* ends at 0x2400 */
    assert_int_equal(fl_image_parse(image, TOTAL, 0x2400, &parsed), FL_OK);
    assert_int_equal(parsed.extent, 0x2400);
    assert_int_equal(fl_image_parse(image, TOTAL, 0x2500, &parsed), FL_OK);
    memset(&parsed, 0xA5, sizeof parsed);
    assert_int_equal(fl_image_parse(image, TOTAL, 0x23FF, &parsed), FL_E_PLACE);
    assert_memory_equal(&parsed, &zero, sizeof parsed);
    assert_int_equal(fl_image_parse(image, TOTAL, 0x2300, &parsed), FL_E_PLACE);
    assert_int_equal(fl_image_parse(image, TOTAL, 0x1F00, &parsed), FL_E_PLACE);
    assert_int_equal(fl_image_parse(image, TOTAL, 0xF00, &parsed), FL_E_PLACE); /* the runtime */
    assert_int_equal(fl_image_parse(image, TOTAL, 0, &parsed), FL_E_PLACE);
}

static void companions_have_configurations(void **state)
{
    uint8_t image[TOTAL];
    struct fl_image parsed;

    (void)state;
    put_configurations(image, 7, UINT32_MAX);
    expect(image, TOTAL, FL_OK);
    assert_int_equal(fl_image_parse(image, TOTAL, 0x1200, &parsed), FL_OK); /* no place for them */
    assert_int_equal(parsed.companion_level[FL_PLA], 7);
    assert_int_equal(parsed.companion_level[FL_PHY], UINT32_MAX);
    assert_ptr_equal(fl_image_configuration(&parsed, FL_PLA), &parsed.segments[2]);
    assert_ptr_equal(fl_image_configuration(&parsed, FL_PHY), &parsed.segments[3]);
    put_configurations(image, 0, 1);
    expect(image, TOTAL, FL_E_SEGMENT);
    put_configurations(image, 1, 0);
    expect(image, TOTAL, FL_E_SEGMENT);
    expect_with(FL_H_COMPANIONS, 1, FL_E_SEGMENT);
    expect_with(FL_H_COMPANIONS + 4, 1, FL_E_SEGMENT);

    put_configurations(image, 0, 1); /* the PLA's becomes data */
    fl_put32(image + SEGMENT(2) + FL_S_TYPE, FL_SEGMENT_DATA);
    fl_put32(image + SEGMENT(2) + FL_S_PLACE, 0x1200);
    expect(image, TOTAL, FL_OK);
    assert_int_equal(fl_image_parse(image, TOTAL, UINT32_MAX, &parsed), FL_OK);
    assert_null(fl_image_configuration(&parsed, FL_PLA));
    assert_ptr_equal(fl_image_configuration(&parsed, FL_PHY), &parsed.segments[3]);
}

static void configurations_have_no_place(void **state)
{
    uint8_t image[TOTAL];

    (void)state;
    for (uint32_t i = 2; i < 4; i++) {
        put_configurations(image, 1, 1);
        fl_put32(image + SEGMENT(i) + FL_S_PLACE, 0x1200);
        expect(image, TOTAL, FL_E_SEGMENT);
        fl_put32(image + SEGMENT(i) + FL_S_PLACE, 1);
        expect(image, TOTAL, FL_E_SEGMENT);
    }
}

static void modules_move_with_their_segment(void **state)
{
    struct fl_image parsed;
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    fl_put32(image + SEGMENT(0) + FL_S_PLACE, 0x8000);
    assert_int_equal(fl_image_parse(image, TOTAL, UINT32_MAX, &parsed), FL_OK);
    for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) {
        assert_int_equal(fl_image_module_place(&parsed, (fl_module)i), 0x8000 + i * 0x400);
    }
}

static const struct CMUnitTest table_group[] = {T(segment_count_has_bounds),
                                                T(segment_types_have_their_order),
                                                T(segments_lie_side_by_side),
                                                T(segments_fill_the_image),
                                                T(unused_entries_are_zero),
                                                T(several_data_segments_are_good),
                                                T(types_ascend),
                                                T(segments_that_only_add_up_are_refused),
                                                T(least_image_is_good)};
static const struct CMUnitTest places_group[] = {
    T(places_are_behind_the_metadata), T(places_are_apart),
    T(places_may_be_in_any_order),     T(places_end_within_the_extent),
    T(companions_have_configurations), T(configurations_have_no_place),
    T(modules_move_with_their_segment)};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP_WITH(groups, table, make_pristine, NULL);
    RUN_GROUP_WITH(groups, places, make_pristine, NULL);
    return groups_end(&groups);
}
