/* The promise that cutting one run for all states of its leaf rests on: where nothing is left of
 * the questions to a crash state, all states of the leaf leave crash states there that answer
 * alike. Random runs from random states, cut anywhere; the leaf is split until nothing is left of
 * what another random run asks the crash state. Then each state that arrives at the leaf is run,
 * and cut there, too. */
/* groups: exact */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board/heap.h"
#include "faults/outcome.h"
#include "groups.h"
#include "scripts.h"

#define PAIRS        8000u
#define STATES       60u
#define SPLITS_MOST  200u
#define ENOUGH       20000u /* crash states that differ, compared */
#define ENOUGH_SPLIT 200u   /* of leaves, by each look */

/* A crash state of a run: which, in any run of the same leaf. */
struct place {
    size_t operation;
    struct rl_outcome outcome;
    uint32_t drawn_of; /* so many */
};

static struct rl_footprints *first, *second; /* of runs that are cut, and of runs behind the cut */
static struct rl_run cut_run;                /* only its start state */
static struct rl_cursor cursor;
static struct rl_view view;
static struct place place;
static bool battery;
static uint32_t compared, splits[RL_LOOKS];

static void draw_place(void *user, const struct rl_family *family)
{
    size_t operation = *(const size_t *)user;
    uint32_t number = family->first + scripts_draw(family->last - family->first + 1u);
    struct rl_outcome outcome = family->outcome;

    if (scripts_draw(++place.drawn_of) != 0) {
        return;
    }
    *(outcome.lines >= RL_LINES_KEPT_BUT ? &outcome.prefix : &outcome.part) = number;
    place.operation = operation;
    place.outcome = outcome;
}

/* Draws a crash state of the run that the log has; false when it has none. */
static bool draw_cut(void)
{
    rl_class_set classes = rl_class_set_of((UINT64_C(1) << RL_CLASS_PROGRAM_ERROR) - 1u);
    struct rl_reach reach = {.full = true, .battery = battery, .classes = classes};

    place.drawn_of = 0;
    rl_cursor_start(&cursor, &scripts.rig.log, &scripts.flash, &scripts.memory);
    for (size_t i = 0; i < scripts.rig.log.count; i++) {
        rl_families_before(&cursor, &reach, draw_place, &i);
        rl_cursor_step(&cursor);
        rl_families_after(&cursor, &reach, draw_place, &i);
    }
    return place.drawn_of > 0;
}

/* The crash state at the place, of the run that the log has. False when there is none. */
static bool view_cut(void)
{
    size_t end;

    rl_cursor_start(&cursor, &scripts.rig.log, &scripts.flash, &scripts.memory);
    end = place.operation + (rl_outcome_is_after(&place.outcome) ? 1u : 0u);
    while (cursor.next < end) {
        rl_cursor_step(&cursor);
    }
    return rl_outcome_view(&cursor, &place.outcome, battery, &view);
}

/* Runs the script from the state, and keeps the log. */
static void execute_logged(const struct script *script)
{
    struct script_results results;

    rl_log_clear(&scripts.rig.log);
    scripts.rig.board.log = &scripts.rig.log;
    scripts_execute(script, &results);
    scripts.rig.board.log = NULL;
}

/* Runs the script from the crash state; adds that to the second tree. */
static uint32_t go_on(const struct script *script)
{
    struct script_results results;

    rl_view_store(&view, &scripts.flash, &scripts.memory);
    scripts_execute(script, &results);
    return rl_footprints_add(second, &scripts.run);
}

/* Splits the leaf of the run that was cut until nothing is left of the questions to the crash
 * state.
 */
static void split_leaf(uint32_t leaf)
{
    bool kept = place.outcome.lines == RL_LINES_KEPT || place.outcome.lines == RL_LINES_KEPT_BUT;

    for (uint32_t i = 0; i < SPLITS_MOST; i++) {
        struct rl_open open = {
            .parent = rl_footprints_leaf(first, leaf),
            .cursor = &cursor,
            .start = {&cut_run.flash, &cut_run.memory},
            .kept = kept,
        };

        (void)rl_footprints_find(second, &view, &open);
        if (!open.touches) {
            return;
        }
        splits[open.left.look]++;
        rl_footprints_split(first, leaf, &open.left, &cut_run);
    }
    fail_msg("%u splits did not end it", SPLITS_MOST);
}

static bool differs(const struct rl_plane *flash, const struct rl_plane *memory)
{
    for (uint32_t page = 0; page < flash->count; page++) {
        if (flash->slots[page] != rl_view_slot(&view, RL_FLASH, page)) {
            return true;
        }
    }
    for (uint32_t page = 0; page < memory->count; page++) {
        if (memory->slots[page] != rl_view_slot(&view, RL_MEMORY, page)) {
            return true;
        }
    }
    return false;
}

/* Other states of the leaf, cut at the same place, arrive where the first one does. */
static void compare_states(const struct script *script, uint32_t leaf, uint32_t behind,
                           const struct rl_plane *flash, const struct rl_plane *memory)
{
    static struct rl_view start;

    for (uint32_t i = 0; i < STATES; i++) {
        rl_plane_copy(&scripts.flash, &cut_run.flash);
        rl_plane_copy(&scripts.memory, &cut_run.memory);
        for (uint32_t changes = 1u + scripts_draw(3); changes > 0; changes--) {
            scripts_change_state();
        }
        rl_view_plain(&start, &scripts.flash, &scripts.memory);
        if (rl_footprints_find(first, &start, NULL) != leaf) {
            continue;
        }
        execute_logged(script);
        if (!view_cut() || !differs(flash, memory)) {
            continue;
        }
        compared++;
        if (rl_footprints_find(second, &view, NULL) != behind) {
            char text[128];

            rl_outcome_format(&place.outcome, &scripts.rig.board.device.geometry, text,
                              sizeof text);
            fail_msg("a state of the leaf left another crash state at operation %zu, %s: of kind "
                     "%d",
                     place.operation, text, scripts.rig.log.operations[place.operation].kind);
        }
    }
}

static void cut_and_compare(const struct script *script, const struct script *next,
                            struct rl_plane *flash, struct rl_plane *memory)
{
    uint32_t leaf, behind;

    execute_logged(script);
    if (!draw_cut()) {
        return;
    }
    leaf = rl_footprints_add(first, &scripts.run);
    rl_plane_copy(&cut_run.flash, &scripts.flash);
    rl_plane_copy(&cut_run.memory, &scripts.memory);
    assert_true(view_cut());
    rl_view_store(&view, flash, memory);
    behind = go_on(next);
    split_leaf(leaf);
    compare_states(script, leaf, behind, flash, memory);
    rl_plane_copy(&scripts.flash, &cut_run.flash);
    rl_plane_copy(&scripts.memory, &cut_run.memory);
}

static void explore_pairs(uint64_t seed)
{
    struct rl_plane flash, memory;

    scripts.random = seed;
    compared = 0;
    memset(splits, 0, sizeof splits);
    rl_plane_init(&flash, SCRIPT_FLASH_PAGES, RL_SLOT_BLANK);
    rl_plane_init(&memory, SCRIPT_MEMORY_PAGES, RL_SLOT_LOST);
    for (uint32_t i = 0; i < PAIRS; i++) {
        struct script script, next;

        first = rl_footprints_new(SCRIPT_FLASH_PAGES, SCRIPT_MEMORY_PAGES);
        second = rl_footprints_new(SCRIPT_FLASH_PAGES, SCRIPT_MEMORY_PAGES);
        battery = scripts_draw(2) == 0;
        scripts_change_state();
        scripts_draw_script(&script, false);
        scripts_draw_script(&next, true);
        cut_and_compare(&script, &next, &flash, &memory);
        rl_footprints_free(first);
        rl_footprints_free(second);
    }
    rl_plane_free(&flash);
    rl_plane_free(&memory);
    assert_true(compared > ENOUGH);
    for (uint32_t look = 0; look <= RL_LOOK_RANGE; look++) {
        assert_true(splits[look] > ENOUGH_SPLIT);
    }
}

static int set_up_with(bool past_cache)
{
    scripts_begin(past_cache);
    rl_cursor_init(&cursor, &scripts.rig.board.device);
    rl_plane_init(&cut_run.flash, SCRIPT_FLASH_PAGES, RL_SLOT_BLANK);
    rl_plane_init(&cut_run.memory, SCRIPT_MEMORY_PAGES, RL_SLOT_LOST);
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    return set_up_with(false);
}

static int set_up_past_cache(void **state)
{
    (void)state;
    return set_up_with(true);
}

static int tear_down(void **state)
{
    (void)state;
    rl_plane_free(&cut_run.flash);
    rl_plane_free(&cut_run.memory);
    rl_cursor_free(&cursor);
    scripts_end();
    return 0;
}

static void states_of_one_leaf_are_cut_alike(void **state)
{
    (void)state;
    explore_pairs(2026);
}

static void the_same_past_the_cache(void **state)
{
    (void)state;
    explore_pairs(2027);
}

#define TEST(test, begin) cmocka_unit_test_setup_teardown(test, begin, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest exact_group[] = {
        TEST(states_of_one_leaf_are_cut_alike, set_up),
        TEST(the_same_past_the_cache, set_up_past_cache),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, exact);
    return groups_end(&groups);
}
