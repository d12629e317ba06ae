/* What a plan's device declares of its flash: read, digested, contradicted, and what it excludes.
 */
/* groups: rules excluded */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "plan/rules.h"
#include "groups.h"
#include "plan_files.h"

/* --- rules ------------------------------------------------------------------------------------ */

static struct rl_flash_rules rules_of(const char *flash)
{
    char text[512];
    struct rl_flash_rules rules;
    struct rl_plan *plan;

    (void)snprintf(text, sizeof text, BASE "device: {flash: {%s}}\n", flash);
    plan = plan_load(text);
    rules = plan->cells[0].flash;
    rl_plan_free(plan);
    return rules;
}

static void nothing_is_declared_by_default(void **state)
{
    struct rl_flash_rules rules = rules_of("sector: 4K");

    (void)state;
    assert_int_equal(rules.again, RL_AGAIN_ECC);
    assert_int_equal(rules.tears, RL_TEARS_GRANULE);
    assert_int_equal(rules.trust, RL_TRUST_MARKED);
    assert_false(rules.blank_faults || rules.no_ecc || rules.reads_while_busy || rules.pairs);
    assert_int_equal(rules.erase_leaves | rules.endurance | rules.declared, 0);
    assert_int_equal(rules.program_ns | rules.granule_ns | rules.erase_ns | rules.read_ns, 0);
}

static void each_rule_is_read(void **state)
{
    struct rl_flash_rules rules = rules_of(
        "again: clears, tears: page, erase: [part, zeros], blank: reads, ecc: none, "
        "read_while_write: true, endurance: 10000, trust: ignored, program_us: 700, granule_us: 3, "
        "erase_us: 50000, read_ns: 4000");

    (void)state;
    assert_int_equal(rules.again, RL_AGAIN_CLEARS);
    assert_int_equal(rules.tears, RL_TEARS_PAGE);
    assert_int_equal(rules.erase_leaves, RL_ERASE_PART | RL_ERASE_ZEROS);
    assert_false(rules.blank_faults);
    assert_true(rules.no_ecc);
    assert_true(rules.reads_while_busy);
    assert_int_equal(rules.endurance, 10000);
    assert_int_equal(rules.trust, RL_TRUST_IGNORED);
    assert_int_equal(rules.program_ns, 700000);
    assert_int_equal(rules.granule_ns, 3000);
    assert_int_equal(rules.erase_ns, 50000000);
    assert_int_equal(rules.read_ns, 4000);
    assert_int_equal(rules.declared, (1u << RL_RULES) - 1u);
    rules = rules_of("again: refused, tears: nothing, erase: nothing, blank: faults, "
                     "endurance: unlimited, trust: marked");
    assert_int_equal(rules.again, RL_AGAIN_REFUSED);
    assert_int_equal(rules.tears, RL_TEARS_NOTHING);
    assert_int_equal(rules.erase_leaves, 0);
    assert_true(rules.blank_faults);
    assert_int_equal(rules.endurance, 0);
    assert_int_equal(rules.trust, RL_TRUST_MARKED);
}

static void each_rule_is_in_the_digest(void **state)
{
    static const char *const flash[] = {"sector: 4K",     "again: ecc",
                                        "again: clears",  "tears: page",
                                        "erase: [weak]",  "blank: faults",
                                        "ecc: none",      "read_while_write: true",
                                        "endurance: 5",   "program_us: 5",
                                        "granule_us: 5",  "erase_us: 5",
                                        "read_ns: 5",     "blank: reads",
                                        "erase: nothing", "endurance: unlimited",
                                        "tears: granule", "read_while_write: false",
                                        "again: refused", "ecc: granule",
                                        "pairs: true"};
    uint64_t seen[sizeof flash / sizeof flash[0]];

    (void)state;
    for (size_t i = 0; i < sizeof flash / sizeof flash[0]; i++) {
        char text[256];
        struct rl_plan *plan;

        (void)snprintf(text, sizeof text, BASE "device: {flash: {%s}}\n", flash[i]);
        plan = plan_load(text);
        seen[i] = plan->digest;
        rl_plan_free(plan);
        for (size_t k = 0; k < i; k++) {
            assert_true(seen[i] != seen[k]);
        }
    }
}

static void what_is_no_rule_is_refused(void **state)
{
    (void)state;
    plan_refused(BASE "device: {flash: {again: ecx}}\n", "3:25", "did you mean \"ecc\"?");
    plan_refused(BASE "device: {flash: {tears: none}}\n", "3:25",
                 "expected granule, page or nothing");
    plan_refused(BASE "device: {flash: {erase: part}}\n", "3:25", "expected nothing, or a list");
    plan_refused(BASE "device: {flash: {erase: [part, part]}}\n", "3:32", "listed twice");
    plan_refused(BASE "device: {flash: {blank: fault}}\n", "3:25", "did you mean \"faults\"?");
    plan_refused(BASE "device: {flash: {endurance: 0}}\n", "3:29",
                 "expected a number from 1 to 100000000");
    plan_refused(BASE "device: {flash: {erase_us: 0}}\n", "3:28", "expected a number from 1");
}

static void contradictions_are_refused(void **state)
{
    (void)state;
    plan_refused(BASE "device: {flash: {ecc: none, again: ecc}}\n", "3:36",
                 "again: ecc on flash with ecc: none");
    plan_refused(BASE "device: {flash: {sector: 512, pairs: true}}\n", "3:38",
                 "less than two pairs of pages");
    plan_refused(BASE "device: {flash: {blank: faults, ecc: none}}\n", "3:25",
                 "where no read fails");
    plan_refused(BASE "device: {flash: {uncorrectable: trap, ecc: none}}\n", "3:44",
                 "ecc: none on flash with uncorrectable: trap");
    plan_refused(BASE "device: {flash: {tears: nothing, erase: [weak]}}\n", "3:41",
                 "expected erase: nothing");
}

/* --- excluded --------------------------------------------------------------------------------- */

static void what_cannot_happen_is_refused(void **state)
{
    (void)state;
    plan_refused(BASE "device: {flash: {tears: nothing}}\nfaults: [cut-before, "
                      "torn-program-prefix]\n",
                 "4:22", "torn-program-prefix cannot happen on this device");
    plan_refused(BASE "device: {flash: {erase: [part]}}\nfaults: [weak-erase]\n", "4:10",
                 "(flash: {erase: ...})");
    plan_refused(BASE "device: {flash: {erase: nothing}}\nfaults: [{class: torn-erase}]\n", "4:10",
                 "torn-erase cannot happen");
    plan_refused(BASE "device: {flash: {erase: [part]}}\nfaults: [program-error]\npairs: "
                      "[[program-error, erase-preprogram]]\n",
                 "5:9", "erase-preprogram cannot happen");
}

static void a_profile_excludes_too(void **state)
{
    static const char profile[] = "flash: {erase: [zeros]}\n";

    (void)state;
    plan_write("device.yaml", profile, sizeof profile - 1u);
    plan_refused(BASE "device: device.yaml\nfaults: [weak-erase]\n", "4:10",
                 "weak-erase cannot happen on this device");
}

static void by_default_only_what_can_happen_is_on(void **state)
{
    struct rl_plan *plan = plan_load(BASE "device: {flash: {erase: [zeros]}}\n");

    (void)state;
    assert_true(rl_class_in(&plan->cells[0].classes, RL_CLASS_ERASE_PREPROGRAM));
    assert_true(rl_class_in(&plan->cells[0].classes, RL_CLASS_TORN_PROGRAM_PREFIX));
    assert_false(rl_class_in(&plan->cells[0].classes, RL_CLASS_WEAK_ERASE));
    assert_false(rl_class_in(&plan->cells[0].classes, RL_CLASS_TORN_ERASE));
    rl_plan_free(plan);
}

static void exclusions_follow_the_rules(void **state)
{
    struct rl_flash_rules none = {.again = RL_AGAIN_ECC};
    struct rl_flash_rules plain = {.no_ecc = true};
    struct rl_flash_rules clears = {.again = RL_AGAIN_CLEARS, .declared = RL_DECLARES_AGAIN};
    struct rl_flash_rules lasting = {.declared = RL_DECLARES_ENDURANCE};
    struct rl_flash_rules reads = {.declared = RL_DECLARES_BLANK};
    struct rl_flash_rules busy = {.reads_while_busy = true};

    (void)state;
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        bool pairs = i == RL_CLASS_PAIRED_DAMAGE;

        none.pairs = pairs; /* the one that has to be declared */
        assert_null(rl_rules_exclude(&none, (rl_class)i));
        none.pairs = false;
        assert_true(pairs == (rl_rules_exclude(&none, (rl_class)i) != NULL));
    }
    assert_non_null(rl_rules_exclude(&plain, RL_CLASS_ECC_CORRECTABLE));
    assert_null(rl_rules_exclude(&plain, RL_CLASS_BIT_ROT));
    assert_non_null(rl_rules_exclude(&clears, RL_CLASS_DOUBLE_PROGRAM_GRANULE));
    assert_non_null(rl_rules_exclude(&lasting, RL_CLASS_WORN_OUT));
    lasting.endurance = 1;
    assert_null(rl_rules_exclude(&lasting, RL_CLASS_WORN_OUT));
    assert_non_null(rl_rules_exclude(&reads, RL_CLASS_ERASED_READ_FAULT));
    reads.blank_faults = true;
    assert_null(rl_rules_exclude(&reads, RL_CLASS_ERASED_READ_FAULT));
    assert_non_null(rl_rules_exclude(&busy, RL_CLASS_READ_WHILE_WRITE));
}

/* ---------------------------------------------------------------------------------------------- */

#define TEST(function) cmocka_unit_test_setup_teardown(function, plan_files_begin, plan_files_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest rules_group[] = {
        TEST(nothing_is_declared_by_default), TEST(each_rule_is_read),
        TEST(each_rule_is_in_the_digest),     TEST(what_is_no_rule_is_refused),
        TEST(contradictions_are_refused),
    };
    const struct CMUnitTest excluded_group[] = {
        TEST(what_cannot_happen_is_refused),
        TEST(a_profile_excludes_too),
        TEST(by_default_only_what_can_happen_is_on),
        TEST(exclusions_follow_the_rules),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, rules);
    RUN_GROUP(groups, excluded);
    return groups_end(&groups);
}
