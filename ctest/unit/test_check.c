/* Certificates: a true one is found true, whole and in samples; one that lies is not; a file that
 * is none is refused, whatever it holds. */
/* groups: agrees lies files */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "board_rig.h"
#include "check/check.h"
#include "explore/certificate.h"
#include "explore/encode.h"
#include "explore/guard.h"
#include "explore/sweep.h"
#include "groups.h"
#include "images/build.h"
#include "images/file.h"
#include "toy.h"

/* A closure of the toy, its certificate, and what was read of that. */
struct closed {
    struct toy toy;
    struct rl_cell_result found;
    uint8_t *bytes;
    size_t size;
    struct rl_check_file file;
};

static void init(struct closed *closed, rl_memory memory, rl_tear tear)
{
    memset(closed, 0, sizeof *closed);
    toy_init(&closed->toy, memory, 1, tear, tear);
    closed->toy.cell.closure = true;
}

static void take(void *user, const struct rl_cell_result *piece, bool partial)
{
    (void)partial;
    rl_cell_result_add(user, piece);
}

static void run_certified(struct closed *closed, double deadline,
                          const struct rl_certificate_sections *sections)
{
    struct rl_work work = {.take = take, .user = &closed->found, .certificate = sections};
    struct rl_cell_result end;

    rl_cell_work(&closed->toy.plan, 0, &closed->toy.handle, deadline, NULL, &work, &end);
    assert_string_equal(end.harness_error, "");
}

/* Explores, writes and reads. */
static void certify(struct closed *closed)
{
    static const uint32_t cells[] = {0};
    struct rl_certificate_sections sections;
    char path[] = "/tmp/relight-certificate-XXXXXX";
    char why[512];
    int descriptor = mkstemp(path);

    assert_true(descriptor >= 0);
    (void)close(descriptor);
    assert_true(rl_certificate_begin(&sections));
    run_certified(closed, 0, &sections);
    assert_true(closed->found.closure.closed);
    assert_true(rl_certificate_write(&sections, &closed->toy.plan, &closed->toy.engines, cells, 1,
                                     path, why, sizeof why));
    rl_certificate_end(&sections);
    assert_true(rl_file_read(path, 1u << 30, &closed->bytes, &closed->size, why));
    (void)unlink(path);
    assert_true(rl_check_read(&closed->file, closed->bytes, closed->size, why));
}

static void done(struct closed *closed)
{
    rl_check_file_free(&closed->file);
    rl_cell_result_free(&closed->found);
    free(closed->bytes);
    toy_free(&closed->toy);
}

static void check(struct closed *closed, double share, struct rl_check_result *result)
{
    struct rl_check_options options = {
        .share = share, .seed = 1, .combinations = RL_CHECK_COMBINATIONS};

    rl_check_cell(&closed->toy.plan, &closed->toy.cell, &closed->toy.handle, &closed->file.cells[0],
                  &options, result);
}

/* ---- agrees ---- */

static void expect_true(struct closed *closed)
{
    struct rl_check_result result;

    certify(closed);
    check(closed, 1, &result);
    assert_string_equal(result.why, "");
    assert_true(result.is_true);
    assert_true(result.states > closed->file.cells[0].leaf_count);
    assert_int_equal(result.checked, result.states);
    assert_int_equal(result.rebuilt, 0);
    assert_true(result.crash_states > 100);
}

static void a_closure_is_true(void **state)
{
    struct closed closed;

    (void)state;
    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_FULL);
    expect_true(&closed);
    assert_true(closed.found.distinct_states > 2);
    done(&closed);
}

static void with_a_battery(void **state)
{
    struct closed closed;

    (void)state;
    init(&closed, RL_MEMORY_BATTERY, RL_TEAR_FULL);
    expect_true(&closed);
    done(&closed);
}

static void with_a_counter_that_rises(void **state)
{
    struct closed closed;

    (void)state;
    init(&closed, RL_MEMORY_BATTERY, RL_TEAR_FULL);
    toy_image(&closed.toy, 1, 1, 2);
    expect_true(&closed);
    done(&closed);
}

/* What violates is told as well, and is as true. */
static void with_violations(void **state)
{
    struct rl_check_result result;
    struct closed closed;

    (void)state;
    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_FULL);
    toy_fault = TOY_COMMITS_EARLY;
    expect_true(&closed);
    check(&closed, 1, &result);
    assert_true(closed.found.violations > 0);
    assert_int_equal(result.violating, closed.found.violations);
    done(&closed);
}

/* Its crash states depend on what memory held before. */
static void with_an_engine_that_trusts_memory(void **state)
{
    struct closed closed;

    (void)state;
    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    toy_fault = TOY_TRUSTS_MEMORY;
    expect_true(&closed);
    done(&closed);
}

static void a_sample_is_of_its_share(void **state)
{
    struct rl_check_result result, again;
    struct closed closed;

    (void)state;
    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    toy_fault = TOY_COMMITS_EARLY;
    certify(&closed);
    check(&closed, 0.05, &result);
    assert_true(result.is_true);
    assert_true(result.checked >= 2);
    assert_true((double)result.checked < 0.2 * (double)result.states);
    check(&closed, 0.05, &again);
    assert_memory_equal(&result, &again, sizeof result);
    done(&closed);
}

/* ---- lies ---- */

typedef void lie(struct rl_check_cell *cell);

/* The certificate of a toy, with a lie in it: what the checker says has to match. */
static void expect_lie(enum toy_fault fault, lie *tell, const char *expected)
{
    struct rl_check_result result;
    struct closed closed;

    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    toy_fault = fault;
    certify(&closed);
    tell(&closed.file.cells[0]);
    check(&closed, 1, &result);
    assert_false(result.is_true);
    if (strstr(result.why, expected) == NULL) {
        fail_msg("\"%s\" expected, got: %s", expected, result.why);
    }
    done(&closed);
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

static void change_a_parent(struct rl_check_cell *cell)
{
    cell->leaves[cell->leaf_count - 1u].operation += 1000000u;
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
    expect_lie(TOY_COMMITS_EARLY, change_the_crash_states, "crash states; the certificate says");
    expect_lie(TOY_COMMITS_EARLY, change_a_fingerprint, "another fingerprint");
    expect_lie(TOY_COMMITS_EARLY, change_a_parent, "an operation that its parent does not have");
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

/* ---- files ---- */

/* As whoever makes a file that lies would. */
static void seal(uint8_t *bytes, size_t size)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, size - 16u);
    struct rl_encoded sum = {0};

    rl_encode_sum(&sum, (struct rl_sum){hash.low64, hash.high64});
    memcpy(bytes + size - 16u, sum.bytes, 16);
    free(sum.bytes);
}

/* A copy that ends where its bytes do, so that a sanitizer sees who reads on. */
static bool reads(const uint8_t *bytes, size_t size, bool sealed, char *why)
{
    uint8_t *copy = malloc(size + (size == 0));
    struct rl_check_file file;
    bool read;

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    if (sealed) {
        seal(copy, size);
    }
    read = rl_check_read(&file, copy, size, why);
    rl_check_file_free(&file);
    free(copy);
    return read;
}

static void what_is_cut_off_is_refused(void **state)
{
    struct closed closed;
    char why[RL_CHECK_WHY];

    (void)state;
    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    certify(&closed);
    assert_true(reads(closed.bytes, closed.size, false, why));
    assert_true(reads(closed.bytes, closed.size, true, why));
    for (size_t size = 0; size < closed.size; size += size < 64u ? 1u : closed.size / 97u) {
        assert_false(reads(closed.bytes, size, false, why));
        if (size >= 32u) {
            assert_non_null(strstr(why, "damaged"));
            assert_false(reads(closed.bytes, size, true, why));
            assert_non_null(strstr(why, "malformed"));
        }
    }
    done(&closed);
}

static void bits_that_flip_are_refused(void **state)
{
    uint64_t random = 1;
    struct closed closed;
    char why[RL_CHECK_WHY];

    (void)state;
    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    certify(&closed);
    for (int i = 0; i < 500; i++) {
        size_t at = board_rig_random(&random) % (closed.size - 16u);
        uint8_t bit = (uint8_t)(1u << board_rig_random(&random) % 8u);

        closed.bytes[at] ^= bit;
        assert_false(reads(closed.bytes, closed.size, false, why));
        (void)reads(closed.bytes, closed.size, true,
                    why); /* well formed or not, it is not trusted */
        closed.bytes[at] ^= bit;
    }
    done(&closed);
}

/* Flipped and sealed again, it may be well formed; then it is checked, and nothing worse happens
 * than that it is not true. */
static void what_is_well_formed_may_be_checked(void **state)
{
    uint64_t random = 7;
    struct closed closed;
    uint32_t checked = 0, untrue = 0;
    char why[RL_CHECK_WHY];

    (void)state;
    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    certify(&closed);
    for (int i = 0; i < 60; i++) {
        size_t at = closed.size / 3u + board_rig_random(&random) % (closed.size * 2u / 3u - 16u);
        uint8_t bit = (uint8_t)(1u << board_rig_random(&random) % 8u);

        closed.bytes[at] ^= bit;
        rl_check_file_free(&closed.file);
        seal(closed.bytes, closed.size);
        if (rl_check_read(&closed.file, closed.bytes, closed.size, why) &&
            closed.file.cell_count == 1) {
            struct rl_check_result result;

            check(&closed, 1, &result);
            checked++;
            untrue += !result.is_true;
        }
        closed.bytes[at] ^= bit;
    }
    assert_true(checked > 0 && untrue > 0);
    done(&closed);
}

static void other_files_are_none(void **state)
{
    static const uint8_t text[] = "not a certificate, though it is long enough to be one";
    struct closed closed;
    char why[RL_CHECK_WHY];

    (void)state;
    assert_false(reads(text, sizeof text, false, why));
    assert_non_null(strstr(why, "not a certificate"));
    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    certify(&closed);
    assert_string_equal(closed.file.plan, "toy");
    assert_string_equal(closed.file.engine, "toy");
    assert_true(closed.file.plan_digest == closed.toy.plan.digest);
    assert_true(closed.file.engine_digest == rl_engines_digest(&closed.toy.engines, 1));
    closed.bytes[8]++;
    assert_false(reads(closed.bytes, closed.size, true, why));
    assert_non_null(strstr(why, "another format"));
    done(&closed);
}

/* A closure that was not closed has no section. */
static void what_is_open_has_none(void **state)
{
    static const uint32_t cells[] = {0};
    struct rl_certificate_sections sections;
    struct closed closed;
    char why[512];

    (void)state;
    init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_FULL);
    assert_true(rl_certificate_begin(&sections));
    run_certified(&closed, 1e-9, &sections);
    assert_false(closed.found.closure.closed);
    assert_false(rl_certificate_write(&sections, &closed.toy.plan, &closed.toy.engines, cells, 1,
                                      "never-written.rlc", why, sizeof why));
    assert_string_equal(why, "cell only is not closed");
    assert_int_not_equal(access("never-written.rlc", F_OK), 0);
    rl_certificate_end(&sections);
    done(&closed);
}

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);
    const struct CMUnitTest agrees_group[] = {
        cmocka_unit_test(a_closure_is_true),
        cmocka_unit_test(with_a_battery),
        cmocka_unit_test(with_a_counter_that_rises),
        cmocka_unit_test(with_violations),
        cmocka_unit_test(with_an_engine_that_trusts_memory),
        cmocka_unit_test(a_sample_is_of_its_share),
    };
    const struct CMUnitTest lies_group[] = {
        cmocka_unit_test(every_number_counts),
        cmocka_unit_test(a_bad_state_is_not_good),
        cmocka_unit_test(every_question_counts),
    };
    const struct CMUnitTest files_group[] = {
        cmocka_unit_test(what_is_cut_off_is_refused),
        cmocka_unit_test(bits_that_flip_are_refused),
        cmocka_unit_test(what_is_well_formed_may_be_checked),
        cmocka_unit_test(other_files_are_none),
        cmocka_unit_test(what_is_open_has_none),
    };

    RUN_GROUP(groups, agrees);
    RUN_GROUP(groups, lies);
    RUN_GROUP(groups, files);
    return groups_end(&groups);
}
