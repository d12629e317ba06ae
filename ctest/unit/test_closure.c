/* Closure on a toy engine: it ends, it is exact, and it finds what only many cuts in a row show. */
/* groups: closes exact finds */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "board_rig.h"
#include "explore/closure.h"
#include "explore/explore.h"
#include "explore/guard.h"
#include "groups.h"
#include "toy.h"

#define SEQUENCES 150u
#define LONGEST   6u /* cuts in one of them */

static void run_closed(struct toy *toy, rl_tear tear, struct rl_cell_result *result)
{
    toy->cell.closure = true;
    toy->cell.tear[1] = tear;
    rl_cell_run(&toy->plan, &toy->cell, &toy->handle, 0, NULL, result);
    assert_string_equal(result->harness_error, "");
}

static void sound_engine_is_closed(void **state)
{
    struct rl_cell_result result;
    struct toy toy;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_FULL);
    run_closed(&toy, RL_TEAR_FULL, &result);
    assert_true(result.closure.asked && result.closure.closed && result.complete);
    assert_int_equal(result.violations, 0);
    assert_true(result.closure.transitions >= result.distinct_states - 1u);
    assert_true(result.closure.longest_path >= 1u);
    assert_int_equal(result.closure.recovery_boots, 1);
    assert_true(result.closure.missed > 0 && result.closure.missed < 1e-20);
    assert_int_equal(result.scenarios, result.crash_states + 1);
    rl_cell_result_free(&result);
    toy_free(&toy);
}

static void a_budget_leaves_it_open(void **state)
{
    struct rl_cell_result result;
    struct toy toy;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_FULL);
    toy.cell.closure = true;
    rl_cell_run(&toy.plan, &toy.cell, &toy.handle, 1e-9, NULL, &result);
    assert_string_equal(result.harness_error, "");
    assert_false(result.closure.closed);
    assert_false(result.complete);
    rl_cell_result_free(&result);
    toy_free(&toy);
}

/* The first cut leaves something in bank B, each of 33 more uses up a place, and one more hits bank
 * A */
static void what_adds_up_is_found(void **state)
{
    struct rl_cell_result result;
    struct toy toy;
    char error[256];
    char *timeline = NULL;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_BETWEEN, RL_TEAR_BETWEEN);
    toy_fault = TOY_LEAKS;
    run_closed(&toy, RL_TEAR_BETWEEN, &result);
    assert_true(result.closure.closed);
    assert_true(result.violations > 0);
    assert_int_equal(result.findings[0].faults, TOY_LEAKS_MOST + 2u);
    assert_int_equal(rl_replay(&toy.plan, &toy.engines, result.findings[0].token, 0, &timeline,
                               error, sizeof error),
                     RL_REPLAY_VIOLATED);
    free(timeline);
    rl_cell_result_free(&result);
    toy_free(&toy);
}

/* Each finding of two sweeps, over one and over two cuts, is one of the closure, as short. */
static void what_sweeps_find_is_found(void **state)
{
    static const enum toy_fault faults[] = {TOY_COMMITS_EARLY};
    struct rl_cell_result swept, closed;
    struct toy toy;

    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        toy_init(&toy, RL_MEMORY_VOLATILE, 2, RL_TEAR_FULL, RL_TEAR_FULL);
        toy_fault = faults[i];
        rl_cell_run(&toy.plan, &toy.cell, &toy.handle, 0, NULL, &swept);
        toy.cell.depth = 1;
        run_closed(&toy, RL_TEAR_FULL, &closed);
        assert_true(swept.finding_count > 0 && closed.finding_count > 0);
        for (uint32_t k = 0; k < swept.finding_count; k++) {
            bool found = false;

            for (uint32_t c = 0; c < closed.finding_count; c++) {
                found = found || (closed.findings[c].property == swept.findings[k].property &&
                                  closed.findings[c].faults <= swept.findings[k].faults);
            }
            assert_true(found);
        }
        rl_cell_result_free(&swept);
        rl_cell_result_free(&closed);
        toy_free(&toy);
    }
}

/* ---- against runs without any merging ---- */

static struct rl_scene scene;
static struct rl_sweep *sweep;
static struct rl_closure closure;
static struct rl_run runs[2];
static struct rl_cursor cursor;
static struct rl_view view;
static uint64_t random_state;

static bool whole_runs;
static struct rl_sum (*boundary_key)(struct rl_run *run);
static size_t kept_bytes;

static void begin(struct toy *toy)
{
    rl_guard_install();
    toy->cell.closure = true;
    rl_scene_init(&scene, &toy->plan, &toy->cell, &toy->handle);
    sweep = rl_sweep_new(&scene);
    sweep->whole_runs = whole_runs;
    sweep->boundary_key = boundary_key;
    sweep->kept_bytes = kept_bytes;
    assert_true(rl_sweep_golden(sweep));
    rl_closure_explore(&closure, sweep);
    rl_run_init(&runs[0], &scene);
    rl_run_init(&runs[1], &scene);
    rl_cursor_init(&cursor, &scene.device);
}

static void end(void)
{
    rl_cursor_free(&cursor);
    rl_run_free(&runs[0]);
    rl_run_free(&runs[1]);
    rl_closure_free(&closure);
    rl_sweep_free(sweep);
    rl_scene_free(&scene);
}

struct drawing {
    uint32_t seen;
    struct rl_outcome outcome;
};

/* Each family that comes by takes the place of the one before with chance 1 / n. */
static void draw(void *user, const struct rl_family *family)
{
    struct drawing *drawing = user;

    drawing->seen++;
    if (board_rig_random(&random_state) % drawing->seen == 0) {
        uint32_t number =
            family->first + board_rig_random(&random_state) % (family->last - family->first + 1u);

        drawing->outcome = rl_family_member(family, number);
    }
}

/* Makes one crash state of the run's power cycle, at an operation that is drawn; false when that
 * leaves none. */
static bool cut_somewhere(const struct rl_run *run, bool golden)
{
    struct rl_reach reach = {.full = scene.cell->tear[0] == RL_TEAR_FULL,
                             .battery = scene.cell->memory == RL_MEMORY_BATTERY,
                             .start = golden,
                             .doubts = scene.cell->doubts,
                             .classes = scene.cell->classes};
    size_t at = board_rig_random(&random_state) % (uint32_t)run->log.count;
    struct drawing before = {0, {0}}, after = {0, {0}};
    bool late;

    rl_cursor_start(&cursor, &run->log, &run->flash, &run->memory);
    while (cursor.next < at) {
        rl_cursor_step(&cursor);
    }
    rl_families_before(&cursor, &reach, draw, &before);
    late = before.seen == 0 || board_rig_random(&random_state) % 2u == 0;
    if (late) {
        rl_cursor_step(&cursor);
        rl_families_after(&cursor, &reach, draw, &after);
        return after.seen > 0 && rl_outcome_view(&cursor, &after.outcome, reach.battery, &view);
    }
    return rl_outcome_view(&cursor, &before.outcome, reach.battery, &view);
}

/* The state is one of those that were found, was cut when it holds, and has this verdict. */
static void expect_state(const struct rl_run *run)
{
    struct rl_view plain;
    struct rl_leaf *leaf;
    uint32_t number;

    rl_view_plain(&plain, &run->flash, &run->memory);
    number =
        rl_footprints_find_from(sweep->footprints, rl_stretches_root(&closure.made), &plain, NULL);
    assert_true(number != RL_LEAF_NONE);
    leaf = rl_footprints_leaf(sweep->footprints, number);
    assert_int_equal(leaf->violated, run->judge.violated);
    assert_true(leaf->violated != 0 || closure.states[2u * number + 1u].cut ||
                closure.states[2u * number + 2u].cut);
}

/* Sequences of cuts that are drawn, each run alone: where they lead, the closure was. */
static uint32_t follow_sequences(uint32_t count)
{
    uint32_t compared = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct rl_run *run = &sweep->levels[0].run;

        for (uint32_t k = 0; k < LONGEST && run->judge.violated == 0; k++) {
            if (!cut_somewhere(run, k == 0)) {
                continue;
            }
            rl_run_execute(&runs[k % 2u], &view, &(struct rl_run_options){.log = true});
            run = &runs[k % 2u];
            expect_state(run);
            compared++;
        }
    }
    return compared;
}

/* Few, so that it closes soon: sequences grow with each. */
static rl_class_set doubtful_classes(void)
{
    static const rl_class classes[] = {RL_CLASS_CUT_BEFORE,    RL_CLASS_CUT_AFTER,
                                       RL_CLASS_WARM_RESET,    RL_CLASS_NESTED_CUT,
                                       RL_CLASS_MARGINAL_CELL, RL_CLASS_WEAK_ERASE};
    rl_class_set set = {{0, 0}};

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        rl_class_add(&set, classes[i]);
    }
    return set;
}

static void follow_doubts(rl_memory memory, rl_tear tear, enum toy_fault fault, uint32_t doubts)
{
    struct toy toy;

    toy_init(&toy, memory, 1, tear, tear);
    toy_fault = fault;
    toy.cell.doubts = doubts;
    if (doubts > 0) {
        toy.cell.classes = doubtful_classes();
    }
    random_state = 20261120u + fault;
    begin(&toy);
    assert_true(sweep->tally.result.closure.closed);
    assert_true(follow_sequences(doubts > 0 ? 2000u : SEQUENCES) > SEQUENCES);
    end();
    toy_free(&toy);
}

static void follow(rl_memory memory, rl_tear tear, enum toy_fault fault)
{
    follow_doubts(memory, tear, fault, 0);
}

static void sequences_lead_to_known_states(void **state)
{
    (void)state;
    follow(RL_MEMORY_VOLATILE, RL_TEAR_FULL, TOY_SOUND);
    follow(RL_MEMORY_VOLATILE, RL_TEAR_FULL, TOY_COMMITS_EARLY);
    follow(RL_MEMORY_BATTERY, RL_TEAR_BETWEEN, TOY_SOUND);
    toy_in_steps = true;
    follow(RL_MEMORY_VOLATILE, RL_TEAR_FULL, TOY_SOUND);
    follow(RL_MEMORY_BATTERY, RL_TEAR_BETWEEN, TOY_COMMITS_EARLY);
    toy_in_steps = false;
}

/* ---- runs that end where they come to what is known ---- */

/* What a closure came to; and how many runs were repeated for it. */
struct sum {
    bool closed;
    uint64_t states, longest_path, boots, repeated;
    uint32_t finding_count;
    struct {
        rl_property property;
        uint32_t faults;
    } findings[64];
};

static bool are_equal(const struct sum *a, const struct sum *b)
{
    bool equal = a->closed == b->closed && a->states == b->states &&
                 a->longest_path == b->longest_path && a->boots == b->boots &&
                 a->finding_count == b->finding_count;

    for (uint32_t i = 0; i < a->finding_count && equal; i++) {
        equal = a->findings[i].property == b->findings[i].property &&
                a->findings[i].faults == b->findings[i].faults;
    }
    return equal;
}

static struct sum sum_of(struct toy *toy, uint64_t *crash_states)
{
    struct rl_cell_result result;
    struct sum sum;

    begin(toy);
    memset(&result, 0, sizeof result);
    rl_tally_finish(&sweep->tally, &result);
    memset(&sum, 0, sizeof sum);
    sum.closed = result.closure.closed;
    sum.states = result.distinct_states;
    sum.longest_path = result.closure.longest_path;
    sum.boots = result.closure.recovery_boots;
    sum.repeated = result.closure.repeated;
    if (sum.closed) {
        assert_int_equal(result.runs, result.distinct_states + result.closure.repeated);
    }
    sum.finding_count = result.finding_count;
    assert_true(result.finding_count <= 64u);
    for (uint32_t i = 0; i < result.finding_count; i++) {
        sum.findings[i].property = result.findings[i].property;
        sum.findings[i].faults = result.findings[i].faults;
    }
    *crash_states = result.crash_states;
    rl_cell_result_free(&result);
    end();
    return sum;
}

/* Whether runs that end early come to the same as whole ones. */
static bool joins_well(rl_memory memory, enum toy_fault fault, rl_tear tear)
{
    uint64_t crash_states[2];
    struct toy toy;
    struct sum whole, joined;

    toy_init(&toy, memory, 1, tear, tear);
    toy_fault = fault;
    whole_runs = true;
    whole = sum_of(&toy, &crash_states[0]);
    whole_runs = false;
    joined = sum_of(&toy, &crash_states[1]);
    assert_true(whole.closed);
    toy_free(&toy);
    return are_equal(&whole, &joined) && crash_states[1] <= crash_states[0];
}

static void joining_changes_nothing(void **state)
{
    static const enum toy_fault faults[] = {TOY_SOUND, TOY_COMMITS_EARLY, TOY_LEAKS};

    (void)state;
    for (int steps = 0; steps < 2; steps++) {
        toy_in_steps = steps == 1;
        for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
            assert_true(joins_well(RL_MEMORY_VOLATILE, faults[i], RL_TEAR_BETWEEN));
            assert_true(joins_well(RL_MEMORY_BATTERY, faults[i], RL_TEAR_BETWEEN));
        }
        assert_true(joins_well(RL_MEMORY_BATTERY, TOY_TRUSTS_MEMORY, RL_TEAR_BETWEEN));
        assert_true(joins_well(RL_MEMORY_VOLATILE, TOY_COMMITS_EARLY, RL_TEAR_FULL));
    }
    toy_in_steps = false;
}

/* Boundaries that are known without what the engine keeps are taken for others. */
static struct rl_sum key_without_context(struct rl_run *run)
{
    size_t size = run->scene->engine->context_size;
    uint8_t *context = rl_malloc(size);
    struct rl_sum key;

    memcpy(context, run->context, size);
    memset(run->context, 0, size);
    key = rl_run_boundary_key(run);
    memcpy(run->context, context, size);
    free(context);
    return key;
}

/* Where there is room for the runs that wait, none is made twice; where there is none, all that
 * have something to be cut are, and that changes nothing else. */
static void no_run_is_made_twice(void **state)
{
    struct rl_cell_result result;
    struct toy toy;
    struct sum sums[2];
    uint64_t crash_states[2];

    (void)state;
    toy_init(&toy, RL_MEMORY_BATTERY, 1, RL_TEAR_BETWEEN, RL_TEAR_BETWEEN);
    toy_in_steps = true;
    run_closed(&toy, RL_TEAR_BETWEEN, &result);
    assert_int_equal(result.closure.repeated, 0);
    rl_cell_result_free(&result);
    sums[0] = sum_of(&toy, &crash_states[0]);
    kept_bytes = 1;
    sums[1] = sum_of(&toy, &crash_states[1]);
    kept_bytes = 0;
    assert_true(sums[1].repeated >= sums[1].states - 1u);
    assert_true(are_equal(&sums[0], &sums[1]));
    assert_int_equal(crash_states[0], crash_states[1]);
    toy_in_steps = false;
    toy_free(&toy);
}

static void a_wrong_join_shows(void **state)
{
    (void)state;
    toy_in_steps = true;
    boundary_key = key_without_context;
    assert_false(joins_well(RL_MEMORY_VOLATILE, TOY_SOUND, RL_TEAR_BETWEEN));
    toy_in_steps = false;
    boundary_key = NULL;
}

static void what_is_in_doubt_leads_to_known_states(void **state)
{
    (void)state;
    follow_doubts(RL_MEMORY_VOLATILE, RL_TEAR_FULL, TOY_SOUND, 1);
    follow_doubts(RL_MEMORY_VOLATILE, RL_TEAR_FULL, TOY_COMMITS_EARLY, 2);
    follow_doubts(RL_MEMORY_BATTERY, RL_TEAR_FULL, TOY_SOUND, 1);
    toy_in_steps = true;
    follow_doubts(RL_MEMORY_VOLATILE, RL_TEAR_FULL, TOY_SOUND, 1);
    follow_doubts(RL_MEMORY_VOLATILE, RL_TEAR_FULL, TOY_COMMITS_EARLY, 2);
    toy_in_steps = false;
}

/* An engine that boots by what it reads once: the mark is in doubt, the new image runs by it, and
 * then it is gone. It takes a mark that turns; as it is, nothing is wrong with the engine. */
static void what_turns_is_found(void **state)
{
    struct rl_cell_result result;
    struct toy toy;
    char error[256];
    char *timeline = NULL;
    bool two; /* cuts: it was left in doubt, and turned */

    (void)state;
    for (int turns = 0; turns < 2; turns++) {
        toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_FULL);
        toy.cell.classes = doubtful_classes();
        toy.cell.doubts = 1;
        if (turns == 0) {
            rl_class_remove(&toy.cell.classes, RL_CLASS_MARGINAL_CELL);
        }
        run_closed(&toy, RL_TEAR_FULL, &result);
        assert_true(result.closure.closed);
        assert_int_equal(result.violations > 0, turns);
        two = false;
        for (uint32_t i = 0; i < result.finding_count; i++) {
            assert_int_equal(rl_replay(&toy.plan, &toy.engines, result.findings[i].token, 0,
                                       &timeline, error, sizeof error),
                             RL_REPLAY_VIOLATED);
            free(timeline);
            two = two || result.findings[i].faults == 2u;
        }
        assert_int_equal(two, turns);
        rl_cell_result_free(&result);
        toy_free(&toy);
    }
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest closes_group[] = {
        cmocka_unit_test(sound_engine_is_closed),
        cmocka_unit_test(a_budget_leaves_it_open),
    };
    static const struct CMUnitTest exact_group[] = {
        cmocka_unit_test(joining_changes_nothing),
        cmocka_unit_test(a_wrong_join_shows),
        cmocka_unit_test(no_run_is_made_twice),
        cmocka_unit_test(sequences_lead_to_known_states),
        cmocka_unit_test(what_is_in_doubt_leads_to_known_states),
    };
    static const struct CMUnitTest finds_group[] = {
        cmocka_unit_test(what_adds_up_is_found),
        cmocka_unit_test(what_sweeps_find_is_found),
        cmocka_unit_test(what_turns_is_found),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, closes);
    RUN_GROUP(groups, exact);
    RUN_GROUP(groups, finds);
    return groups_end(&groups);
}
