/* The cursor: what a cut or reset between two operations leaves, line by line. */
/* groups: planes lines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "board_rig.h"
#include "groups.h"
#include "faults/cursor.h"

#define LINE_WORDS (RIG_LINE / RL_WORD)

static struct rig rig;
static struct rl_cursor cursor;

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

static void assert_planes_equal(const struct rl_plane *a, const struct rl_plane *b)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->slots, b->slots, a->count * sizeof *a->slots);
}

/* One operation that may change something. */
static void operate(uint64_t *random)
{
    uint32_t page = board_rig_random(random) % 6u;
    uint32_t first = board_rig_random(random) % RL_PAGE_WORDS;
    uint32_t last = first + board_rig_random(random) % (RL_PAGE_WORDS - first);
    uint32_t received;

    switch (board_rig_random(random) % 8u) {
    case 0:
        (void)CALL(&rig, cache_clean, page * RL_PAGE + first * RL_WORD,
                   (last - first + 1u) * RL_WORD);
        break;
    case 1:
        (void)CALL(&rig, flash_program_from, page * RL_PAGE, page * RL_PAGE, RL_PAGE);
        break;
    case 2:
        (void)CALL(&rig, flash_erase, page / 4u * RIG_SECTOR);
        break;
    case 3:
        (void)CALL(&rig, memory_copy, page * RL_PAGE, RELIGHT_FLASH, first * RL_PAGE);
        break;
    case 4:
        (void)CALL(&rig, receive, first * RL_PAGE, page * RL_PAGE, RL_PAGE, &received);
        break;
    default:
        board_rig_store(&rig, page, first, last, board_rig_random(random) % 1000u);
        break;
    }
}

/* At each place the cursor stands where the board stood. */
static void cursor_retraces_the_board(void **state)
{
    uint64_t random = 11;

    (void)state;
    board_rig_connect(&rig, 40);
    for (uint32_t i = 0; i < 300; i++) {
        operate(&random);
        board_rig_go(&rig, &cursor, rig.log.count);
        for (int plane = 0; plane < 3; plane++) {
            assert_planes_equal(&cursor.planes[plane], &rig.board.planes[plane]);
            assert_memory_equal(cursor.original[plane], rig.board.original[plane],
                                RL_BITMAP_WORDS(cursor.planes[plane].count) * sizeof(uint64_t));
        }
        assert_memory_equal(cursor.dirty, rig.board.cache.dirty,
                            RIG_MEMORY / RL_PAGE * sizeof *cursor.dirty);
    }
}

static void dirty_pages_are_listed_once(void)
{
    uint32_t dirty = 0;

    for (uint32_t page = 0; page < RIG_MEMORY / RL_PAGE; page++) {
        dirty += cursor.dirty[page] != 0;
    }
    assert_int_equal(cursor.dirty_count, dirty);
    for (uint32_t i = 0; i < cursor.dirty_count; i++) {
        assert_int_not_equal(cursor.dirty[cursor.dirty_pages[i]], 0);
        for (uint32_t k = 0; k < i; k++) {
            assert_int_not_equal(cursor.dirty_pages[i], cursor.dirty_pages[k]);
        }
    }
}

static void dirty_pages_are_listed(void **state)
{
    uint64_t random = 12;

    (void)state;
    board_rig_connect(&rig, 40);
    for (uint32_t i = 0; i < 300; i++) {
        operate(&random);
    }
    rl_cursor_start(&cursor, &rig.log, &rig.flash, &rig.memory);
    while (cursor.next < rig.log.count) {
        rl_cursor_step(&cursor);
        dirty_pages_are_listed_once();
    }
}

/* One operation may push a page out of the cache and store to it again. */
static void pages_pushed_out_and_stored_again_are_listed_once(void **state)
{
    uint32_t received;

    (void)state;
    board_rig_connect(&rig, 40);
    board_rig_store(&rig, 1, 0, 31, 1);
    board_rig_store(&rig, 2, 0, 31, 1);
    assert_int_equal(CALL(&rig, receive, 0, 0, 2u * RL_PAGE, &received), RELIGHT_OK);
    board_rig_go(&rig, &cursor, rig.log.count);
    dirty_pages_are_listed_once();
}

/* The stores of the log to one line since it was last written back, taken one word at a time. */
struct model {
    uint32_t stores;
    rl_slot slots[512]; /* the page after each */
};

static void model_line(uint32_t page, uint32_t word, bool kept, struct model *model)
{
    uint32_t line = rl_line_mask(&rig.board.device, word);
    rl_slot stored[512];
    uint32_t words[512];
    uint32_t count = 0;
    rl_slot base = rig.board.planes[kept ? RL_PLANE_CPU : RL_PLANE_MEMORY].slots[page];

    for (size_t i = 0; i < rig.log.change_count; i++) {
        const struct rl_change *change = &rig.log.changes[i];

        if (change->page != page || change->plane == RL_PLANE_FLASH) {
            continue;
        }
        if (change->plane == RL_PLANE_MEMORY && (change->mask & line) != 0) {
            count = 0;
        }
        for (uint32_t k = change->first_word;
             change->plane == RL_PLANE_CPU && k <= change->last_word; k++) {
            if ((line >> k & 1u) != 0) {
                assert_true(count < 512);
                words[count] = k;
                stored[count++] = change->after;
            }
        }
    }
    model->stores = count;
    base = rl_slot_merge(base, rig.board.planes[RL_PLANE_MEMORY].slots[page], line);
    for (uint32_t i = 0; i < count; i++) {
        model->slots[i] = base;
        base = rl_slot_merge(base, stored[i], 1u << words[i]);
    }
    model->slots[count] = base;
}

static void assert_lines_as_modelled(uint32_t page)
{
    static struct model model;

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word += LINE_WORDS) {
        for (int kept = 0; kept < 2; kept++) {
            model_line(page, word, kept != 0, &model);
            assert_int_equal(rl_cursor_line_stores(&cursor, page, word), model.stores);
            for (uint32_t prefix = 0; prefix <= model.stores; prefix++) {
                assert_int_equal(rl_cursor_line_at(&cursor, kept != 0, page, word, prefix),
                                 model.slots[prefix]);
            }
        }
    }
}

static void lines_hold_prefixes_of_their_stores(void **state)
{
    uint64_t random = 13;

    (void)state;
    for (uint32_t i = 0; i < 150; i++) {
        uint32_t first = board_rig_random(&random) % RL_PAGE_WORDS;
        uint32_t last = first + board_rig_random(&random) % (RL_PAGE_WORDS - first);
        uint32_t page = board_rig_random(&random) % 4u;

        if (board_rig_random(&random) % 5u == 0) {
            (void)CALL(&rig, cache_clean, page * RL_PAGE + first * RL_WORD,
                       (last - first + 1u) * RL_WORD);
        } else {
            board_rig_store(&rig, page, first, last, i);
        }
        board_rig_go(&rig, &cursor, rig.log.count);
        for (page = 0; page < 4; page++) {
            assert_lines_as_modelled(page);
        }
    }
}

static void prefixes_are_taken_in_order(void **state)
{
    rl_slot slot;

    (void)state;
    board_rig_store(&rig, 0, 0, 31, 1);
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_OK);
    board_rig_store(&rig, 0, 2, 3, 2);
    board_rig_store(&rig, 0, 2, 2, 3);
    board_rig_go(&rig, &cursor, rig.log.count);
    assert_int_equal(rl_cursor_line_stores(&cursor, 0, 0), 3);
    assert_int_equal(rl_cursor_line_stores(&cursor, 0, LINE_WORDS), 0);
    slot = rl_cursor_line_at(&cursor, false, 0, 0, 0);
    board_rig_assert_word(slot, 2, 1);
    slot = rl_cursor_line_at(&cursor, false, 0, 0, 1);
    board_rig_assert_word(slot, 2, 2);
    board_rig_assert_word(slot, 3, 1);
    slot = rl_cursor_line_at(&cursor, true, 0, 0, 2);
    board_rig_assert_word(slot, 2, 2);
    board_rig_assert_word(slot, 3, 2);
    slot = rl_cursor_line_at(&cursor, true, 0, 0, 3);
    board_rig_assert_word(slot, 2, 3);
    board_rig_assert_word(slot, 3, 2);
}

/* A store that was written back is in memory for good: no prefix takes it back. */
static void written_back_stores_stay(void **state)
{
    (void)state;
    board_rig_store(&rig, 0, 0, 31, 1);
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_OK);
    board_rig_store(&rig, 0, 0, 15, 2); /* two lines */
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_WORD), RELIGHT_OK);
    board_rig_go(&rig, &cursor, rig.log.count);
    assert_int_equal(rl_cursor_line_stores(&cursor, 0, 0), 0);
    assert_int_equal(rl_cursor_line_stores(&cursor, 0, LINE_WORDS), LINE_WORDS);
    board_rig_assert_word(rl_cursor_line_at(&cursor, false, 0, 0, 0), 0, 2);
    board_rig_assert_word(rl_cursor_line_at(&cursor, false, 0, LINE_WORDS, 0), 0, 2);
    board_rig_assert_word(rl_cursor_line_at(&cursor, false, 0, LINE_WORDS, 0), LINE_WORDS, 1);
    board_rig_store(&rig, 0, 0, 0, 3); /* the cleaned line is dirty again, with this store alone */
    board_rig_go(&rig, &cursor, rig.log.count);
    assert_int_equal(rl_cursor_line_stores(&cursor, 0, 0), 1);
    board_rig_assert_word(rl_cursor_line_at(&cursor, true, 0, 0, 0), 0, 2);
    board_rig_assert_word(rl_cursor_line_at(&cursor, true, 0, 0, 0), 1, 2);
    board_rig_assert_word(rl_cursor_line_at(&cursor, true, 0, 0, 1), 0, 3);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest planes_group[] = {
        TEST(cursor_retraces_the_board),
        TEST(dirty_pages_are_listed),
        TEST(pages_pushed_out_and_stored_again_are_listed_once),
    };
    const struct CMUnitTest lines_group[] = {
        TEST(lines_hold_prefixes_of_their_stores),
        TEST(prefixes_are_taken_in_order),
        TEST(written_back_stores_stay),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, planes);
    RUN_GROUP(groups, lines);
    return groups_end(&groups);
}
