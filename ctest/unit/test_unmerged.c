/* Closures of engines drawn at random, held against brute force: each crash state of each sequence
 * of up to three cuts and resets is made and run by itself, with every mixture of dirty lines, one
 * of them torn at most. Only states that are the same to the last bit are one. It has to come to
 * the same states, each after as few cuts, and to the same violations. */
/* groups: aged known volatile battery */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "board_rig.h"
#include "explore/closure.h"
#include "explore/guard.h"
#include "explore/lineset.h"
#include "groups.h"
#include "random_engine.h"

#define CUTS       3u     /* in a row */
#define STATES_MAX 12000u /* more of one engine are too many to run them all */
#define TABLE      32768u /* a power of two above that */
#define BOOTS_MAX  12000u /* of a closure: the same */
#define DIRTY_MAX  16u
#define STORES_MAX 64u
/* Lines in the middle of what one operation stores: with more there are too many states to make. */
#define TORN_MOST  1u

static struct rl_scene scene;
static struct rl_sweep *sweep;
static struct rl_closure closure;
static bool whole_runs; /* none ends where what follows is known */

static uint32_t boots;

/* By count and not by time: the same engines are compared everywhere. */
static void count_boot(void)
{
    sweep->out_of_time = ++boots > BOOTS_MAX;
}

static void begin(struct toy *toy)
{
    rl_guard_install();
    rl_scene_init(&scene, &toy->plan, &toy->cell, &toy->handle);
    random_engine_place_image(&scene);
    sweep = rl_sweep_new(&scene);
    sweep->whole_runs = whole_runs;
}

static void end(void)
{
    rl_sweep_free(sweep);
    rl_scene_free(&scene);
}

/* ---- brute force ---- */

static struct {
    rl_slot *slots; /* of each state: flash, then memory */
    struct origin {
        uint32_t cuts; /* that lead to it, at least */
        uint32_t from; /* state whose power cycle was cut; UINT32_MAX: the golden run */
        size_t operation;
        struct rl_outcome outcome;
        struct rl_line lines[DIRTY_MAX];
        uint32_t line_count;
    } * origins, origin; /* of each, and of what is being made */
    uint32_t count, width;
    uint32_t table[TABLE]; /* 1 + number of a state; 0: free */
    struct rl_run run;
    struct rl_cursor cursor;
    struct rl_view view;
    struct rl_plane flash, memory;
    uint32_t depth; /* of what is being made */
    bool too_many;
    uint32_t least[RL_PROPERTY_COUNT]; /* cuts that lead to a violation; UINT32_MAX: none does */
} brute;

static void brute_begin(void)
{
    memset(&brute, 0, sizeof brute);
    memset(brute.least, 0xFF, sizeof brute.least);
    brute.width = scene.flash.count + scene.memory.count;
    brute.slots = rl_malloc((size_t)STATES_MAX * brute.width * sizeof *brute.slots);
    brute.origins = rl_malloc(STATES_MAX * sizeof *brute.origins);
    rl_run_init(&brute.run, &scene);
    rl_cursor_init(&brute.cursor, &scene.device);
    rl_plane_init(&brute.flash, scene.flash.count, RL_SLOT_BLANK);
    rl_plane_init(&brute.memory, scene.memory.count, RL_SLOT_LOST);
}

static void brute_end(void)
{
    rl_run_free(&brute.run);
    rl_cursor_free(&brute.cursor);
    rl_plane_free(&brute.flash);
    rl_plane_free(&brute.memory);
    free(brute.slots);
    free(brute.origins);
}

static void load(uint32_t number)
{
    const rl_slot *slots = brute.slots + (size_t)number * brute.width;

    for (uint32_t i = 0; i < scene.flash.count; i++) {
        rl_plane_set(&brute.flash, i, slots[i]);
    }
    for (uint32_t i = 0; i < scene.memory.count; i++) {
        rl_plane_set(&brute.memory, i, slots[scene.flash.count + i]);
    }
}

static uint32_t hash_of(const rl_slot *slots)
{
    uint64_t hash = 0;

    for (uint32_t i = 0; i < brute.width; i++) {
        hash = (hash ^ slots[i]) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29u;
    }
    return (uint32_t)(hash >> 20u);
}

/* Adds what brute.view shows, unless it is there already. */
static void add_state(void)
{
    rl_slot *slots = brute.slots + (size_t)brute.count * brute.width;
    uint32_t at;

    if (brute.count == STATES_MAX) {
        brute.too_many = true;
        return;
    }
    rl_view_store(&brute.view, &brute.flash, &brute.memory);
    memcpy(slots, brute.flash.slots, scene.flash.count * sizeof *slots);
    memcpy(slots + scene.flash.count, brute.memory.slots, scene.memory.count * sizeof *slots);
    for (at = hash_of(slots) % TABLE; brute.table[at] != 0; at = (at + 1u) % TABLE) {
        const rl_slot *there = brute.slots + (size_t)(brute.table[at] - 1u) * brute.width;

        if (memcmp(there, slots, brute.width * sizeof *slots) == 0) {
            return;
        }
    }
    brute.origin.cuts = brute.depth;
    brute.origins[brute.count] = brute.origin;
    brute.table[at] = ++brute.count;
}

/* A dirty line, and which prefixes of its stores end among those of one operation. */
struct dirty {
    struct rl_line line;
    uint32_t stores;
    bool inside[STORES_MAX + 1u];
};

static uint32_t list_dirty(struct dirty *list)
{
    uint32_t words = rl_line_words(&scene.device);
    uint32_t count = 0;

    for (uint32_t i = 0; i < brute.cursor.dirty_count; i++) {
        uint32_t page = brute.cursor.dirty_pages[i];

        for (uint32_t word = 0; word < RL_PAGE_WORDS; word += words) {
            uint32_t stores = rl_cursor_line_stores(&brute.cursor, page, word);
            rl_slot slots[STORES_MAX + 1u];

            if (stores == 0) {
                continue;
            }
            assert_true(count < DIRTY_MAX && stores <= STORES_MAX);
            list[count].line = (struct rl_line){page, word, 0};
            list[count].stores = stores;
            rl_cursor_line_slots(&brute.cursor, page, word, slots, list[count].inside, stores + 1u);
            count++;
        }
    }
    return count;
}

/* Shows a line with the first stores to it only. */
static void show_line(const struct rl_line *line)
{
    struct rl_view *view = &brute.view;
    rl_slot slot = rl_cursor_line_at(&brute.cursor, true, line->page, line->word, line->prefix);
    uint32_t at = 0;

    while (at < view->memory_count && view->memory_over[at].page != line->page) {
        at++;
    }
    slot = rl_slot_merge(rl_view_slot(view, RL_MEMORY, line->page), slot,
                         rl_line_mask(&scene.device, line->word));
    view->memory_over[at].page = line->page;
    view->memory_over[at].slot = slot;
    view->memory_over[at].written = 0;
    view->memory_over[at].lines = 0;
    view->memory_count += at == view->memory_count;
}

/* Every mixture of what the lines from `index` on may hold, with `torn` lines torn before them. */
static void mix_lines(const struct rl_outcome *outcome, struct dirty *list, uint32_t count,
                      uint32_t index, uint32_t torn)
{
    bool battery = scene.cell->memory == RL_MEMORY_BATTERY;

    if (index == count) {
        assert_true(rl_outcome_view(&brute.cursor, outcome, battery, &brute.view));
        brute.origin.outcome = *outcome;
        brute.origin.line_count = count;
        for (uint32_t i = 0; i < count; i++) {
            show_line(&list[i].line);
            brute.origin.lines[i] = list[i].line;
        }
        add_state();
        return;
    }
    for (uint32_t prefix = 0; prefix <= list[index].stores && !brute.too_many; prefix++) {
        uint32_t also = torn + list[index].inside[prefix];

        if (also <= TORN_MOST) {
            list[index].line.prefix = prefix;
            mix_lines(outcome, list, count, index + 1u, also);
        }
    }
}

static void make(const struct rl_outcome *outcome)
{
    bool battery = scene.cell->memory == RL_MEMORY_BATTERY;
    struct dirty list[DIRTY_MAX];
    struct rl_outcome all = *outcome;

    if (outcome->lines != RL_LINES_OPEN) {
        assert_true(rl_outcome_view(&brute.cursor, outcome, battery, &brute.view));
        brute.origin.outcome = *outcome;
        brute.origin.line_count = 0;
        add_state();
        return;
    }
    all.lines = RL_LINES_KEPT;
    mix_lines(&all, list, list_dirty(list), 0, 0);
}

static void make_members(void *user, const struct rl_family *family)
{
    (void)user;
    for (uint32_t number = family->first; number <= family->last && !brute.too_many; number++) {
        struct rl_outcome outcome = rl_family_member(family, number);

        make(&outcome);
    }
}

/* A cut and a reset between two operations, whatever the one before did. */
static void make_between(void)
{
    bool battery = scene.cell->memory == RL_MEMORY_BATTERY;

    make(&(struct rl_outcome){.reset = true, .landing = RL_LANDING_BEFORE, .lines = RL_LINES_OPEN});
    make(&(struct rl_outcome){.landing = RL_LANDING_BEFORE,
                              .lines = battery ? RL_LINES_OPEN : RL_LINES_GONE});
}

/* Of the power cycle of a state; UINT32_MAX: of the golden run. */
static void cut_everywhere(const struct rl_run *run, uint32_t from)
{
    struct rl_reach reach = {.full = true,
                             .battery = scene.cell->memory == RL_MEMORY_BATTERY,
                             .start = from == UINT32_MAX,
                             .open = true,
                             .classes = scene.cell->classes};

    brute.origin.from = from;
    rl_cursor_start(&brute.cursor, &run->log, &run->flash, &run->memory);
    for (size_t i = 0; i < run->log.count && !brute.too_many; i++) {
        brute.origin.operation = i;
        make_between();
        rl_families_before(&brute.cursor, &reach, make_members, NULL);
        rl_cursor_step(&brute.cursor);
        rl_families_after(&brute.cursor, &reach, make_members, NULL);
    }
}

static void note_violations(void)
{
    for (uint32_t i = 0; i < RL_PROPERTY_COUNT; i++) {
        if ((brute.run.judge.violated >> i & 1u) != 0 && brute.least[i] > brute.depth) {
            brute.least[i] = brute.depth;
        }
    }
}

/* ---- comparison ---- */

static uint32_t *least_cuts; /* by leaf */

/* How a state came to be. */
static void print_origin(uint32_t state)
{
    char text[RL_OUTCOME_TEXT];

    while (state != UINT32_MAX) {
        const struct origin *origin = &brute.origins[state];

        rl_outcome_format(&origin->outcome, &scene.device.geometry, text, sizeof text);
        (void)printf("state %u: operation %zu, %s", state, origin->operation, text);
        for (uint32_t i = 0; i < origin->line_count; i++) {
            (void)printf(", page %u word %u: %u stores", origin->lines[i].page,
                         origin->lines[i].word, origin->lines[i].prefix);
        }
        (void)printf("\n");
        state = origin->from;
    }
}

static void fail_with_program(const char *what, uint32_t number, uint32_t expected, uint32_t got)
{
    random_program_print();
    fail_msg("%s %u: closure %d, brute force %d", what, number, (int)expected, (int)got);
}

/* The state that was just run is one of the closure's, and judged alike. */
static void expect_known(uint32_t state)
{
    struct rl_view plain;
    uint32_t leaf;

    rl_view_plain(&plain, &brute.run.flash, &brute.run.memory);
    leaf =
        rl_footprints_find_from(sweep->footprints, rl_stretches_root(&closure.made), &plain, NULL);
    if (leaf == RL_LEAF_NONE) {
        print_origin(state);
        fail_with_program("a state is not in the closure: cuts", brute.depth, 0, 1);
    }
    if (rl_footprints_leaf(sweep->footprints, leaf)->violated != brute.run.judge.violated) {
        print_origin(state);
        fail_with_program("properties that are violated: leaf", leaf,
                          rl_footprints_leaf(sweep->footprints, leaf)->violated,
                          brute.run.judge.violated);
    }
    if (least_cuts[leaf] > brute.depth) {
        least_cuts[leaf] = brute.depth;
    }
}

static void follow_all(void)
{
    uint32_t first = 0;

    cut_everywhere(&sweep->levels[0].run, UINT32_MAX);
    for (brute.depth = 2; brute.depth <= CUTS + 1u; brute.depth++) {
        uint32_t last = brute.count;

        for (; first < last && !brute.too_many; first++) {
            bool cut = brute.depth <= CUTS;

            load(first);
            rl_view_plain(&brute.view, &brute.flash, &brute.memory);
            rl_run_execute(&brute.run, &brute.view, &(struct rl_run_options){.log = cut});
            brute.depth--;
            note_violations();
            expect_known(first);
            brute.depth++;
            if (cut && brute.run.judge.violated == 0) {
                cut_everywhere(&brute.run, first);
            }
        }
    }
}

/* Where several lines can be torn at once, the closure may need fewer cuts: brute force leaves most
 * of those states out. Not so where no operation stores more than a word. */
static bool differs(uint32_t closed, uint32_t forced)
{
    return random_program_fills() ? closed > forced : closed != forced;
}

/* Other leaves are of runs from further on. */
static bool begins_power_cycle(uint32_t leaf)
{
    return leaf < closure.leaf_count && closure.leaves[leaf].made &&
           closure.leaves[leaf].number == 0;
}

static void compare_states(void)
{
    uint32_t leaves = rl_footprints_count(sweep->footprints);

    for (uint32_t leaf = 0; leaf < leaves; leaf++) {
        uint32_t state = rl_closure_state_of(leaf, false);
        uint32_t depth = begins_power_cycle(leaf) && state < closure.count
                             ? closure.states[state].depth
                             : UINT32_MAX;

        depth = depth <= CUTS ? depth : UINT32_MAX;
        if (differs(depth, least_cuts[leaf])) {
            fail_with_program("cuts to leaf", leaf, depth, least_cuts[leaf]);
        }
    }
}

static uint32_t compare_violations(void)
{
    struct rl_cell_result result;
    uint32_t least[RL_PROPERTY_COUNT];
    uint32_t most = 0;

    memset(&result, 0, sizeof result);
    memset(least, 0xFF, sizeof least);
    rl_tally_finish(&sweep->tally, &result);
    for (uint32_t i = 0; i < result.finding_count; i++) {
        const struct rl_finding *finding = &result.findings[i];

        if (finding->faults <= CUTS && finding->faults < least[finding->property]) {
            least[finding->property] = finding->faults;
        }
    }
    rl_cell_result_free(&result);
    for (uint32_t i = 0; i < RL_PROPERTY_COUNT; i++) {
        if (differs(least[i], brute.least[i])) {
            fail_with_program("least cuts that violate property", i, least[i], brute.least[i]);
        }
        most = brute.least[i] != UINT32_MAX && brute.least[i] > most ? brute.least[i] : most;
    }
    return most;
}

/* What was compared. */
static struct {
    uint32_t engines, both_ways, too_many,
        unsound; /* unsound: the golden run violates something already */
    uint64_t states, leaves;
    uint32_t violated[CUTS + 1u]; /* engines, by the cuts that some violation takes at least */
} compared;

static void compare(struct toy *toy, bool whole)
{
    whole_runs = whole;
    begin(toy);
    if (!rl_sweep_golden(sweep)) {
        assert_false(sweep->failed);
        compared.unsound++;
        end();
        return;
    }
    boots = 0;
    random_engine_boots = count_boot;
    rl_closure_explore(&closure, sweep);
    random_engine_boots = NULL;
    if (sweep->failed) {
        random_program_print();
        fail_msg("%s", sweep->error);
    }
    if (sweep->out_of_time) {
        compared.too_many++;
        rl_closure_free(&closure);
        end();
        return;
    }
    assert_true(sweep->tally.result.closure.closed);
    least_cuts = rl_malloc(rl_footprints_count(sweep->footprints) * sizeof *least_cuts);
    memset(least_cuts, 0xFF, rl_footprints_count(sweep->footprints) * sizeof *least_cuts);
    brute_begin();
    brute.depth = 1;
    follow_all();
    if (brute.too_many) {
        compared.too_many++;
    } else {
        compare_states();
        compared.violated[compare_violations()]++;
        compared.engines++;
        compared.both_ways += !random_program_fills();
        compared.states += brute.count;
        compared.leaves += rl_footprints_count(sweep->footprints);
    }
    brute_end();
    free(least_cuts);
    rl_closure_free(&closure);
    end();
}

/* Drawn once, and they showed what was wrong: a store of just what memory held, at a cut of a
 * recovery that stands for others; and a page that is dirty in part where a step of an update
 * begins. */
static const struct random_program stores_what_was_there = {.list = {{RANDOM_PROGRAM, 2, 0, 0, 1},
                                                                     {RANDOM_COMPARE, 0, 1, 0, 2},
                                                                     {RANDOM_READ, 1, 3, 1, 1},
                                                                     {RANDOM_SKIP, 0, 2, 0, 2},
                                                                     {RANDOM_SKIP, 0, 1, 1, 2},
                                                                     {RANDOM_HALT, 0, 0, 0, 0},
                                                                     {RANDOM_COPY, 0, 2, 0, 1},
                                                                     {RANDOM_STORE, 1, 1, 0, 2},
                                                                     {RANDOM_SKIP, 3, 1, 1, 2},
                                                                     {RANDOM_SKIP, 0, 2, 1, 1},
                                                                     {RANDOM_FILL, 3, 3, 0, 2},
                                                                     {RANDOM_CLEAN, 1, 1, 1, 1},
                                                                     {RANDOM_CLEAN, 3, 2, 0, 1},
                                                                     {RANDOM_COMPARE, 3, 1, 1, 1},
                                                                     {RANDOM_CLEAN, 0, 3, 0, 1},
                                                                     {RANDOM_READ, 2, 3, 1, 2},
                                                                     {RANDOM_STORE, 2, 3, 0, 2}},
                                                            .count = 17,
                                                            .ends = {11, 14, 17},
                                                            .line_size = 128,
                                                            .cache_lines = 2};
static const struct random_program dirty_at_a_step = {.list = {{RANDOM_PROGRAM, 2, 0, 0, 1},
                                                               {RANDOM_FETCH, 0, 1, 0, 2},
                                                               {RANDOM_COMPARE, 3, 3, 1, 2},
                                                               {RANDOM_SKIP, 0, 2, 0, 1},
                                                               {RANDOM_SKIP, 0, 1, 1, 2},
                                                               {RANDOM_HALT, 0, 0, 0, 0},
                                                               {RANDOM_STORE, 2, 1, 0, 1},
                                                               {RANDOM_BLANK, 2, 2, 1, 2},
                                                               {RANDOM_COMPARE, 1, 2, 1, 2},
                                                               {RANDOM_SKIP, 3, 3, 1, 1},
                                                               {RANDOM_COMPARE, 0, 2, 1, 1},
                                                               {RANDOM_STORE, 3, 1, 0, 2},
                                                               {RANDOM_READ, 2, 3, 0, 2},
                                                               {RANDOM_READ, 2, 2, 1, 2},
                                                               {RANDOM_SKIP, 0, 2, 0, 2},
                                                               {RANDOM_SKIP, 0, 1, 1, 1},
                                                               {RANDOM_HALT, 0, 0, 0, 0}},
                                                      .count = 17,
                                                      .ends = {9, 10, 17},
                                                      .line_size = 64,
                                                      .cache_lines = 3};

static void compare_known(rl_memory memory, const struct random_program *program)
{
    struct toy toy;

    memset(&compared, 0, sizeof compared);
    random_program = *program;
    random_engine_init(&toy, memory);
    compare(&toy, true);
    compare(&toy, false);
    toy_free(&toy);
    assert_int_equal(compared.engines, 2);
}

static void known_engines(void **state)
{
    (void)state;
    compare_known(RL_MEMORY_BATTERY, &stores_what_was_there);
    compare_known(RL_MEMORY_VOLATILE, &dirty_at_a_step);
}

static void compare_many(rl_memory memory, uint64_t seed, uint32_t engines)
{
    const char *more = getenv("RELIGHT_ENGINES");
    uint64_t random = seed;
    struct toy toy;

    memset(&compared, 0, sizeof compared);
    engines = more != NULL ? (uint32_t)strtoul(more, NULL, 10) : engines;
    for (uint32_t drawn = 0; drawn < engines; drawn++) {
        random_program_draw(&random);
        random_engine_init(&toy, memory);
        compare(&toy, true);
        compare(&toy, false);
        toy_free(&toy);
    }
    (void)printf("%u closures compared, %u of them both ways, %u too large, %u unsound: %llu "
                 "states, %llu leaves, "
                 "violated after 0, 1, 2, 3 cuts: %u %u %u %u\n",
                 compared.engines, compared.both_ways, compared.too_many, compared.unsound,
                 (unsigned long long)compared.states, (unsigned long long)compared.leaves,
                 compared.violated[0], compared.violated[1], compared.violated[2],
                 compared.violated[3]);
}

static void volatile_memory(void **state)
{
    (void)state;
    compare_many(RL_MEMORY_VOLATILE, 20261120, 30);
}

static void memory_with_a_battery(void **state)
{
    (void)state;
    compare_many(RL_MEMORY_BATTERY, 20261121, 30);
}

/* ---- what is left out of a state ---- */

#define AGED_MOST 200u /* states of one engine */

static struct rl_run aged;

/* Long after, and with other wear. */
static void age_board(void)
{
    uint32_t sectors = scene.device.geometry.flash_size / scene.device.geometry.sector_size;

    aged.board.now_ns += UINT64_C(1000000000000);
    for (uint32_t i = 0; i < sectors; i++) {
        aged.board.erases[i] += (uint16_t)(i % 2u);
    }
}

static void expect_same_cuts(const struct rl_log *log, const struct rl_log *other)
{
    assert_int_equal(log->count, other->count);
    for (size_t i = 0; i < log->count; i++) {
        const struct rl_operation *a = &log->operations[i];
        const struct rl_operation *b = &other->operations[i];

        assert_int_equal(a->kind, b->kind);
        assert_int_equal(a->address, b->address);
        assert_int_equal(a->change_count, b->change_count);
        for (uint32_t k = 0; k < a->change_count; k++) {
            const struct rl_change *left = &log->changes[a->change_first + k];
            const struct rl_change *right = &other->changes[b->change_first + k];

            assert_int_equal(left->plane, right->plane);
            assert_int_equal(left->page, right->page);
            assert_true(left->before == right->before && left->after == right->after);
        }
    }
}

/* Runs of one state, now and aged, are judged alike, and their cuts leave the same. */
static uint32_t compare_aged(struct toy *toy)
{
    uint32_t count = 0;

    begin(toy);
    brute_begin();
    rl_run_init(&aged, &scene);
    if (rl_sweep_golden(sweep)) {
        brute.depth = 1;
        cut_everywhere(&sweep->levels[0].run, UINT32_MAX);
        for (; count < brute.count && count < AGED_MOST; count++) {
            load(count);
            rl_view_plain(&brute.view, &brute.flash, &brute.memory);
            rl_run_execute(&brute.run, &brute.view, &(struct rl_run_options){.log = true});
            random_engine_boots = age_board;
            rl_run_execute(&aged, &brute.view, &(struct rl_run_options){.log = true});
            random_engine_boots = NULL;
            assert_int_equal(aged.judge.violated, brute.run.judge.violated);
            assert_int_equal(aged.first_image, brute.run.first_image);
            expect_same_cuts(&brute.run.log, &aged.log);
        }
    }
    rl_run_free(&aged);
    brute_end();
    end();
    return count;
}

static void wear_and_time_make_no_difference(void **state)
{
    uint64_t random = 20261122;
    uint32_t states = 0;

    (void)state;
    for (uint32_t drawn = 0; drawn < 40u; drawn++) {
        struct toy toy;

        random_program_draw(&random);
        random_engine_init(&toy, RL_MEMORY_BATTERY);
        states += compare_aged(&toy);
        toy_free(&toy);
    }
    assert_true(states > 500u);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest known_group[] = {cmocka_unit_test(known_engines)};
    const struct CMUnitTest volatile_group[] = {cmocka_unit_test(volatile_memory)};
    const struct CMUnitTest battery_group[] = {cmocka_unit_test(memory_with_a_battery)};
    const struct CMUnitTest aged_group[] = {cmocka_unit_test(wear_and_time_make_no_difference)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, aged);
    RUN_GROUP(groups, known);
    RUN_GROUP(groups, volatile);
    RUN_GROUP(groups, battery);
    return groups_end(&groups);
}
