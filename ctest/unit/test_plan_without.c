/* Classes that are taken out of a loaded plan. */
/* groups: without */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/plan.h"
#include "groups.h"
#include "plan_files.h"

static rl_class_set set_of(rl_class a, rl_class b)
{
    rl_class_set set = {{0, 0}};

    rl_class_add(&set, a);
    rl_class_add(&set, b);
    return set;
}

static void take_out(struct rl_plan *plan, rl_class a, rl_class b)
{
    rl_class_set set = set_of(a, b);

    rl_plan_without(plan, &set);
}

static void selectors_and_classes_go(void **state)
{
    struct rl_plan *plan = plan_load(
        BASE "memory: [volatile, battery]\nfaults: [cut-before, {class: program-error, kinds: "
             "program}, {class: erase-error, match: 2}, {class: program-error, match: 3}]\n");
    uint64_t digest = plan->digest;

    (void)state;
    assert_true(rl_plan_has_class(plan, RL_CLASS_PROGRAM_ERROR));
    take_out(plan, RL_CLASS_PROGRAM_ERROR, RL_CLASS_PROGRAM_ERROR);
    assert_false(rl_plan_has_class(plan, RL_CLASS_PROGRAM_ERROR));
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        const struct rl_cell *cell = &plan->cells[i];

        assert_false(rl_class_in(&cell->classes, RL_CLASS_PROGRAM_ERROR));
        assert_int_equal(cell->faults.selector_count, 2);
        assert_int_equal(cell->faults.selectors[0].fault_class, RL_CLASS_CUT_BEFORE);
        assert_int_equal(cell->faults.selectors[1].fault_class, RL_CLASS_ERASE_ERROR);
        assert_int_equal(cell->faults.selectors[1].match, 2);
        assert_int_equal(cell->depth, 1);
    }
    assert_int_equal(plan->digest, digest);
    rl_plan_free(plan);
}

static void pairs_go_with_either_class(void **state)
{
    struct rl_plan *plan =
        plan_load(BASE "faults: [program-error, erase-error]\npairs: [[program-error, cut-after], "
                       "[erase-error, program-error], [erase-error, cut-before]]\n");

    (void)state;
    assert_true(rl_plan_has_class(plan, RL_CLASS_CUT_BEFORE));
    take_out(plan, RL_CLASS_PROGRAM_ERROR, RL_CLASS_PROGRAM_ERROR);
    assert_int_equal(plan->cells[0].faults.pair_count, 1);
    assert_int_equal(plan->cells[0].faults.pairs[0].first, RL_CLASS_ERASE_ERROR);
    assert_int_equal(plan->cells[0].faults.pairs[0].second, RL_CLASS_CUT_BEFORE);
    take_out(plan, RL_CLASS_CUT_BEFORE, RL_CLASS_CUT_BEFORE);
    assert_int_equal(plan->cells[0].faults.pair_count, 0);
    assert_int_equal(plan->cells[0].faults.selector_count, 1);
    rl_plan_free(plan);
}

static void without_faults_the_golden_run_is_left(void **state)
{
    struct rl_plan *plan = plan_load(BASE "faults: [program-error, cut-after]\n");

    (void)state;
    take_out(plan, RL_CLASS_PROGRAM_ERROR, RL_CLASS_CUT_AFTER);
    assert_true(rl_class_none(&plan->cells[0].classes));
    assert_int_equal(plan->cells[0].depth, 0);
    rl_plan_free(plan);
}

static void second_cuts_go_with_the_last_first_one(void **state)
{
    static const char text[] = BASE "explore: {depth: 2}\n"
                                    "faults: [cut-before, cut-after, nested-cut, erase-error]\n";
    struct rl_plan *plan = plan_load(text);

    (void)state;
    take_out(plan, RL_CLASS_CUT_BEFORE, RL_CLASS_CUT_BEFORE);
    assert_int_equal(plan->cells[0].depth, 2);
    assert_true(rl_class_in(&plan->cells[0].classes, RL_CLASS_NESTED_CUT));
    take_out(plan, RL_CLASS_CUT_AFTER, RL_CLASS_CUT_AFTER);
    assert_int_equal(plan->cells[0].depth, 1);
    assert_false(rl_class_in(&plan->cells[0].classes, RL_CLASS_NESTED_CUT));
    assert_true(rl_class_in(&plan->cells[0].classes, RL_CLASS_ERASE_ERROR));
    rl_plan_free(plan);
}

static void variants_with_lists_of_their_own_keep_them(void **state)
{
    struct rl_plan *plan =
        plan_load(BASE "faults: [cut-before, cut-after]\nvariants: [{name: a}, {name: b, faults: "
                       "[cut-after, program-error]}, {name: c}]\n");

    (void)state;
    take_out(plan, RL_CLASS_CUT_AFTER, RL_CLASS_CUT_AFTER);
    assert_int_equal(plan->cells[0].faults.selector_count, 1);
    assert_int_equal(plan->cells[0].faults.selectors[0].fault_class, RL_CLASS_CUT_BEFORE);
    assert_int_equal(plan->cells[1].faults.selector_count, 1);
    assert_int_equal(plan->cells[1].faults.selectors[0].fault_class, RL_CLASS_PROGRAM_ERROR);
    assert_int_equal(plan->cells[2].faults.selector_count, 1);
    rl_plan_free(plan);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, plan_files_begin, plan_files_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest without_group[] = {
        TEST(selectors_and_classes_go),
        TEST(pairs_go_with_either_class),
        TEST(without_faults_the_golden_run_is_left),
        TEST(second_cuts_go_with_the_last_first_one),
        TEST(variants_with_lists_of_their_own_keep_them),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, without);
    return groups_end(&groups);
}
