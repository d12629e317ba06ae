/* Certificates that lie: each number in them counts, and each question. */
/* groups: numbers verdicts questions lines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "check_rig.h"
#include "groups.h"

typedef void lie(struct rl_check_cell *cell);

/* The certificate of a toy, with a lie in it: what the checker says has to match. */
static void expect_lie_of(rl_tear tear, enum toy_fault fault, lie *tell, const char *expected)
{
    struct rl_check_result result;
    struct closed closed;

    check_rig_init(&closed, RL_MEMORY_VOLATILE, tear);
    if (fault == TOY_TRUSTS_LINES) {
        closed.toy.cell.classes = check_rig_lines();
    }
    toy_fault = fault;
    check_rig_certify(&closed);
    tell(&closed.file.cells[0]);
    check_rig_check(&closed, 1, &result);
    if (result.is_true || strstr(result.why, expected) == NULL) {
        fail_msg("\"%s\" expected, got: \"%s\"", expected, result.why);
    }
    check_rig_done(&closed);
}

static void expect_lie(enum toy_fault fault, lie *tell, const char *expected)
{
    expect_lie_of(RL_TEAR_BETWEEN, fault, tell, expected);
}

static void leave_a_state_out(struct rl_check_cell *cell)
{
    cell->leaves[cell->leaf_count - 1u].cuts[0].known = false;
}

/* So that its crash states come to a place where no run has been. */
static void cut_a_branch(struct rl_check_cell *cell)
{
    struct rl_check_node *node = &cell->nodes[cell->leaves[--cell->leaf_count].node];

    node->kind = RL_CERTIFICATE_NOWHERE;
    node->leaf = RL_CHECK_NONE;
}

/* The last state that was cut. */
static struct rl_check_leaf *some_state(struct rl_check_cell *cell)
{
    struct rl_check_leaf *found = cell->leaves;

    for (size_t i = 0; i < cell->leaf_count; i++) {
        if (cell->leaves[i].operations > 0 && cell->leaves[i].cuts[0].known) {
            found = &cell->leaves[i];
        }
    }
    assert_true(found->cuts[0].edge_count > 0);
    return found;
}

static void leave_an_edge_out(struct rl_check_cell *cell)
{
    some_state(cell)->cuts[0].edge_count--;
}

static void change_the_edges(struct rl_check_cell *cell)
{
    struct rl_check_cuts *cuts = &some_state(cell)->cuts[0];

    for (size_t i = 0; i < cuts->edge_count; i++) {
        cell->edges[cuts->edge_first + i] += 1000u;
    }
}

static void change_one_edge(struct rl_check_cell *cell)
{
    cell->edges[some_state(cell)->cuts[0].edge_first]++;
}

static void add_an_edge(struct rl_check_cell *cell)
{
    some_state(cell)->cuts[0].edge_count++;
}

static void change_the_crash_states(struct rl_check_cell *cell)
{
    some_state(cell)->cuts[0].crash_states--;
}

static void change_a_fingerprint(struct rl_check_cell *cell)
{
    some_state(cell)->fingerprint.low ^= 1u;
}

static void change_the_operation(struct rl_check_cell *cell)
{
    cell->leaves[cell->leaf_count - 1u].operation += 1000000u;
}

/* A state comes from one before it whose power cycle is over by then. */
static void change_the_parent(struct rl_check_cell *cell)
{
    for (uint32_t parent = 0; parent < cell->leaf_count; parent++) {
        uint64_t operations = cell->leaves[parent].operations;

        for (uint32_t i = parent + 1u; i < cell->leaf_count && operations > 0; i++) {
            if (cell->leaves[i].operation >= operations) {
                cell->leaves[i].from = 2u * parent + 1u;
                return;
            }
        }
    }
    fail_msg("each power cycle is as long");
}

static void change_an_outcome(struct rl_check_cell *cell)
{
    some_state(cell)->outcome.parts += 3u;
    some_state(cell)->outcome.landing = RL_LANDING_TORN;
}

static void change_what_runs(struct rl_check_cell *cell)
{
    some_state(cell)->found.first_image ^= 1;
}

static void change_the_boots(struct rl_check_cell *cell)
{
    some_state(cell)->boots++;
}

static void change_the_start(struct rl_check_cell *cell)
{
    cell->start.crash_states++;
}

static void change_the_images(struct rl_check_cell *cell)
{
    cell->identity[1][0] ^= 1u;
}

static void every_number_counts(void **state)
{
    (void)state;
    expect_lie(TOY_COMMITS_EARLY, leave_a_state_out, "which is not in the set");
    expect_lie(TOY_COMMITS_EARLY, cut_a_branch, "belongs to no state of the certificate");
    expect_lie(TOY_COMMITS_EARLY, leave_an_edge_out, "of which the certificate does not say so");
    expect_lie(TOY_COMMITS_EARLY, add_an_edge, "states; the certificate says");
    expect_lie(TOY_COMMITS_EARLY, change_the_edges, "of which the certificate does not say so");
    expect_lie(TOY_COMMITS_EARLY, change_one_edge, "of which the certificate does not say so");
    expect_lie(TOY_COMMITS_EARLY, change_the_crash_states, "crash states; the certificate says");
    expect_lie(TOY_COMMITS_EARLY, change_a_fingerprint, "another fingerprint");
    expect_lie(TOY_COMMITS_EARLY, change_the_operation,
               "an operation that its parent does not have");
    expect_lie(TOY_COMMITS_EARLY, change_an_outcome, "what it came from does not exist");
    expect_lie(TOY_COMMITS_EARLY, change_what_runs, "another image");
    expect_lie(TOY_COMMITS_EARLY, change_the_boots, "boots; the certificate says");
    expect_lie(TOY_COMMITS_EARLY, change_the_start, "crash states; the certificate says");
    expect_lie(TOY_COMMITS_EARLY, change_the_images, "about other images");
}

static void call_it_good(struct rl_check_cell *cell)
{
    for (size_t i = 0; i < cell->leaf_count; i++) {
        if (cell->leaves[i].violated != 0) {
            cell->leaves[i].violated = 0;
            cell->leaves[i].at_start = 0;
            return;
        }
    }
    fail_msg("no state violates a property");
}

/* By who lies all through. */
static void call_all_good(struct rl_check_cell *cell)
{
    cell->start.violating = 0;
    for (size_t i = 0; i < cell->leaf_count; i++) {
        cell->leaves[i].violated = 0;
        cell->leaves[i].at_start = 0;
        cell->leaves[i].cuts[0].violating = 0;
    }
}

static void hide_violations(struct rl_check_cell *cell)
{
    assert_true(cell->start.violating > 0);
    cell->start.violating = 0;
}

static void a_bad_state_is_not_good(void **state)
{
    (void)state;
    expect_lie(TOY_COMMITS_EARLY, call_it_good, "violate a property; the certificate says");
    expect_lie(TOY_COMMITS_EARLY, call_all_good, "its recovery violates properties");
    expect_lie(TOY_COMMITS_EARLY, hide_violations, "violate a property; the certificate says 0");
}

/* The question of a node is not asked any more: whatever the answer, what followed the first one
 * follows. */
static void drop(struct rl_check_cell *cell, struct rl_check_node *node)
{
    node->look = RL_LOOK_RANGE;
    node->interval_count = 0;
    node->target = (struct rl_sum){0, 0};
    node->answer_count = 1;
    cell->answers[node->answer_first].value = RL_HOLDS;
}

/* One that tells states apart. */
static void drop_a_fork(struct rl_check_cell *cell)
{
    for (size_t i = 0; i < cell->node_count; i++) {
        if (cell->nodes[i].answer_count > 1) {
            drop(cell, &cell->nodes[i]);
            return;
        }
    }
    fail_msg("no question has two answers");
}

/* All that ask whether flash holds something, and were answered in one way only: as if recoveries
 * did not read it. */
static void drop_what_is_alike(struct rl_check_cell *cell)
{
    bool any = false;

    for (size_t i = 0; i < cell->node_count; i++) {
        struct rl_check_node *node = &cell->nodes[i];

        if (node->answer_count == 1 && node->device == RL_FLASH) {
            drop(cell, node);
            any = true;
        }
    }
    assert_true(any);
}

static void every_question_counts(void **state)
{
    (void)state;
    expect_lie(TOY_SOUND, drop_a_fork, "belongs to another state");
    expect_lie(TOY_SOUND, drop_what_is_alike, "what no question asks for was replaced");
}

/* Where dirty lines hold what they please, numbers count as well. */
static void lines_count(void **state)
{
    (void)state;
    expect_lie_of(RL_TEAR_FULL, TOY_TRUSTS_LINES, change_the_start,
                  "crash states; the certificate says");
    expect_lie_of(RL_TEAR_FULL, TOY_TRUSTS_LINES, change_the_crash_states,
                  "crash states; the certificate says");
    expect_lie_of(RL_TEAR_FULL, TOY_TRUSTS_LINES, change_the_parent, "it came from");
    expect_lie_of(RL_TEAR_FULL, TOY_TRUSTS_LINES, leave_an_edge_out,
                  "of which the certificate does not say so");
    expect_lie_of(RL_TEAR_FULL, TOY_TRUSTS_LINES, add_an_edge, "states; the certificate says");
    expect_lie_of(RL_TEAR_FULL, TOY_TRUSTS_LINES, hide_violations,
                  "violate a property; the certificate says 0");
}

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);
    const struct CMUnitTest numbers_group[] = {
        cmocka_unit_test(every_number_counts),
    };
    const struct CMUnitTest verdicts_group[] = {
        cmocka_unit_test(a_bad_state_is_not_good),
    };
    const struct CMUnitTest questions_group[] = {
        cmocka_unit_test(every_question_counts),
    };
    const struct CMUnitTest lines_group[] = {
        cmocka_unit_test(lines_count),
    };

    RUN_GROUP(groups, numbers);
    RUN_GROUP(groups, verdicts);
    RUN_GROUP(groups, questions);
    RUN_GROUP(groups, lines);
    return groups_end(&groups);
}
