/* Both readers of an image's manifest give one answer, whatever they get. */
/* groups: agreement */
#include <stdlib.h>
#include <string.h>

#include "image_rig.h"
#include "groups.h"
#include "images/build.h"
#include "images/inspect.h"

/* Both readers found the same in a manifest that they accept. */
static void same_fields(const struct rl_inspection *in, const struct fl_image *parsed)
{
    const uint32_t seen[] = {in->total_size,    in->segment_count,  in->version,
                             in->level,         in->capabilities,   in->data_format,
                             in->init_requires, in->hardware_min,   in->security_counter,
                             in->start_address, in->bootstrap,      in->data_reads_min,
                             in->level_min,     in->data_reads_max, in->companion_level[0],
                             in->init_fast,     in->prepares,       in->companion_level[1]};
    const uint32_t engines[] = {
        parsed->total_size,    parsed->segment_count,  parsed->version,
        parsed->level,         parsed->capabilities,   parsed->data_format,
        parsed->init_requires, parsed->hardware_min,   parsed->security_counter,
        parsed->start_address, parsed->bootstrap,      parsed->data_reads_min,
        parsed->level_min,     parsed->data_reads_max, parsed->companion_level[FL_PLA],
        parsed->init_fast,     parsed->prepares,       parsed->companion_level[FL_PHY]};

    assert_memory_equal(seen, engines, sizeof seen);
    assert_memory_equal(in->init_order, parsed->init_order, sizeof parsed->init_order);
    for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) {
        assert_int_equal(in->modules[i].offset, parsed->modules[i].offset);
        assert_int_equal(in->modules[i].size, parsed->modules[i].size);
    }
    for (uint32_t i = 0; i < FL_SEGMENT_MAX; i++) {
        assert_int_equal(in->segments[i].type, parsed->segments[i].type);
        assert_int_equal(in->segments[i].range.offset, parsed->segments[i].range.offset);
        assert_int_equal(in->segments[i].range.size, parsed->segments[i].range.size);
        assert_int_equal(in->segments[i].place, parsed->segments[i].place);
        assert_memory_equal(in->segments[i].stored, parsed->segments[i].digest, FL_DIGEST_SIZE);
    }
}

/* Both readers give one answer, whichever it is. */
static fl_status agree(const uint8_t *image, size_t size)
{
    static struct rl_inspection inspection;
    struct fl_image parsed;
    fl_status status = fl_image_parse(image, (uint32_t)size, UINT32_MAX, &parsed);

    rl_image_inspect(image, size, NULL, &inspection);
    assert_int_equal(inspection.manifest, status);
    if (status == FL_OK) {
        same_fields(&inspection, &parsed);
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

/* What is changed: the pristine image, or one with configurations. */
static void put_base(uint8_t *image, int rich)
{
    if (rich) {
        put_configurations(image, 1, 2);
    } else {
        memcpy(image, pristine, TOTAL);
    }
}

static void readers_agree_on_pairs_of_changes(void **state)
{
    uint32_t seen[FL_STATUS_COUNT] = {0};
    uint64_t seed = 0x9E3779B97F4A7C15u;
    uint8_t image[TOTAL];

    (void)state;
    for (uint32_t round = 0; round < 40000; round++) {
        put_base(image, draw(&seed, 2) == 0);
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
            for (int rich = 0; rich < 2; rich++) {
                put_base(image, rich);
                fl_put32(image + offset, interesting[i]);
                repair_crc(image);
                agree(image, TOTAL);
            }
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
        memset(image + FL_H_NAME, 0, FL_H_DATA_READS_MAX - FL_H_NAME);
        memset(image + FL_H_DATA_READS_MAX, 0xFF, 4);
        memcpy(image + FL_H_INIT_FAST, pristine + FL_H_INIT_FAST, FL_H_CRC - FL_H_INIT_FAST);
        repair_crc(image);
        assert_int_equal(agree(image, sizeof image), FL_E_SIZE);
    }
}

/* Tables whose segments follow each other, with any types and any interesting places: many of them
 * are good. */
static void readers_agree_on_any_table(void **state)
{
    uint32_t seen[FL_STATUS_COUNT] = {0};
    uint64_t seed = 0xD1B54A32D192ED03u;
    uint8_t image[TOTAL];

    (void)state;
    for (uint32_t round = 0; round < 20000; round++) {
        uint32_t count = draw(&seed, 7) + 2u, type = FL_SEGMENT_RUNTIME, offset = 0x400;

        memcpy(image, pristine, TOTAL);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t left = count - 1u - i;
            uint32_t size = i == 0 ? 0x800 : left == 0 ? TOTAL - offset : 0x100;

            put_segment(image, i, offset, size);
            fl_put32(image + SEGMENT(i) + FL_S_TYPE, type);
            if (type > FL_SEGMENT_DATA || draw(&seed, 3) == 0) {
                fl_put32(image + SEGMENT(i) + FL_S_PLACE,
                         type > FL_SEGMENT_DATA ? 0 : draw(&seed, 40) * 0x100u);
            }
            type = i == 0 ? FL_SEGMENT_DATA : type + (draw(&seed, 3) == 0);
            offset += size;
        }
        for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) {
            fl_put32(image + MODULE(i), 0x800);
            fl_put32(image + MODULE(i) + 4, 0x400);
        }
        fl_put32(image + FL_H_COMPANIONS, draw(&seed, 2));
        fl_put32(image + FL_H_COMPANIONS + 4, draw(&seed, 2));
        put_count(image, count);
        seen[agree(image, TOTAL)]++;
    }
    assert_true(seen[FL_OK] > 100);
    assert_true(seen[FL_E_SEGMENT] > 100);
}

static const struct CMUnitTest agreement_group[] = {
    T(readers_agree_on_pairs_of_changes), T(readers_agree_on_each_value_of_each_field),
    T(readers_agree_on_any_bytes), T(readers_agree_on_any_table)};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP_WITH(groups, agreement, make_pristine, NULL);
    return groups_end(&groups);
}
