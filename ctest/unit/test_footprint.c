/* The tree of what runs read: who arrives where, and who has to be run. */
/* groups: tree open split */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board_rig.h"
#include "groups.h"
#include "explore/footprint.h"

#define FLASH_PAGES  (RIG_FLASH / RL_PAGE)
#define MEMORY_PAGES (RIG_MEMORY / RL_PAGE)

static struct rig rig;
static struct rl_run run; /* only what rl_footprints_add() reads: observations and verdict */
static struct rl_footprints *footprints;
static struct rl_plane flash, memory; /* the state that is asked about */

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, RIG_LINES);
    memset(&run, 0, sizeof run);
    rl_observer_init(&run.observer, FLASH_PAGES, MEMORY_PAGES);
    rl_plane_init(&flash, FLASH_PAGES, RL_SLOT_BLANK);
    rl_plane_init(&memory, MEMORY_PAGES, RL_SLOT_LOST);
    run.flash = flash; /* the same slots: a run starts from the state that is asked about */
    run.memory = memory;
    footprints = rl_footprints_new(FLASH_PAGES, MEMORY_PAGES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_footprints_free(footprints);
    rl_plane_free(&flash);
    rl_plane_free(&memory);
    rl_observer_free(&run.observer);
    board_rig_free(&rig);
    return 0;
}

static rl_slot slot(uint32_t seed)
{
    return rl_slot_make(board_rig_page(seed), RL_MARKS_FULL);
}

/* A new run: nothing was looked at yet. */
static void begin_run(void)
{
    rl_observer_clear(&run.observer);
    run.judge.violated = 0;
}

static void look(uint8_t device, uint32_t page)
{
    rl_observe_page(&run.observer, device, page,
                    device == RL_FLASH ? flash.slots[page] : memory.slots[page]);
}

/* Asks whether flash from `first` on holds patterns seed, seed + 1 and so on. */
static void ask(uint32_t first, uint32_t count, uint32_t seed)
{
    uint64_t original[RL_BITMAP_WORDS(FLASH_PAGES)];
    struct rl_sum target = {0, 0};
    enum rl_answer answer;

    memset(original, 0xFF, sizeof original);
    for (uint32_t i = 0; i < count; i++) {
        rl_sum_add(&target, rl_slot_sum(first + i, slot(seed + i)));
    }
    answer = rl_sum_equal(target, rl_plane_sum(&flash, first, count)) ? RL_HOLDS : RL_DIFFERS;
    if (rl_plane_bad(&flash, first, count) > 0) {
        answer = RL_UNREADABLE;
    }
    rl_observe_range(&run.observer, RL_LOOK_RANGE, RL_FLASH, first, count, original, flash.slots,
                     target, answer);
}

static uint32_t find(void)
{
    static struct rl_view view;

    rl_view_plain(&view, &flash, &memory);
    return rl_footprints_find(footprints, &view, NULL);
}

static uint32_t add(void)
{
    return rl_footprints_add(footprints, &run);
}

static void split(uint32_t leaf, struct rl_question question)
{
    rl_footprints_split(footprints, leaf, &question, &run);
}

static void empty_tree_knows_nobody(void **state)
{
    (void)state;
    assert_int_equal(find(), RL_LEAF_NONE);
    assert_int_equal(rl_footprints_count(footprints), 0);
}

/* A run that looks at nothing is everybody's. */
static void blind_runs_take_all(void **state)
{
    (void)state;
    begin_run();
    assert_int_equal(add(), 0);
    rl_plane_set(&flash, 3, slot(1));
    assert_int_equal(find(), 0);
}

static void states_that_agree_on_what_was_read_arrive(void **state)
{
    (void)state;
    rl_plane_set(&flash, 3, slot(1));
    begin_run();
    look(RL_FLASH, 3);
    look(RL_MEMORY, 3);
    run.judge.violated = 5;
    assert_int_equal(add(), 0);
    assert_int_equal(rl_footprints_leaf(footprints, 0)->violated, 5);
    rl_plane_set(&flash, 4, slot(9));
    rl_plane_set(&memory, 2, slot(9));
    assert_int_equal(find(), 0);
    rl_plane_set(&memory, 3, slot(2));
    assert_int_equal(find(), RL_LEAF_NONE);
    begin_run();
    look(RL_FLASH, 3);
    look(RL_MEMORY, 3);
    assert_int_equal(add(), 1);
    assert_int_equal(find(), 1);
    assert_int_equal(rl_footprints_count(footprints), 2);
    rl_plane_set(&flash, 3, slot(2));
    assert_int_equal(find(), RL_LEAF_NONE);
}

/* Marks are part of what a look sees. */
static void marks_tell_states_apart(void **state)
{
    (void)state;
    rl_plane_set(&flash, 3, slot(1));
    begin_run();
    look(RL_FLASH, 3);
    assert_int_equal(add(), 0);
    rl_plane_set(&flash, 3,
                 rl_slot_make(board_rig_page(1), rl_pages_marks((struct rl_marks){
                                                     .programmed = UINT32_MAX, .bad = 1})));
    assert_int_equal(find(), RL_LEAF_NONE);
}

static void what_is_read_next_may_depend_on_what_was_read(void **state)
{
    (void)state;
    rl_plane_set(&flash, 0, slot(1));
    begin_run();
    look(RL_FLASH, 0);
    look(RL_FLASH, 1);
    assert_int_equal(add(), 0);
    rl_plane_set(&flash, 0, slot(2));
    begin_run();
    look(RL_FLASH, 0);
    look(RL_MEMORY, 7);
    look(RL_FLASH, 2);
    assert_int_equal(add(), 1);
    rl_plane_set(&flash, 1, slot(3));
    assert_int_equal(find(), 1);
    rl_plane_set(&flash, 0, slot(1));
    assert_int_equal(find(), RL_LEAF_NONE);
}

static void ranges_ask_for_the_answer_only(void **state)
{
    (void)state;
    rl_plane_set(&flash, 4, slot(4));
    begin_run();
    ask(4, 3, 4);
    assert_int_equal(add(), 0);
    rl_plane_set(&flash, 5, slot(77)); /* differs in another way */
    assert_int_equal(find(), 0);
    rl_plane_set(&flash, 5, slot(5));
    rl_plane_set(&flash, 6, slot(6)); /* holds now */
    assert_int_equal(find(), RL_LEAF_NONE);
    begin_run();
    ask(4, 3, 4);
    assert_int_equal(add(), 1);
    assert_int_equal(find(), 1);
    rl_plane_set(&flash, 6, RL_SLOT_LOST); /* does not read: the third answer */
    assert_int_equal(find(), RL_LEAF_NONE);
    begin_run();
    ask(4, 3, 4);
    assert_int_equal(add(), 2);
    assert_int_equal(find(), 2);
}

static void leaves_know_what_they_depend_on(void **state)
{
    const struct rl_leaf *leaf;

    (void)state;
    begin_run();
    look(RL_MEMORY, 9);
    ask(4, 3, 4);
    leaf = rl_footprints_leaf(footprints, add());
    assert_true(rl_leaf_touches(leaf, RL_FLASH, 4, 1));
    assert_true(rl_leaf_touches(leaf, RL_FLASH, 6, 10));
    assert_false(rl_leaf_touches(leaf, RL_FLASH, 7, 10));
    assert_false(rl_leaf_touches(leaf, RL_FLASH, 0, 4));
    assert_true(rl_leaf_touches(leaf, RL_MEMORY, 0, 10));
    assert_false(rl_leaf_touches(leaf, RL_MEMORY, 0, 9));
    assert_true(rl_bit(leaf->pinned[RL_MEMORY], 9));
    assert_false(rl_bit(leaf->pinned[RL_FLASH], 4)); /* it differs: nothing is determined */
    begin_run();
    look(RL_FLASH, 0); /* what one run looks at later says nothing about another */
    assert_false(rl_leaf_touches(rl_footprints_leaf(footprints, 0), RL_FLASH, 0, 1));
}

static void same_run_again_is_the_same_leaf(void **state)
{
    (void)state;
    begin_run();
    look(RL_FLASH, 0);
    assert_int_equal(add(), 0);
    assert_int_equal(add(), 0);
    assert_int_equal(rl_footprints_count(footprints), 1);
}

/* After the same answers, a run that goes another way is no function of what it read. */
static void runs_that_contradict_the_tree_are_refused(void **state)
{
    (void)state;
    begin_run();
    look(RL_FLASH, 0);
    look(RL_FLASH, 1);
    assert_int_equal(add(), 0);
    begin_run();
    look(RL_FLASH, 1); /* another page first */
    assert_int_equal(add(), RL_LEAF_NONE);
    begin_run();
    look(RL_MEMORY, 0); /* another device */
    assert_int_equal(add(), RL_LEAF_NONE);
    begin_run();
    ask(0, 1, 1); /* a range instead of a page */
    assert_int_equal(add(), RL_LEAF_NONE);
    begin_run();
    look(RL_FLASH, 0); /* ends early */
    assert_int_equal(add(), RL_LEAF_NONE);
    begin_run();
    look(RL_FLASH, 0);
    look(RL_FLASH, 1);
    look(RL_FLASH, 2); /* goes on */
    assert_int_equal(add(), RL_LEAF_NONE);
    assert_int_equal(rl_footprints_count(footprints), 1);
    assert_int_equal(find(), 0);
}

static void ranges_with_other_targets_contradict(void **state)
{
    (void)state;
    begin_run();
    ask(4, 3, 4);
    assert_int_equal(add(), 0);
    begin_run();
    ask(4, 3, 5);
    assert_int_equal(add(), RL_LEAF_NONE);
    begin_run();
    ask(4, 2, 4);
    assert_int_equal(add(), RL_LEAF_NONE);
}

/* More runs than the tables begin with room for; each state finds its own. */
static void trees_grow(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 5000; seed++) {
        rl_plane_set(&flash, 0, slot(seed));
        begin_run();
        look(RL_FLASH, 0);
        assert_int_equal(add(), seed);
    }
    for (uint32_t seed = 0; seed < 5000; seed += 7) {
        rl_plane_set(&flash, 0, slot(seed));
        assert_int_equal(find(), seed);
    }
}

/* Looks up the state as a cut in the middle of the run of `parent`, where the rig's log is what was
 * done before the cut. */
static struct rl_open find_open(uint32_t parent, bool kept)
{
    static struct rl_view view;
    struct rl_cursor cursor;
    struct rl_open open = {.start = {&flash, &memory}, .kept = kept};

    rl_cursor_init(&cursor, &rig.board.device);
    board_rig_go(&rig, &cursor, rig.log.count);
    open.parent = rl_footprints_leaf(footprints, parent);
    open.cursor = &cursor;
    rl_view_plain(&view, &cursor.planes[RL_PLANE_FLASH],
                  &cursor.planes[kept ? RL_PLANE_CPU : RL_PLANE_MEMORY]);
    (void)rl_footprints_find(footprints, &view, &open);
    rl_cursor_free(&cursor);
    open.cursor = NULL;
    return open;
}

/* The parent read page 0 of flash only; what comes after the cut reads pages 0, 4 and memory. */
static void add_parent_and_child(void)
{
    begin_run();
    look(RL_FLASH, 0);
    look(RL_FLASH, 4);
    look(RL_MEMORY, 0);
    assert_int_equal(add(), 0);
    rl_bits_set(rl_footprints_leaf(footprints, 0)->pinned[RL_FLASH], 0, 1);
    rl_bit_clear(rl_footprints_leaf(footprints, 0)->pinned[RL_FLASH], 4);
    rl_bit_clear(rl_footprints_leaf(footprints, 0)->pinned[RL_MEMORY], 0);
}

static void pages_nobody_determined_are_open(void **state)
{
    struct rl_open open;

    (void)state;
    add_parent_and_child();
    open = find_open(0, true);
    assert_true(open.touches);
    assert_int_equal(open.left.device, RL_FLASH);
    assert_int_equal(open.left.page, 4);
}

static void pages_written_before_the_cut_are_not_open(void **state)
{
    struct rl_open open;

    (void)state;
    add_parent_and_child();
    assert_int_equal(CALL(&rig, flash_erase, 4u * RL_PAGE), RELIGHT_OK);
    open = find_open(0, true);
    assert_true(open.touches);
    assert_int_equal(open.left.device, RL_MEMORY);
    assert_int_equal(open.left.page, 0);
}

/* Of a range, pages that the parent determined, and those that were written since, are left out. */
static void ranges_leave_their_open_pages(void **state)
{
    struct rl_sum target = {0, 0};
    struct rl_open open;

    (void)state;
    begin_run();
    ask(0, 12, 1);
    assert_int_equal(add(), 0);
    rl_footprints_leaf(footprints, 0)->asked_count = 0; /* as if that run had not asked it */
    rl_bits_set(rl_footprints_leaf(footprints, 0)->pinned[RL_FLASH], 6, 1);
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK); /* pages 0 to 3 */
    open = find_open(0, true);
    assert_true(open.touches);
    assert_int_equal(open.left.look, RL_LOOK_RANGE);
    assert_int_equal(open.left.interval_count, 2);
    assert_int_equal(open.left.intervals[0].first, 4);
    assert_int_equal(open.left.intervals[0].count, 2);
    assert_int_equal(open.left.intervals[1].first, 7);
    assert_int_equal(open.left.intervals[1].count, 5);
    for (uint32_t page = 0; page < 12; page++) {
        rl_sum_add(&target, rl_slot_sum(page, slot(1u + page)));
    }
    for (uint32_t page = 0; page < 7; page++) {
        if (page != 4 && page != 5) {
            rl_sum_sub(&target, rl_slot_sum(page, RL_SLOT_BLANK));
        }
    }
    assert_true(rl_sum_equal(open.left.target, target));
}

/* A page that is stored but not cleaned: open in what a reset leaves without its dirty lines. */
static void dirty_pages_are_open_behind_the_cache(void **state)
{
    (void)state;
    begin_run();
    look(RL_MEMORY, 0);
    assert_int_equal(add(), 0);
    rl_bit_clear(rl_footprints_leaf(footprints, 0)->pinned[RL_MEMORY], 0);
    assert_int_equal(CALL(&rig, memory_fill, 0, 0), RELIGHT_OK);
    assert_false(find_open(0, true).touches);
    assert_true(find_open(0, false).touches);
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_OK);
    assert_false(find_open(0, false).touches);
}

static void split_leaves_take_only_their_own(void **state)
{
    (void)state;
    rl_plane_set(&flash, 5, slot(1));
    begin_run();
    look(RL_FLASH, 0);
    assert_int_equal(add(), 0);
    split(0, rl_question_words(RL_FLASH, 5, UINT32_MAX));
    assert_int_equal(find(), 0);
    assert_true(rl_leaf_touches(rl_footprints_leaf(footprints, 0), RL_FLASH, 5, 1));
    rl_plane_set(&flash, 5, slot(2));
    assert_int_equal(find(), RL_LEAF_NONE);
    assert_int_equal(rl_footprints_count(footprints), 1);
}

static void expansions_are_forgotten(void **state)
{
    (void)state;
    begin_run();
    assert_int_equal(add(), 0);
    rl_footprints_leaf(footprints, 0)->expanded = true;
    rl_footprints_forget_expansions(footprints);
    assert_false(rl_footprints_leaf(footprints, 0)->expanded);
    assert_int_equal(find(), 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest tree_group[] = {
        TEST(empty_tree_knows_nobody),
        TEST(blind_runs_take_all),
        TEST(states_that_agree_on_what_was_read_arrive),
        TEST(marks_tell_states_apart),
        TEST(what_is_read_next_may_depend_on_what_was_read),
        TEST(ranges_ask_for_the_answer_only),
        TEST(leaves_know_what_they_depend_on),
        TEST(same_run_again_is_the_same_leaf),
        TEST(runs_that_contradict_the_tree_are_refused),
        TEST(ranges_with_other_targets_contradict),
        TEST(trees_grow),
    };
    const struct CMUnitTest open_group[] = {
        TEST(pages_nobody_determined_are_open),
        TEST(pages_written_before_the_cut_are_not_open),
        TEST(ranges_leave_their_open_pages),
        TEST(dirty_pages_are_open_behind_the_cache),
    };
    const struct CMUnitTest split_group[] = {
        TEST(split_leaves_take_only_their_own),
        TEST(expansions_are_forgotten),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, tree);
    RUN_GROUP(groups, open);
    RUN_GROUP(groups, split);
    return groups_end(&groups);
}
