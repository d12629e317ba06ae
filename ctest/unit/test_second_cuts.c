/* The promise that cutting a recovery once for all states that share it rests on: whichever of them
 * stands for the others, each second cut ends alike. Draws pairs of first cuts at one leaf, runs
 * both, makes the same second cut in both, and demands that what follows sees the same, and ends
 * with the verdict that the sweep has for it. */
/* groups: found exact */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "groups.h"
#include "board_rig.h"
#include "explore/guard.h"
#include "explore/sweep_private.h"
#include "plan_files.h"
#include "toy.h"

#define ROUNDS       32u
#define FIRST_CUTS   800u
#define SECOND_CUTS  100u /* of each pair */
#define RUN_ONE_OF   16u  /* second cuts whose states arrive at one leaf are run all the same */
#define ENOUGH_PAIRS 100u
#define ENOUGH_CUTS  1000u

/* One crash state of a power cycle: what a family's member leaves at an operation. */
struct cut {
    size_t operation;
    struct rl_outcome outcome;
};

struct families {
    struct place {
        size_t operation;
        struct rl_family family;
    } * list;
    size_t count, room;
    size_t operation; /* being listed */
};

/* A run from a first cut, and a cursor in it. */
struct branch {
    struct rl_run run;
    struct rl_cursor cursor;
    struct rl_view view;
};

static struct rl_scene scene;
static struct rl_sweep *sweep;
static struct families firsts, seconds;
static struct branch known, other;
static struct rl_run ends[2]; /* from the second cut in each */
static struct rl_plane flash[2], memory[2];
static struct cut *cuts; /* by leaf: the first state that was drawn of it */
static bool *drawn;
static uint64_t random_state;
static uint32_t pairs, compared;

static uint32_t draw(size_t below)
{
    return board_rig_random(&random_state) % (uint32_t)below;
}

static bool is_battery(void)
{
    return scene.cell->memory == RL_MEMORY_BATTERY;
}

static void branch_init(struct branch *branch)
{
    rl_run_init(&branch->run, &scene);
    rl_cursor_init(&branch->cursor, &scene.device);
}

static void branch_free(struct branch *branch)
{
    rl_run_free(&branch->run);
    rl_cursor_free(&branch->cursor);
}

static void begin(const struct rl_plan *plan, const struct rl_cell *cell,
                  const struct rl_engine_handle *engine)
{
    rl_guard_install();
    rl_scene_init(&scene, plan, cell, engine);
    assert_string_equal(scene.unreached, "");
    sweep = rl_sweep_new(&scene);
    branch_init(&known);
    branch_init(&other);
    for (uint32_t i = 0; i < 2; i++) {
        rl_run_init(&ends[i], &scene);
        rl_plane_init(&flash[i], scene.flash.count, RL_SLOT_BLANK);
        rl_plane_init(&memory[i], scene.memory.count, RL_SLOT_LOST);
    }
    memset(&firsts, 0, sizeof firsts);
    memset(&seconds, 0, sizeof seconds);
    pairs = 0;
    compared = 0;
}

static void end(void)
{
    free(cuts);
    free(drawn);
    free(firsts.list);
    free(seconds.list);
    for (uint32_t i = 0; i < 2; i++) {
        rl_run_free(&ends[i]);
        rl_plane_free(&flash[i]);
        rl_plane_free(&memory[i]);
    }
    branch_free(&known);
    branch_free(&other);
    rl_sweep_free(sweep);
    rl_scene_free(&scene);
}

/* As a cell is explored: until a round splits no leaf. */
static void explore(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        rl_tally_restart(&sweep->tally);
        rl_footprints_forget_expansions(sweep->footprints);
        sweep->splits = 0;
        assert_true(rl_sweep_golden(sweep));
        rl_sweep_all(sweep);
        assert_string_equal(sweep->error, "");
        if (sweep->splits == 0) {
            return;
        }
    }
    fail_msg("%u rounds split leaves", ROUNDS);
}

static void add_family(void *user, const struct rl_family *family)
{
    struct families *families = user;

    families->list =
        rl_grow(families->list, families->count, &families->room, sizeof *families->list);
    families->list[families->count++] = (struct place){families->operation, *family};
}

/* Lists what cuts of this run can leave. */
static void list_families(struct families *families, struct rl_cursor *cursor,
                          const struct rl_run *run, uint32_t level)
{
    struct rl_reach reach = rl_sweep_reach(sweep, level);

    families->count = 0;
    rl_cursor_start(cursor, &run->log, &run->flash, &run->memory);
    for (size_t i = 0; i < run->log.count; i++) {
        bool changes = run->log.operations[i].change_count > 0;

        families->operation = i;
        if (changes) {
            rl_families_before(cursor, &reach, add_family, families);
        }
        rl_cursor_step(cursor);
        if (changes) {
            rl_families_after(cursor, &reach, add_family, families);
        }
    }
}

static struct cut draw_cut(const struct families *families)
{
    const struct place *place = &families->list[draw(families->count)];
    const struct rl_family *family = &place->family;
    uint32_t number = family->first + draw(family->last - family->first + 1u);

    return (struct cut){place->operation, rl_family_member(family, number)};
}

/* The view is valid until the cursor moves. */
static void view_cut(struct rl_cursor *cursor, const struct rl_run *run, const struct cut *cut,
                     struct rl_view *view)
{
    size_t end = cut->operation + (rl_outcome_is_after(&cut->outcome) ? 1u : 0u);

    rl_cursor_start(cursor, &run->log, &run->flash, &run->memory);
    while (cursor->next < end) {
        rl_cursor_step(cursor);
    }
    assert_true(rl_outcome_view(cursor, &cut->outcome, is_battery(), view));
}

static void run_first(struct branch *branch, const struct cut *cut)
{
    struct rl_run_options options = {.log = true};
    struct rl_level *golden = &sweep->levels[0];

    view_cut(&golden->cursor, &golden->run, cut, &branch->view);
    rl_run_execute(&branch->run, &branch->view, &options);
}

static bool are_equal(const struct rl_plane *a, const struct rl_plane *b)
{
    return memcmp(a->slots, b->slots, a->count * sizeof *a->slots) == 0;
}

static bool show_one_state(void)
{
    rl_view_store(&known.view, &flash[0], &memory[0]);
    rl_view_store(&other.view, &flash[1], &memory[1]);
    return are_equal(&flash[0], &flash[1]) && are_equal(&memory[0], &memory[1]);
}

static void fail_at(const struct cut *cut, const char *what)
{
    const struct rl_operation *operation = &known.run.log.operations[cut->operation];
    char outcome[RL_OUTCOME_TEXT];

    rl_outcome_format(&cut->outcome, &scene.device.geometry, outcome, sizeof outcome);
    fail_msg("%s: the second cut at %s of 0x%x, %s, in another state of its leaf: %s",
             scene.cell->name, rl_kind_name(operation->kind), operation->address, outcome, what);
}

static bool looks_are_equal(const struct rl_observation *a, const struct rl_observation *b)
{
    return a->look == b->look && a->device == b->device && a->page == b->page &&
           a->mask == b->mask && a->value == b->value && a->interval_count == b->interval_count &&
           rl_sum_equal(a->target, b->target);
}

static bool saw_the_same(const struct rl_observer *a, const struct rl_observer *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        if (!looks_are_equal(&a->list[i], &b->list[i])) {
            return false;
        }
    }
    return a->count == b->count;
}

/* `leaf` has the sweep's verdict on the first of them. */
static void run_ends(const struct cut *cut, uint32_t leaf)
{
    struct rl_run_options options = {0};

    rl_run_execute(&ends[0], &known.view, &options);
    rl_run_execute(&ends[1], &other.view, &options);
    if (!saw_the_same(&ends[0].observer, &ends[1].observer)) {
        fail_at(cut, "what follows sees something else");
    }
    if (ends[0].judge.violated != ends[1].judge.violated) {
        fail_at(cut, "another verdict");
    }
    if (leaf != RL_LEAF_NONE) {
        assert_int_equal(ends[0].judge.violated,
                         rl_footprints_leaf(sweep->footprints, leaf)->violated);
    }
}

/* Leaves were split by what follows a cut in them, so states with one run may arrive at two. */
static void compare_cut(const struct cut *cut)
{
    uint32_t leaf;

    view_cut(&known.cursor, &known.run, cut, &known.view);
    view_cut(&other.cursor, &other.run, cut, &other.view);
    if (show_one_state()) {
        return;
    }
    compared++;
    leaf = rl_footprints_find(sweep->footprints, &known.view, NULL);
    if (leaf == RL_LEAF_NONE || compared % RUN_ONE_OF == 0 ||
        rl_footprints_find(sweep->footprints, &other.view, NULL) != leaf) {
        run_ends(cut, leaf);
    }
}

/* Both are states of one leaf, in which second cuts were explored. */
static void compare_pair(const struct cut *a, const struct cut *b)
{
    run_first(&known, a);
    run_first(&other, b);
    assert_int_equal(known.run.log.count, other.run.log.count);
    if (are_equal(&known.run.flash, &other.run.flash) &&
        are_equal(&known.run.memory, &other.run.memory)) {
        return;
    }
    pairs++;
    list_families(&seconds, &known.cursor, &known.run, 1);
    for (uint32_t i = 0; i < SECOND_CUTS && seconds.count > 0; i++) {
        struct cut cut = draw_cut(&seconds);

        compare_cut(&cut);
    }
}

static void compare_states(void)
{
    struct rl_level *golden = &sweep->levels[0];
    uint32_t leaves = rl_footprints_count(sweep->footprints);

    cuts = rl_calloc(leaves, sizeof *cuts);
    drawn = rl_calloc(leaves, sizeof *drawn);
    list_families(&firsts, &golden->cursor, &golden->run, 0);
    for (uint32_t i = 0; i < FIRST_CUTS; i++) {
        struct cut cut = draw_cut(&firsts);
        uint32_t leaf;

        view_cut(&golden->cursor, &golden->run, &cut, &known.view);
        leaf = rl_footprints_find(sweep->footprints, &known.view, NULL);
        assert_true(leaf != RL_LEAF_NONE);
        if (rl_footprints_leaf(sweep->footprints, leaf)->violated != 0) {
            continue;
        }
        if (drawn[leaf]) {
            compare_pair(&cuts[leaf], &cut);
        } else {
            drawn[leaf] = true;
            cuts[leaf] = cut;
        }
    }
}

static void expect_exact(const struct rl_plan *plan, const struct rl_cell *cell,
                         const struct rl_engine_handle *engine)
{
    random_state = 2026;
    begin(plan, cell, engine);
    explore();
    compare_states();
    if (pairs < ENOUGH_PAIRS || compared < ENOUGH_CUTS) {
        fail_msg("%s: too little to compare: %u pairs of states, %u cuts", cell->name, pairs,
                 compared);
    }
    end();
}

/* Few classes and few lines in the cache: a tenth of the crash states, and the mistake shows. */
static void toy_begin(struct toy *toy, rl_memory kind, enum toy_fault fault)
{
    toy_init(toy, kind, 2, RL_TEAR_FULL, RL_TEAR_FULL);
    toy->cell.cache_lines = 8;
    toy->cell.classes = rl_class_set_of(1u << RL_CLASS_CUT_BEFORE | 1u << RL_CLASS_CUT_AFTER |
                                        1u << RL_CLASS_LOST_UNFLUSHED | 1u << RL_CLASS_WARM_RESET);
    toy_fault = fault;
}

static void expect_exact_toy(rl_memory kind, enum toy_fault fault)
{
    struct toy toy;

    toy_begin(&toy, kind, fault);
    expect_exact(&toy.plan, &toy.cell, &toy.handle);
    toy_free(&toy);
}

static void toy_is_exact(void **state)
{
    (void)state;
    expect_exact_toy(RL_MEMORY_VOLATILE, TOY_SOUND);
    expect_exact_toy(RL_MEMORY_BATTERY, TOY_SOUND);
}

static void broken_toy_is_exact(void **state)
{
    (void)state;
    expect_exact_toy(RL_MEMORY_VOLATILE, TOY_TRUSTS_MEMORY);
    expect_exact_toy(RL_MEMORY_BATTERY, TOY_TRUSTS_MEMORY);
}

/* As small as it can be with sectors of two pages. */
static void fastload_is_exact(void **state)
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
                     "start: [aborted]\n"
                     "memory: [battery]\n"
                     "explore: {depth: 2, tear: [full, full]}\n");
    assert_int_equal(plan->cell_count, 1);
    expect_exact(plan, &plan->cells[0], &engine);
    rl_plan_free(plan);
    rl_engine_close(&engine);
}

/* A mistake that only some states of a leaf show, and only after a second cut that keeps every line
 * but one. */
static void expect_found(rl_memory kind)
{
    struct toy toy;
    struct rl_cell_result result;

    toy_begin(&toy, kind, TOY_TRUSTS_MEMORY);
    rl_cell_run(&toy.plan, &toy.cell, &toy.handle, 0, NULL, &result);
    assert_string_equal(result.harness_error, "");
    assert_true(result.complete);
    assert_true(result.finding_count > 0);
    for (uint32_t i = 0; i < result.finding_count; i++) {
        assert_int_equal(result.findings[i].faults, 2);
    }
    rl_cell_result_free(&result);
    toy_free(&toy);
}

static void trust_in_memory_is_found(void **state)
{
    (void)state;
    expect_found(RL_MEMORY_VOLATILE);
    expect_found(RL_MEMORY_BATTERY);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest found_group[] = {cmocka_unit_test(trust_in_memory_is_found)};
    const struct CMUnitTest exact_group[] = {
        cmocka_unit_test(toy_is_exact), cmocka_unit_test(broken_toy_is_exact),
        cmocka_unit_test_setup_teardown(fastload_is_exact, plan_files_begin, plan_files_end)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, found);
    RUN_GROUP(groups, exact);
    return groups_end(&groups);
}
