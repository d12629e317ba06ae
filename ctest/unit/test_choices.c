/* Open cache lines: following each answer that they can give leads to the same leaves as making
 * every state that they can be in, one by one; and what only a mixture of lines shows is found. */
/* groups: exact finds */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/choices.h"
#include "explore/explore.h"
#include "explore/guard.h"
#include "explore/lineset.h"
#include "explore/sweep_private.h"
#include "groups.h"
#include "plan_files.h"
#include "toy.h"

#define LEAVES_MAX 65536u
#define STORES_MAX 64u
/* Lines in the middle of what one operation stores: with more there are too many states to make. */
#define TORN_MOST  1u

static struct rl_scene scene;
static struct rl_sweep *sweep;
static struct rl_choices *choices;
static struct rl_view *view;
static bool followed[LEAVES_MAX], made[LEAVES_MAX];
static uint64_t states, mixtures; /* made one by one; followed to, and some lines named */

static void begin(const struct rl_plan *plan, const struct rl_cell *cell,
                  const struct rl_engine_handle *engine)
{
    rl_guard_install();
    rl_scene_init(&scene, plan, cell, engine);
    sweep = rl_sweep_new(&scene);
    choices = rl_choices_new(&scene.device);
    view = rl_calloc(1, sizeof *view);
    states = 0;
    mixtures = 0;
    assert_true(rl_sweep_golden(sweep));
}

static void end(void)
{
    rl_choices_free(choices);
    free(view);
    rl_sweep_free(sweep);
    rl_scene_free(&scene);
}

static bool reached(void *user, uint32_t leaf)
{
    (void)user;
    return leaf != RL_LEAF_NONE ||
           rl_sweep_execute(sweep, &sweep->levels[1], &sweep->levels[0].view,
                            &(struct rl_run_options){0}) != RL_LEAF_NONE;
}

/* What it names in words is the state that it stands for. */
static void expect_replays(const struct rl_outcome *outcome, uint32_t leaf)
{
    const struct relight_geometry *geometry = &scene.device.geometry;
    bool battery = scene.cell->memory == RL_MEMORY_BATTERY;
    char text[RL_OUTCOME_TEXT];
    char again[RL_OUTCOME_TEXT];
    struct rl_outcome parsed;

    rl_outcome_format(outcome, geometry, text, sizeof text);
    assert_true(rl_outcome_parse(text, geometry, battery, &parsed));
    rl_outcome_format(&parsed, geometry, again, sizeof again);
    assert_string_equal(text, again);
    assert_true(rl_outcome_view(&sweep->levels[0].cursor, &parsed, battery, view));
    if (rl_footprints_find(sweep->footprints, view, NULL) != leaf) {
        fail_msg("%s leads elsewhere", text);
    }
}

static void follow_choices(const struct rl_outcome *outcome)
{
    struct rl_level *level = &sweep->levels[0];
    struct rl_choosing what = {.footprints = sweep->footprints,
                               .cursor = &level->cursor,
                               .view = &level->view,
                               .outcome = *outcome,
                               .reached = reached};
    const struct rl_arrival *arrivals;
    uint32_t count;

    assert_true(rl_sweep_view(sweep, outcome));
    assert_int_equal(rl_choices_follow(choices, &what), RL_CHOICES_DONE);
    arrivals = rl_choices_arrivals(choices, &count);
    assert_true(count > 0);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(arrivals[i].leaf < LEAVES_MAX);
        followed[arrivals[i].leaf] = true;
        expect_replays(&arrivals[i].outcome, arrivals[i].leaf);
        mixtures += rl_outcome_names_lines(&arrivals[i].outcome);
    }
}

/* A dirty line, and which prefixes of its stores it may hold. */
struct dirty {
    struct rl_line line;
    uint32_t stores;
    bool inside[STORES_MAX + 1u];
};

static uint32_t list_dirty(struct dirty *list, uint32_t room)
{
    const struct rl_cursor *cursor = &sweep->levels[0].cursor;
    uint32_t words = rl_line_words(cursor->device);
    uint32_t count = 0;

    for (uint32_t page = 0; page < scene.memory.count; page++) {
        for (uint32_t word = 0; word < RL_PAGE_WORDS; word += words) {
            uint32_t stores = rl_cursor_line_stores(cursor, page, word);
            rl_slot slots[STORES_MAX + 1u];

            if (stores == 0) {
                continue;
            }
            assert_true(count < room && stores <= STORES_MAX);
            list[count].line = (struct rl_line){page, word, 0};
            list[count].stores = stores;
            rl_cursor_line_slots(cursor, page, word, slots, list[count].inside, stores + 1u);
            count++;
        }
    }
    return count;
}

/* The state in which the lines hold what they say, apart from how the explorer makes it. */
static void make_state(const struct rl_outcome *outcome, const struct dirty *list, uint32_t count)
{
    const struct rl_cursor *cursor = &sweep->levels[0].cursor;
    struct rl_outcome all = *outcome;
    uint32_t leaf;

    all.lines = RL_LINES_KEPT;
    assert_true(rl_outcome_view(cursor, &all, scene.cell->memory == RL_MEMORY_BATTERY, view));
    for (uint32_t i = 0; i < count; i++) {
        const struct rl_line *line = &list[i].line;
        rl_slot slot = rl_cursor_line_at(cursor, true, line->page, line->word, line->prefix);

        view->memory_over[view->memory_count].slot =
            rl_slot_merge(rl_view_slot(view, RL_MEMORY, line->page), slot,
                          rl_line_mask(cursor->device, line->word));
        view->memory_over[view->memory_count].page = line->page;
        view->memory_over[view->memory_count].written = 0;
        view->memory_over[view->memory_count].lines = 0;
        for (uint32_t k = 0; k < view->memory_count; k++) {
            if (view->memory_over[k].page == line->page) {
                view->memory_over[k].slot = view->memory_over[view->memory_count].slot;
                view->memory_count--;
                break;
            }
        }
        view->memory_count++;
    }
    leaf = rl_footprints_find(sweep->footprints, view, NULL);
    if (leaf == RL_LEAF_NONE) {
        fail_msg("a state of %u lines was not followed", count);
    }
    made[leaf] = true;
    states++;
}

/* Every state with one torn line at most. That others lead where they are said to is seen by what
 * they are called: expect_replays(). */
static void make_states(const struct rl_outcome *outcome, struct dirty *list, uint32_t count,
                        uint32_t index, uint32_t torn)
{
    if (index == count) {
        make_state(outcome, list, count);
        return;
    }
    for (uint32_t prefix = 0; prefix <= list[index].stores; prefix++) {
        uint32_t also = torn + list[index].inside[prefix];

        if (also <= TORN_MOST) {
            list[index].line.prefix = prefix;
            make_states(outcome, list, count, index + 1u, also);
        }
    }
}

static void compare_here(const struct rl_outcome *outcome)
{
    uint32_t leaves;
    struct dirty list[8];
    uint32_t count;

    memset(followed, 0, sizeof followed);
    memset(made, 0, sizeof made);
    follow_choices(outcome);
    count = list_dirty(list, 8);
    make_states(outcome, list, count, 0, 0);
    leaves = rl_footprints_count(sweep->footprints);
    for (uint32_t i = 0; i < leaves; i++) {
        if (made[i] && !followed[i]) {
            fail_msg("leaf %u was not followed", i);
        }
    }
}

static void compare_all(void)
{
    struct rl_level *level = &sweep->levels[0];
    bool battery = scene.cell->memory == RL_MEMORY_BATTERY;

    rl_sweep_start(sweep, level);
    for (size_t i = 0; i < level->run.log.count; i++) {
        const struct rl_operation *operation = &level->run.log.operations[i];

        if (operation->kind == RL_KIND_PROGRAM && i % 4u == 0) {
            compare_here(&(struct rl_outcome){.reset = true,
                                              .landing = RL_LANDING_TORN,
                                              .part = 0,
                                              .parts = operation->size / 8u,
                                              .lines = RL_LINES_OPEN});
        }
        rl_cursor_step(&level->cursor);
        if (operation->change_count > 0) {
            compare_here(&(struct rl_outcome){
                .reset = !battery, .landing = RL_LANDING_AFTER, .lines = RL_LINES_OPEN});
        }
    }
}

static void expect_exact(rl_memory memory, enum toy_fault fault)
{
    struct toy toy;

    toy_init(&toy, memory, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy.cell.cache_lines = 4;
    toy_fault = fault;
    begin(&toy.plan, &toy.cell, &toy.handle);
    compare_all();
    assert_true(states > 1000);
    assert_true(fault != TOY_TRUSTS_LINES || mixtures > 10);
    end();
    toy_free(&toy);
}

static void every_mixture_is_followed(void **state)
{
    (void)state;
    expect_exact(RL_MEMORY_VOLATILE, TOY_SOUND);
    expect_exact(RL_MEMORY_VOLATILE, TOY_TRUSTS_MEMORY);
    expect_exact(RL_MEMORY_BATTERY, TOY_TRUSTS_LINES);
}

/* Which asks whether ranges hold a content, too. */
static void every_mixture_is_followed_in_fastload(void **state)
{
    struct rl_engine_handle engine;
    struct rl_plan *plan;
    char error[ERROR_SIZE];

    (void)state;
    assert_int_equal(rl_engine_open("fastload", &engine, error, sizeof error), 0);
    plan = plan_load("name: p\n"
                     "device: {flash: {bank: 8K, sector: 512}, cache: {lines: 8}}\n"
                     "images:\n"
                     "  old: {pattern: 2, size: 2K, version: 1.0.0}\n"
                     "  new: {pattern: 3, size: 3K, version: 1.1.0}\n"
                     "memory: [volatile]\n"
                     "start: [factory, updated, aborted, stale]\n"
                     "explore: {depth: 1, tear: [full]}\n");
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        begin(plan, &plan->cells[i], &engine);
        compare_all();
        assert_true(states > 10000);
        assert_true(mixtures > 0);
        end();
    }
    rl_plan_free(plan);
    rl_engine_close(&engine);
}

static void run(struct toy *toy, bool closure, struct rl_cell_result *result)
{
    toy_init(toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy->cell.cache_lines = 8;
    toy->cell.closure = closure;
    toy->cell.classes = rl_class_set_of(1u << RL_CLASS_CUT_BEFORE | 1u << RL_CLASS_CUT_AFTER |
                                        1u << RL_CLASS_LOST_UNFLUSHED | 1u << RL_CLASS_WARM_RESET);
    toy_fault = TOY_TRUSTS_LINES;
    rl_cell_run(&toy->plan, &toy->cell, &toy->handle, 0, NULL, result);
    assert_string_equal(result->harness_error, "");
    assert_true(result->complete);
}

/* Two lines kept and two lost: a sweep, which has one line otherwise than all others, does not see
 * it. */
static void mixtures_are_found(void **state)
{
    struct rl_cell_result result;
    struct toy toy;
    char *timeline = NULL;
    char error[512];

    (void)state;
    run(&toy, false, &result);
    assert_int_equal(result.violations, 0);
    rl_cell_result_free(&result);
    toy_free(&toy);
    run(&toy, true, &result);
    assert_true(result.closure.closed);
    assert_true(result.finding_count > 0);
    assert_true(result.classes[RL_CLASS_LOST_UNFLUSHED].observed > 0);
    for (uint32_t i = 0; i < result.finding_count; i++) {
        assert_int_equal(result.findings[i].faults, 1);
        assert_non_null(strchr(result.findings[i].token, ','));
        assert_int_equal(rl_replay(&toy.plan, &toy.engines, result.findings[i].token, NULL,
                                   &timeline, error, sizeof error),
                         RL_REPLAY_VIOLATED);
        assert_non_null(strstr(timeline, ", and that at staging+0x"));
        free(timeline);
    }
    rl_cell_result_free(&result);
    toy_free(&toy);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest exact_group[] = {
        cmocka_unit_test(every_mixture_is_followed),
        cmocka_unit_test_setup_teardown(every_mixture_is_followed_in_fastload, plan_files_begin,
                                        plan_files_end)};
    const struct CMUnitTest finds_group[] = {cmocka_unit_test(mixtures_are_found)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, exact);
    RUN_GROUP(groups, finds);
    return groups_end(&groups);
}
