/* `faults` and `pairs` in plans: what is read, and what is refused because it can never happen. */
/* groups: read refused select */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "board/board.h"
#include "groups.h"
#include "explore/select.h"
#include "faults/injection.h"
#include "plan_files.h"
#include "toy.h"

static void selectors_are_read(void **state)
{
    struct rl_plan *plan =
        plan_load(BASE "faults:\n"
                       "  - cut-after\n"
                       "  - {class: program-error, phases: [flash, commit], kinds: program,\n"
                       "     regions: [bankB, recordA], addresses: [4096, 8191], "
                       "operations: [10, 20],\n"
                       "     match: 3, lasts: [times, for-good], times: 5, shows: status}\n");
    const struct rl_fault_plan *faults = &plan->cells[0].faults;
    const struct rl_selector *selector = &faults->selectors[1];

    (void)state;
    assert_int_equal(faults->selector_count, 2);
    assert_int_equal(faults->selectors[0].fault_class, RL_CLASS_CUT_AFTER);
    assert_int_equal(selector->fault_class, RL_CLASS_PROGRAM_ERROR);
    assert_string_equal(selector->phases[0], "flash");
    assert_string_equal(selector->phases[1], "commit");
    assert_string_equal(selector->phases[2], "");
    assert_int_equal(selector->kinds, 1u << RL_KIND_PROGRAM);
    assert_int_equal(selector->regions, 1u << RL_REGION_BANK_B | 1u << RL_REGION_RECORD_A);
    assert_int_equal(selector->first_address, 4096);
    assert_int_equal(selector->last_address, 8191);
    assert_int_equal(selector->first, 10);
    assert_int_equal(selector->last, 20);
    assert_int_equal(selector->match, 3);
    assert_int_equal(selector->lasts, 1u << RL_LASTS_TIMES | 1u << RL_LASTS_GOOD);
    assert_int_equal(selector->times, 5);
    assert_int_equal(selector->shows, 1u << RL_SHOWS_STATUS);
    assert_non_null(strstr(selector->where, "plan.yaml:5:5"));
    assert_true(rl_class_in(&plan->cells[0].classes, RL_CLASS_PROGRAM_ERROR));
    assert_true(rl_class_in(&plan->cells[0].classes, RL_CLASS_CUT_AFTER));
    rl_plan_free(plan);
}

static void pairs_are_read(void **state)
{
    struct rl_plan *plan = plan_load(BASE "faults: [erase-error, cut-after]\n"
                                          "pairs: [[erase-error, cut-before], "
                                          "[cut-after, program-error]]\n");
    const struct rl_fault_plan *faults = &plan->cells[0].faults;

    (void)state;
    assert_int_equal(faults->pair_count, 2);
    assert_int_equal(faults->pairs[0].first, RL_CLASS_ERASE_ERROR);
    assert_int_equal(faults->pairs[0].second, RL_CLASS_CUT_BEFORE);
    assert_int_equal(faults->pairs[1].first, RL_CLASS_CUT_AFTER);
    assert_int_equal(faults->pairs[1].second, RL_CLASS_PROGRAM_ERROR);
    rl_plan_free(plan);
}

/* Each line of a selector makes another plan. */
static void digests_tell_selections_apart(void **state)
{
    static const char *const faults[] = {
        "[program-error]",
        "[{class: program-error, phases: flash}]",
        "[{class: program-error, regions: bankB}]",
        "[{class: program-error, addresses: [0, 1]}]",
        "[{class: program-error, operations: [1, 9]}]",
        "[{class: program-error, match: 1}]",
        "[{class: program-error, lasts: once}]",
        "[{class: program-error, lasts: times}]",
        "[{class: program-error, lasts: times, times: 3}]",
        "[program-error]\npairs: [[program-error, cut-after]]",
        "[program-error]\npairs: [[program-error, cut-before]]",
    };
    enum { COUNT = sizeof faults / sizeof faults[0] };
    uint64_t digests[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        char text[256];
        struct rl_plan *plan;

        (void)snprintf(text, sizeof text, BASE "faults: %s\n", faults[i]);
        plan = plan_load(text);
        digests[i] = plan->digest;
        rl_plan_free(plan);
        for (size_t k = 0; k < i; k++) {
            assert_true(digests[k] != digests[i]);
        }
    }
}

static void what_never_fires_is_refused(void **state)
{
    static const struct {
        const char *faults, *place, *part;
    } cases[] = {
        {"[{class: program-error, kinds: erase}]", "3:10",
         "program-error can never fire there: it hits operations of kind program"},
        {"[{class: program-error, lasts: until-erase}]", "3:10", "does not last so; expected once"},
        {"[{class: program-error, shows: silent}]", "3:10", "does not show so; expected status"},
        {"[{class: program-error, times: 3}]", "3:10", "times is of faults with lasts: times"},
        {"[{class: cut-before, lasts: once}]", "3:10", "leave them out"},
        {"[{class: program-eror}]", "3:18", "program-error"},
        {"[{phases: flash}]", "3:10", "class is missing"},
        {"[{class: program-error, regions: bankC}]", "3:42", "did you mean \"bankA\"?"},
        {"[{class: program-error, kinds: progam}]", "3:40", "program"},
        {"[{class: program-error, operations: [9, 1]}]", "3:45", "the last is before the first"},
        {"[{class: program-error, operations: [0, 1]}]", "3:46", "1"},
        {"[{class: program-error, operations: 7}]", "3:45", "expected [FIRST, LAST]"},
        {"[{class: program-error, phases: {}}]", "3:41", "a phase of the engine"},
        {"[{class: program-error, phases: [a, b, c, d, e, f, g, h, i]}]", "3:41", "1 to 8"},
        {"[{class: program-error, lasts: sometimes}]", "3:40", "times"},
        {"[{class: program-error, phase: flash}]", "3:33", "phases"},
        {"[cut-before, cut-before]", "3:22", "listed twice"},
        {"{}", "3:9", "expected a list of classes"},
        {"[]", "3:9", "expected a list of classes"},
        {"[program-error]\nexplore: {sample: 3}", "3:9", "sample draws cuts only"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];

        (void)snprintf(text, sizeof text, BASE "faults: %s\n", cases[i].faults);
        plan_refused(text, cases[i].place, cases[i].part);
    }
}

static void pairs_that_cannot_happen_are_refused(void **state)
{
    static const struct {
        const char *pairs, *place, *part;
    } cases[] = {
        {"[[cut-after, cut-before]]", "4:9", "a cut behind a cut is no pair"},
        {"[[erase-error, program-error]]", "4:8", "erase-error is not among the faults"},
        {"[[program-error]]", "4:9", "expected a pair"},
        {"[program-error, cut-after]", "4:9", "expected a pair"},
        {"[[program-error, cut-atfer]]", "4:25", "cut-after"},
        {"[]", "4:8", "expected a list of pairs"},
        {"[[program-error, nested-cut]]", "4:9", "two cuts"},
        {"[[cut-after, program-error]]\nexplore: {depth: 1, sample: 5}", "4:8", "leave pairs out"},
        {"[[program-error, cut-after]]\nexplore: {depth: 0}", "4:8", "leave pairs out"},
        {"[[cut-after, program-error]]\nexplore: {depth: 2}", "3:9", "nested-cut"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];

        (void)snprintf(text, sizeof text, BASE "faults: [program-error, cut-after]\npairs: %s\n",
                       cases[i].pairs);
        plan_refused(text, cases[i].place, cases[i].part);
    }
    plan_refused(BASE "faults: [program-error, cut-after, nested-cut]\n"
                      "pairs: [[cut-after, program-error]]\nexplore: {depth: 2}\n",
                 "4:8", "needs depth 1");
}

/* Operations 1 to 6 of a log: programs of bank A in phase 0, of bank B in phase 1. */
static uint32_t selected(const char *faults)
{
    struct relight_engine engine = toy_engine;
    static const char *const phases[] = {"idle", "flash"};
    struct rl_selection selection;
    char text[256];
    struct rl_plan *plan;
    uint32_t mask = 0;

    engine.phase_names = phases;
    engine.phase_count = 2;
    (void)snprintf(text, sizeof text, BASE "faults: [%s]\n", faults);
    plan = plan_load(text);
    rl_selection_init(&selection, &plan->cells[0], &engine);
    for (uint32_t i = 0; i < 6; i++) {
        struct rl_operation operation = {
            .kind = i % 3u == 2u ? RL_KIND_ERASE : RL_KIND_PROGRAM,
            .phase = i >= 3u,
            .region = i >= 3u ? RL_REGION_BANK_B : RL_REGION_BANK_A,
            .address = i * 256u,
            .number = i + 1u,
        };

        rl_selection_step(&selection, &operation);
        mask |= (uint32_t)rl_selection_takes(&selection, 0) << i;
    }
    rl_selection_free(&selection);
    rl_plan_free(plan);
    return mask;
}

static void selectors_select(void **state)
{
    (void)state;
    assert_int_equal(selected("program-error"), 0x1B);
    assert_int_equal(selected("erase-error"), 0x24);
    assert_int_equal(selected("cut-before"), 0x3F);
    assert_int_equal(selected("{class: program-error, phases: flash}"), 0x18);
    assert_int_equal(selected("{class: program-error, regions: bankA}"), 0x03);
    assert_int_equal(selected("{class: cut-before, kinds: erase}"), 0x24);
    assert_int_equal(selected("{class: program-error, addresses: [256, 768]}"), 0x0A);
    assert_int_equal(selected("{class: program-error, operations: [2, 4]}"), 0x0A);
    assert_int_equal(selected("{class: program-error, match: 3}"), 0x08);
    assert_int_equal(selected("{class: program-error, phases: flash, match: 2}"), 0x10);
}

static void unknown_phases_are_refused(void **state)
{
    struct rl_plan *plan = plan_load(BASE "faults: [{class: cut-after, phases: flahs}]\n");
    char error[256];

    (void)state;
    assert_false(rl_selection_check(&plan->cells[0], &toy_engine, error, sizeof error));
    assert_non_null(strstr(error, "plan.yaml:3:10: engine toy has no phase \"flahs\""));
    rl_plan_free(plan);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plan_files_begin, plan_files_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest read_group[] = {
        TEST(selectors_are_read),
        TEST(pairs_are_read),
        TEST(digests_tell_selections_apart),
    };
    const struct CMUnitTest refused_group[] = {
        TEST(what_never_fires_is_refused),
        TEST(pairs_that_cannot_happen_are_refused),
        TEST(unknown_phases_are_refused),
    };
    const struct CMUnitTest select_group[] = {
        TEST(selectors_select),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, read);
    RUN_GROUP(groups, refused);
    RUN_GROUP(groups, select);
    return groups_end(&groups);
}
