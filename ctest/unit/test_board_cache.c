/* The caches before local memory: what a reset loses, what cleaning saves, what stays stale. */
/* groups: data instruction */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "board_rig.h"
#include "groups.h"

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, 8);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    board_rig_free(&rig);
    return 0;
}

#define LINE_WORDS (RIG_LINE / RL_WORD)
#define PAGE_LINES (RL_PAGE / RIG_LINE)

/* Page `page` holds pattern `seed` in the cache and behind it. */
static void store_and_clean(uint32_t page, uint32_t seed)
{
    board_rig_store(&rig, page, 0, RL_PAGE_WORDS - 1u, seed);
    assert_int_equal(CALL(&rig, cache_clean, page * RL_PAGE, RL_PAGE), RELIGHT_OK);
}

static void reset(void)
{
    rl_board_restart(&rig.board, false);
}

static void assert_cpu(uint32_t page, uint32_t word, uint32_t seed)
{
    board_rig_assert_word(rig.board.planes[RL_PLANE_CPU].slots[page], word, seed);
}

static void dirty_lines_are_lost_on_reset(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    board_rig_store(&rig, 0, 4, 20, 2);
    assert_cpu(0, 4, 2);
    reset();
    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        assert_cpu(0, word, 1);
    }
}

static void cleaned_lines_survive_a_reset(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    reset();
    assert_cpu(0, 0, 1);
    assert_cpu(0, RL_PAGE_WORDS - 1u, 1);
    assert_int_equal(rig.rules, 0);
}

static void nothing_survives_without_power(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    rl_board_restart(&rig.board, true);
    for (uint32_t page = 0; page < RIG_MEMORY / RL_PAGE; page++) {
        assert_int_equal(rig.board.planes[RL_PLANE_CPU].slots[page], RL_SLOT_LOST);
    }
}

/* Lines are cleaned whole, and only those that the range touches. */
static void partial_clean_saves_the_lines_it_touches(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    board_rig_store(&rig, 0, 0, RL_PAGE_WORDS - 1u, 2);
    assert_int_equal(CALL(&rig, cache_clean, RIG_LINE + 24u, RL_WORD), RELIGHT_OK);
    reset();
    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        assert_cpu(0, word, word / LINE_WORDS == 1 ? 2 : 1);
    }
}

static void clean_across_pages_saves_both_sides(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    store_and_clean(1, 1);
    board_rig_store(&rig, 0, 0, 31, 2);
    board_rig_store(&rig, 1, 0, 31, 2);
    assert_int_equal(CALL(&rig, cache_clean, RL_PAGE - RIG_LINE, 2u * RIG_LINE), RELIGHT_OK);
    reset();
    assert_cpu(0, RL_PAGE_WORDS - LINE_WORDS - 1u, 1);
    assert_cpu(0, RL_PAGE_WORDS - LINE_WORDS, 2);
    assert_cpu(1, LINE_WORDS - 1u, 2);
    assert_cpu(1, LINE_WORDS, 1);
}

/* Eight lines: two pages. A ninth dirty line pushes out the page that was dirty first, whole. */
static void full_cache_writes_back_the_oldest_page(void **state)
{
    (void)state;
    store_and_clean(3, 1);
    store_and_clean(4, 1);
    store_and_clean(5, 1);
    board_rig_store(&rig, 4, 0, 31, 2);
    board_rig_store(&rig, 3, 0, 31, 2);
    assert_int_equal(rig.board.cache.lines, 2u * PAGE_LINES);
    board_rig_store(&rig, 4, 0, 0, 3); /* the same line again: no more lines, no younger */
    assert_int_equal(rig.board.cache.lines, 2u * PAGE_LINES);
    board_rig_store(&rig, 5, 0, 0, 2);
    assert_int_equal(rig.board.cache.lines, PAGE_LINES + 1u);
    reset();
    assert_cpu(4, 0, 3);
    assert_cpu(4, 31, 2);
    assert_cpu(3, 0, 1);
    assert_cpu(5, 0, 1);
}

static void cleaned_pages_are_not_the_oldest(void **state)
{
    (void)state;
    store_and_clean(3, 1);
    store_and_clean(4, 1);
    store_and_clean(5, 1);
    board_rig_store(&rig, 4, 0, 31, 2);
    board_rig_store(&rig, 3, 0, 31, 2);
    assert_int_equal(CALL(&rig, cache_clean, 4u * RL_PAGE, RL_PAGE), RELIGHT_OK);
    board_rig_store(&rig, 4, 0, 31, 3); /* younger than page 3 now */
    board_rig_store(&rig, 5, 0, 0, 3);
    reset();
    assert_cpu(3, 0, 2);
    assert_cpu(4, 0, 2);
    assert_cpu(5, 0, 1);
}

static uint32_t dirty_lines(uint32_t *pages)
{
    uint32_t lines = 0;

    *pages = 0;
    for (uint32_t page = 0; page < RIG_MEMORY / RL_PAGE; page++) {
        uint32_t dirty = rig.board.cache.dirty[page];

        *pages += dirty != 0;
        for (uint32_t line = 0; line < PAGE_LINES; line++) {
            lines += (dirty >> line * LINE_WORDS & 0xFFu) != 0;
        }
    }
    return lines;
}

/* The cache's own account stays right: dirty lines, pages queued once each, and no word that is
 * clean but differs from memory. */
static void account_stays_right(void **state)
{
    uint64_t random = 1;
    uint32_t pages;

    (void)state;
    for (uint32_t i = 0; i < 3000; i++) {
        uint32_t page = board_rig_random(&random) % 6u;
        uint32_t first = board_rig_random(&random) % RL_PAGE_WORDS;
        uint32_t last = first + board_rig_random(&random) % (RL_PAGE_WORDS - first);
        rl_slot cpu;
        rl_slot memory;

        if (board_rig_random(&random) % 3u == 0) {
            assert_int_equal(CALL(&rig, cache_clean, page * RL_PAGE + first * RL_WORD,
                                  (last - first + 1u) * RL_WORD),
                             RELIGHT_OK);
        } else {
            board_rig_store(&rig, page, first, last, i);
        }
        assert_int_equal(rig.board.cache.lines, dirty_lines(&pages));
        assert_int_equal(rig.board.cache.used, pages);
        assert_true(rig.board.cache.lines <= 8);
        cpu = rig.board.planes[RL_PLANE_CPU].slots[page];
        memory = rig.board.planes[RL_PLANE_MEMORY].slots[page];
        assert_int_equal(rl_slot_merge(memory, cpu, rig.board.cache.dirty[page]), cpu);
    }
}

static void cache_calls_outside_are_refused(void **state)
{
    (void)state;
    board_rig_assert_refused(&rig, CALL(&rig, cache_clean, RIG_MEMORY, 8), "a cache clean");
    board_rig_assert_refused(&rig, CALL(&rig, cache_clean, RIG_MEMORY - 8u, 16), "a cache clean");
    board_rig_assert_refused(&rig, CALL(&rig, cache_clean, 0, 0), "a cache clean");
    board_rig_assert_refused(&rig, CALL(&rig, cache_invalidate, RIG_MEMORY, 8),
                             "a cache invalidate");
    board_rig_assert_refused(&rig, CALL(&rig, cache_invalidate, 0, 0), "a cache invalidate");
    board_rig_assert_refused(&rig, CALL(&rig, execute, RELIGHT_MODULE_INIT, RIG_MEMORY, 8),
                             "a fetch");
    board_rig_assert_refused(&rig, CALL(&rig, execute, RELIGHT_MODULE_INIT, 0, 0), "a fetch");
    assert_int_equal(rig.executed, 0);
}

static void execute(uint32_t page, uint32_t seed)
{
    assert_int_equal(CALL(&rig, execute, RELIGHT_MODULE_INIT, page * RL_PAGE, RL_PAGE), RELIGHT_OK);
    board_rig_assert_word(rig.board.cache.fetched[page], 0, seed);
    board_rig_assert_word(rig.board.cache.fetched[page], 31, seed);
}

static void fetches_go_behind_the_data_cache(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    board_rig_store(&rig, 0, 0, 31, 2);
    execute(0, 1);
    assert_int_equal(rig.executed, 1);
}

static void fetched_code_is_stale_until_invalidated(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    execute(0, 1);
    store_and_clean(0, 2);
    execute(0, 1);
    assert_int_equal(CALL(&rig, cache_invalidate, RL_PAGE, RL_PAGE), RELIGHT_OK);
    execute(0, 1);
    assert_int_equal(CALL(&rig, cache_invalidate, 0, RL_PAGE), RELIGHT_OK);
    execute(0, 2);
}

static void resets_forget_what_was_fetched(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    execute(0, 1);
    store_and_clean(0, 2);
    reset();
    execute(0, 2);
}

/* Invalidating without cleaning first fetches the old content once more. */
static void invalidate_does_not_clean(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    execute(0, 1);
    board_rig_store(&rig, 0, 0, 31, 2);
    assert_int_equal(CALL(&rig, cache_invalidate, 0, RL_PAGE), RELIGHT_OK);
    execute(0, 1);
    assert_cpu(0, 0, 2);
}

static void fetches_of_bad_words_fail(void **state)
{
    (void)state;
    store_and_clean(0, 1);
    assert_int_equal(CALL(&rig, execute, RELIGHT_MODULE_INIT, 0, 2u * RL_PAGE), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, execute, RELIGHT_MODULE_INIT, 0, RL_PAGE), RELIGHT_OK);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest data_group[] = {
        TEST(dirty_lines_are_lost_on_reset),       TEST(cleaned_lines_survive_a_reset),
        TEST(nothing_survives_without_power),      TEST(partial_clean_saves_the_lines_it_touches),
        TEST(clean_across_pages_saves_both_sides), TEST(full_cache_writes_back_the_oldest_page),
        TEST(cleaned_pages_are_not_the_oldest),    TEST(account_stays_right),
        TEST(cache_calls_outside_are_refused),
    };
    const struct CMUnitTest instruction_group[] = {
        TEST(fetches_go_behind_the_data_cache), TEST(fetched_code_is_stale_until_invalidated),
        TEST(resets_forget_what_was_fetched),   TEST(invalidate_does_not_clean),
        TEST(fetches_of_bad_words_fail),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, data);
    RUN_GROUP(groups, instruction);
    return groups_end(&groups);
}
