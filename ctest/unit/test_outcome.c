/* Outcomes: which ones an operation can have, the crash state of each, and their text. */
/* groups: landings families text */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board_rig.h"
#include "groups.h"
#include "faults/outcome.h"

#define FLASH_PAGES  (RIG_FLASH / RL_PAGE)
#define MEMORY_PAGES (RIG_MEMORY / RL_PAGE)
#define ALL_CLASSES  ((1u << (RL_CLASS_NESTED_CUT + 1u)) - 1u) /* those of one operation */
#define OLD          1u                                        /* seed of what was there before */
#define NEW          2u /* seed of what is programmed or stored */

static struct rig rig;
static struct rl_cursor cursor;
static struct rl_view view;

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, 8);
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

/* The cut, without memory, in the operation that comes next. */
static bool make_view(rl_landing landing, uint32_t part, uint32_t parts)
{
    struct rl_outcome outcome = {.landing = landing, .part = part, .parts = parts};

    return rl_outcome_view(&cursor, &outcome, false, &view);
}

enum word_state { BLANK, AS_OLD, AS_NEW, ZERO, BAD };

/* What a word of flash in the view is like; `word` counts from the start of flash, and the patterns
 * of old and new begin at word `first`. */
static void assert_flash_word(uint32_t word, uint32_t first, enum word_state expected)
{
    rl_slot slot = rl_view_slot(&view, RL_FLASH, word / RL_PAGE_WORDS);
    uint32_t at = word % RL_PAGE_WORDS;
    uint32_t bad = rl_slot_marks_of(slot).bad >> at & 1u;
    uint32_t programmed = rl_slot_marks_of(slot).programmed >> at & 1u;
    uint8_t bytes[RIG_SECTOR];

    memset(bytes, expected == ZERO ? 0 : 0xFF, sizeof bytes);
    if (expected == AS_OLD || expected == AS_NEW) {
        board_rig_pattern(expected == AS_OLD ? OLD : NEW, bytes, sizeof bytes);
    }
    assert_int_equal(bad, expected == BAD);
    if (expected != BAD) {
        assert_int_equal(programmed, expected != BLANK);
        assert_memory_equal(rl_slot_bytes(slot) + at * RL_WORD, bytes + (word - first) * RL_WORD,
                            RL_WORD);
    }
}

/* No page outside of [first, first + count) differs from what the cursor has. */
static void assert_flash_elsewhere(uint32_t first, uint32_t count)
{
    for (uint32_t page = 0; page < FLASH_PAGES; page++) {
        if (page - first >= count) {
            assert_int_equal(rl_view_slot(&view, RL_FLASH, page),
                             cursor.planes[RL_PLANE_FLASH].slots[page]);
        }
    }
}

#define GRANULE_WORDS (RIG_GRANULE / RL_WORD)

/* A program of a whole device page, which spans two pages of content. */
static void torn_programs(bool suffix)
{
    uint32_t granules = RIG_PAGE / RIG_GRANULE;

    board_rig_program(&rig, RIG_PAGE, RIG_PAGE, NEW);
    board_rig_go(&rig, &cursor, 0);
    for (uint32_t part = 0; part < granules; part++) {
        assert_true(make_view(suffix ? RL_LANDING_SUFFIX : RL_LANDING_TORN, part, granules));
        assert_flash_elsewhere(2, 2);
        for (uint32_t word = 0; word < RIG_PAGE / RL_WORD; word++) {
            uint32_t granule = word / GRANULE_WORDS;
            bool landed = suffix ? granule > part : granule < part;

            assert_flash_word(RIG_PAGE / RL_WORD + word, RIG_PAGE / RL_WORD,
                              granule == part ? BAD : (landed ? AS_NEW : BLANK));
        }
    }
}

static void torn_program_lands_a_prefix(void **state)
{
    (void)state;
    torn_programs(false);
}

static void torn_program_lands_a_suffix(void **state)
{
    (void)state;
    torn_programs(true);
}

/* What other programs left in the same page stays. */
static void torn_program_leaves_its_neighbours(void **state)
{
    (void)state;
    board_rig_program(&rig, 0, 2u * RIG_GRANULE, OLD);
    board_rig_program(&rig, 2u * RIG_GRANULE, 2u * RIG_GRANULE, NEW);
    board_rig_go(&rig, &cursor, 1);
    assert_true(make_view(RL_LANDING_TORN, 0, 2));
    assert_flash_word(0, 0, AS_OLD);
    assert_flash_word(3, 0, AS_OLD);
    assert_flash_word(4, 4, BAD);
    assert_flash_word(5, 4, BAD);
    assert_flash_word(6, 4, BLANK);
    assert_true(make_view(RL_LANDING_TORN, 1, 2));
    assert_flash_word(4, 4, AS_NEW);
    assert_flash_word(6, 4, BAD);
    assert_flash_word(8, 4, BLANK);
}

#define SECTOR_WORDS    (RIG_SECTOR / RL_WORD)
#define SIXTEENTH_WORDS (SECTOR_WORDS / 16u)

/* Sector 1 holds the old pattern, and is erased. */
static void erase_sector(void)
{
    uint8_t bytes[RIG_SECTOR];

    board_rig_pattern(OLD, bytes, sizeof bytes);
    for (uint32_t at = 0; at < RIG_SECTOR; at += RIG_PAGE) {
        assert_int_equal(CALL(&rig, flash_program, RIG_SECTOR + at, bytes + at, RIG_PAGE),
                         RELIGHT_OK);
    }
    board_rig_start(&rig);
    assert_int_equal(CALL(&rig, flash_erase, RIG_SECTOR), RELIGHT_OK);
    board_rig_go(&rig, &cursor, 0);
}

static void torn_erase_blanks_from_the_front(void **state)
{
    (void)state;
    erase_sector();
    for (uint32_t part = 0; part < 16; part++) {
        assert_true(make_view(RL_LANDING_ERASE, part, 16));
        assert_flash_elsewhere(4, 4);
        for (uint32_t word = 0; word < SECTOR_WORDS; word++) {
            uint32_t sixteenth = word / SIXTEENTH_WORDS;

            assert_flash_word(SECTOR_WORDS + word, SECTOR_WORDS,
                              sixteenth < part ? BLANK : (sixteenth == part ? BAD : AS_OLD));
        }
    }
}

static void weak_erase_leaves_nothing_readable(void **state)
{
    (void)state;
    erase_sector();
    assert_true(make_view(RL_LANDING_WEAK, 0, 1));
    assert_flash_elsewhere(4, 4);
    for (uint32_t word = 0; word < SECTOR_WORDS; word++) {
        assert_flash_word(SECTOR_WORDS + word, SECTOR_WORDS, BAD);
    }
}

static void preprogram_zeroes_from_the_end(void **state)
{
    (void)state;
    erase_sector();
    for (uint32_t part = 0; part < 16; part++) {
        assert_true(make_view(RL_LANDING_PREPROGRAM, part, 16));
        assert_flash_elsewhere(4, 4);
        for (uint32_t word = 0; word < SECTOR_WORDS; word++) {
            uint32_t from_end = 15u - word / SIXTEENTH_WORDS;

            assert_flash_word(SECTOR_WORDS + word, SECTOR_WORDS,
                              from_end < part ? ZERO : (from_end == part ? BAD : AS_OLD));
        }
    }
}

/* The words of a store arrive in ascending order, across pages too. */
static void stores_land_word_by_word(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_store(&rig, 0, 0, 31, OLD);
    board_rig_store(&rig, 1, 0, 31, OLD);
    board_rig_pattern(NEW, bytes, sizeof bytes);
    assert_int_equal(CALL(&rig, memory_write, RL_PAGE - 32u, bytes, 64), RELIGHT_OK);
    board_rig_go(&rig, &cursor, 2);
    for (uint32_t part = 1; part < 8; part++) {
        struct rl_outcome outcome = {
            .reset = true, .landing = RL_LANDING_MID, .part = part, .lines = RL_LINES_KEPT};

        assert_true(rl_outcome_view(&cursor, &outcome, false, &view));
        for (uint32_t i = 0; i < 8; i++) {
            rl_slot slot = rl_view_slot(&view, RL_MEMORY, (28u + i) / RL_PAGE_WORDS);
            uint32_t word = (28u + i) % RL_PAGE_WORDS;

            assert_int_equal(rl_slot_marks_of(slot).bad, 0);
            if (i < part) {
                assert_memory_equal(rl_slot_bytes(slot) + word * RL_WORD, bytes + i * RL_WORD,
                                    RL_WORD);
            } else {
                board_rig_assert_word(slot, word, OLD);
            }
        }
        assert_int_equal(rl_view_slot(&view, RL_MEMORY, 2), RL_SLOT_LOST);
    }
}

/* Which memory an outcome leaves: lost, behind the cache, or as the CPU saw it. */
static void lines_choose_the_memory(void **state)
{
    struct rl_outcome outcome = {.landing = RL_LANDING_AFTER, .parts = 1};

    (void)state;
    board_rig_store(&rig, 0, 0, 31, OLD);
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_OK);
    board_rig_store(&rig, 0, 0, 31, NEW);
    board_rig_go(&rig, &cursor, 3);
    assert_true(rl_outcome_view(&cursor, &outcome, false, &view));
    assert_int_equal(rl_view_slot(&view, RL_MEMORY, 0), RL_SLOT_LOST);
    outcome.lines = RL_LINES_KEPT;
    assert_true(rl_outcome_view(&cursor, &outcome, true, &view));
    board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, 0), 9, NEW);
    outcome.lines = RL_LINES_LOST;
    assert_true(rl_outcome_view(&cursor, &outcome, true, &view));
    board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, 0), 9, OLD);
    outcome.lines = RL_LINES_KEPT_BUT;
    outcome.word = 8;
    outcome.prefix = 1;
    assert_true(rl_outcome_view(&cursor, &outcome, true, &view));
    board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, 0), 7, NEW);
    board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, 0), 8, NEW);
    board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, 0), 9, OLD);
    board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, 0), 16, NEW);
    outcome.lines = RL_LINES_LOST_BUT;
    assert_true(rl_outcome_view(&cursor, &outcome, true, &view));
    board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, 0), 7, OLD);
    board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, 0), 8, NEW);
    board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, 0), 9, OLD);
}

/* Outcomes that the operations of the log cannot have: a program of three granules, an erase, a
 * store of three words, and the end. */
static void impossible_outcomes_have_no_view(void **state)
{
    static const struct {
        size_t operation;
        struct rl_outcome outcome;
    } cases[] = {
        {0, {.landing = RL_LANDING_TORN, .part = 3, .parts = 3}},
        {0, {.landing = RL_LANDING_TORN, .part = 0, .parts = 4}},
        {0, {.landing = RL_LANDING_SUFFIX, .part = 3, .parts = 3}},
        {0, {.landing = RL_LANDING_ERASE, .part = 0, .parts = 16}},
        {0, {.landing = RL_LANDING_WEAK, .parts = 1}},
        {0, {.reset = true, .landing = RL_LANDING_MID, .part = 1, .lines = RL_LINES_KEPT}},
        {1, {.landing = RL_LANDING_TORN, .part = 0, .parts = 64}},
        {1, {.landing = RL_LANDING_ERASE, .part = 16, .parts = 16}},
        {1, {.landing = RL_LANDING_ERASE, .part = 0, .parts = 3}},
        {1, {.landing = RL_LANDING_PREPROGRAM, .part = 16, .parts = 16}},
        {2, {.reset = true, .landing = RL_LANDING_MID, .part = 0, .lines = RL_LINES_KEPT}},
        {2, {.reset = true, .landing = RL_LANDING_MID, .part = 4, .lines = RL_LINES_KEPT}},
        {2, {.reset = true, .landing = RL_LANDING_MID, .part = 1, .lines = RL_LINES_LOST}},
        {2, {.landing = RL_LANDING_MID, .part = 1}},
        {3, {.landing = RL_LANDING_TORN, .part = 0, .parts = 3}},
        {3, {.reset = true, .landing = RL_LANDING_AFTER}},
        {3, {.landing = RL_LANDING_AFTER, .lines = RL_LINES_KEPT}},
        {3, {.reset = true, .landing = RL_LANDING_AFTER, .lines = RL_LINES_KEPT_BUT, .prefix = 4}},
        {3, {.reset = true, .landing = RL_LANDING_BEFORE, .lines = RL_LINES_KEPT_BUT}},
        {3,
         {.reset = true,
          .landing = RL_LANDING_AFTER,
          .lines = RL_LINES_LOST_BUT,
          .page = MEMORY_PAGES}},
    };

    (void)state;
    board_rig_program(&rig, 0, 3u * RIG_GRANULE, NEW);
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    board_rig_store(&rig, 0, 0, 2, NEW);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        board_rig_go(&rig, &cursor, cases[i].operation);
        if (rl_outcome_view(&cursor, &cases[i].outcome, false, &view)) {
            fail_msg("case %zu has a view", i);
        }
    }
}

/* A log with every kind of change: stores that stay dirty, are cleaned or pushed out, erases,
 * programs of parts and of whole pages, and operations that change nothing. */
static void make_log(void)
{
    uint32_t received;
    uint8_t byte;

    board_rig_connect(&rig, 3);
    board_rig_program(&rig, RIG_BANK_B, RIG_PAGE, OLD);
    board_rig_store(&rig, 0, 0, 31, OLD);
    board_rig_start(&rig);
    board_rig_store(&rig, 1, 0, 0, NEW);
    board_rig_store(&rig, 1, 0, 11, NEW + 1u);
    assert_int_equal(CALL(&rig, flash_read, 0, &byte, 1), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_B), RELIGHT_OK);
    assert_int_equal(CALL(&rig, receive, 0, RIG_STAGING, RL_PAGE, &received), RELIGHT_OK);
    assert_int_equal(CALL(&rig, cache_clean, RL_PAGE, RIG_LINE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_program_from, RIG_BANK_B, RIG_STAGING, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, receive, RL_PAGE, RIG_STAGING + RL_PAGE, RIG_CHUNK, &received),
                     RELIGHT_OK); /* two pages: pushes the first out */
    board_rig_program(&rig, RIG_RECORD_A, 3u * RIG_GRANULE, NEW);
    board_rig_store(&rig, 0, 5, 5, NEW);
    assert_int_equal(CALL(&rig, cache_clean, 0, RIG_MEMORY), RELIGHT_OK);
    assert_int_equal(CALL(&rig, set_light, true), RELIGHT_OK);
}

/* What a visit of all families saw. */
struct seen {
    bool battery;
    uint32_t families, members;
    uint32_t by_class[RL_CLASS_COUNT];
    uint32_t by_lines[RL_LINES_LOST_BUT + 1];
    uint32_t by_landing[RL_LANDING_MID + 1];
    uint32_t resets;
    void (*check)(const struct seen *seen, const struct rl_family *family,
                  const struct rl_outcome *member);
};

static struct rl_outcome member_of(const struct rl_family *family, uint32_t number)
{
    struct rl_outcome member = family->outcome;

    if (member.lines >= RL_LINES_KEPT_BUT) {
        member.prefix = number;
    } else {
        member.part = number;
    }
    return member;
}

static void see(void *user, const struct rl_family *family)
{
    struct seen *seen = user;

    assert_true(family->first <= family->last);
    assert_true(family->fault_class < RL_CLASS_COUNT);
    seen->families++;
    for (uint32_t number = family->first; number <= family->last; number++) {
        struct rl_outcome member = member_of(family, number);

        seen->members++;
        seen->by_class[family->fault_class]++;
        seen->by_lines[member.lines]++;
        seen->by_landing[member.landing]++;
        seen->resets += member.reset;
        assert_int_equal(rl_outcome_class(&member), family->fault_class);
        if (seen->check != NULL) {
            seen->check(seen, family, &member);
        }
    }
}

/* Visits every family of the log, at the place of the cursor where it belongs. */
static struct seen see_all(bool full, bool battery, uint32_t classes,
                           void (*check)(const struct seen *, const struct rl_family *,
                                         const struct rl_outcome *))
{
    struct rl_reach reach = {.full = full, .battery = battery, .classes = rl_class_set_of(classes)};
    struct seen seen = {.battery = battery, .check = check};

    board_rig_go(&rig, &cursor, 0);
    while (cursor.next < rig.log.count) {
        rl_families_before(&cursor, &reach, see, &seen);
        rl_cursor_step(&cursor);
        rl_families_after(&cursor, &reach, see, &seen);
    }
    return seen;
}

static void every_landing_and_base_is_made(void **state)
{
    struct seen seen;

    (void)state;
    make_log();
    seen = see_all(true, true, ALL_CLASSES, NULL);
    for (int landing = 0; landing <= RL_LANDING_MID; landing++) {
        assert_true(seen.by_landing[landing] > 0);
    }
    for (int index = 0; index < RL_CLASS_NESTED_CUT; index++) {
        assert_true(seen.by_class[index] > 0);
    }
    for (int lines = RL_LINES_KEPT; lines <= RL_LINES_LOST_BUT; lines++) {
        assert_true(seen.by_lines[lines] > 0);
    }
}

static void battery_decides_what_a_cut_leaves(void **state)
{
    struct seen seen;

    (void)state;
    make_log();
    seen = see_all(true, true, ALL_CLASSES, NULL);
    assert_int_equal(seen.by_lines[RL_LINES_GONE], 0);
    seen = see_all(true, false, ALL_CLASSES & ~(1u << RL_CLASS_WARM_RESET), NULL);
    assert_int_equal(seen.resets, 0);
    assert_true(seen.members > 0);
    assert_int_equal(seen.by_lines[RL_LINES_GONE], seen.members);
}

static void classes_that_are_off_make_none(void **state)
{
    struct seen seen;
    uint32_t all;

    (void)state;
    make_log();
    all = see_all(true, true, ALL_CLASSES, NULL).members;
    for (uint32_t index = 0; index < RL_CLASS_NESTED_CUT; index++) {
        seen = see_all(true, true, ALL_CLASSES & ~(1u << index), NULL);
        assert_int_equal(seen.by_class[index], 0);
        assert_true(seen.members > 0 && seen.members < all);
    }
    assert_int_equal(see_all(true, true, 0, NULL).members, 0);
}

static void classes_that_are_on_make_their_own(void **state)
{
    (void)state;
    make_log();
    for (uint32_t index = 0; index < RL_CLASS_NESTED_CUT; index++) {
        struct seen seen = see_all(true, true, 1u << index, NULL);

        assert_int_equal(seen.by_class[index], seen.members);
        assert_true(seen.members > 0);
    }
}

/* Without tearing there is nothing inside operations, and no line on its own. */
static void coarse_reach_cuts_between_operations(void **state)
{
    struct seen seen;

    (void)state;
    make_log();
    seen = see_all(false, true, ALL_CLASSES, NULL);
    assert_true(seen.members > 0);
    assert_int_equal(seen.members, seen.families);
    assert_int_equal(seen.by_landing[RL_LANDING_BEFORE] + seen.by_landing[RL_LANDING_AFTER],
                     seen.members);
    assert_int_equal(seen.by_lines[RL_LINES_KEPT_BUT] + seen.by_lines[RL_LINES_LOST_BUT], 0);
}

/* Cuts of volatile memory at one operation: counted by hand. */
static void families_have_a_member_for_each_tear(void **state)
{
    struct rl_reach reach = {
        .full = true, .classes = rl_class_set_of(ALL_CLASSES & ~(1u << RL_CLASS_WARM_RESET))};
    struct seen seen = {0};
    uint8_t byte;

    (void)state;
    board_rig_program(&rig, 0, 3u * RIG_GRANULE, NEW);
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_read, 0, &byte, 1), RELIGHT_OK);
    board_rig_go(&rig, &cursor, 0);
    rl_families_before(&cursor, &reach, see, &seen);
    assert_int_equal(seen.by_landing[RL_LANDING_BEFORE], 1);
    assert_int_equal(seen.by_landing[RL_LANDING_TORN], 3);
    assert_int_equal(seen.by_landing[RL_LANDING_SUFFIX], 3);
    assert_int_equal(seen.members, 7);
    rl_cursor_step(&cursor);
    rl_families_before(&cursor, &reach, see, &seen);
    assert_int_equal(seen.by_landing[RL_LANDING_ERASE], 16);
    assert_int_equal(seen.by_landing[RL_LANDING_WEAK], 1);
    assert_int_equal(seen.by_landing[RL_LANDING_PREPROGRAM], 16);
    assert_int_equal(seen.members, 7 + 34);
    rl_cursor_step(&cursor);
    rl_families_after(&cursor, &reach, see, &seen);
    assert_int_equal(seen.by_landing[RL_LANDING_AFTER], 1);
    rl_families_before(&cursor, &reach, see, &seen);
    rl_cursor_step(&cursor);
    rl_families_after(&cursor, &reach, see, &seen);
    assert_int_equal(seen.members, 7 + 34 + 1); /* a read leaves nothing new */
}

/* The state that a family's members differ from, at the same place. */
static struct rl_outcome base_of(const struct rl_family *family)
{
    struct rl_outcome base = {.reset = family->outcome.reset,
                              .landing = family->outcome.landing,
                              .parts = 1,
                              .lines = family->outcome.lines};

    if (base.landing != RL_LANDING_AFTER) {
        base.landing = RL_LANDING_BEFORE;
    }
    if (base.lines == RL_LINES_KEPT_BUT) {
        base.lines = RL_LINES_KEPT;
    } else if (base.lines == RL_LINES_LOST_BUT) {
        base.lines = RL_LINES_LOST;
    }
    return base;
}

static void check_differs_in_named_pages(const struct seen *seen, const struct rl_family *family,
                                         const struct rl_outcome *member)
{
    static struct rl_view base_view;
    struct rl_outcome base = base_of(family);

    assert_true(rl_outcome_view(&cursor, member, seen->battery, &view));
    assert_true(rl_outcome_view(&cursor, &base, seen->battery, &base_view));
    for (uint8_t device = 0; device < 2; device++) {
        for (uint32_t page = 0; page < (device == RL_FLASH ? FLASH_PAGES : MEMORY_PAGES); page++) {
            bool named =
                !family->is_base && family->device == device && page - family->page < family->pages;

            if (!named) {
                assert_int_equal(rl_view_slot(&view, device, page),
                                 rl_view_slot(&base_view, device, page));
            }
        }
    }
}

static void members_differ_in_the_pages_named(void **state)
{
    (void)state;
    make_log();
    assert_true(see_all(true, true, ALL_CLASSES, check_differs_in_named_pages).members > 300);
    assert_true(see_all(true, false, ALL_CLASSES, check_differs_in_named_pages).members > 300);
}

/* A view says the same slot by slot, in sums, and when it is stored. */
static void check_view_agrees(const struct seen *seen, const struct rl_family *family,
                              const struct rl_outcome *member)
{
    static struct rl_plane planes[2];

    (void)family;
    assert_true(rl_outcome_view(&cursor, member, seen->battery, &view));
    rl_plane_init(&planes[RL_FLASH], FLASH_PAGES, RL_SLOT_BLANK);
    rl_plane_init(&planes[RL_MEMORY], MEMORY_PAGES, RL_SLOT_BLANK);
    rl_view_store(&view, &planes[RL_FLASH], &planes[RL_MEMORY]);
    for (uint8_t device = 0; device < 2; device++) {
        uint32_t count = planes[device].count - 3u;
        uint32_t bad;
        struct rl_sum sum = rl_view_sum(&view, device, 1, count, &bad);

        for (uint32_t page = 0; page < planes[device].count; page++) {
            assert_int_equal(planes[device].slots[page], rl_view_slot(&view, device, page));
        }
        assert_int_equal(bad, rl_plane_bad(&planes[device], 1, count));
        if (bad == 0) {
            assert_true(rl_sum_equal(sum, rl_plane_sum(&planes[device], 1, count)));
        }
        rl_plane_free(&planes[device]);
    }
}

static void views_agree_with_what_they_store(void **state)
{
    (void)state;
    make_log();
    (void)see_all(true, true, ALL_CLASSES, check_view_agrees);
    (void)see_all(true, false, ALL_CLASSES, check_view_agrees);
}

static void check_round_trip(const struct seen *seen, const struct rl_family *family,
                             const struct rl_outcome *member)
{
    static struct rl_view parsed_view;
    const struct relight_geometry *geometry = &rig.board.device.geometry;
    struct rl_outcome parsed;
    char text[RL_OUTCOME_TEXT];
    char again[RL_OUTCOME_TEXT];

    (void)family;
    rl_outcome_format(member, geometry, text, sizeof text);
    if (!rl_outcome_parse(text, geometry, seen->battery, &parsed)) {
        fail_msg("'%s' does not parse", text);
    }
    rl_outcome_format(&parsed, geometry, again, sizeof again);
    assert_string_equal(text, again);
    assert_int_equal(rl_outcome_class(&parsed), rl_outcome_class(member));
    assert_int_equal(rl_outcome_is_after(&parsed), rl_outcome_is_after(member));
    assert_true(rl_outcome_view(&cursor, member, seen->battery, &view));
    assert_true(rl_outcome_view(&cursor, &parsed, seen->battery, &parsed_view));
    for (uint32_t page = 0; page < FLASH_PAGES; page++) {
        assert_int_equal(rl_view_slot(&view, RL_FLASH, page),
                         rl_view_slot(&parsed_view, RL_FLASH, page));
    }
    for (uint32_t page = 0; page < MEMORY_PAGES; page++) {
        assert_int_equal(rl_view_slot(&view, RL_MEMORY, page),
                         rl_view_slot(&parsed_view, RL_MEMORY, page));
    }
}

static void every_member_round_trips(void **state)
{
    (void)state;
    make_log();
    (void)see_all(true, true, ALL_CLASSES, check_round_trip);
    (void)see_all(true, false, ALL_CLASSES, check_round_trip);
}

static void malformed_text_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "+kept",
        "before",
        "reset/before",
        "reset/",
        "reset/+kept",
        "Before+kept",
        "tornado:1/3+kept",
        "before:1+kept",
        "weak:0+kept",
        "torn+kept",
        "torn:+kept",
        "torn:1+kept",
        "torn:1/+kept",
        "torn:/3+kept",
        "torn:01/3+kept",
        "torn:-1/3+kept",
        "torn: 1/3+kept",
        "torn:1/3/4+kept",
        "torn:1234567890/3+kept",
        "mid+kept",
        "mid:1/2+kept",
        "after+",
        "after+kep",
        "after+keptx",
        "after+kept ",
        "after+gone",
        "after+kept~",
        "after+kept~resident",
        "after+kept~resident+0x40",
        "after+kept~resident+0x40:",
        "after+kept~resident+40:1",
        "after+kept~resident+0x:1",
        "after+kept~resident+0x040:1",
        "after+kept~resident+0x41:1",
        "after+kept~resident+0x123456789:1",
        "after+kept~resident+0x40:1x",
        "after+kept~bankA+0x40:1",
        "after+kept~flash+0x40:1",
        "after+kept~port+0x40:1",
        "after+kept~nowhere+0x40:1",
        "after+kept~a-name-that-is-longer-than-any+0x40:1",
    };
    const struct relight_geometry *geometry = &rig.board.device.geometry;
    struct rl_outcome outcome;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (rl_outcome_parse(cases[i], geometry, true, &outcome)) {
            fail_msg("'%s' parses", cases[i]);
        }
    }
    assert_true(rl_outcome_parse("before", geometry, false, &outcome));
    assert_false(rl_outcome_parse("before+kept", geometry, false, &outcome));
    assert_false(rl_outcome_parse("reset/before", geometry, false, &outcome));
    assert_true(rl_outcome_parse("reset/before+lost", geometry, false, &outcome));
}

static void outcomes_are_told_in_words(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"torn:2/3+kept", "POWER CUT: the first 2 of 3 granules landed, the next reads bad; every "
                          "dirty cache line written back"},
        {"suffix:0/3+lost", "POWER CUT: the last 2 of 3 granules landed, the one before reads bad; "
                            "every dirty cache line lost"},
        {"reset/after+lost~staging+0x40:3",
         "WARM RESET: after it was done; every dirty cache line lost but that at staging+0x40, "
         "which holds the first 3 of its stores"},
        {"mid:5+kept", "POWER CUT: after its first 5 words; every dirty cache line written back"},
    };
    const struct relight_geometry *geometry = &rig.board.device.geometry;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rl_outcome outcome;
        char words[256];

        assert_true(rl_outcome_parse(cases[i].text, geometry, true, &outcome));
        rl_outcome_tell(&outcome, geometry, words, sizeof words);
        assert_string_equal(words, cases[i].words);
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest landings_group[] = {
        TEST(torn_program_lands_a_prefix),        TEST(torn_program_lands_a_suffix),
        TEST(torn_program_leaves_its_neighbours), TEST(torn_erase_blanks_from_the_front),
        TEST(weak_erase_leaves_nothing_readable), TEST(preprogram_zeroes_from_the_end),
        TEST(stores_land_word_by_word),           TEST(lines_choose_the_memory),
        TEST(impossible_outcomes_have_no_view),
    };
    const struct CMUnitTest families_group[] = {
        TEST(every_landing_and_base_is_made),       TEST(battery_decides_what_a_cut_leaves),
        TEST(classes_that_are_off_make_none),       TEST(classes_that_are_on_make_their_own),
        TEST(coarse_reach_cuts_between_operations), TEST(families_have_a_member_for_each_tear),
        TEST(members_differ_in_the_pages_named),    TEST(views_agree_with_what_they_store),
    };
    const struct CMUnitTest text_group[] = {
        TEST(every_member_round_trips),
        TEST(malformed_text_is_refused),
        TEST(outcomes_are_told_in_words),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, landings);
    RUN_GROUP(groups, families);
    RUN_GROUP(groups, text);
    return groups_end(&groups);
}
