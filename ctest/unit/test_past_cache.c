/* What is stored past the data cache, in a staging memory of its own and by refreshes: nothing of
 * it is lost with the cache, and a cut tears it word by word. */
/* groups: staging outcomes refresh */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "board_rig.h"
#include "groups.h"
#include "faults/outcome.h"

#define OLD     1u /* seeds */
#define NEW     2u
#define STAGED  (RIG_STAGING / RL_PAGE) /* first page of staging */
#define FROM    (RIG_FLASH - RIG_SECTOR)
#define ACTIVE  (RIG_MEMORY / RL_PAGE) /* first page of the active configuration */
#define PAGES   (RIG_SECTOR / RL_PAGE)
#define MEMORY  (RIG_MEMORY + RIG_SECTOR)
#define CLASSES UINT32_MAX

static struct rig rig;
static struct rl_cursor cursor;
static struct rl_view view;

static int set_up(void **state)
{
    struct rl_device device = board_rig_device(8);

    (void)state;
    device.staging_sram = true;
    device.geometry.staging_executes = true;
    board_rig_companion(&device);
    board_rig_init_device(&rig, &device);
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

static rl_slot in(int plane, uint32_t page)
{
    return rig.board.planes[plane].slots[page];
}

/* The configuration flash holds pattern `seed` and those after it, and is loaded. */
static void configure(uint32_t seed)
{
    board_rig_configure(&rig, seed);
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RIG_SECTOR), RELIGHT_OK);
}

/* ---- staging ---- */

static void stores_take_effect_at_once(void **state)
{
    (void)state;
    board_rig_store(&rig, STAGED, 0, 31, OLD);
    board_rig_store(&rig, STAGED, 3, 9, NEW);
    assert_int_equal(in(RL_PLANE_MEMORY, STAGED), in(RL_PLANE_CPU, STAGED));
    board_rig_assert_word(in(RL_PLANE_MEMORY, STAGED), 2, OLD);
    board_rig_assert_word(in(RL_PLANE_MEMORY, STAGED), 3, NEW);
    assert_int_equal(rig.board.cache.lines, 0);
    rl_board_restart(&rig.board, false);
    board_rig_assert_word(in(RL_PLANE_CPU, STAGED), 9, NEW);
    board_rig_assert_word(in(RL_PLANE_CPU, STAGED), 10, OLD);
}

/* Its stores push nothing out of the cache either. */
static void the_cache_is_for_local_memory(void **state)
{
    uint32_t received;

    (void)state;
    board_rig_connect(&rig, 16);
    board_rig_store(&rig, 0, 0, 31, OLD);
    for (uint32_t page = 0; page < 16; page += 4) {
        assert_int_equal(
            CALL(&rig, receive, page * RL_PAGE, RIG_STAGING + page * RL_PAGE, RIG_CHUNK, &received),
            RELIGHT_OK);
    }
    assert_int_equal(rig.board.cache.lines, RL_PAGE / RIG_LINE);
    assert_int_equal(in(RL_PLANE_MEMORY, 0), RL_SLOT_LOST);
    assert_int_equal(in(RL_PLANE_MEMORY, STAGED + 15u),
                     rl_slot_make(board_rig_page(1015), RL_MARKS_FULL));
    assert_int_equal(CALL(&rig, memory_copy, 0, RELIGHT_MEMORY, RIG_STAGING), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_fill, RIG_STAGING, 0), RELIGHT_OK);
    assert_int_equal(rig.board.cache.lines, RL_PAGE / RIG_LINE);
}

/* No cache keeps its stores, but the instruction cache keeps what it fetched. */
static void fetches_stay_stale(void **state)
{
    (void)state;
    board_rig_store(&rig, STAGED, 0, 31, OLD);
    assert_int_equal(CALL(&rig, execute, RELIGHT_MODULE_UPDATE, RIG_STAGING, RL_PAGE), RELIGHT_OK);
    board_rig_store(&rig, STAGED, 0, 31, NEW);
    assert_int_equal(CALL(&rig, execute, RELIGHT_MODULE_UPDATE, RIG_STAGING, RL_PAGE), RELIGHT_OK);
    board_rig_assert_word(rig.board.cache.fetched[STAGED], 0, OLD);
    assert_int_equal(CALL(&rig, cache_invalidate, RIG_STAGING, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, execute, RELIGHT_MODULE_UPDATE, RIG_STAGING, RL_PAGE), RELIGHT_OK);
    board_rig_assert_word(rig.board.cache.fetched[STAGED], 0, NEW);
}

static void data_memory_does_not_execute(void **state)
{
    static const char what[] = "a fetch from memory that does not execute";

    (void)state;
    board_rig_store(&rig, STAGED - 1u, 0, 31, OLD);
    board_rig_store(&rig, STAGED, 0, 31, OLD);
    assert_int_equal(CALL(&rig, cache_clean, RIG_STAGING - RL_PAGE, RL_PAGE), RELIGHT_OK);
    rig.board.device.geometry.staging_executes = false;
    board_rig_assert_refused(&rig, CALL(&rig, execute, RELIGHT_MODULE_UPDATE, RIG_STAGING, RL_PAGE),
                             what);
    board_rig_assert_refused(
        &rig, CALL(&rig, execute, RELIGHT_MODULE_UPDATE, RIG_STAGING - RL_PAGE, RL_PAGE + 1u),
        what);
    assert_int_equal(rig.executed, 0);
    assert_int_equal(CALL(&rig, execute, RELIGHT_MODULE_UPDATE, RIG_STAGING - RL_PAGE, RL_PAGE),
                     RELIGHT_OK);
}

/* ---- outcomes ---- */

struct seen {
    uint32_t families, lines_but, mid[RL_LINES_LOST_BUT + 1u];
    uint32_t by_event[2];
};

static void see(void *user, const struct rl_family *family)
{
    struct seen *seen = user;

    seen->families++;
    seen->by_event[family->outcome.reset]++;
    seen->lines_but += family->outcome.lines >= RL_LINES_KEPT_BUT;
    if (family->outcome.landing == RL_LANDING_MID) {
        seen->mid[family->outcome.lines] += family->last - family->first + 1u;
    }
}

/* All families of the operation, with a battery. */
static struct seen families_of(size_t operation)
{
    struct rl_reach reach = {.full = true, .battery = true, .classes = rl_class_set_of(CLASSES)};
    struct seen seen = {0};

    board_rig_go(&rig, &cursor, operation);
    rl_families_before(&cursor, &reach, see, &seen);
    rl_cursor_step(&cursor);
    rl_families_after(&cursor, &reach, see, &seen);
    return seen;
}

static bool make_view(size_t operation, struct rl_outcome outcome, bool battery)
{
    board_rig_go(&rig, &cursor, operation);
    return rl_outcome_view(&cursor, &outcome, battery, &view);
}

/* The same store with a cache has lines to lose; this has none, and is torn by words with all
 * other lines kept or lost. */
static void no_line_is_lost_past_the_cache(void **state)
{
    struct seen cached, past;

    (void)state;
    board_rig_store(&rig, 0, 0, 31, OLD);
    board_rig_store(&rig, STAGED, 0, 31, OLD);
    cached = families_of(0);
    assert_true(cached.lines_but > 0);
    assert_int_equal(cached.mid[RL_LINES_LOST], 0);
    board_rig_start(&rig);
    board_rig_store(&rig, STAGED, 0, 31, NEW);
    past = families_of(0);
    assert_int_equal(past.lines_but, 0);
    assert_int_equal(past.mid[RL_LINES_KEPT], 2u * 31u); /* cut and reset */
    assert_int_equal(past.mid[RL_LINES_LOST], 2u * 31u);
}

static void stores_land_word_by_word(void **state)
{
    static const rl_lines fates[] = {RL_LINES_KEPT, RL_LINES_LOST};

    (void)state;
    board_rig_store(&rig, STAGED, 0, 31, OLD);
    board_rig_start(&rig);
    board_rig_store(&rig, 0, 0, 31, OLD); /* dirty */
    board_rig_store(&rig, STAGED, 4, 20, NEW);
    for (int fate = 0; fate < 2; fate++) {
        for (uint32_t part = 1; part < 17; part++) {
            struct rl_outcome outcome = {
                .landing = RL_LANDING_MID, .part = part, .lines = fates[fate]};

            assert_true(make_view(1, outcome, true));
            for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
                board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, STAGED), word,
                                      word >= 4 && word < 4u + part ? NEW : OLD);
            }
            assert_int_equal(rl_view_slot(&view, RL_MEMORY, 0) == RL_SLOT_LOST, fate == 1);
        }
    }
}

/* What the cursor arrives at is what the board has. */
static void the_cursor_follows(void **state)
{
    uint32_t received;

    (void)state;
    board_rig_connect(&rig, 4);
    board_rig_store(&rig, 1, 0, 7, OLD);
    board_rig_store(&rig, STAGED, 3, 5, OLD);
    assert_int_equal(CALL(&rig, receive, 0, RIG_STAGING, RIG_CHUNK, &received), RELIGHT_OK);
    configure(40);
    assert_int_equal(CALL(&rig, cache_clean, RL_PAGE, RL_PAGE), RELIGHT_OK);
    board_rig_go(&rig, &cursor, rig.log.count);
    for (int plane = 0; plane < 3; plane++) {
        for (uint32_t page = 0; page < cursor.planes[plane].count; page++) {
            assert_int_equal(cursor.planes[plane].slots[page], in(plane, page));
            assert_int_equal(rl_bit(cursor.original[plane], page),
                             rl_bit(rig.board.original[plane], page));
        }
    }
    assert_int_equal(cursor.dirty_count, 0);
}

/* ---- refresh ---- */

/* Logs a refresh from pattern 60 on over an active configuration from pattern 40 on. */
static size_t log_refresh(void)
{
    configure(40);
    board_rig_start(&rig);
    board_rig_store(&rig, 0, 0, 31, OLD);
    configure(60);
    return rig.log.count - 1u;
}

static void a_cut_in_a_refresh_leaves_what_any_cut_leaves(void **state)
{
    size_t refresh = log_refresh();
    struct seen seen = families_of(refresh);
    struct rl_outcome mid = {.landing = RL_LANDING_MID, .part = 1, .lines = RL_LINES_KEPT};

    (void)state;
    assert_int_equal(seen.by_event[0], 0);
    assert_true(seen.by_event[1] > 0);
    assert_false(make_view(refresh, mid, true));
    mid.lines = RL_LINES_GONE;
    assert_false(make_view(refresh, mid, false));
}

static void a_reset_in_a_refresh_leaves_its_first_words(void **state)
{
    size_t refresh = log_refresh();
    uint32_t words = PAGES * RL_PAGE_WORDS;
    struct seen seen = families_of(refresh);

    (void)state;
    assert_int_equal(seen.mid[RL_LINES_KEPT], words - 1u);
    assert_int_equal(seen.mid[RL_LINES_LOST], words - 1u);
    for (uint32_t part = 1; part < words; part++) {
        struct rl_outcome outcome = {.reset = true,
                                     .landing = RL_LANDING_MID,
                                     .part = part,
                                     .lines = part % 2u ? RL_LINES_KEPT : RL_LINES_LOST};

        assert_true(make_view(refresh, outcome, false));
        for (uint32_t word = 0; word < words; word++) {
            uint32_t page = word / RL_PAGE_WORDS;

            board_rig_assert_word(rl_view_slot(&view, RL_MEMORY, ACTIVE + page),
                                  word % RL_PAGE_WORDS, (word < part ? 60u : 40u) + page);
        }
    }
}

/* A view and the planes that it is stored into agree, and have no active configuration after a
 * cut. */
static void cuts_lose_it_with_a_battery_too(void **state)
{
    size_t refresh = log_refresh();
    struct rl_plane flash, memory;

    (void)state;
    rl_plane_init(&flash, RIG_FLASH / RL_PAGE, RL_SLOT_BLANK);
    rl_plane_init(&memory, MEMORY / RL_PAGE, RL_SLOT_BLANK);
    for (int reset = 0; reset < 2; reset++) {
        struct rl_outcome outcome = {
            .reset = reset, .landing = RL_LANDING_AFTER, .lines = RL_LINES_KEPT};

        assert_true(make_view(refresh + 1u, outcome, true));
        rl_view_store(&view, &flash, &memory);
        for (uint32_t page = 0; page < MEMORY / RL_PAGE; page++) {
            uint32_t bad;

            assert_int_equal(rl_view_slot(&view, RL_MEMORY, page), memory.slots[page]);
            (void)rl_view_sum(&view, RL_MEMORY, page, MEMORY / RL_PAGE - page, &bad);
            assert_int_equal(bad, rl_plane_bad(&memory, page, MEMORY / RL_PAGE - page));
            (void)rl_view_sum(&view, RL_MEMORY, 0, page, &bad);
            assert_int_equal(bad, rl_plane_bad(&memory, 0, page));
        }
        board_rig_assert_word(memory.slots[0], 5, OLD);
        if (reset) {
            board_rig_assert_word(memory.slots[ACTIVE], 5, 60);
        } else {
            assert_int_equal(memory.slots[ACTIVE], RL_SLOT_LOST);
            assert_int_equal(memory.slots[ACTIVE + PAGES - 1u], RL_SLOT_LOST);
        }
    }
    rl_plane_free(&flash);
    rl_plane_free(&memory);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest staging_group[] = {
        TEST(stores_take_effect_at_once),
        TEST(the_cache_is_for_local_memory),
        TEST(fetches_stay_stale),
        TEST(data_memory_does_not_execute),
    };
    const struct CMUnitTest outcomes_group[] = {
        TEST(no_line_is_lost_past_the_cache),
        TEST(stores_land_word_by_word),
        TEST(the_cursor_follows),
    };
    const struct CMUnitTest refresh_group[] = {
        TEST(a_cut_in_a_refresh_leaves_what_any_cut_leaves),
        TEST(a_reset_in_a_refresh_leaves_its_first_words),
        TEST(cuts_lose_it_with_a_battery_too),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, staging);
    RUN_GROUP(groups, outcomes);
    RUN_GROUP(groups, refresh);
    return groups_end(&groups);
}
