/* The two readers of an image's manifest, the engine's and the inspector's: header, sizes and
 * modules at, below and beyond their bounds, with the status that both have to answer. */
/* groups: numbers header sizes modules */
#include <stdlib.h>
#include <string.h>

#include "image_rig.h"
#include "groups.h"
#include "fastload/port.h"

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

static const struct CMUnitTest numbers_group[] = {T(crc_has_its_published_values),
                                                  T(crc_of_each_byte_is_the_polynomials),
                                                  T(integers_are_little_endian)};
static const struct CMUnitTest header_group[] = {T(every_field_is_read),
                                                 T(magic_is_compared_whole),
                                                 T(format_is_two),
                                                 T(name_is_printable_and_padded),
                                                 T(data_formats_include_its_own),
                                                 T(init_order_is_a_permutation),
                                                 T(masks_have_known_bits),
                                                 T(reserved_header_bytes_are_zero),
                                                 T(every_flipped_header_bit_is_refused)};
static const struct CMUnitTest sizes_group[] = {T(total_size_has_bounds), T(limit_is_kept)};
static const struct CMUnitTest modules_group[] = {T(modules_lie_in_the_runtime_segment),
                                                  T(bootstrap_starts_its_module),
                                                  T(first_failing_check_gives_the_status)};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP_WITH(groups, numbers, make_pristine, NULL);
    RUN_GROUP_WITH(groups, header, make_pristine, NULL);
    RUN_GROUP_WITH(groups, sizes, make_pristine, NULL);
    RUN_GROUP_WITH(groups, modules, make_pristine, NULL);
    return groups_end(&groups);
}
