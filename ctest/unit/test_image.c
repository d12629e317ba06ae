/* The two readers of an image's manifest, the engine's and the inspector's: each field at, below
 * and beyond its bounds, with the status that both have to answer. */
/* groups: numbers header sizes segments places modules agreement */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fastload/image.h"
#include "fastload/port.h"
#include "images/build.h"
#include "images/inspect.h"

/* The image that all tests start from: runtime 0x400 to 0x1000, data 0x1000 to 0x1400, modules at
 * 0x400, 0x800 and 0xC00 of 0x400 bytes each. */
#define PAYLOAD    4096u
#define TOTAL      0x1400u
#define SEGMENT(i) (FL_SEGMENT_TABLE + (i)*FL_SEGMENT_ENTRY_SIZE)
#define MODULE(i)  (FL_H_MODULES + (i)*8u)

static uint8_t pristine[TOTAL];

static int make_pristine(void **state)
{
    uint8_t payload[PAYLOAD];
    char why[RL_IMAGE_WHY_SIZE];
    struct rl_recipe recipe;
    struct rl_key key;
    uint8_t *image;
    size_t size;

    (void)state;
    rl_payload_pattern(1, payload, sizeof payload);
    rl_recipe_defaults(&recipe);
    recipe.payload = payload;
    recipe.payload_size = sizeof payload;
    recipe.data_size = 1024;
    strcpy(recipe.name, "pristine");
    rl_key_test(&key);
    if (!rl_image_build(&recipe, &key, &image, &size, why) || size != TOTAL) {
        return -1;
    }
    memcpy(pristine, image, TOTAL);
    free(image);
    return 0;
}

static void repair_crc(uint8_t *image)
{
    fl_put32(image + FL_H_CRC, fl_crc32c(image, FL_H_CRC));
}

/* Both readers answer `expected`; a refusal leaves nothing in what the engine's reader fills. */
static void expect(const uint8_t *image, size_t size, fl_status expected)
{
    static const struct fl_image zero;
    static struct rl_inspection inspection;
    struct fl_image parsed;

    memset(&parsed, 0xA5, sizeof parsed);
    assert_int_equal(fl_image_parse(image, (uint32_t)size, UINT32_MAX, &parsed), expected);
    if (expected != FL_OK) {
        assert_memory_equal(&parsed, &zero, sizeof parsed);
    }
    rl_image_inspect(image, size, NULL, &inspection);
    assert_int_equal(inspection.manifest, expected);
    if (expected != FL_OK) {
        assert_true(inspection.problem_count > 0);
        assert_int_equal(inspection.problems[0].status, expected);
        assert_true(strlen(inspection.problems[0].text) > 0);
    }
}

/* One field set to a value, with a header CRC that fits. */
static void expect_with(uint32_t offset, uint32_t value, fl_status expected)
{
    uint8_t image[TOTAL];

    memcpy(image, pristine, TOTAL);
    fl_put32(image + offset, value);
    repair_crc(image);
    expect(image, TOTAL, expected);
}

static void expect_byte(uint32_t offset, uint8_t value, fl_status expected)
{
    uint8_t image[TOTAL];

    memcpy(image, pristine, TOTAL);
    image[offset] = value;
    repair_crc(image);
    expect(image, TOTAL, expected);
}

/* numbers */

static void crc_has_its_published_values(void **state)
{
    uint8_t bytes[32];

    (void)state;
    assert_int_equal(fl_crc32c((const uint8_t *)"123456789", 9), 0xE3069283u);
    assert_int_equal(fl_crc32c(bytes, 0), 0);
    memset(bytes, 0, sizeof bytes); /* this and the next are from RFC 3720, B.4 */
    assert_int_equal(fl_crc32c(bytes, sizeof bytes), 0x8A9136AAu);
    memset(bytes, 0xFF, sizeof bytes);
    assert_int_equal(fl_crc32c(bytes, sizeof bytes), 0x62A8AB43u);
}

static void crc_of_each_byte_is_the_polynomials(void **state)
{
    (void)state;
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint8_t value = (uint8_t)byte;
        uint32_t crc = ~byte;

        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0x82F63B78u : 0u);
        }
        assert_int_equal(fl_crc32c(&value, 1), ~crc);
    }
}

static void integers_are_little_endian(void **state)
{
    uint8_t bytes[6] = {0xEE, 0, 0, 0, 0, 0xEE};

    (void)state;
    fl_put32(bytes + 1, 0x89ABCDEFu);
    assert_memory_equal(bytes, "\xEE\xEF\xCD\xAB\x89\xEE", 6);
    assert_int_equal(fl_get32(bytes + 1), 0x89ABCDEFu);
}

/* header */

static void every_field_is_read(void **state)
{
    static const uint8_t order[FL_INIT_STEP_COUNT] = {3, 0, 2, 1};
    uint8_t image[TOTAL];
    struct fl_image parsed;

    (void)state;
    memcpy(image, pristine, TOTAL);
    for (uint32_t offset = FL_H_VERSION; offset <= FL_H_START_ADDRESS; offset += 4) {
        fl_put32(image + offset, 0x1000000u + offset);
    }
    fl_put32(image + FL_H_DATA_READS_MIN, 0x1000000u);
    fl_put32(image + FL_H_DATA_READS_MAX, 0x2000000u);
    fl_put32(image + FL_H_LEVEL_MIN, 0x3000000u);
    fl_put32(image + FL_H_INIT_FAST, 0xA);
    memcpy(image + FL_H_INIT_ORDER, order, sizeof order);
    fl_put32(image + FL_H_PREPARES, 5);
    repair_crc(image);
    assert_int_equal(fl_image_parse(image, TOTAL, UINT32_MAX, &parsed), FL_OK);
    assert_int_equal(parsed.total_size, TOTAL);
    assert_int_equal(parsed.version, 0x1000000u + FL_H_VERSION);
    assert_int_equal(parsed.level, 0x1000000u + FL_H_LEVEL);
    assert_int_equal(parsed.capabilities, 0x1000000u + FL_H_CAPABILITIES);
    assert_int_equal(parsed.data_format, 0x1000000u + FL_H_DATA_FORMAT);
    assert_int_equal(parsed.init_requires, 0x1000000u + FL_H_INIT_REQUIRES);
    assert_int_equal(parsed.hardware_min, 0x1000000u + FL_H_HARDWARE_MIN);
    assert_int_equal(parsed.security_counter, 0x1000000u + FL_H_SECURITY_COUNTER);
    assert_int_equal(parsed.start_address, 0x1000000u + FL_H_START_ADDRESS);
    assert_int_equal(parsed.data_reads_min, 0x1000000u);
    assert_int_equal(parsed.data_reads_max, 0x2000000u);
    assert_int_equal(parsed.level_min, 0x3000000u);
    assert_int_equal(parsed.init_fast, 0xA);
    assert_memory_equal(parsed.init_order, order, sizeof order);
    assert_int_equal(parsed.prepares, 5);
    assert_int_equal(parsed.companion_level[FL_PLA], 0);
    assert_int_equal(parsed.companion_level[FL_PHY], 0);
    assert_int_equal(parsed.extent, TOTAL);
    assert_int_equal(parsed.bootstrap, 0x800);
    assert_int_equal(parsed.segment_count, 2);
    for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) {
        assert_int_equal(parsed.modules[i].offset, 0x400 + i * 0x400);
        assert_int_equal(parsed.modules[i].size, 0x400);
    }
    assert_int_equal(parsed.segments[0].type, FL_SEGMENT_RUNTIME);
    assert_int_equal(parsed.segments[0].range.offset, 0x400);
    assert_int_equal(parsed.segments[0].range.size, 0xC00);
    assert_int_equal(parsed.segments[1].type, FL_SEGMENT_DATA);
    assert_int_equal(parsed.segments[0].place, 0x400);
    assert_int_equal(parsed.segments[1].range.offset, 0x1000);
    assert_int_equal(parsed.segments[1].place, 0x1000);
    assert_int_equal(parsed.segments[1].range.size, 0x400);
    assert_memory_equal(parsed.segments[1].digest, image + SEGMENT(1) + FL_S_DIGEST, 32);
    assert_int_equal(parsed.segments[2].type, 0);
}

static void magic_is_compared_whole(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 8; i++) {
        expect_byte(FL_H_MAGIC + i, (uint8_t)(pristine[i] ^ 0x20u), FL_E_MAGIC);
    }
}

static void format_is_two(void **state)
{
    (void)state;
    expect_with(FL_H_FORMAT, 0, FL_E_FORMAT);
    expect_with(FL_H_FORMAT, 1, FL_E_FORMAT);
    expect_with(FL_H_FORMAT, 2, FL_OK);
    expect_with(FL_H_FORMAT, 3, FL_E_FORMAT);
    expect_with(FL_H_FORMAT, 0x102, FL_E_FORMAT);
    expect_with(FL_H_FORMAT, 0x02000002, FL_E_FORMAT);
    expect_with(FL_H_FORMAT, UINT32_MAX, FL_E_FORMAT);
}

static void name_is_printable_and_padded(void **state)
{
    uint8_t image[TOTAL];

    (void)state;
    expect_byte(FL_H_NAME, 0x1F, FL_E_FORMAT);
    expect_byte(FL_H_NAME, 0x20, FL_OK);
    expect_byte(FL_H_NAME, 0x7E, FL_OK);
    expect_byte(FL_H_NAME, 0x7F, FL_E_FORMAT);
    expect_byte(FL_H_NAME, 0x80, FL_E_FORMAT);
    expect_byte(FL_H_NAME, 0, FL_E_FORMAT); /* the other characters follow after its end */
    expect_byte(FL_H_NAME + 31, 'x', FL_E_FORMAT);

    memcpy(image, pristine, TOTAL);
    memset(image + FL_H_NAME, 0, FL_NAME_SIZE);
    repair_crc(image);
    expect(image, TOTAL, FL_OK);
    memset(image + FL_H_NAME, 'n', FL_NAME_SIZE - 1);
    repair_crc(image);
    expect(image, TOTAL, FL_OK);
    image[FL_H_NAME + FL_NAME_SIZE - 1] = 'n';
    repair_crc(image);
    expect(image, TOTAL, FL_E_FORMAT);
}

static void reserved_header_bytes_are_zero(void **state)
{
    (void)state;
    for (uint32_t offset = FL_H_RESERVED; offset < FL_H_CRC; offset++) {
        expect_byte(offset, 0x80, FL_E_FORMAT);
    }
}

static void data_formats_include_its_own(void **state)
{
    static const struct {
        uint32_t min, own, max;
        fl_status status;
    } cases[] = {{0, 0, 0, FL_OK},          {1, 1, 1, FL_OK},
                 {0, 1, UINT32_MAX, FL_OK}, {1, 3, 3, FL_OK},
                 {3, 3, 4, FL_OK},          {UINT32_MAX, UINT32_MAX, UINT32_MAX, FL_OK},
                 {2, 1, 2, FL_E_FORMAT},    {0, 1, 0, FL_E_FORMAT},
                 {2, 1, 0, FL_E_FORMAT},    {UINT32_MAX, UINT32_MAX, 0, FL_E_FORMAT}};
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fl_put32(image + FL_H_DATA_READS_MIN, cases[i].min);
        fl_put32(image + FL_H_DATA_FORMAT, cases[i].own);
        fl_put32(image + FL_H_DATA_READS_MAX, cases[i].max);
        repair_crc(image);
        expect(image, TOTAL, cases[i].status);
    }
}

/* Every sequence of four out of the steps 0 to 3 and 4, which there is not. */
static void init_order_is_a_permutation(void **state)
{
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    for (uint32_t order = 0; order < 625; order++) {
        uint32_t seen = 0;

        for (uint32_t i = 0, rest = order; i < 4; i++, rest /= 5u) {
            image[FL_H_INIT_ORDER + i] = (uint8_t)(rest % 5u);
            seen |= 1u << rest % 5u;
        }
        repair_crc(image);
        expect(image, TOTAL, seen == 0xF ? FL_OK : FL_E_FORMAT);
    }
    for (uint32_t i = 0; i < 4; i++) {
        expect_byte(FL_H_INIT_ORDER + i, 32, FL_E_FORMAT);
        expect_byte(FL_H_INIT_ORDER + i, 0xFF, FL_E_FORMAT);
    }
}

static void masks_have_known_bits(void **state)
{
    (void)state;
    for (uint32_t bit = 0; bit < 32; bit++) {
        expect_with(FL_H_INIT_FAST, 1u << bit, bit >= 1 && bit <= 3 ? FL_OK : FL_E_FORMAT);
        expect_with(FL_H_PREPARES, 1u << bit, bit <= 2 ? FL_OK : FL_E_FORMAT);
        expect_with(FL_H_INIT_REQUIRES, 1u << bit, FL_OK);
        expect_with(FL_H_LEVEL_MIN, 1u << bit, FL_OK);
    }
    expect_with(FL_H_INIT_FAST, 0, FL_OK);
    expect_with(FL_H_INIT_FAST, 0xE, FL_OK);
    expect_with(FL_H_INIT_FAST, 0xF, FL_E_FORMAT);
    expect_with(FL_H_PREPARES, 7, FL_OK);
    expect_with(FL_H_PREPARES, 8, FL_E_FORMAT);
}

/* The status that a flipped bit of the header gets while its CRC stays as it was. */
static fl_status flipped(uint32_t offset, uint8_t byte)
{
    bool in_name = offset >= FL_H_NAME && offset < FL_H_NAME + FL_NAME_SIZE;
    bool in_text = in_name && offset < FL_H_NAME + strlen("pristine");

    if (offset < FL_H_FORMAT) {
        return FL_E_MAGIC;
    }
    if (offset < FL_H_TOTAL_SIZE || (offset >= FL_H_RESERVED && offset < FL_H_CRC)) {
        return FL_E_FORMAT;
    }
    if (in_text) {
        return byte >= 0x20 && byte <= 0x7E ? FL_E_HEADER_CRC : FL_E_FORMAT;
    }
    /* The first zero after the name may become a character of it, any other may not. */
    if (in_name) {
        bool longer = offset == FL_H_NAME + strlen("pristine") && byte >= 0x20 && byte <= 0x7E;

        return longer ? FL_E_HEADER_CRC : FL_E_FORMAT;
    }
    return FL_E_HEADER_CRC;
}

static void every_flipped_header_bit_is_refused(void **state)
{
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    for (uint32_t bit = 0; bit < FL_HEADER_SIZE * 8u; bit++) {
        uint8_t *byte = &image[bit / 8u];

        *byte ^= (uint8_t)(1u << (bit % 8u));
        expect(image, TOTAL, flipped(bit / 8u, *byte));
        *byte ^= (uint8_t)(1u << (bit % 8u));
    }
    expect(image, TOTAL, FL_OK);
}

/* sizes */

static void total_size_has_bounds(void **state)
{
    (void)state;
    expect_with(FL_H_TOTAL_SIZE, 0, FL_E_SIZE);
    expect_with(FL_H_TOTAL_SIZE, 0x400, FL_E_SIZE);
    expect_with(FL_H_TOTAL_SIZE, 0x500, FL_E_SIZE);
    expect_with(FL_H_TOTAL_SIZE, 0x5FF, FL_E_SIZE);
    expect_with(FL_H_TOTAL_SIZE, 0x600, FL_E_SEGMENT); /* a size, but not that of its segments */
    expect_with(FL_H_TOTAL_SIZE, TOTAL - 0x100, FL_E_SEGMENT);
    expect_with(FL_H_TOTAL_SIZE, TOTAL - 1, FL_E_SIZE);
    expect_with(FL_H_TOTAL_SIZE, TOTAL, FL_OK);
    expect_with(FL_H_TOTAL_SIZE, TOTAL + 1, FL_E_SIZE);
    expect_with(FL_H_TOTAL_SIZE, TOTAL + 0x100, FL_E_SIZE);
    expect_with(FL_H_TOTAL_SIZE, 0xFFFFFF00u, FL_E_SIZE);
    expect_with(FL_H_TOTAL_SIZE, UINT32_MAX, FL_E_SIZE);
}

static void limit_is_kept(void **state)
{
    uint8_t image[TOTAL + 0x100];

    (void)state;
    memcpy(image, pristine, TOTAL);
    memset(image + TOTAL, 0xFF, 0x100);
    expect(image, 0x400, FL_E_SIZE);
    expect(image, TOTAL - 1, FL_E_SIZE);
    expect(image, TOTAL, FL_OK);
    expect(image, TOTAL + 0x100, FL_OK); /* more room than the image needs */

    fl_put32(image + FL_H_TOTAL_SIZE, TOTAL + 0x100);
    repair_crc(image);
    expect(image, TOTAL + 0x100, FL_E_SEGMENT); /* a gap behind the last segment */
}

/* segments */

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

static void put_segment(uint8_t *image, uint32_t index, uint32_t offset, uint32_t size)
{
    fl_put32(image + SEGMENT(index) + FL_S_TYPE, index == 0 ? FL_SEGMENT_RUNTIME : FL_SEGMENT_DATA);
    fl_put32(image + SEGMENT(index) + FL_S_OFFSET, offset);
    fl_put32(image + SEGMENT(index) + FL_S_SIZE, size);
    fl_put32(image + SEGMENT(index) + FL_S_PLACE, offset);
}

static void put_count(uint8_t *image, uint32_t count)
{
    fl_put32(image + FL_H_SEGMENT_COUNT, count);
    repair_crc(image);
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

/* The pristine image, its data segment cut into data and two configurations. */
static void put_configurations(uint8_t *image, uint32_t pla, uint32_t phy)
{
    memcpy(image, pristine, TOTAL);
    put_segment(image, 1, 0x1000, 0x200);
    put_segment(image, 2, 0x1200, 0x100);
    put_segment(image, 3, 0x1300, 0x100);
    for (uint32_t i = 0; i < 2; i++) {
        fl_put32(image + SEGMENT(2 + i) + FL_S_TYPE, FL_SEGMENT_PLA + i);
        fl_put32(image + SEGMENT(2 + i) + FL_S_PLACE, 0);
    }
    fl_put32(image + FL_H_COMPANIONS, pla);
    fl_put32(image + FL_H_COMPANIONS + 4, phy);
    put_count(image, 4);
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

/* modules */

static void expect_module(uint32_t index, uint32_t offset, uint32_t size, fl_status expected)
{
    uint8_t image[TOTAL];

    memcpy(image, pristine, TOTAL);
    fl_put32(image + MODULE(index), offset);
    fl_put32(image + MODULE(index) + 4, size);
    if (index == FL_MODULE_BOOTSTRAP) {
        fl_put32(image + FL_H_BOOTSTRAP, offset);
    }
    repair_crc(image);
    expect(image, TOTAL, expected);
}

static void modules_lie_in_the_runtime_segment(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) {
        expect_module(i, 0x400, 0xC00, FL_OK);
        expect_module(i, 0xF00, 0x100, FL_OK);
        expect_module(i, 0x400, 0xD00, FL_E_MODULE);
        expect_module(i, 0xF00, 0x200, FL_E_MODULE);
        expect_module(i, 0x1000, 0x100, FL_E_MODULE);
        expect_module(i, 0x300, 0x100, FL_E_MODULE);
        expect_module(i, 0x300, 0x200, FL_E_MODULE);
        expect_module(i, 0, 0x100, FL_E_MODULE);
        expect_module(i, 0x400, 0, FL_E_MODULE);
        expect_module(i, 0x400, 1, FL_E_MODULE);
        expect_module(i, 0x400, 0x1FF, FL_E_MODULE);
        expect_module(i, 0x480, 0x100, FL_E_MODULE);
        expect_module(i, 0x401, 0xFF, FL_E_MODULE);
        expect_module(i, 0x400, 0xFFFFFF00u, FL_E_MODULE);
        expect_module(i, 0x800, 0xFFFFFC00u, FL_E_MODULE); /* ends at 0x400 in 32 bits */
        expect_module(i, 0xFFFFFF00u, 0x100, FL_E_MODULE);
        expect_module(i, 0xFFFFFF00u, 0x600, FL_E_MODULE);
    }
}

static void bootstrap_starts_its_module(void **state)
{
    (void)state;
    expect_with(FL_H_BOOTSTRAP, 0, FL_E_MODULE);
    expect_with(FL_H_BOOTSTRAP, 0x400, FL_E_MODULE);
    expect_with(FL_H_BOOTSTRAP, 0x7FF, FL_E_MODULE);
    expect_with(FL_H_BOOTSTRAP, 0x800, FL_OK);
    expect_with(FL_H_BOOTSTRAP, 0x801, FL_E_MODULE);
    expect_with(FL_H_BOOTSTRAP, UINT32_MAX, FL_E_MODULE);
}

static void first_failing_check_gives_the_status(void **state)
{
    uint8_t image[TOTAL];

    (void)state;
    memcpy(image, pristine, TOTAL);
    fl_put32(image + FL_H_BOOTSTRAP, 0);
    repair_crc(image);
    expect(image, TOTAL, FL_E_MODULE);
    fl_put32(image + SEGMENT(0) + FL_S_TYPE, 9);
    expect(image, TOTAL, FL_E_SEGMENT);
    fl_put32(image + FL_H_TOTAL_SIZE, 0);
    repair_crc(image);
    expect(image, TOTAL, FL_E_SIZE);
    image[FL_H_CRC] ^= 1u;
    expect(image, TOTAL, FL_E_HEADER_CRC);
    image[FL_H_RESERVED] = 1;
    expect(image, TOTAL, FL_E_FORMAT);
    image[FL_H_MAGIC] = 0;
    expect(image, TOTAL, FL_E_MAGIC);
}

/* agreement */

/* Both readers give one answer, whichever it is. */
static fl_status agree(const uint8_t *image, size_t size)
{
    static struct rl_inspection inspection;
    struct fl_image parsed;
    fl_status status = fl_image_parse(image, (uint32_t)size, UINT32_MAX, &parsed);

    rl_image_inspect(image, size, NULL, &inspection);
    assert_int_equal(inspection.manifest, status);
    if (status == FL_OK) {
        assert_int_equal(inspection.total_size, parsed.total_size);
        assert_int_equal(inspection.bootstrap, parsed.bootstrap);
        assert_int_equal(inspection.segments[0].range.size, parsed.segments[0].range.size);
    }
    return status;
}

static uint32_t draw(uint64_t *seed, uint32_t below)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (uint32_t)((*seed >> 16) % below);
}

static const uint32_t interesting[] = {
    0,       1,           2,           3,           4,           5,           0xFF,
    0x100,   0x1FF,       0x200,       0x300,       0x3FF,       0x400,       0x500,
    0x600,   0x800,       0xA00,       0xC00,       0xD00,       0xF00,       0x1000,
    0x1100,  0x1200,      0x1300,      0x1400,      0x1401,      0x1500,      0xFFFF,
    0x10000, 0x7FFFFFFFu, 0x80000000u, 0xFFFFEC00u, 0xFFFFFC00u, 0xFFFFFF00u, 0xFFFFFFFFu};

#define INTERESTING (sizeof interesting / sizeof interesting[0])

/* Writes an interesting value over a random field that the readers judge. */
static void change(uint8_t *image, uint64_t *seed)
{
    static const uint32_t entry_fields[] = {FL_S_TYPE, FL_S_OFFSET, FL_S_SIZE, FL_S_PLACE};
    uint32_t value = interesting[draw(seed, INTERESTING)];
    uint32_t offset = draw(seed, FL_H_RESERVED / 4u + 1u) * 4u;

    if (draw(seed, 2) == 0) {
        offset = SEGMENT(draw(seed, FL_SEGMENT_MAX)) + entry_fields[draw(seed, 4)];
    }
    /* Most changes keep the first fields: otherwise little would get past them. */
    if (offset > FL_H_FORMAT || draw(seed, 16) == 0) {
        fl_put32(image + offset, value);
    }
}

static void readers_agree_on_pairs_of_changes(void **state)
{
    uint32_t seen[FL_STATUS_COUNT] = {0};
    uint64_t seed = 0x9E3779B97F4A7C15u;
    uint8_t image[TOTAL];

    (void)state;
    for (uint32_t round = 0; round < 20000; round++) {
        memcpy(image, pristine, TOTAL);
        for (uint32_t changes = draw(&seed, 3) + 1u; changes > 0; changes--) {
            change(image, &seed);
        }
        if (draw(&seed, 8) != 0) {
            repair_crc(image);
        }
        seen[agree(image, TOTAL)]++;
    }
    for (int status = FL_E_MAGIC; status <= FL_E_MODULE; status++) {
        assert_true(seen[status] > 0);
    }
    assert_true(seen[FL_E_PLACE] > 0);
    assert_true(seen[FL_OK] > 0);
}

static void readers_agree_on_each_value_of_each_field(void **state)
{
    uint8_t image[TOTAL];

    (void)state;
    for (uint32_t offset = 0; offset < FL_MANIFEST_SIZE; offset += 4) {
        for (size_t i = 0; i < INTERESTING && offset != FL_H_CRC; i++) {
            memcpy(image, pristine, TOTAL);
            fl_put32(image + offset, interesting[i]);
            repair_crc(image);
            agree(image, TOTAL);
        }
    }
    assert_int_equal(agree(pristine, TOTAL), FL_OK);
}

static void readers_agree_on_any_bytes(void **state)
{
    uint8_t image[0x600];

    (void)state;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        rl_payload_pattern(seed, image, sizeof image);
        assert_int_equal(agree(image, sizeof image), FL_E_MAGIC);
        memcpy(image, pristine, FL_H_TOTAL_SIZE); /* magic and format, then anything */
        memset(image + FL_H_NAME, 0, FL_H_CRC - FL_H_NAME);
        repair_crc(image);
        assert_int_not_equal(agree(image, sizeof image), FL_OK);
    }
}

#define GROUP(name, ...)                                                                           \
    static int run_##name(void)                                                                    \
    {                                                                                              \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
        return cmocka_run_group_tests_name(#name, tests, make_pristine, NULL);                     \
    }
#define T cmocka_unit_test

GROUP(numbers, T(crc_has_its_published_values), T(crc_of_each_byte_is_the_polynomials),
      T(integers_are_little_endian))
GROUP(header, T(every_field_is_read), T(magic_is_compared_whole), T(format_is_two),
      T(name_is_printable_and_padded), T(data_formats_include_its_own),
      T(init_order_is_a_permutation), T(masks_have_known_bits), T(reserved_header_bytes_are_zero),
      T(every_flipped_header_bit_is_refused))
GROUP(sizes, T(total_size_has_bounds), T(limit_is_kept))
GROUP(segments, T(segment_count_has_bounds), T(segment_types_have_their_order),
      T(segments_lie_side_by_side), T(segments_fill_the_image), T(unused_entries_are_zero),
      T(several_data_segments_are_good), T(types_ascend), T(segments_that_only_add_up_are_refused),
      T(least_image_is_good))
GROUP(places, T(places_are_behind_the_metadata), T(places_are_apart), T(places_may_be_in_any_order),
      T(places_end_within_the_extent), T(companions_have_configurations),
      T(configurations_have_no_place), T(modules_move_with_their_segment))
GROUP(modules, T(modules_lie_in_the_runtime_segment), T(bootstrap_starts_its_module),
      T(first_failing_check_gives_the_status))
GROUP(agreement, T(readers_agree_on_pairs_of_changes), T(readers_agree_on_each_value_of_each_field),
      T(readers_agree_on_any_bytes))

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } groups[] = {{"numbers", run_numbers},    {"header", run_header}, {"sizes", run_sizes},
                  {"segments", run_segments},  {"places", run_places}, {"modules", run_modules},
                  {"agreement", run_agreement}};
    int failed = 0, found = 0;

    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (argc < 2 || strcmp(argv[1], groups[i].name) == 0) {
            failed += groups[i].run();
            found++;
        }
    }
    return failed != 0 || found == 0;
}
