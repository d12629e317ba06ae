/* Planes: sums and counts equal those that are taken anew, after whatever changes. */
/* groups: sums */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "board_rig.h"
#include "groups.h"

#define PAGES 75u /* not a multiple of RL_BLOCK */

static struct rl_plane plane;

static int set_up(void **state)
{
    (void)state;
    rl_pages_init();
    rl_plane_init(&plane, PAGES, RL_SLOT_BLANK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_plane_free(&plane);
    rl_pages_free();
    return 0;
}

static void assert_kept(const struct rl_plane *at, uint32_t first, uint32_t count)
{
    struct rl_sum sum = {0, 0};
    struct rl_sum state = {0, 0};
    uint32_t bad = 0;

    for (uint32_t page = first; page < first + count; page++) {
        rl_sum_add(&sum, rl_slot_sum(page, at->slots[page]));
        bad += rl_slot_marks_of(at->slots[page]).bad != 0;
    }
    for (uint32_t page = 0; page < at->count; page++) {
        rl_sum_add(&state, rl_slot_state(rl_slot_sum(page, at->slots[page]), at->slots[page]));
    }
    assert_true(rl_sum_equal(rl_plane_sum(at, first, count), sum));
    assert_int_equal(rl_plane_bad(at, first, count), bad);
    assert_true(rl_sum_equal(rl_plane_state(at), state));
}

static void set_at_random(uint64_t *random, uint32_t changes)
{
    for (uint32_t i = 0; i < changes; i++) {
        struct rl_marks marks = {.programmed = UINT32_MAX};

        if (board_rig_random(random) % 3u == 0) {
            marks.bad = 1u << board_rig_random(random) % 32u;
        }
        rl_plane_set(
            &plane, board_rig_random(random) % PAGES,
            rl_slot_make(board_rig_page(board_rig_random(random) % 7u), rl_pages_marks(marks)));
    }
}

static void sums_follow_changes(void **state)
{
    uint64_t random = 3;

    (void)state;
    for (uint32_t i = 0; i < 500; i++) {
        uint32_t first = board_rig_random(&random) % PAGES;

        set_at_random(&random, 5);
        assert_kept(&plane, first, board_rig_random(&random) % (PAGES - first + 1u));
        assert_kept(&plane, 0, PAGES);
    }
}

static void sums_after_fill(void **state)
{
    uint64_t random = 4;

    (void)state;
    set_at_random(&random, 100);
    rl_plane_fill(&plane, RL_SLOT_LOST);
    assert_kept(&plane, 0, PAGES);
    assert_int_equal(rl_plane_bad(&plane, 0, PAGES), PAGES);
    rl_plane_fill(&plane, RL_SLOT_BLANK);
    assert_kept(&plane, 0, PAGES);
    assert_int_equal(rl_plane_bad(&plane, 0, PAGES), 0);
}

static void copies_bring_their_sums(void **state)
{
    uint64_t random = 5;
    struct rl_plane copy;

    (void)state;
    rl_plane_init(&copy, PAGES, RL_SLOT_LOST);
    set_at_random(&random, 200);
    rl_plane_copy(&copy, &plane);
    assert_memory_equal(copy.slots, plane.slots, PAGES * sizeof *plane.slots);
    assert_kept(&copy, 3, PAGES - 3u);
    rl_plane_set(&copy, 0, rl_slot_make(board_rig_page(99), RL_MARKS_FULL));
    assert_kept(&copy, 0, PAGES);
    assert_kept(&plane, 0, PAGES);
    rl_plane_free(&copy);
}

/* What a range holds decides, not how it came there: and where in it. */
static void sums_tell_contents_and_places_apart(void **state)
{
    rl_slot a = rl_slot_make(board_rig_page(1), RL_MARKS_FULL);
    rl_slot b = rl_slot_make(board_rig_page(2), RL_MARKS_FULL);
    struct rl_sum sum;
    struct rl_sum all;

    (void)state;
    rl_plane_set(&plane, 20, a);
    rl_plane_set(&plane, 21, b);
    sum = rl_plane_sum(&plane, 16, 16);
    rl_plane_set(&plane, 20, b);
    assert_false(rl_sum_equal(rl_plane_sum(&plane, 16, 16), sum));
    rl_plane_set(&plane, 21, a);
    assert_false(rl_sum_equal(rl_plane_sum(&plane, 16, 16), sum));
    rl_plane_set(&plane, 21, b);
    all = rl_plane_state(&plane);
    rl_plane_set(&plane, 20,
                 rl_slot_make(board_rig_page(1),
                              rl_pages_marks((struct rl_marks){.programmed = 7, .bad = 7})));
    assert_true(rl_sum_equal(rl_plane_sum(&plane, 16, 16), sum)); /* marks do not enter */
    assert_false(rl_sum_equal(rl_plane_state(&plane), all));      /* but they do here */
    assert_int_equal(rl_plane_bad(&plane, 16, 16), 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest sums_group[] = {
        TEST(sums_follow_changes),
        TEST(sums_after_fill),
        TEST(copies_bring_their_sums),
        TEST(sums_tell_contents_and_places_apart),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, sums);
    return groups_end(&groups);
}
