#include "image_rig.h"

#include <stdlib.h>
#include <string.h>

#include "images/build.h"
#include "images/inspect.h"

#define PAYLOAD 4096u

uint8_t pristine[TOTAL];

int make_pristine(void **state)
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

void repair_crc(uint8_t *image)
{
    fl_put32(image + FL_H_CRC, fl_crc32c(image, FL_H_CRC));
}

void expect(const uint8_t *image, size_t size, fl_status expected)
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

void expect_with(uint32_t offset, uint32_t value, fl_status expected)
{
    uint8_t image[TOTAL];

    memcpy(image, pristine, TOTAL);
    fl_put32(image + offset, value);
    repair_crc(image);
    expect(image, TOTAL, expected);
}

void expect_byte(uint32_t offset, uint8_t value, fl_status expected)
{
    uint8_t image[TOTAL];

    memcpy(image, pristine, TOTAL);
    image[offset] = value;
    repair_crc(image);
    expect(image, TOTAL, expected);
}

void put_segment(uint8_t *image, uint32_t index, uint32_t offset, uint32_t size)
{
    fl_put32(image + SEGMENT(index) + FL_S_TYPE, index == 0 ? FL_SEGMENT_RUNTIME : FL_SEGMENT_DATA);
    fl_put32(image + SEGMENT(index) + FL_S_OFFSET, offset);
    fl_put32(image + SEGMENT(index) + FL_S_SIZE, size);
    fl_put32(image + SEGMENT(index) + FL_S_PLACE, offset);
}

void put_count(uint8_t *image, uint32_t count)
{
    fl_put32(image + FL_H_SEGMENT_COUNT, count);
    repair_crc(image);
}

void put_configurations(uint8_t *image, uint32_t pla, uint32_t phy)
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
