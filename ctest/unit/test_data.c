/* Persistent data: the store on flash. Offsets are those that data.h of the engine tells; the
 * formats are in test_data_formats.c. */
/* groups: store cuts hostile */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../engine/src/data.h"
#include "groups.h"
#include "../../engine/src/encoding.h"
#include "../../engine/src/layout.h"
#include "array_port.h"

#define FORMAT 3u /* has all items */

static const struct array_geometry geometries[] = {
    {.sector_size = 512u, .page_size = 256u, .granule_size = 8u, .bank_size = 1024u},
    {.sector_size = 512u, .page_size = 512u, .granule_size = 32u, .bank_size = 1024u},
    {.sector_size = 1024u, .page_size = 256u, .granule_size = 16u, .bank_size = 1024u},
    {.sector_size = 1024u,
     .page_size = 256u,
     .granule_size = 8u,
     .bank_size = 1024u,
     .paired_pages = true},
    {.sector_size = 4096u, .page_size = 1024u, .granule_size = 8u, .bank_size = 4096u},
};
#define GEOMETRIES (sizeof geometries / sizeof geometries[0])

/* Other numbers each time, the same in each run. */
static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8u;
}

static struct array_port *new_port(const struct array_geometry *geometry, uint32_t sectors)
{
    struct array_port *array = calloc(1, sizeof *array);

    assert_non_null(array);
    array_port_init(array, geometry);
    /* Larger areas reach into what lies behind: nothing of it is used here. */
    for (uint32_t i = 0; i < 2u; i++) {
        array->layout.data[i] = (struct fl_region){i * sectors * geometry->sector_size,
                                                   sectors * geometry->sector_size};
    }
    return array;
}

static fl_status put(struct array_port *array, uint32_t area, uint32_t item, uint32_t value)
{
    fl_status status;
    bool own = true; /* as in the power cycle that wrote the half */

    array->operations = 0;
    status = fl_data_put(&array->port, area, FORMAT, item, value, &own);
    assert_true(array->operations <= FL_DATA_OPERATIONS);
    return status;
}

static uint32_t get(struct array_port *array, uint32_t area, uint32_t item)
{
    uint32_t value = 0;

    array->operations = 0;
    assert_int_equal(fl_data_get(&array->port, area, FORMAT, item, &value), FL_OK);
    assert_true(array->operations <= FL_DATA_OPERATIONS);
    return value;
}

static void expect_all(struct array_port *array, uint32_t area, const uint32_t *values)
{
    for (uint32_t item = 0; item < FL_DATA_ITEMS; item++) {
        assert_int_equal(get(array, area, item), values[item]);
    }
}

static void set_defaults(uint32_t *values)
{
    for (uint32_t item = 0; item < FL_DATA_ITEMS; item++) {
        values[item] = fl_item_default(item);
    }
}

/* ---- store ---- */

static void empty_area_has_defaults(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);
    uint32_t values[FL_DATA_ITEMS];

    (void)state;
    set_defaults(values);
    expect_all(array, 0, values);
    assert_int_equal(fl_data_format(&array->port, 0), 0);
    assert_true(fl_data_fits(&array->port, 0, 1u));
    assert_int_equal(put(array, 0, FL_ITEM_TIMEOUT, values[FL_ITEM_TIMEOUT]), FL_OK);
    assert_int_equal(array->programs + array->erases, 0);
    free(array);
}

static void keeps_what_is_put(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);
    uint32_t values[FL_DATA_ITEMS];

    (void)state;
    set_defaults(values);
    for (uint32_t item = 0; item < FL_DATA_ITEMS; item++) {
        values[item] = 1000u + item;
        assert_int_equal(put(array, 1u, item, values[item]), FL_OK);
        expect_all(array, 1u, values);
    }
    assert_int_equal(fl_data_format(&array->port, 1u), FORMAT);
    assert_int_equal(fl_data_format(&array->port, 0), 0);
    assert_true(fl_data_fits(&array->port, 1u, FORMAT));
    assert_false(fl_data_fits(&array->port, 1u, 2u));
    free(array);
}

/* Whatever is written, the second page of each pair stays blank. */
static void keeps_to_one_page_of_a_pair(void **state)
{
    struct array_port *array = new_port(&geometries[GEOMETRIES - 2u], 4u);
    uint32_t size = array->layout.data[0].size;

    (void)state;
    assert_true(array->layout.paired_pages);
    for (uint32_t i = 0; i < 100u; i++) {
        assert_int_equal(put(array, 0, i % 4u, 7u + i), FL_OK);
        for (uint32_t at = array->layout.page_size; at < size; at += 2u * array->layout.page_size) {
            for (uint32_t k = 0; k < array->layout.page_size; k++) {
                assert_int_equal(array->flash[at + k], 0xFF);
            }
        }
    }
    free(array);
}

static void equal_value_is_not_written_again(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);
    uint32_t programs;

    (void)state;
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 7u), FL_OK);
    programs = array->programs;
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 7u), FL_OK);
    assert_int_equal(array->programs, programs);
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 8u), FL_OK);
    assert_int_equal(array->programs, programs + 3u);
    free(array);
}

/* The array port ends the test when a place is programmed twice. */
static void goes_on_over_many_compactions(void **state)
{
    (void)state;
    for (size_t i = 0; i < GEOMETRIES * 2u; i++) {
        struct array_port *array = new_port(&geometries[i / 2u], i % 2u == 0 ? 2u : 6u);
        uint32_t values[FL_DATA_ITEMS];
        uint32_t seed = 1u;

        set_defaults(values);
        for (uint32_t n = 0; n < 400u; n++) {
            uint32_t item = draw(&seed) % FL_DATA_ITEMS;

            values[item] = draw(&seed) % 65536u;
            assert_int_equal(put(array, 0, item, values[item]), FL_OK);
            expect_all(array, 0, values);
        }
        assert_true(array->erases > 10u);
        free(array);
    }
}

static void start_empties_the_area(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);
    uint32_t value = 0;

    (void)state;
    assert_int_equal(put(array, 0, FL_ITEM_TIMEOUT, 7u), FL_OK);
    assert_int_equal(put(array, 1u, FL_ITEM_TIMEOUT, 8u), FL_OK);
    assert_int_equal(fl_data_start(&array->port, 0, 1u), FL_OK);
    assert_int_equal(fl_data_format(&array->port, 0), 1u);
    assert_int_equal(fl_data_get(&array->port, 0, 1u, FL_ITEM_TIMEOUT, &value), FL_OK);
    assert_int_equal(value, fl_item_default(FL_ITEM_TIMEOUT));
    assert_int_equal(get(array, 1u, FL_ITEM_TIMEOUT), 8u);
    /* Whatever it held, it begins with the first number, in the first half. */
    for (uint32_t i = 0; i < 3u; i++) {
        bool own = false;

        assert_int_equal(fl_data_put(&array->port, 0, 1u, FL_ITEM_TIMEOUT, 9u + i, &own), FL_OK);
        assert_int_equal(fl_data_start(&array->port, 0, 1u), FL_OK);
        assert_int_equal(fl_get32(array->flash + 0x0Cu), 1u);
        assert_int_equal(fl_get32(array->flash + array->layout.data[0].size / 2u), UINT32_MAX);
    }
    free(array);
}

static void refuses_what_the_format_is_not(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);
    struct fl_port *port = &array->port;
    uint32_t value = 77u;
    bool own = false;

    (void)state;
    assert_int_equal(fl_data_start(port, 0, 4u), FL_E_DATA_FORMAT);
    assert_int_equal(fl_data_start(port, 0, 0), FL_E_DATA_FORMAT);
    assert_int_equal(fl_data_start(port, 0, 1u), FL_OK);
    assert_int_equal(fl_data_get(port, 0, 2u, 0, &value), FL_E_DATA_FORMAT);
    assert_int_equal(fl_data_put(port, 0, 2u, 0, 5u, &own), FL_E_DATA_FORMAT);
    assert_int_equal(fl_data_get(port, 0, 4u, 0, &value), FL_E_DATA_FORMAT);
    assert_int_equal(fl_data_get(port, 0, 1u, FL_ITEM_LOGIN, &value), FL_E_RANGE);
    assert_int_equal(fl_data_put(port, 0, 1u, FL_ITEM_LOGIN, 5u, &own), FL_E_RANGE);
    assert_int_equal(fl_data_get(port, 0, 1u, FL_DATA_ITEMS, &value), FL_E_RANGE);
    assert_int_equal(fl_data_put(port, 0, 1u, UINT32_MAX, 5u, &own), FL_E_RANGE);
    assert_int_equal(fl_data_put(port, 0, 1u, FL_ITEM_QUEUE_DEPTH, 65536u, &own), FL_E_RANGE);
    assert_int_equal(value, 77u);
    free(array);
}

static void torn_entry_counts_as_absent(void **state)
{
    (void)state;
    for (size_t i = 0; i < GEOMETRIES; i++) {
        struct array_port *array = new_port(&geometries[i], 2u);
        uint32_t second = (geometries[i].paired_pages ? 0x200u : 0x100u) + 32u;

        assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 1u), FL_OK);
        assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 2u), FL_OK);
        array_port_spoil(array, second, 32u);
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u);
        assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 3u), FL_OK);
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 3u);
        array->flash[second + 96u + 4u] ^= 1u; /* of the value */
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u);
        free(array);
    }
}

/* Something behind the blank place: the other half goes on. */
static void does_not_append_before_what_is_used(void **state)
{
    static const uint32_t places[] = {0x100u + 3u * 32u, 0x200u, 0x100u + 31u * 32u};

    (void)state;
    for (size_t i = 0; i < 2u * sizeof places / sizeof places[0]; i++) {
        struct array_port *array = new_port(&geometries[GEOMETRIES - 1u], 2u);
        uint8_t used[32] = {0};
        uint32_t place = places[i / 2u];

        assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 1u), FL_OK);
        assert_int_equal(array->erases, 1u);
        array_port_put(array, place, used, sizeof used);
        if (i % 2u != 0) {
            array_port_spoil(array, place, sizeof used);
        }
        assert_int_equal(put(array, 0, FL_ITEM_LOGIN, 2u), FL_OK);
        assert_int_equal(array->erases, 2u);
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u);
        assert_int_equal(get(array, 0, FL_ITEM_LOGIN), 2u);
        free(array);
    }
}

/* A change whose seal was cut reads one way or the other: written anew, it reads as it did then. */
static void doubtful_change_is_written_anew(void **state)
{
    (void)state;
    for (size_t i = 0; i < GEOMETRIES; i++) {
        for (uint32_t seal_reads = 0; seal_reads < 2u; seal_reads++) {
            struct array_port *array = new_port(&geometries[i], 2u);
            const uint32_t change = fl_layout_stride(&array->layout) + 32u;

            assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 1u), FL_OK);
            assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 2u), FL_OK);
            memset(array->flash + change + 64u, 0xFF, 32u); /* the firm mark was not begun */
            memset(array->programmed + (change + 64u) / 8u, 0, 4u);
            if (seal_reads == 0) {
                array_port_spoil(array, change + 32u, 32u);
            }
            assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u + seal_reads);
            assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
            assert_int_equal(array->erases, 2u);
            memset(array->bad + (change + 32u) / 8u, seal_reads != 0, 4u); /* the other way */
            assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u + seal_reads);
            free(array);
        }
    }
}

/* As if power was lost before the firm mark of a half was begun. */
static void drop_firm_mark(struct array_port *array, uint32_t half)
{
    memset(array->flash + half + 0x60u, 0xFF, 32u);
    memset(array->programmed + (half + 0x60u) / 8u, 0, 4u);
}

static uint32_t sequence_at(const struct array_port *array, uint32_t half)
{
    return fl_get32(array->flash + half + 0x0Cu);
}

/* A half that was begun, or sealed and not firm, when power was lost: the latter reads as it did
 * then from the other half on, the former is erased, so that it cannot be taken some other time. */
static void doubtful_half_is_settled(void **state)
{
    (void)state;
    for (uint32_t seal_reads = 0; seal_reads < 2u; seal_reads++) {
        struct array_port *array = new_port(&geometries[0], 2u);
        uint32_t half = array->layout.data[0].size / 2u;
        bool own = false;

        assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 1u), FL_OK);
        assert_int_equal(fl_data_put(&array->port, 0, FORMAT, FL_ITEM_ERRORS, 2u, &own), FL_OK);
        assert_true(own);
        assert_int_equal(array->erases, 2u); /* what was written before power-on has an end */
        drop_firm_mark(array, half);
        if (seal_reads == 0) {
            array_port_spoil(array, half + 0x40u, 32u);
        }
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u + seal_reads);
        assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
        assert_int_equal(array->erases, 3u);
        assert_int_equal(array->erased_address, seal_reads != 0 ? 0 : half);
        assert_int_equal(sequence_at(array, 0), seal_reads != 0 ? 3u : 1u);
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u + seal_reads);
        if (seal_reads != 0) {
            array_port_spoil(array, half + 0x40u, 32u); /* the other way */
        }
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u + seal_reads);
        free(array);
    }
}

/* Where there is no other one it is all there is: it stays until another is firm. */
static void the_only_half_in_doubt_is_written_anew(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);
    uint32_t half = array->layout.data[0].size / 2u;

    (void)state;
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 1u), FL_OK);
    drop_firm_mark(array, 0);
    for (uint32_t i = 0; i < 3u; i++) {
        assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
        assert_int_equal(array->erases, 2u + i);
        assert_int_equal(array->erased_address, half);
        assert_int_equal(sequence_at(array, half), 2u);
        drop_firm_mark(array, half); /* from now on it is written again where it is */
    }
    assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
    array_port_spoil(array, 0x40u, 32u); /* the other way */
    assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u);
    free(array);
}

/* However often a change is cut before its half is sealed, or what is in doubt is written anew. */
static void attempts_are_not_counted(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);
    uint32_t half = array->layout.data[0].size / 2u;
    bool own = false;

    (void)state;
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 1u), FL_OK);
    for (uint32_t i = 0; i < 9u; i++) {
        own = false;
        assert_int_equal(fl_data_put(&array->port, 0, FORMAT, FL_ITEM_ERRORS, 2u, &own), FL_OK);
        assert_int_equal(sequence_at(array, half), 2u);
        drop_firm_mark(array, half);
        array_port_spoil(array, half + 0x40u, 32u);
        assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u);
    }
    own = false;
    assert_int_equal(fl_data_put(&array->port, 0, FORMAT, FL_ITEM_ERRORS, 2u, &own), FL_OK);
    for (uint32_t i = 0; i < 9u; i++) {
        drop_firm_mark(array, i == 0 ? half : 0);
        assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
        assert_int_equal(sequence_at(array, 0), 3u);
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 2u);
    }
    free(array);
}

/* Nothing is sealed: what was begun goes, and all items have their defaults. */
static void begun_and_nothing_else_is_erased(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);
    uint32_t half = array->layout.data[0].size / 2u;
    bool own = false;

    (void)state;
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 1u), FL_OK);
    assert_int_equal(fl_data_put(&array->port, 0, FORMAT, FL_ITEM_ERRORS, 2u, &own), FL_OK);
    array_port_spoil(array, 0x40u, 32u);
    array_port_spoil(array, half + 0x40u, 32u);
    assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
    assert_int_equal(array->erases, 4u);
    assert_int_equal(sequence_at(array, 0), UINT32_MAX);
    assert_int_equal(sequence_at(array, half), UINT32_MAX);
    assert_int_equal(get(array, 0, FL_ITEM_ERRORS), fl_item_default(FL_ITEM_ERRORS));
    free(array);
}

static void flash_that_takes_nothing_is_told(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);

    (void)state;
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 1u), FL_OK);
    array->drop_programs = true;
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 2u), FL_E_DATA);
    array->drop_programs = false;
    array->erase_fails = true;
    assert_int_equal(fl_data_start(&array->port, 0, FORMAT), FL_E_DATA);
    assert_int_equal(get(array, 0, FL_ITEM_ERRORS), 1u);
    free(array);
}

static fl_status read_fails(void *board, uint32_t address, void *bytes, uint32_t size)
{
    (void)board;
    (void)address;
    (void)bytes;
    (void)size;
    return FL_E_IO;
}

static void area_that_does_not_read_is_told(void **state)
{
    struct array_port *array = new_port(&geometries[0], 2u);
    uint32_t value = 0;

    (void)state;
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 1u), FL_OK);
    array->port.flash_read = read_fails;
    assert_int_equal(fl_data_get(&array->port, 0, FORMAT, FL_ITEM_ERRORS, &value), FL_E_DATA);
    assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 2u), FL_E_DATA);
    assert_int_equal(fl_data_start(&array->port, 0, FORMAT), FL_E_DATA);
    assert_int_equal(fl_data_format(&array->port, 0), 0);
    assert_false(fl_data_fits(&array->port, 0, FORMAT));
    free(array);
}

/* ---- cuts ---- */

struct change {
    uint32_t item, value;
};

/* What is cut: FL_OK unless it is. */
typedef fl_status (*action)(struct array_port *array, struct change change);

static fl_status put_change(struct array_port *array, struct change change)
{
    return put(array, 0, change.item, change.value);
}

static fl_status start_area(struct array_port *array, struct change change)
{
    (void)change;
    return fl_data_start(&array->port, 0, FORMAT);
}

/* False when there is no such access: then the action ended. */
static bool is_cut(struct array_port *array, action act, struct change change, uint32_t after,
                   uint32_t granules)
{
    volatile bool ended = false;

    array->cut_armed = true;
    array->cut_after = after;
    array->cut_granules = granules;
    if (setjmp(array->cut_jump) == 0) {
        assert_int_equal(act(array, change), FL_OK);
        ended = true;
    }
    array->cut_armed = false;
    return !ended;
}

/* The area goes on working, with these values. */
static void expect_goes_on(struct array_port *array, const uint32_t *before)
{
    uint32_t values[FL_DATA_ITEMS];

    memcpy(values, before, sizeof values);
    expect_all(array, 0, values);
    for (uint32_t n = 0; n < FL_DATA_ITEMS + 5u; n++) {
        values[n % FL_DATA_ITEMS] = 5000u + n;
        assert_int_equal(put(array, 0, n % FL_DATA_ITEMS, 5000u + n), FL_OK);
        expect_all(array, 0, values);
    }
}

/* Whatever a cut left is settled once, and stays as it read. */
static void expect_settles(struct array_port *array)
{
    uint32_t writes;

    array->operations = 0;
    assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
    assert_true(array->operations <= FL_DATA_OPERATIONS);
    writes = array->programs + array->erases;
    assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
    assert_int_equal(array->programs + array->erases, writes);
}

/* Old or new, and the others intact. */
static void expect_put_cut(struct array_port *array, const uint32_t *before, struct change change)
{
    uint32_t values[FL_DATA_ITEMS];
    uint32_t value = get(array, 0, change.item);

    memcpy(values, before, sizeof values);
    assert_true(value == values[change.item] || value == change.value);
    values[change.item] = value;
    expect_settles(array);
    expect_goes_on(array, values);
}

/* All or nothing. */
static void expect_start_cut(struct array_port *array, const uint32_t *before, struct change change)
{
    uint32_t values[FL_DATA_ITEMS];

    set_defaults(values);
    if (get(array, 0, change.item) == before[change.item]) {
        memcpy(values, before, sizeof values);
    }
    expect_goes_on(array, values);
}

typedef void (*expectation)(struct array_port *array, const uint32_t *before, struct change change);

/* Every cut of an action: at each program or erase, behind each number of granules. Returns how
 * many there are. */
static uint32_t cut_everywhere(const struct array_port *from, const uint32_t *before, action act,
                               struct change change, expectation expect)
{
    struct array_port *array = malloc(sizeof *array);
    uint32_t cuts = 0;
    bool cut = true;

    assert_non_null(array);
    for (uint32_t after = 0; cut; after++) {
        uint32_t size = 0;

        for (uint32_t n = 0; n * from->layout.granule_size <= size && cut; n++) {
            memcpy(array, from, sizeof *array);
            array->port.board = array;
            array->port.layout = &array->layout;
            cut = is_cut(array, act, change, after, n);
            size = array->cut_size;
            if (cut) {
                expect(array, before, change);
                cuts++;
            }
        }
    }
    free(array);
    return cuts;
}

/* Twelve changes in a row, each cut everywhere; the smaller halves are full twice in that time. */
static void put_is_old_or_new(void **state)
{
    (void)state;
    for (size_t i = 0; i < GEOMETRIES - 1u; i++) {
        struct array_port *from = new_port(&geometries[i], 2u);
        uint32_t values[FL_DATA_ITEMS];
        uint32_t cuts = 0;
        bool small;

        set_defaults(values);
        for (uint32_t n = 0; n < 12u; n++) {
            struct change change = {n * 5u % FL_DATA_ITEMS, 1000u + n};

            cuts += cut_everywhere(from, values, put_change, change, expect_put_cut);
            assert_int_equal(put_change(from, change), FL_OK);
            values[change.item] = change.value;
        }
        small = from->layout.sector_size == 512u || from->layout.paired_pages;
        assert_int_equal(from->erases, small ? 9u : 2u);
        assert_true(cuts > 100u);
        free(from);
    }
}

static void start_is_all_or_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < GEOMETRIES - 1u; i++) {
        struct array_port *from = new_port(&geometries[i], 6u);
        uint32_t values[FL_DATA_ITEMS];
        struct change change = {FL_ITEM_ERRORS, 9u};

        set_defaults(values);
        for (uint32_t n = 0; n < 2u; n++) {
            values[FL_ITEM_ERRORS] = 9u + n;
            change.value = 9u + n;
            assert_int_equal(put_change(from, change), FL_OK);
            assert_true(cut_everywhere(from, values, start_area, change, expect_start_cut) > 50u);
            assert_int_equal(fl_data_start(&from->port, 0, FORMAT), FL_OK);
        }
        free(from);
    }
}

/* Cuts again and again, before anything could settle. */
static void stands_cuts_in_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < GEOMETRIES; i++) {
        struct array_port *array = new_port(&geometries[i], 2u);
        uint32_t values[FL_DATA_ITEMS];
        uint32_t seed = 7u;
        uint32_t cuts = 0;

        set_defaults(values);
        for (uint32_t n = 0; n < 3000u; n++) {
            struct change change = {draw(&seed) % FL_DATA_ITEMS, draw(&seed) % 65536u};
            uint32_t after = draw(&seed) % 4u;
            uint32_t value;

            cuts += is_cut(array, put_change, change, after, draw(&seed) % 20u);
            value = get(array, 0, change.item);
            assert_true(value == values[change.item] || value == change.value);
            values[change.item] = value;
            expect_all(array, 0, values);
        }
        assert_true(cuts > 500u);
        free(array);
    }
}

/* ---- hostile ---- */

static void expect_bounded(struct array_port *array)
{
    uint32_t value = 0;

    for (uint32_t area = 0; area < 2u; area++) {
        uint32_t format = fl_data_format(&array->port, area);

        for (uint32_t item = 0; item <= FL_DATA_ITEMS; item++) {
            array->operations = 0;
            (void)fl_data_get(&array->port, area, format, item, &value);
            assert_true(array->operations <= FL_DATA_OPERATIONS);
        }
        array->operations = 0;
        (void)fl_data_settle(&array->port, area);
        assert_true(array->operations <= FL_DATA_OPERATIONS);
        assert_int_equal(fl_data_start(&array->port, area, FORMAT), FL_OK);
        assert_int_equal(put(array, area, FL_ITEM_ERRORS, 5u), FL_OK);
        assert_int_equal(get(array, area, FL_ITEM_ERRORS), 5u);
    }
}

static void random_bytes_do_no_harm(void **state)
{
    struct array_port *array = new_port(&geometries[1], 4u);
    uint32_t seed = 3u;

    (void)state;
    for (uint32_t n = 0; n < 300u; n++) {
        uint32_t size = 2u * array->layout.data[0].size;

        for (uint32_t i = 0; i < size; i++) {
            uint8_t byte = (uint8_t)draw(&seed);

            array_port_put(array, i, &byte, 1u);
        }
        for (uint32_t i = 0; i < size / 8u; i++) {
            array->programmed[i] = true;
            array->bad[i] = draw(&seed) % (n % 3u + 2u) == 0;
        }
        assert_int_equal(fl_data_format(&array->port, 0), 0);
        expect_bounded(array);
    }
    free(array);
}

/* Nearly sound content gets further: bytes of a good area changed, with checksums made good. */
static void changed_bytes_do_no_harm(void **state)
{
    struct array_port *array = new_port(&geometries[GEOMETRIES - 1u], 2u);
    uint32_t seed = 5u;

    (void)state;
    for (uint32_t n = 0; n < 2000u; n++) {
        uint32_t half = draw(&seed) % 2u * 4096u;
        uint8_t *header = array->flash + half;
        uint8_t *entry = header + 0x100u + draw(&seed) % FL_DATA_ENTRIES * 32u;

        assert_int_equal(put(array, 0, draw(&seed) % FL_DATA_ITEMS, n), FL_OK);
        entry[draw(&seed) % 32u] = (uint8_t)draw(&seed);
        header[4u + draw(&seed) % 60u] = (uint8_t)(draw(&seed) % 4u);
        fl_put32(entry + 0x1C, fl_crc32c(entry, 0x1C));
        fl_put32(header + 0x44, fl_crc32c(header, 64u));
        memset(array->programmed + half / 8u, 1, 4096u / 8u);
        expect_bounded(array);
    }
    free(array);
}

static void unreadable_area_is_bounded(void **state)
{
    struct array_port *array = new_port(&geometries[GEOMETRIES - 1u], 2u);

    (void)state;
    for (uint32_t n = 0; n < 2u; n++) {
        assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 5u + n), FL_OK);
        array_port_spoil(array, 0x100u, FL_DATA_ENTRIES * 32u);
        assert_int_equal(get(array, 0, FL_ITEM_ERRORS), fl_item_default(FL_ITEM_ERRORS));
        assert_true(array->operations > FL_DATA_ENTRIES);
        assert_int_equal(put(array, 0, FL_ITEM_ERRORS, 7u), FL_OK);
        array_port_spoil(array, 0, array->layout.data[0].size);
        assert_int_equal(fl_data_format(&array->port, 0), 0);
        expect_bounded(array);
    }
    free(array);
}

/* What takes a correction to read goes to the other half, and there reads without one. */
static void worn_data_is_moved(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < GEOMETRIES; i++) {
        struct array_port *array = new_port(&geometries[i], 2u);
        uint32_t erases;

        assert_int_equal(put(array, 0, 1u, 9u), FL_OK);
        erases = array->erases;
        assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
        assert_int_equal(array->erases, erases); /* it reads well */
        array_port_wear(array, array->layout.data[0].address, 64u);
        assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
        assert_true(array->erases > erases);
        erases = array->erases;
        assert_int_equal(get(array, 0, 1u), 9u);
        assert_int_equal(fl_data_settle(&array->port, 0), FL_OK);
        assert_int_equal(array->erases, erases);
        free(array);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest store_group[] = {
        cmocka_unit_test(empty_area_has_defaults),
        cmocka_unit_test(keeps_what_is_put),
        cmocka_unit_test(keeps_to_one_page_of_a_pair),
        cmocka_unit_test(equal_value_is_not_written_again),
        cmocka_unit_test(goes_on_over_many_compactions),
        cmocka_unit_test(start_empties_the_area),
        cmocka_unit_test(refuses_what_the_format_is_not),
        cmocka_unit_test(torn_entry_counts_as_absent),
        cmocka_unit_test(does_not_append_before_what_is_used),
        cmocka_unit_test(doubtful_change_is_written_anew),
        cmocka_unit_test(doubtful_half_is_settled),
        cmocka_unit_test(the_only_half_in_doubt_is_written_anew),
        cmocka_unit_test(attempts_are_not_counted),
        cmocka_unit_test(begun_and_nothing_else_is_erased),
        cmocka_unit_test(flash_that_takes_nothing_is_told),
        cmocka_unit_test(area_that_does_not_read_is_told),
        cmocka_unit_test(worn_data_is_moved),
    };
    const struct CMUnitTest cuts_group[] = {
        cmocka_unit_test(put_is_old_or_new),
        cmocka_unit_test(start_is_all_or_nothing),
        cmocka_unit_test(stands_cuts_in_a_row),
    };
    const struct CMUnitTest hostile_group[] = {
        cmocka_unit_test(random_bytes_do_no_harm),
        cmocka_unit_test(changed_bytes_do_no_harm),
        cmocka_unit_test(unreadable_area_is_bounded),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, store);
    RUN_GROUP(groups, cuts);
    RUN_GROUP(groups, hostile);
    return groups_end(&groups);
}
