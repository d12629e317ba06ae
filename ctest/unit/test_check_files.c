/* Files that are no certificate, cut off, damaged, or made by somebody who wants no good: they are
 * refused, whatever they hold. */
/* groups: files made */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board_rig.h"
#include "check_rig.h"
#include "explore/encode.h"
#include "groups.h"

static void what_is_cut_off_is_refused(void **state)
{
    struct closed closed;
    char why[RL_CHECK_WHY];

    (void)state;
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    check_rig_certify(&closed);
    assert_true(check_rig_reads(closed.bytes, closed.size, false, why));
    assert_true(check_rig_reads(closed.bytes, closed.size, true, why));
    for (size_t size = 0; size < closed.size; size += size < 64u ? 1u : closed.size / 97u) {
        assert_false(check_rig_reads(closed.bytes, size, false, why));
        if (size >= 32u) {
            assert_non_null(strstr(why, "damaged"));
            assert_false(check_rig_reads(closed.bytes, size, true, why));
            assert_non_null(strstr(why, "malformed"));
        }
    }
    check_rig_done(&closed);
}

static void bits_that_flip_are_refused(void **state)
{
    uint64_t random = 1;
    struct closed closed;
    char why[RL_CHECK_WHY];

    (void)state;
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    check_rig_certify(&closed);
    for (int i = 0; i < 500; i++) {
        size_t at = board_rig_random(&random) % (closed.size - 16u);
        uint8_t bit = (uint8_t)(1u << board_rig_random(&random) % 8u);

        closed.bytes[at] ^= bit;
        assert_false(check_rig_reads(closed.bytes, closed.size, false, why));
        (void)check_rig_reads(closed.bytes, closed.size, true,
                              why); /* well formed or not, it is not trusted */
        closed.bytes[at] ^= bit;
    }
    check_rig_done(&closed);
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
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    check_rig_certify(&closed);
    for (int i = 0; i < 60; i++) {
        size_t at = closed.size / 3u + board_rig_random(&random) % (closed.size * 2u / 3u - 16u);
        uint8_t bit = (uint8_t)(1u << board_rig_random(&random) % 8u);

        closed.bytes[at] ^= bit;
        rl_check_file_free(&closed.file);
        check_rig_seal(closed.bytes, closed.size);
        if (rl_check_read(&closed.file, closed.bytes, closed.size, why) &&
            closed.file.cell_count == 1) {
            struct rl_check_result result;

            check_rig_check(&closed, 1, &result);
            checked++;
            untrue += !result.is_true;
        }
        closed.bytes[at] ^= bit;
    }
    assert_true(checked > 0 && untrue > 0);
    check_rig_done(&closed);
}

static void other_files_are_none(void **state)
{
    static const uint8_t text[] = "not a certificate, though it is long enough to be one";
    struct closed closed;
    char why[RL_CHECK_WHY];

    (void)state;
    assert_false(check_rig_reads(text, sizeof text, false, why));
    assert_non_null(strstr(why, "not a certificate"));
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_BETWEEN);
    check_rig_certify(&closed);
    assert_string_equal(closed.file.plan, "toy");
    assert_string_equal(closed.file.engine, "toy");
    assert_true(closed.file.plan_digest == closed.toy.plan.digest);
    assert_true(closed.file.engine_digest == rl_engines_digest(&closed.toy.engines, 1));
    closed.bytes[8]++;
    assert_false(check_rig_reads(closed.bytes, closed.size, true, why));
    assert_non_null(strstr(why, "another format"));
    check_rig_done(&closed);
}

/* A closure that was not closed has no section. */
static void what_is_open_has_none(void **state)
{
    static const uint32_t cells[] = {0};
    struct rl_certificate_sections sections;
    struct closed closed;
    char why[512];

    (void)state;
    check_rig_init(&closed, RL_MEMORY_VOLATILE, RL_TEAR_FULL);
    assert_true(rl_certificate_begin(&sections));
    check_rig_run(&closed, 1e-9, &sections);
    assert_false(closed.found.closure.closed);
    assert_false(rl_certificate_write(&sections, &closed.toy.plan, &closed.toy.engines, cells, 1,
                                      "never-written.rlc", why, sizeof why));
    assert_string_equal(why, "cell only is not closed");
    assert_int_not_equal(access("never-written.rlc", F_OK), 0);
    rl_certificate_end(&sections);
    check_rig_done(&closed);
}

/* ---- made by hand ---- */

/* What is wrong with a section that is as small as one can be. */
enum wrong {
    NOTHING = 0,
    CONTENTS_MANY, /* more than there are bytes */
    NODES_MANY,
    ANSWERS_MANY,
    INTERVALS_MANY,
    EDGES_MANY,
    LEAVES_MANY,
    PAGES_NONE,
    NODE_AGAIN,    /* an answer leads back to its own question */
    NODE_TWICE,    /* two answers lead to one node */
    LEAF_TWICE,    /* two nodes are one leaf */
    LEAF_NOWHERE,  /* no node is it */
    PARENT_ITSELF, /* a state came from itself */
    EDGE_BEYOND,   /* cuts lead to a state that is not there */
    EDGE_AGAIN,    /* to one state twice */
    GOOD_UNCUT,    /* a state that violates nothing was not cut */
    WRONGS
};

#define MANY 0x3FFFFFFFu

static void put_numbers(struct rl_encoded *to, const uint64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rl_encode_number(to, numbers[i]);
    }
}

#define PUT(to, ...)                                                                               \
    put_numbers(to, (const uint64_t[]){__VA_ARGS__},                                               \
                sizeof(const uint64_t[]){__VA_ARGS__} / sizeof(uint64_t))

/* A question whether two pages are blank, and a leaf behind each of its answers. */
static void put_tree(struct rl_encoded *to, enum wrong wrong)
{
    PUT(to, wrong == NODES_MANY ? MANY : 3);
    PUT(to, RL_CERTIFICATE_QUESTION, RL_LOOK_BLANK, RL_FLASH);
    PUT(to, wrong == INTERVALS_MANY ? MANY >> 8u : 1, 0, 2);
    PUT(to, wrong == ANSWERS_MANY ? MANY : 2);
    PUT(to, RL_DIFFERS, wrong == NODE_AGAIN ? 0 : 1, RL_HOLDS, wrong == NODE_TWICE ? 1 : 2);
    PUT(to, RL_CERTIFICATE_LEAF, 0, RL_CERTIFICATE_LEAF, wrong == LEAF_TWICE ? 0 : 1);
}

static void put_leaf(struct rl_encoded *to, uint64_t from, uint64_t operations)
{
    rl_encode_sum(to, (struct rl_sum){1, 2});
    PUT(to, from, 0);                          /* operation */
    PUT(to, 0, RL_LANDING_BEFORE, 0, 1, 0, 0); /* outcome */
    PUT(to, 0, 0, 1, 1, 0, 0, 0, operations);  /* judged, found */
    if (operations == 0) {
        PUT(to, 1, 0);
    } else {
        PUT(to, 1, 1, 0, 0, 0); /* one crash state that leads nowhere else; none with memory */
    }
}

static void put_states(struct rl_encoded *to, enum wrong wrong)
{
    rl_encode_sum(to, (struct rl_sum){3, 4});
    PUT(to, 7, 2, 0); /* operations; crash states, none of them violates anything */
    PUT(to, wrong == EDGES_MANY ? MANY : 2, 1,
        wrong == EDGE_BEYOND  ? 4
        : wrong == EDGE_AGAIN ? 0
                              : 2);
    PUT(to, wrong == LEAVES_MANY ? MANY : wrong == LEAF_NOWHERE ? 3 : 2);
    put_leaf(to, 0, wrong == GOOD_UNCUT ? 0 : 5);
    put_leaf(to, wrong == PARENT_ITSELF ? 3 : 1, 5);
    if (wrong == LEAF_NOWHERE) {
        put_leaf(to, 1, 5);
    }
}

/* Whether such a file is read. */
static bool made_reads(enum wrong wrong, char *why)
{
    static const struct rl_certificate_head head = {"toy", 1, "toy", 2};
    static const uint8_t identities[2u * RELIGHT_DIGEST_SIZE];
    struct rl_encoded section = {0};
    struct rl_certificate_part part;
    uint8_t *bytes;
    size_t size;
    bool read;

    rl_encode_text(&section, "only");
    rl_encode_bytes(&section, identities, sizeof identities);
    PUT(&section, wrong == PAGES_NONE ? 0 : 4, 4);
    PUT(&section, wrong == CONTENTS_MANY ? MANY : 0);
    put_tree(&section, wrong);
    put_states(&section, wrong);
    part = (struct rl_certificate_part){section.bytes, section.count};
    bytes = rl_certificate_join(&head, &part, 1, &size);
    read = check_rig_reads(bytes, size, false, why);
    free(bytes);
    free(section.bytes);
    return read;
}

static void what_is_malformed_is_refused(void **state)
{
    char why[RL_CHECK_WHY] = "";

    (void)state;
    assert_true(made_reads(NOTHING, why));
    for (enum wrong wrong = CONTENTS_MANY; wrong < WRONGS; wrong++) {
        const char *part = wrong == PAGES_NONE      ? "malformed beginning"
                           : wrong == CONTENTS_MANY ? "malformed contents"
                           : wrong == NODES_MANY || wrong == ANSWERS_MANY ||
                                   wrong == INTERVALS_MANY || wrong == NODE_AGAIN ||
                                   wrong == NODE_TWICE
                               ? "malformed questions"
                               : "malformed states";

        if (made_reads(wrong, why) || strstr(why, part) == NULL) {
            fail_msg("wrong %d: \"%s\" expected, got: %s", (int)wrong, part, why);
        }
    }
}

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);
    const struct CMUnitTest files_group[] = {
        cmocka_unit_test(what_is_cut_off_is_refused),
        cmocka_unit_test(bits_that_flip_are_refused),
        cmocka_unit_test(what_is_well_formed_may_be_checked),
        cmocka_unit_test(other_files_are_none),
        cmocka_unit_test(what_is_open_has_none),
    };
    const struct CMUnitTest made_group[] = {
        cmocka_unit_test(what_is_malformed_is_refused),
    };

    RUN_GROUP(groups, files);
    RUN_GROUP(groups, made);
    return groups_end(&groups);
}
