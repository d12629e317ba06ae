/* Outcomes beyond one torn operation: what each leaves on the board, and where it is made. */
/* groups: torn past memory families */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board_rig.h"
#include "groups.h"
#include "faults/outcome.h"

#define OLD           1u
#define NEW           2u
#define GRANULE_WORDS (RIG_GRANULE / RL_WORD)

static struct rig rig;
static struct rl_cursor cursor;
static struct rl_view view;

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, 8);
    rig.board.device.geometry.paired_pages = true;
    rl_cursor_init(&cursor, &rig.board.device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_cursor_free(&cursor);
    board_rig_free(&rig);
    return 0;
}

static void erase(uint32_t address)
{
    assert_int_equal(CALL(&rig, flash_erase, address), RELIGHT_OK);
}

static bool make(rl_landing landing, uint32_t part, uint32_t parts)
{
    struct rl_outcome outcome = {.landing = landing, .part = part, .parts = parts};

    return rl_outcome_view(&cursor, &outcome, false, &view);
}

/* After a warm reset in which every dirty line was lost. */
static bool make_reset(rl_landing landing, uint32_t part, uint32_t parts)
{
    struct rl_outcome outcome = {
        .reset = true, .landing = landing, .part = part, .parts = parts, .lines = RL_LINES_LOST};

    return rl_outcome_view(&cursor, &outcome, false, &view);
}

static rl_slot flash_at(uint32_t address)
{
    return rl_view_slot(&view, RL_FLASH, address / RL_PAGE);
}

static uint32_t bad_words(uint32_t address)
{
    return rl_slot_marks_of(flash_at(address)).bad;
}

static uint32_t programmed_words(uint32_t address)
{
    return rl_slot_marks_of(flash_at(address)).programmed;
}

/* ---- torn ---- */

/* Each subset of three granules but none and all, once. */
static void every_subset_of_few_granules_lands(void **state)
{
    uint32_t seen = 0;

    (void)state;
    board_rig_program(&rig, 0, 3u * RIG_GRANULE, NEW);
    board_rig_go(&rig, &cursor, 0);
    for (uint32_t part = 0; part < 6; part++) {
        uint32_t mask = 0;

        assert_true(make(RL_LANDING_SUBSET, part, 6));
        assert_int_equal(bad_words(0), 0);
        for (uint32_t granule = 0; granule < 3; granule++) {
            uint32_t words = programmed_words(0) >> granule * GRANULE_WORDS & 3u;

            assert_true(words == 0 || words == 3);
            mask |= (words != 0 ? 1u : 0u) << granule;
        }
        seen |= 1u << mask;
    }
    assert_int_equal(seen, 0x7E); /* 1 to 6 */
    assert_false(make(RL_LANDING_SUBSET, 6, 6));
    assert_false(make(RL_LANDING_SUBSET, 0, 5));
}

/* A page of 32 granules: each alone, all but each, every second one, halves. */
static void many_granules_are_sampled(void **state)
{
    uint32_t counts[33] = {0};

    (void)state;
    board_rig_program(&rig, 0, RIG_PAGE, NEW);
    board_rig_go(&rig, &cursor, 0);
    for (uint32_t part = 0; part < 68; part++) {
        uint32_t landed;

        assert_true(make(RL_LANDING_SUBSET, part, 68));
        landed = (uint32_t)(__builtin_popcount(programmed_words(0)) +
                            __builtin_popcount(programmed_words(RL_PAGE))) /
                 GRANULE_WORDS;
        counts[landed]++;
    }
    assert_int_equal(counts[1], 32);
    assert_int_equal(counts[31], 32);
    assert_int_equal(counts[16], 4);
    assert_false(make(RL_LANDING_SUBSET, 68, 68));
}

static void one_granule_reads_bad(void **state)
{
    (void)state;
    board_rig_program(&rig, 0, 3u * RIG_GRANULE, NEW);
    board_rig_go(&rig, &cursor, 0);
    assert_true(make(RL_LANDING_GRANULE, 1, 6));
    assert_int_equal(bad_words(0), 3u << GRANULE_WORDS);
    assert_int_equal(programmed_words(0), 3u << GRANULE_WORDS);
    assert_true(make(RL_LANDING_GRANULE, 4, 6));
    assert_int_equal(bad_words(0), 3u << GRANULE_WORDS);
    assert_int_equal(programmed_words(0), 0x3F);
    assert_false(make(RL_LANDING_GRANULE, 6, 6));
}

/* The pair of the second page of a sector is the first: what was programmed there reads bad. */
static void the_other_page_of_a_pair_is_damaged(void **state)
{
    (void)state;
    board_rig_program(&rig, RIG_GRANULE, RIG_GRANULE, OLD);
    board_rig_program(&rig, RIG_SECTOR + RIG_PAGE, 2u * RIG_GRANULE, NEW);
    board_rig_program(&rig, RIG_PAGE, 2u * RIG_GRANULE, NEW);
    board_rig_go(&rig, &cursor, 1);
    assert_false(make(RL_LANDING_PAIRED, 0, 2)); /* nothing in the pair */
    board_rig_go(&rig, &cursor, 2);
    assert_true(make(RL_LANDING_PAIRED, 0, 2));
    assert_int_equal(bad_words(0), 3u << GRANULE_WORDS);
    assert_int_equal(bad_words(RIG_PAGE), 3);
    assert_int_equal(programmed_words(RIG_PAGE), 3);
    assert_true(make(RL_LANDING_PAIRED, 1, 2));
    assert_int_equal(bad_words(RIG_PAGE), 0xC);
    assert_int_equal(programmed_words(RIG_PAGE), 0xF);
    assert_int_equal(bad_words(RIG_SECTOR + RIG_PAGE), 0);
    rig.board.device.geometry.paired_pages = false;
    assert_false(make(RL_LANDING_PAIRED, 0, 2));
}

/* In a boot record, and nowhere else. */
static void a_word_of_a_record_reads_as_something_else(void **state)
{
    uint8_t expected[RL_PAGE];

    (void)state;
    board_rig_program(&rig, RIG_RECORD_A, RIG_GRANULE, OLD);
    board_rig_program(&rig, RIG_RECORD_A + RL_PAGE, RIG_GRANULE, NEW);
    board_rig_program(&rig, 0, RIG_GRANULE, NEW);
    board_rig_go(&rig, &cursor, 1);
    memset(expected, 0, sizeof expected);
    assert_true(make(RL_LANDING_OPTION, 0, 3));
    assert_memory_equal(rl_slot_bytes(flash_at(RIG_RECORD_A + RL_PAGE)), expected, RIG_GRANULE);
    memset(expected, 0xFF, sizeof expected);
    assert_true(make(RL_LANDING_OPTION, 1, 3));
    assert_memory_equal(rl_slot_bytes(flash_at(RIG_RECORD_A + RL_PAGE)), expected, RIG_GRANULE);
    assert_int_equal(programmed_words(RIG_RECORD_A + RL_PAGE), 3);
    board_rig_pattern(OLD, expected, sizeof expected);
    assert_true(make(RL_LANDING_OPTION, 2, 3));
    assert_memory_equal(rl_slot_bytes(flash_at(RIG_RECORD_A + RL_PAGE)), expected, RIG_GRANULE);
    assert_int_equal(bad_words(RIG_RECORD_A + RL_PAGE), 0);
    board_rig_go(&rig, &cursor, 0);
    assert_false(make(RL_LANDING_OPTION, 2, 3)); /* there is no other record */
    board_rig_go(&rig, &cursor, 2);
    assert_false(make(RL_LANDING_OPTION, 0, 3));
}

/* ---- past ---- */

static void a_brown_out_weakens_the_last_operations(void **state)
{
    (void)state;
    board_rig_program(&rig, 0, RIG_GRANULE, OLD);
    board_rig_program(&rig, RIG_SECTOR, RIG_GRANULE, OLD);
    board_rig_program(&rig, RIG_SECTOR + RIG_GRANULE, RIG_GRANULE, NEW);
    board_rig_go(&rig, &cursor, 3);
    assert_true(make(RL_LANDING_BROWNOUT, 1, RL_CURSOR_PAST));
    assert_int_equal(bad_words(RIG_SECTOR), 0xC);
    assert_true(make(RL_LANDING_BROWNOUT, 2, RL_CURSOR_PAST));
    assert_int_equal(bad_words(RIG_SECTOR), 0xF);
    assert_int_equal(bad_words(0), 0);
    assert_true(make(RL_LANDING_BROWNOUT, 3, RL_CURSOR_PAST));
    assert_int_equal(bad_words(0), 3);
    assert_false(make(RL_LANDING_BROWNOUT, 4, RL_CURSOR_PAST));
    assert_false(make(RL_LANDING_BROWNOUT, 0, RL_CURSOR_PAST));
}

/* Operations are taken back from the last one on: the erase with the program behind it. */
static void lost_operations_show_what_was_before(void **state)
{
    struct rl_outcome outcome = {.landing = RL_LANDING_LIED, .part = 2, .parts = RL_CURSOR_PAST};
    uint8_t old[RIG_GRANULE];

    (void)state;
    board_rig_program(&rig, 0, RIG_GRANULE, OLD);
    board_rig_pattern(OLD, old, sizeof old);
    erase(0);
    board_rig_program(&rig, 0, 2u * RIG_GRANULE, NEW);
    board_rig_go(&rig, &cursor, 3);
    assert_true(make(RL_LANDING_LIED, 1, RL_CURSOR_PAST));
    assert_int_equal(flash_at(0), RL_SLOT_BLANK);
    assert_true(make(RL_LANDING_LIED, 2, RL_CURSOR_PAST));
    assert_memory_equal(rl_slot_bytes(flash_at(0)), old, sizeof old);
    assert_int_equal(programmed_words(0), 3);
    assert_int_equal(rl_outcome_firm_until(&cursor, &outcome, 2), 1);
    outcome.landing = RL_LANDING_AFTER;
    assert_int_equal(rl_outcome_firm_until(&cursor, &outcome, 2), 2);
}

/* Only as long as the device may hold them: an erase takes longer than supply decays. */
static void what_is_long_ago_is_firm(void **state)
{
    (void)state;
    board_rig_program(&rig, 0, RIG_GRANULE, OLD);
    erase(RIG_SECTOR);
    erase(2u * RIG_SECTOR);
    erase(0);
    board_rig_go(&rig, &cursor, 4);
    assert_true(make(RL_LANDING_BROWNOUT, 1, RL_CURSOR_PAST));
    assert_false(make(RL_LANDING_BROWNOUT, 4, RL_CURSOR_PAST));
    assert_true(make(RL_LANDING_LIED, 4, RL_CURSOR_PAST));
}

static void an_earlier_operation_is_overtaken(void **state)
{
    (void)state;
    erase(0);
    board_rig_program(&rig, 0, RIG_GRANULE, NEW);
    board_rig_program(&rig, RIG_SECTOR, RIG_GRANULE, NEW);
    board_rig_program(&rig, RIG_GRANULE, RIG_GRANULE, OLD);
    board_rig_go(&rig, &cursor, 4);
    assert_true(make(RL_LANDING_UNORDERED, 3, RL_CURSOR_PAST));
    assert_int_equal(programmed_words(0), 0xC);
    assert_int_equal(programmed_words(RIG_SECTOR), 3);
    assert_true(make(RL_LANDING_UNORDERED, 2, RL_CURSOR_PAST));
    assert_int_equal(programmed_words(0), 0xF);
    assert_int_equal(programmed_words(RIG_SECTOR), 0);
    assert_false(make(RL_LANDING_UNORDERED, 1, RL_CURSOR_PAST)); /* nothing came after it */
    assert_false(make(RL_LANDING_UNORDERED, 4, RL_CURSOR_PAST)); /* the erase of that sector */
}

/* Up to the operation that needs the sector, others go on. */
static void a_suspended_erase_is_never_resumed(void **state)
{
    uint8_t byte;

    (void)state;
    board_rig_program(&rig, 0, RIG_GRANULE, OLD);
    board_rig_program(&rig, RIG_PAGE, RIG_GRANULE, OLD);
    erase(0);
    board_rig_program(&rig, RIG_SECTOR, RIG_GRANULE, NEW);
    assert_int_equal(CALL(&rig, flash_read, 0, &byte, 1), RELIGHT_OK);
    board_rig_program(&rig, 2u * RIG_SECTOR, RIG_GRANULE, NEW);
    board_rig_go(&rig, &cursor, 4);
    assert_true(make(RL_LANDING_SUSPENDED, 0, 16));
    assert_int_equal(programmed_words(0), 3);
    assert_int_equal(bad_words(0), 0);
    assert_int_equal(programmed_words(RIG_SECTOR), 3);
    assert_true(make(RL_LANDING_SUSPENDED, 8, 16));
    assert_int_equal(flash_at(0), RL_SLOT_BLANK);
    assert_int_equal(bad_words(RIG_PAGE), 0xFF);
    assert_int_equal(programmed_words(RIG_SECTOR), 3);
    assert_false(make(RL_LANDING_SUSPENDED, 16, 16));
    board_rig_go(&rig, &cursor, 5);
    assert_false(make(RL_LANDING_SUSPENDED, 0, 16));
}

/* ---- memory ---- */

static rl_slot memory_at(uint32_t page)
{
    return rl_view_slot(&view, RL_MEMORY, page);
}

static uint32_t retained(void)
{
    return rl_device_active_page(&rig.board.device);
}

/* All of memory written, and written back. */
static void fill_memory(uint32_t seed)
{
    for (uint32_t page = 0; page < retained(); page++) {
        board_rig_store(&rig, page, 0, RL_PAGE_WORDS - 1u, seed + page);
        assert_int_equal(CALL(&rig, cache_clean, page * RL_PAGE, RL_PAGE), RELIGHT_OK);
    }
}

/* How many pages of the view are as memory was before, as at the start, and lost as a whole. */
static void count_pages(uint32_t *same, uint32_t *start, uint32_t *lost)
{
    *same = 0;
    *start = 0;
    *lost = 0;
    for (uint32_t page = 0; page < retained(); page++) {
        *same += memory_at(page) == cursor.planes[RL_PLANE_MEMORY].slots[page];
        *start += memory_at(page) == rig.memory.slots[page];
        *lost += memory_at(page) == RL_SLOT_LOST;
    }
}

static void a_part_of_memory_outlives_a_cut(void **state)
{
    uint32_t same;
    uint32_t start;
    uint32_t lost;

    (void)state;
    fill_memory(OLD);
    board_rig_go(&rig, &cursor, rig.log.count);
    assert_true(make(RL_LANDING_DECAYED, 1, 5));
    count_pages(&same, &start, &lost);
    assert_int_equal(lost, 0);
    assert_in_range(same, 1, retained() - 1u);
    assert_true(make(RL_LANDING_DECAYED, 2, 5));
    count_pages(&same, &start, &lost);
    assert_int_equal(same + lost, retained());
    assert_in_range(lost, 1, retained() - 1u);
    assert_true(make(RL_LANDING_DECAYED, 4, 5));
    count_pages(&same, &start, &lost);
    assert_int_equal(same, retained());
    assert_false(make(RL_LANDING_DECAYED, 5, 5));
    assert_false(make_reset(RL_LANDING_DECAYED, 1, 5));
}

static void a_reset_leaves_garbage(void **state)
{
    uint32_t same;
    uint32_t start;
    uint32_t lost;

    (void)state;
    fill_memory(OLD);
    board_rig_start(&rig);
    fill_memory(100);
    board_rig_go(&rig, &cursor, rig.log.count);
    assert_true(make_reset(RL_LANDING_GARBAGE, 0, 5));
    count_pages(&same, &start, &lost);
    assert_in_range(same, 1, retained() - 1u);
    assert_int_equal(start, 0);
    assert_true(make_reset(RL_LANDING_GARBAGE, 2, 5));
    count_pages(&same, &start, &lost);
    assert_int_equal(same + start, retained());
    assert_in_range(start, 1, retained() - 1u);
    assert_true(make_reset(RL_LANDING_GARBAGE, 3, 5));
    count_pages(&same, &start, &lost);
    assert_int_equal(start, retained());
    assert_true(make_reset(RL_LANDING_GARBAGE, 4, 5));
    count_pages(&same, &start, &lost);
    assert_int_equal(same + start + lost, 0);
    assert_false(make(RL_LANDING_GARBAGE, 0, 5)); /* power was not lost */
}

/* Sectors in which something stands are left alone. */
static void blank_sectors_hold_anything_at_first(void **state)
{
    uint8_t byte;

    (void)state;
    board_rig_program(&rig, RIG_SECTOR, RIG_GRANULE, OLD);
    board_rig_start(&rig);
    assert_int_equal(CALL(&rig, flash_read, 0, &byte, 1), RELIGHT_OK);
    board_rig_go(&rig, &cursor, 0);
    assert_true(make(RL_LANDING_RAW, 0, 3));
    assert_int_not_equal(flash_at(0), RL_SLOT_BLANK);
    assert_int_equal(bad_words(0), 0);
    assert_int_equal(programmed_words(RIG_SECTOR), 3);
    assert_int_equal(flash_at(RIG_SECTOR + RIG_PAGE), RL_SLOT_BLANK);
    assert_false(rl_slot_is_bad(memory_at(0)));
    assert_true(make(RL_LANDING_RAW, 1, 3));
    assert_int_equal(bad_words(0), UINT32_MAX);
    assert_true(rl_slot_is_bad(memory_at(0)));
    assert_false(make(RL_LANDING_RAW, 3, 3));
    board_rig_go(&rig, &cursor, 1);
    assert_false(make(RL_LANDING_RAW, 0, 3));
}

static void a_reset_in_a_read_leaves_all_as_it_was(void **state)
{
    uint8_t byte;

    (void)state;
    board_rig_program(&rig, 0, RIG_GRANULE, OLD);
    assert_int_equal(CALL(&rig, flash_read, 0, &byte, 1), RELIGHT_OK);
    board_rig_go(&rig, &cursor, 2);
    assert_true(make_reset(RL_LANDING_QUIET, 0, 1));
    assert_int_equal(flash_at(0), cursor.planes[RL_PLANE_FLASH].slots[0]);
    board_rig_go(&rig, &cursor, 1);
    assert_false(make_reset(RL_LANDING_QUIET, 0, 1)); /* it writes */
}

/* ---- families ---- */

struct seen {
    uint32_t members[RL_LANDING_COUNT];
    bool battery;
};

/* Each member exists, can be told apart by its text, and differs in the pages named only. */
static void see(void *user, const struct rl_family *family)
{
    const struct relight_geometry *geometry = &rig.board.device.geometry;
    struct seen *seen = user;

    for (uint32_t number = family->first; number <= family->last; number++) {
        struct rl_outcome outcome = family->outcome;
        struct rl_outcome again;
        char text[RL_OUTCOME_TEXT];
        char words[RL_OUTCOME_TEXT];

        outcome.part = number;
        rl_outcome_format(&outcome, geometry, text, sizeof text);
        assert_true(rl_outcome_parse(text, geometry, seen->battery, &again));
        assert_memory_equal(&again, &outcome, sizeof again);
        rl_outcome_tell(&outcome, geometry, words, sizeof words);
        assert_int_equal(rl_outcome_class(&outcome), family->fault_class);
        assert_true(rl_outcome_view(&cursor, &outcome, seen->battery, &view));
        for (uint32_t page = 0; page < RIG_FLASH / RL_PAGE; page++) {
            bool named = family->device == RL_FLASH && page - family->page < family->pages;

            for (uint32_t i = 0; i < family->more_count; i++) {
                named = named || page - family->more[i].page < family->more[i].pages;
            }
            assert_true(named || rl_view_slot(&view, RL_FLASH, page) ==
                                     cursor.planes[RL_PLANE_FLASH].slots[page]);
        }
        seen->members[outcome.landing]++;
    }
}

static struct seen see_all(bool battery, bool start)
{
    struct rl_reach reach = {.full = true, .battery = battery, .start = start};
    struct seen seen = {.battery = battery};

    for (rl_class i = RL_CLASS_TORN_PROGRAM_SUBSET; i <= RL_CLASS_UNINITIALISED; i++) {
        rl_class_add(&reach.classes, i);
    }
    assert_true(rl_reach_is_everywhere(&reach));
    rl_cursor_start(&cursor, &rig.log, &rig.flash, &rig.memory);
    while (cursor.next < rig.log.count) {
        rl_families_before(&cursor, &reach, see, &seen);
        rl_cursor_step(&cursor);
        rl_families_after(&cursor, &reach, see, &seen);
    }
    return seen;
}

/* Programs and an erase, a read, a store and its way back: every landing. */
static void work(void)
{
    uint8_t byte;

    board_rig_program(&rig, RIG_RECORD_A, RIG_GRANULE, OLD);
    board_rig_program(&rig, RIG_RECORD_A + RIG_PAGE, 3u * RIG_GRANULE, NEW);
    erase(0);
    board_rig_program(&rig, RIG_SECTOR, RIG_GRANULE, NEW);
    assert_int_equal(CALL(&rig, flash_read, 0, &byte, 1), RELIGHT_OK);
    board_rig_store(&rig, 0, 0, RL_PAGE_WORDS - 1u, NEW);
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_OK);
}

static void every_landing_is_made_and_told(void **state)
{
    struct seen seen;

    (void)state;
    work();
    seen = see_all(false, true);
    assert_int_equal(seen.members[RL_LANDING_SUBSET], 6);
    assert_int_equal(seen.members[RL_LANDING_GRANULE], 1 + 6 + 1);
    assert_int_equal(seen.members[RL_LANDING_PAIRED], 2);
    assert_int_equal(seen.members[RL_LANDING_OPTION], 2 + 2);
    assert_int_equal(seen.members[RL_LANDING_SUSPENDED], 16 + 16);
    assert_true(seen.members[RL_LANDING_BROWNOUT] >= 4);
    assert_int_equal(seen.members[RL_LANDING_UNORDERED], 1 + 2 + 3);
    assert_int_equal(seen.members[RL_LANDING_LIED], 1 + 2 + 3 + 4);
    assert_int_equal(seen.members[RL_LANDING_DECAYED], 5 * 5);
    assert_int_equal(seen.members[RL_LANDING_GARBAGE], 5 * 5);
    assert_int_equal(seen.members[RL_LANDING_RAW], 3);
    assert_int_equal(seen.members[RL_LANDING_QUIET], 2);
}

/* A battery leaves nothing to decay; what a cut left was not just manufactured. */
static void some_need_volatile_memory_or_the_start(void **state)
{
    struct seen seen;

    (void)state;
    work();
    seen = see_all(true, false);
    assert_int_equal(seen.members[RL_LANDING_DECAYED], 0);
    assert_int_equal(seen.members[RL_LANDING_RAW], 0);
    assert_int_equal(seen.members[RL_LANDING_GARBAGE], 5 * 5);
    assert_true(seen.members[RL_LANDING_LIED] > 10); /* after a store to memory, too */
}

static void hostile_parts_are_refused(void **state)
{
    (void)state;
    work();
    for (size_t at = 0; at <= rig.log.count; at++) {
        board_rig_go(&rig, &cursor, at);
        for (unsigned landing = RL_LANDING_SUBSET; landing < RL_LANDING_QUIET; landing++) {
            assert_false(make((rl_landing)landing, UINT32_MAX, UINT32_MAX));
            assert_false(make((rl_landing)landing, UINT32_MAX, RL_CURSOR_PAST));
            assert_false(make((rl_landing)landing, 1, 0));
        }
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest torn_group[] = {
        TEST(every_subset_of_few_granules_lands),
        TEST(many_granules_are_sampled),
        TEST(one_granule_reads_bad),
        TEST(the_other_page_of_a_pair_is_damaged),
        TEST(a_word_of_a_record_reads_as_something_else),
    };
    const struct CMUnitTest past_group[] = {
        TEST(a_brown_out_weakens_the_last_operations),
        TEST(lost_operations_show_what_was_before),
        TEST(what_is_long_ago_is_firm),
        TEST(an_earlier_operation_is_overtaken),
        TEST(a_suspended_erase_is_never_resumed),
    };
    const struct CMUnitTest memory_group[] = {
        TEST(a_part_of_memory_outlives_a_cut),
        TEST(a_reset_leaves_garbage),
        TEST(blank_sectors_hold_anything_at_first),
        TEST(a_reset_in_a_read_leaves_all_as_it_was),
    };
    const struct CMUnitTest families_group[] = {
        TEST(every_landing_is_made_and_told),
        TEST(some_need_volatile_memory_or_the_start),
        TEST(hostile_parts_are_refused),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, torn);
    RUN_GROUP(groups, past);
    RUN_GROUP(groups, memory);
    RUN_GROUP(groups, families);
    return groups_end(&groups);
}
