/* The observer: what counts as a look at the start state, and what a look determines. */
/* groups: bits list board */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board_rig.h"
#include "groups.h"

#define FLASH_PAGES  (RIG_FLASH / RL_PAGE)
#define MEMORY_PAGES (RIG_MEMORY / RL_PAGE)
#define BITS         200u

static struct rig rig;
static struct rl_observer observer;

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, RIG_LINES);
    rl_observer_init(&observer, FLASH_PAGES, MEMORY_PAGES);
    rig.board.observer = &observer;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_observer_free(&observer);
    board_rig_free(&rig);
    return 0;
}

static void assert_found_exactly_inside(const uint64_t *bits, uint32_t place)
{
    static const uint64_t none[RL_BITMAP_WORDS(BITS)];

    for (uint32_t first = 0; first < BITS; first++) {
        for (uint32_t count = 0; first + count <= BITS; count++) {
            bool inside = place >= first && place < first + count;

            assert_int_equal(rl_bits_any(bits, none, first, count), inside);
            assert_false(rl_bits_any(bits, bits, first, count));
        }
    }
}

static void any_finds_a_bit_exactly_inside(void **state)
{
    static const uint32_t places[] = {0, 1, 62, 63, 64, 65, 127, 128, 191, 199};

    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        uint64_t bits[RL_BITMAP_WORDS(BITS)] = {0};

        rl_bit_set(bits, places[i]);
        assert_found_exactly_inside(bits, places[i]);
    }
}

static void any_leaves_out_what_it_is_told(void **state)
{
    uint64_t bits[RL_BITMAP_WORDS(BITS)] = {0};
    uint64_t without[RL_BITMAP_WORDS(BITS)] = {0};

    (void)state;
    rl_bits_set(bits, 60, 10);
    rl_bits_set(without, 60, 9);
    assert_true(rl_bits_any(bits, without, 0, BITS));
    assert_false(rl_bits_any(bits, without, 0, 69));
    rl_bit_set(without, 69);
    assert_false(rl_bits_any(bits, without, 0, BITS));
}

static void set_sets_exactly_the_range(void **state)
{
    (void)state;
    for (uint32_t first = 0; first < BITS; first++) {
        for (uint32_t count = 0; first + count <= BITS; count++) {
            uint64_t bits[RL_BITMAP_WORDS(BITS)] = {0};
            uint64_t expected[RL_BITMAP_WORDS(BITS)] = {0};

            rl_bits_set(bits, first, count);
            for (uint32_t i = first; i < first + count; i++) {
                rl_bit_set(expected, i);
            }
            assert_memory_equal(bits, expected, sizeof bits);
        }
    }
}

static void first_look_at_a_page_counts(void **state)
{
    (void)state;
    rl_observe_page(&observer, RL_MEMORY, 5, RL_SLOT_LOST);
    rl_observe_page(&observer, RL_MEMORY, 5, RL_SLOT_BLANK);
    rl_observe_page(&observer, RL_FLASH, 5, RL_SLOT_BLANK);
    assert_int_equal(observer.count, 2);
    assert_int_equal(observer.list[0].look, RL_LOOK_PAGE);
    assert_int_equal(observer.list[0].device, RL_MEMORY);
    assert_int_equal(observer.list[0].page, 5);
    assert_int_equal(observer.list[0].value, RL_SLOT_LOST);
    assert_int_equal(observer.list[1].device, RL_FLASH);
    assert_true(rl_bit(observer.pinned[RL_MEMORY], 5));
    assert_true(rl_bit(observer.touched[RL_FLASH], 5));
    assert_false(rl_bit(observer.pinned[RL_FLASH], 4));
}

static void assert_interval(size_t index, uint32_t first, uint32_t count)
{
    assert_int_equal(observer.intervals[index].first, first);
    assert_int_equal(observer.intervals[index].count, count);
}

/* Pages 3 and 4 are not original, page 8 is pinned: three intervals are left of [2, 12). */
static void observe_range(enum rl_answer answer)
{
    uint64_t original[RL_BITMAP_WORDS(MEMORY_PAGES)];

    memset(original, 0xFF, sizeof original);
    rl_bit_clear(original, 3);
    rl_bit_clear(original, 4);
    rl_observe_page(&observer, RL_MEMORY, 8, RL_SLOT_BLANK);
    rl_observe_range(&observer, RL_LOOK_RANGE, RL_MEMORY, 2, 10, original,
                     rig.board.planes[RL_PLANE_FLASH].slots, (struct rl_sum){11, 22}, answer);
    assert_int_equal(observer.count, 2);
    assert_int_equal(observer.list[1].look, RL_LOOK_RANGE);
    assert_int_equal(observer.list[1].value, answer);
    assert_int_equal(observer.list[1].target.high, 22);
    assert_int_equal(observer.list[1].interval_first, 0);
    assert_int_equal(observer.list[1].interval_count, 3);
    assert_interval(0, 2, 1);
    assert_interval(1, 5, 3);
    assert_interval(2, 9, 3);
    for (uint32_t page = 0; page < 20; page++) {
        bool open = page >= 2 && page < 12 && page != 3 && page != 4;

        assert_int_equal(rl_bit(observer.touched[RL_MEMORY], page), open);
        assert_int_equal(rl_bit(observer.pinned[RL_MEMORY], page),
                         page == 8 || (open && answer == RL_HOLDS));
    }
}

static void ranges_that_hold_pin_their_pages(void **state)
{
    (void)state;
    observe_range(RL_HOLDS);
}

static void ranges_that_differ_pin_nothing(void **state)
{
    (void)state;
    observe_range(RL_DIFFERS);
}

static void unreadable_ranges_pin_nothing(void **state)
{
    (void)state;
    observe_range(RL_UNREADABLE);
}

/* Words are looked at once each; a page is pinned when all of its words are. */
static void words_are_pinned_by_and_by(void **state)
{
    rl_slot slot = rl_slot_make(board_rig_page(1), RL_MARKS_FULL);

    (void)state;
    rl_observe_words(&observer, RL_FLASH, 5, 0xFF, slot);
    rl_observe_words(&observer, RL_FLASH, 5, 0xF0F0, slot);
    assert_int_equal(observer.count, 2);
    assert_int_equal(observer.list[1].mask, 0xF000);
    assert_int_equal(observer.list[1].value, rl_slot_words(slot, 0xF000));
    rl_observe_words(&observer, RL_FLASH, 5, 0xF0FF, slot);
    assert_int_equal(observer.count, 2);
    assert_false(rl_bit(observer.pinned[RL_FLASH], 5));
    rl_observe_words(&observer, RL_FLASH, 5, UINT32_MAX, slot);
    assert_int_equal(observer.list[2].mask, 0xFFFF0F00);
    assert_true(rl_bit(observer.pinned[RL_FLASH], 5));
    rl_observe_page(&observer, RL_FLASH, 5, slot);
    assert_int_equal(observer.count, 3);
}

/* That one of several words is bad does not tell which. */
static void bad_words_are_not_pinned(void **state)
{
    struct rl_marks marks = {.programmed = UINT32_MAX, .bad = 4};
    rl_slot slot = rl_slot_make(board_rig_page(1), rl_pages_marks(marks));

    (void)state;
    rl_observe_words(&observer, RL_FLASH, 5, 7, slot);
    assert_int_equal(observer.list[0].value, RL_WORDS_BAD);
    assert_int_equal(observer.words[RL_FLASH][5], 0);
    assert_true(rl_bit(observer.touched[RL_FLASH], 5));
    rl_observe_words(&observer, RL_FLASH, 5, 3, slot);
    assert_int_equal(observer.list[1].value, rl_slot_words(slot, 3));
    assert_int_equal(observer.words[RL_FLASH][5], 3);
    rl_observe_words(&observer, RL_FLASH, 5, 4, slot); /* that is the bad one, as is known */
    rl_observe_words(&observer, RL_FLASH, 5, UINT32_MAX, slot);
    assert_int_equal(observer.count, 2);
    rl_observe_words(&observer, RL_FLASH, 5, 8, slot);
    assert_int_equal(observer.count, 3);
}

/* Pages 2 to 5 are blank, and pinned together; then page 6 decides. */
static void blank_ranges_pin_when_they_are(void **state)
{
    uint64_t original[RL_BITMAP_WORDS(FLASH_PAGES)];
    rl_slot *slots = rig.board.planes[RL_PLANE_FLASH].slots;

    (void)state;
    memset(original, 0xFF, sizeof original);
    rl_plane_set(&rig.board.planes[RL_PLANE_FLASH], 6, RL_SLOT_LOST);
    rl_observe_blank(&observer, RL_FLASH, 2, 4, original, slots);
    assert_int_equal(observer.list[0].look, RL_LOOK_BLANK);
    assert_int_equal(observer.list[0].value, RL_HOLDS);
    assert_interval(0, 2, 4);
    assert_true(rl_bit(observer.pinned[RL_FLASH], 2));
    assert_true(rl_bit(observer.pinned[RL_FLASH], 5));
    rl_observe_blank(&observer, RL_FLASH, 2, 4, original, slots);
    assert_int_equal(observer.count, 1);
    rl_observe_blank(&observer, RL_FLASH, 4, 4, original, slots);
    assert_int_equal(observer.list[1].value, RL_UNREADABLE);
    assert_interval(1, 6, 2);
    assert_false(rl_bit(observer.pinned[RL_FLASH], 7));
}

static void slots_are_compared_by_the_words_asked_for(void **state)
{
    rl_slot a = rl_slot_make(board_rig_page(1), RL_MARKS_FULL);
    rl_slot b = rl_slot_merge(a, rl_slot_make(board_rig_page(2), RL_MARKS_FULL), 1u << 7u);

    (void)state;
    assert_true(rl_slot_words(a, 0x7F) == rl_slot_words(b, 0x7F));
    assert_true(rl_slot_words(a, 0x80) != rl_slot_words(b, 0x80));
    assert_true(rl_slot_words(a, 1) != rl_slot_words(RL_SLOT_BLANK, 1));
    assert_true(rl_slot_words(RL_SLOT_LOST, 1) == RL_WORDS_BAD);
    assert_int_equal(rl_blank_answer(RL_HOLDS, RL_SLOT_BLANK), RL_HOLDS);
    assert_int_equal(rl_blank_answer(RL_HOLDS, a), RL_DIFFERS);
    assert_int_equal(rl_blank_answer(RL_DIFFERS, RL_SLOT_BLANK), RL_DIFFERS);
    assert_int_equal(rl_blank_answer(RL_DIFFERS, RL_SLOT_LOST), RL_UNREADABLE);
    assert_int_equal(rl_blank_answer(RL_UNREADABLE, RL_SLOT_BLANK), RL_UNREADABLE);
}

/* Adjacent intervals of two observations stay apart. */
static void intervals_belong_to_one_range(void **state)
{
    uint64_t original[RL_BITMAP_WORDS(FLASH_PAGES)];

    (void)state;
    memset(original, 0xFF, sizeof original);
    rl_observe_range(&observer, RL_LOOK_RANGE, RL_FLASH, 0, 4, original,
                     rig.board.planes[RL_PLANE_FLASH].slots, (struct rl_sum){0, 0}, RL_DIFFERS);
    rl_observe_range(&observer, RL_LOOK_RANGE, RL_FLASH, 4, 4, original,
                     rig.board.planes[RL_PLANE_FLASH].slots, (struct rl_sum){0, 0}, RL_DIFFERS);
    assert_int_equal(observer.interval_count, 2);
    assert_int_equal(observer.list[1].interval_first, 1);
    assert_interval(1, 4, 4);
    rl_observer_clear(&observer);
    assert_int_equal(observer.count, 0);
    assert_int_equal(observer.interval_count, 0);
    assert_false(rl_bit(observer.touched[RL_FLASH], 0));
}

static void reads_look_and_erases_do_not(void **state)
{
    uint8_t bytes[RIG_GRANULE] = {0};

    (void)state;
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_read, 0, bytes, 1), RELIGHT_OK);
    assert_int_equal(observer.count, 0); /* what is read was written in this power cycle */
    assert_int_equal(CALL(&rig, flash_read, RIG_SECTOR, bytes, 1), RELIGHT_OK);
    assert_int_equal(observer.count, 1);
    assert_int_equal(observer.list[0].page, RIG_SECTOR / RL_PAGE);
}

/* What a program leaves depends on what was there. */
static void programs_look(void **state)
{
    uint8_t bytes[RIG_GRANULE] = {0};

    (void)state;
    assert_int_equal(CALL(&rig, flash_program, 0, bytes, RIG_GRANULE), RELIGHT_OK);
    assert_int_equal(observer.count, 1);
    assert_int_equal(observer.list[0].look, RL_LOOK_WORDS);
    assert_int_equal(observer.list[0].mask, 3);
    assert_int_equal(observer.words[RL_FLASH][0], 3);
    assert_false(rl_bit(observer.pinned[RL_FLASH], 0));
}

static void whole_pages_are_stored_without_a_look(void **state)
{
    (void)state;
    assert_int_equal(CALL(&rig, memory_fill, 0, 7), RELIGHT_OK);
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_OK);
    assert_int_equal(observer.count, 0);
    board_rig_store(&rig, 1, 0, 3, 1);
    assert_int_equal(observer.count, 1);
    assert_int_equal(observer.list[0].device, RL_MEMORY);
    assert_int_equal(observer.list[0].page, 1);
}

/* After power is lost, memory holds nothing of the start state any more; after a reset it does. */
static void restarts_keep_what_is_original(void **state)
{
    uint8_t bytes[8];

    (void)state;
    assert_int_equal(CALL(&rig, memory_fill, 0, 7), RELIGHT_OK);
    rl_board_restart(&rig.board, false);
    assert_int_equal(CALL(&rig, memory_read, 0, bytes, 8), RELIGHT_ECC);
    assert_int_equal(observer.count, 1);
    rl_board_restart(&rig.board, true);
    assert_int_equal(CALL(&rig, memory_read, RL_PAGE, bytes, 8), RELIGHT_ECC);
    assert_int_equal(observer.count, 1);
    assert_int_equal(CALL(&rig, flash_read, 0, bytes, 8), RELIGHT_OK);
    assert_int_equal(observer.count, 2);
}

static const struct rl_content *content(uint32_t pages, uint32_t seed)
{
    uint32_t data[16];

    for (uint32_t i = 0; i < pages; i++) {
        data[i] = board_rig_page(seed + i);
    }
    return rl_content_add(data, pages);
}

/* The device begins with patterns 1, 2, 3, 4 from the start. */
static void begin_with_patterns(int plane)
{
    for (uint32_t page = 0; page < 4; page++) {
        rl_plane_set(&rig.board.planes[plane], page,
                     rl_slot_make(board_rig_page(1u + page), RL_MARKS_FULL));
    }
    board_rig_start(&rig);
}

/* The target of a range is what its open pages have to add up to. */
static void ranges_leave_known_pages_out(void **state)
{
    uint8_t bytes[RL_PAGE];
    struct rl_sum sum;

    (void)state;
    begin_with_patterns(RL_PLANE_MEMORY);
    assert_int_equal(CALL(&rig, memory_read, RL_PAGE, bytes, RL_PAGE), RELIGHT_OK);
    assert_int_equal(rl_board_holds(&rig.board, RL_PLANE_CPU, 0, content(4, 1)), RL_HOLDS);
    assert_int_equal(observer.count, 2);
    assert_interval(0, 0, 1);
    assert_interval(1, 2, 2);
    sum = rl_plane_sum(&rig.board.planes[RL_PLANE_MEMORY], 0, 1);
    rl_sum_add(&sum, rl_plane_sum(&rig.board.planes[RL_PLANE_MEMORY], 2, 2));
    assert_true(rl_sum_equal(observer.list[1].target, sum));
    assert_int_equal(rl_board_holds(&rig.board, RL_PLANE_CPU, 0, content(4, 1)), RL_HOLDS);
    assert_int_equal(observer.count, 2); /* nothing is open any more */
}

static void known_bad_words_decide_without_a_look(void **state)
{
    (void)state;
    begin_with_patterns(RL_PLANE_FLASH);
    board_rig_spoil(&rig, RL_PLANE_FLASH, 1, 1);
    assert_int_equal(rl_board_holds(&rig.board, RL_PLANE_FLASH, 0, content(4, 1)), RL_UNREADABLE);
    assert_int_equal(observer.count, 1);
    assert_true(rl_slot_is_bad(rl_board_look(&rig.board, RL_PLANE_FLASH, 1)));
    assert_int_equal(observer.count, 2);
    assert_int_equal(rl_board_holds(&rig.board, RL_PLANE_FLASH, 0, content(4, 1)), RL_UNREADABLE);
    assert_int_equal(observer.count, 2);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* What a read corrects is told with its address: as many flaws elsewhere are another answer. */
static void flaws_count_by_where_they_are(void **state)
{
    const uint8_t content[RL_PAGE] = {1u};
    const uint32_t bit = 3;
    rl_slot sound = rl_slot_intern(content, (struct rl_marks){.programmed = UINT32_MAX});
    rl_slot first = rl_slot_flip(sound, 0, 1u, &bit, 1u);
    rl_slot last = rl_slot_flip(sound, 31u, 1u, &bit, 1u);

    (void)state;
    assert_true(rl_flaws_add(0, 5u, sound) == 0);
    assert_true(rl_flaws_add(0, 5u, first) != 0);
    assert_true(rl_flaws_add(0, 5u, first) << RL_RANGE_FLAWS != rl_flaws_add(0, 5u, last)
                                                                    << RL_RANGE_FLAWS);
    assert_true(rl_flaws_add(0, 5u, first) << RL_RANGE_FLAWS != rl_flaws_add(0, 6u, first)
                                                                    << RL_RANGE_FLAWS);
    assert_true(rl_flaws_add(rl_flaws_add(0, 5u, first), 6u, sound) == rl_flaws_add(0, 5u, first));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest bits_group[] = {
        TEST(any_finds_a_bit_exactly_inside),
        TEST(any_leaves_out_what_it_is_told),
        TEST(set_sets_exactly_the_range),
    };
    const struct CMUnitTest list_group[] = {
        TEST(first_look_at_a_page_counts),
        TEST(ranges_that_hold_pin_their_pages),
        TEST(ranges_that_differ_pin_nothing),
        TEST(unreadable_ranges_pin_nothing),
        TEST(intervals_belong_to_one_range),
        TEST(words_are_pinned_by_and_by),
        TEST(bad_words_are_not_pinned),
        TEST(blank_ranges_pin_when_they_are),
        TEST(slots_are_compared_by_the_words_asked_for),
        TEST(flaws_count_by_where_they_are),
    };
    const struct CMUnitTest board_group[] = {
        TEST(reads_look_and_erases_do_not),          TEST(programs_look),
        TEST(whole_pages_are_stored_without_a_look), TEST(restarts_keep_what_is_original),
        TEST(ranges_leave_known_pages_out),          TEST(known_bad_words_decide_without_a_look),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, bits);
    RUN_GROUP(groups, list);
    RUN_GROUP(groups, board);
    return groups_end(&groups);
}
