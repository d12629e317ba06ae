/* The promise that merging rests on: states that a run cannot tell apart have the same run. Random
 * runs from random states; each state either arrives at a run that is known, and then has to have
 * exactly its results, or has to be run, and then must not contradict what is known, and arrives
 * where it was added. */
/* groups: exact */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "groups.h"
#include "scripts.h"

#define SCRIPTS 8000u
#define STATES  40u

static uint32_t arrived, added;

static void assert_same(const struct script *script, const struct script_results *a,
                        const struct script_results *b)
{
    for (uint32_t i = 0; i < SCRIPT_STEPS; i++) {
        if (a->values[i] != b->values[i]) {
            fail_msg("step %u, of kind %u, went otherwise than in the run it was taken for", i,
                     script->kind[i]);
        }
    }
}

static void explore_script(const struct script *script)
{
    static struct rl_view view;
    static struct script_results known[STATES];
    struct rl_footprints *footprints = rl_footprints_new(SCRIPT_FLASH_PAGES, SCRIPT_MEMORY_PAGES);

    for (uint32_t i = 0; i < STATES; i++) {
        struct script_results results;
        uint32_t leaf;

        scripts_change_state();
        rl_view_plain(&view, &scripts.flash, &scripts.memory);
        leaf = rl_footprints_find(footprints, &view, NULL);
        scripts_execute(script, &results);
        if (leaf != RL_LEAF_NONE) {
            arrived++;
            assert_same(script, &results, &known[leaf]);
            assert_int_equal(rl_footprints_add(footprints, &scripts.run), leaf);
        } else {
            added++;
            leaf = rl_footprints_add(footprints, &scripts.run);
            assert_int_equal(leaf + 1u, rl_footprints_count(footprints));
            known[leaf] = results;
            assert_int_equal(rl_footprints_find(footprints, &view, NULL), leaf);
        }
    }
    rl_footprints_free(footprints);
}

static void explore_scripts(uint64_t seed)
{
    scripts.random = seed;
    arrived = 0;
    added = 0;
    for (uint32_t i = 0; i < SCRIPTS; i++) {
        struct script script;

        scripts_draw_script(&script, true);
        explore_script(&script);
    }
    assert_true(arrived > SCRIPTS);
    assert_true(added > SCRIPTS);
}

static int set_up(void **state)
{
    (void)state;
    scripts_begin(false);
    return 0;
}

static int set_up_past_cache(void **state)
{
    (void)state;
    scripts_begin(true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scripts_end();
    return 0;
}

static void states_of_one_leaf_have_one_run(void **state)
{
    (void)state;
    explore_scripts(2026);
}

static void the_same_past_the_cache(void **state)
{
    (void)state;
    explore_scripts(2027);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest exact_group[] = {
        TEST(states_of_one_leaf_have_one_run),
        cmocka_unit_test_setup_teardown(the_same_past_the_cache, set_up_past_cache, tear_down),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, exact);
    return groups_end(&groups);
}
