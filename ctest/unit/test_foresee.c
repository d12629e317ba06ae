/* Questions that are foreseen for a leaf: what is known of all that arrived at it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board_rig.h"
#include "explore/closure_foresee.h"

#define FLASH_PAGES  (RIG_FLASH / RL_PAGE)
#define MEMORY_PAGES (RIG_MEMORY / RL_PAGE)
#define PAGE         3u /* of memory, asked about */

static struct rig rig;
static struct rl_observer observer;
static struct rl_footprints *footprints;
static struct rl_plane flash, memory;
static struct rl_foresight foresight;
static struct rl_view view;
static uint32_t leaf; /* of a run that looked at nothing */

static rl_slot slot(uint32_t seed)
{
    return rl_slot_make(board_rig_page(seed), RL_MARKS_FULL);
}

static struct rl_question asked(void)
{
    return rl_question_words(RL_MEMORY, PAGE, 1u);
}

/* Another leaf was split by the question; and then this one is new. */
static int set_up(void **state)
{
    struct rl_footprint footprint = {.observer = &observer, .start = {&flash, &memory}};
    struct rl_question question = asked();

    (void)state;
    board_rig_init(&rig, RIG_LINES);
    rl_observer_init(&observer, FLASH_PAGES, MEMORY_PAGES);
    rl_plane_init(&flash, FLASH_PAGES, RL_SLOT_BLANK);
    rl_plane_init(&memory, MEMORY_PAGES, RL_SLOT_LOST);
    rl_plane_set(&memory, PAGE, slot(1));
    footprints = rl_footprints_new(FLASH_PAGES, MEMORY_PAGES);
    leaf = rl_footprints_add_from(footprints, RL_ROOT, &footprint);
    assert_true(leaf != RL_LEAF_NONE);
    rl_foresight_init(&foresight, footprints);
    assert_false(rl_foresight_split(&foresight, leaf + 1u, &question));
    rl_foresight_begin(&foresight, leaf, (const struct rl_plane *const[]){&flash, &memory});
    rl_view_plain(&view, &flash, &memory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_foresight_free(&foresight);
    rl_footprints_free(footprints);
    rl_plane_free(&flash);
    rl_plane_free(&memory);
    rl_observer_free(&observer);
    board_rig_free(&rig);
    return 0;
}

static bool all_alike(void)
{
    struct rl_question question = asked();

    return rl_foresight_split(&foresight, leaf, &question);
}

static void equal_answers_are_alike(void **state)
{
    struct rl_question other = rl_question_words(RL_MEMORY, PAGE + 1u, 1u);

    (void)state;
    rl_foresight_arrive(&foresight, leaf, &view, NULL, NULL);
    assert_true(all_alike());
    assert_false(rl_foresight_split(&foresight, leaf, &other)); /* that was not foreseen */
}

/* Which sectors hold words in doubt depends on more than pages that show. */
static void doubts_are_not_foreseen(void **state)
{
    const struct rl_interval all = {0, FLASH_PAGES};
    struct rl_question question = rl_question_doubted(&all, 4);

    (void)state;
    assert_false(rl_foresight_split(&foresight, leaf + 1u, &question));
    assert_int_equal(foresight.count, 1);
}

static void another_answer_is_not(void **state)
{
    (void)state;
    rl_plane_set(&memory, PAGE, slot(2));
    rl_foresight_arrive(&foresight, leaf, &view, NULL, NULL);
    rl_plane_set(&memory, PAGE, slot(1));
    rl_foresight_arrive(&foresight, leaf, &view, NULL, NULL);
    assert_false(all_alike());
}

/* What a dirty line holds is not known. */
static void dirty_lines_answer_nothing(void **state)
{
    uint32_t dirty[MEMORY_PAGES] = {0};

    (void)state;
    dirty[PAGE + 1u] = UINT32_MAX;
    rl_foresight_arrive(&foresight, leaf, &view, NULL, dirty);
    assert_true(all_alike());
    dirty[PAGE] = 2u;
    rl_foresight_arrive(&foresight, leaf, &view, NULL, dirty);
    assert_false(all_alike());
}

/* The state that was cut stands for others, which hold something else in that page. */
static void what_is_open_is_not_alike(void **state)
{
    struct rl_open open = {.parent = rl_footprints_leaf(footprints, leaf),
                           .start = {&flash, &memory}};

    (void)state;
    rl_foresight_arrive(&foresight, leaf, &view, &open, NULL);
    assert_false(all_alike());
}

/* As long as it is foreseen, states that differ in the page arrive one by one. */
static void its_pages_count_as_touched(void **state)
{
    uint64_t bits[2][RL_BITMAP_WORDS(FLASH_PAGES > MEMORY_PAGES ? FLASH_PAGES : MEMORY_PAGES)] = {
        {0}};
    uint64_t *const touched[2] = {bits[0], bits[1]};

    (void)state;
    assert_true(rl_foresight_touches(&foresight, leaf, RL_MEMORY, PAGE - 1u, 2));
    assert_false(rl_foresight_touches(&foresight, leaf, RL_MEMORY, PAGE + 1u, 2));
    assert_false(rl_foresight_touches(&foresight, leaf, RL_FLASH, PAGE, 1));
    rl_foresight_add_touched(&foresight, leaf, touched);
    assert_true(rl_bit(bits[RL_MEMORY], PAGE) && !rl_bit(bits[RL_MEMORY], PAGE + 1u) &&
                !rl_bit(bits[RL_FLASH], PAGE));
    rl_plane_set(&memory, PAGE, slot(2));
    rl_foresight_arrive(&foresight, leaf, &view, NULL, NULL);
    assert_false(rl_foresight_touches(&foresight, leaf, RL_MEMORY, PAGE, 1));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(equal_answers_are_alike, set_up, tear_down),
        cmocka_unit_test_setup_teardown(doubts_are_not_foreseen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_answer_is_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dirty_lines_answer_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_open_is_not_alike, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_pages_count_as_touched, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
