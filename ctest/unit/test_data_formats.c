/* The formats of persistent data, and the conversions of the bridge between them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>

#include <cmocka.h>

#include "../../engine/src/bridge.h"
#include "../../engine/src/data.h"
#include "../../engine/src/encoding.h"

static void formats_hold_values(void **state)
{
    static const uint32_t values[] = {0, 1u, 999u, 1000u, 65535u};

    (void)state;
    for (uint32_t format = 1u; format <= FL_DATA_FORMATS; format++) {
        for (uint32_t item = 0; item < FL_DATA_ITEMS; item++) {
            for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
                struct fl_raw raw;
                uint32_t value = 0;

                if (fl_format_has(format, item)) {
                    assert_int_equal(fl_item_encode(format, item, values[i], &raw), FL_OK);
                    assert_int_equal(fl_item_decode(format, item, &raw, &value), FL_OK);
                    assert_int_equal(value, values[i]);
                } else {
                    assert_int_equal(fl_item_encode(format, item, values[i], &raw), FL_E_RANGE);
                    assert_int_equal(fl_item_decode(format, item, &raw, &value), FL_E_RANGE);
                }
            }
        }
    }
}

static void timeout_is_stored_in_each_formats_unit(void **state)
{
    struct fl_raw raw;
    uint32_t value = 0;

    (void)state;
    assert_int_equal(fl_item_encode(1u, FL_ITEM_TIMEOUT, UINT32_MAX, &raw), FL_OK);
    assert_true(raw.low == UINT32_MAX && raw.high == 0);
    assert_int_equal(fl_item_encode(2u, FL_ITEM_TIMEOUT, UINT32_MAX, &raw), FL_OK);
    assert_true((raw.low | (uint64_t)raw.high << 32u) == UINT32_MAX * UINT64_C(1000));
    assert_int_equal(fl_item_encode(3u, FL_ITEM_TIMEOUT, UINT32_MAX, &raw), FL_OK);
    assert_true((raw.low | (uint64_t)raw.high << 32u) == UINT32_MAX * UINT64_C(1000000));
    assert_int_equal(fl_item_decode(3u, FL_ITEM_TIMEOUT, &raw, &value), FL_OK);
    assert_int_equal(value, UINT32_MAX);
    raw.low++;
    assert_int_equal(fl_item_decode(3u, FL_ITEM_TIMEOUT, &raw, &value), FL_E_DATA);
    raw = (struct fl_raw){UINT32_MAX, UINT32_MAX};
    assert_int_equal(fl_item_decode(2u, FL_ITEM_TIMEOUT, &raw, &value), FL_E_DATA);
    raw = (struct fl_raw){0, 1u};
    assert_int_equal(fl_item_decode(1u, FL_ITEM_TIMEOUT, &raw, &value), FL_E_DATA);
    assert_int_equal(fl_item_encode(4u, FL_ITEM_TIMEOUT, 1u, &raw), FL_E_DATA_FORMAT);
}

static void expect_conversion(uint32_t from, uint32_t to, uint32_t item, uint32_t value,
                              uint32_t expected)
{
    assert_int_equal(fl_bridge_convert(from, to, item, &value), FL_OK);
    assert_int_equal(value, expected);
}

static void converts_what_both_formats_have(void **state)
{
    static const uint32_t ways[][2] = {{1, 1}, {2, 2}, {3, 3}, {1, 2}, {2, 3}, {1, 3}, {3, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        for (uint32_t item = 0; item < FL_DATA_ITEMS; item++) {
            uint32_t from = ways[i][0];
            uint32_t to = ways[i][1];
            uint32_t value = 12345u;

            if (!fl_format_has(to, item)) {
                assert_int_equal(fl_bridge_convert(from, to, item, &value), FL_E_RANGE);
                assert_int_equal(value, 12345u);
            } else if (!fl_format_has(from, item)) {
                expect_conversion(from, to, item, value, fl_item_default(item));
            } else {
                expect_conversion(from, to, item, value, value);
            }
        }
    }
}

static void refuses_what_no_converter_does(void **state)
{
    static const uint32_t ways[][2] = {{2, 1}, {3, 1}, {0, 1}, {1, 0}, {4, 3}, {3, 4}, {0, 0}};
    uint32_t value = 70000u;

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        assert_int_equal(fl_bridge_convert(ways[i][0], ways[i][1], 0, &value), FL_E_DATA_FORMAT);
    }
    assert_int_equal(fl_bridge_convert(3u, 2u, FL_ITEM_QUEUE_DEPTH, &value), FL_E_RANGE);
    assert_int_equal(fl_bridge_convert(1u, 2u, FL_DATA_ITEMS, &value), FL_E_RANGE);
    assert_int_equal(value, 70000u);
}

static void reads_only_what_image_and_build_can_convert(void **state)
{
    struct fl_image image = {.data_format = 2u, .data_reads_min = 1u, .data_reads_max = 3u};

    (void)state;
    assert_true(fl_bridge_reads(&image, 1u));
    assert_true(fl_bridge_reads(&image, 2u));
    assert_true(fl_bridge_reads(&image, 3u));
    assert_false(fl_bridge_reads(&image, 4u));
    image.data_reads_max = 2u;
    assert_false(fl_bridge_reads(&image, 3u));
    image = (struct fl_image){.data_format = 1u, .data_reads_min = 1u, .data_reads_max = 3u};
    assert_false(fl_bridge_reads(&image, 2u));
    image = (struct fl_image){.data_format = 9u, .data_reads_min = 1u, .data_reads_max = 9u};
    assert_false(fl_bridge_reads(&image, 9u));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_hold_values),
        cmocka_unit_test(timeout_is_stored_in_each_formats_unit),
        cmocka_unit_test(converts_what_both_formats_have),
        cmocka_unit_test(refuses_what_no_converter_does),
        cmocka_unit_test(reads_only_what_image_and_build_can_convert),
    };

    return cmocka_run_group_tests_name("data_formats", tests, NULL, NULL);
}
