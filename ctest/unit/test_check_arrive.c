/* Where a crash state with open lines arrives: two lines, each stored to by an operation of its
 * own, and a tree that asks for the words of one and then of the other. */
/* groups: arrive */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "board_rig.h"
#include "check/arrive.h"
#include "explore/certificate.h"
#include "groups.h"

#define LINE_WORDS (RIG_LINE / RL_WORD)
#define PREFIXES   3u /* of two stores: none, the first, both */
#define LEAVES     (PREFIXES * PREFIXES)

static struct rig rig;
static struct rl_cursor cursor;
static struct rl_view view;
static struct rl_check_node nodes[1u + PREFIXES + LEAVES];
static struct rl_check_answer answers[PREFIXES + LEAVES];
static struct rl_check_cell cell;
static struct rl_check_arrivals arrivals;

/* The question for the two words of a line; what each prefix leaves leads to nodes `next` and on.
 */
static void put_question(uint32_t node, uint32_t word, uint32_t next)
{
    struct rl_check_answer *list = answers + (size_t)node * PREFIXES;

    nodes[node] = (struct rl_check_node){.kind = RL_CERTIFICATE_QUESTION,
                                         .look = RL_LOOK_EXACT,
                                         .device = RL_MEMORY,
                                         .page = 0,
                                         .mask = 3u << word,
                                         .answer_first = (size_t)node * PREFIXES,
                                         .answer_count = PREFIXES,
                                         .leaf = RL_CHECK_NONE};
    for (uint32_t prefix = 0; prefix < PREFIXES; prefix++) {
        rl_slot line = rl_cursor_line_at(&cursor, true, 0, word, prefix);
        uint64_t value = rl_slot_merge(RL_SLOT_BLANK, line, 3u << word);
        uint32_t i = prefix;

        for (; i > 0 && list[i - 1u].value > value; i--) {
            list[i] = list[i - 1u];
        }
        list[i] = (struct rl_check_answer){.value = value, .next = next + prefix};
    }
}

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, RIG_LINES);
    rl_cursor_init(&cursor, &rig.board.device);
    board_rig_store(&rig, 0, 0, RL_PAGE_WORDS - 1u, 1);
    (void)CALL(&rig, cache_clean, 0, RL_PAGE);
    board_rig_store(&rig, 0, 0, 1, 2);
    board_rig_store(&rig, 0, LINE_WORDS, LINE_WORDS + 1u, 2);
    board_rig_go(&rig, &cursor, rig.log.count);
    put_question(0, 0, 1);
    for (uint32_t first = 0; first < PREFIXES; first++) {
        put_question(1u + first, LINE_WORDS, 1u + PREFIXES + first * PREFIXES);
    }
    for (uint32_t leaf = 0; leaf < LEAVES; leaf++) {
        nodes[1u + PREFIXES + leaf] =
            (struct rl_check_node){.kind = RL_CERTIFICATE_LEAF, .leaf = leaf};
    }
    cell = (struct rl_check_cell){.nodes = nodes,
                                  .node_count = sizeof nodes / sizeof nodes[0],
                                  .answers = answers,
                                  .answer_count = sizeof answers / sizeof answers[0],
                                  .pages = {RIG_FLASH / RL_PAGE, RIG_MEMORY / RL_PAGE}};
    rl_view_plain(&view, &cursor.planes[RL_PLANE_FLASH], &cursor.planes[RL_PLANE_CPU]);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(arrivals.list);
    memset(&arrivals, 0, sizeof arrivals);
    rl_cursor_free(&cursor);
    board_rig_free(&rig);
    return 0;
}

static void arrive(bool open, uint32_t ends, struct rl_check_way *way)
{
    struct rl_check_search search = {.cell = &cell,
                                     .cursor = &cursor,
                                     .view = &view,
                                     .open = open,
                                     .ends = ends,
                                     .seed = 1,
                                     .way = way};

    rl_check_arrive(&search, 0, &arrivals);
    assert_int_equal(view.memory_count, 0); /* as it was */
}

/* The leaf of what the stores to the first line and those to the second left. */
static uint32_t leaf_of(uint32_t first, uint32_t second)
{
    return first * PREFIXES + second;
}

static const struct rl_check_arrival *arrival_at(uint32_t leaf)
{
    for (size_t i = 0; i < arrivals.count; i++) {
        if (arrivals.list[i].leaf == leaf) {
            return &arrivals.list[i];
        }
    }
    return NULL;
}

/* That in which both are in the middle of what an operation stored, too. */
static void every_combination(void **state)
{
    struct rl_check_way way;

    (void)state;
    rl_check_way_init(&way, &cell);
    arrive(true, LEAVES, &way);
    assert_false(arrivals.drawn);
    assert_false(arrivals.nowhere);
    assert_int_equal(arrivals.count, LEAVES);
    assert_non_null(arrival_at(leaf_of(1, 1)));
    for (size_t i = 0; i < arrivals.count; i++) {
        assert_true(i == 0 || arrivals.list[i - 1u].leaf < arrivals.list[i].leaf);
        assert_true(arrivals.list[i].kept == (arrivals.list[i].leaf == leaf_of(2, 2)));
    }
    assert_true(way.forks);
    assert_int_equal(way.count, 1); /* what follows depends on the line */
    assert_true(rl_check_way_asks(&way, RL_MEMORY, 0, 1));
    assert_false(rl_check_way_asks(&way, RL_MEMORY, 1, cell.pages[RL_MEMORY] - 1u));
    rl_check_way_free(&way);
}

static void of_too_many_some(void **state)
{
    (void)state;
    arrive(true, LEAVES - 1u, NULL);
    assert_true(arrivals.drawn);
    assert_true(arrivals.count >= 2 && arrivals.count <= 2u + RL_CHECK_DRAWN);
    assert_non_null(arrival_at(leaf_of(2, 2)));
    assert_true(arrival_at(leaf_of(2, 2))->kept);
    assert_non_null(arrival_at(leaf_of(0, 0)));
    assert_false(arrival_at(leaf_of(0, 0))->kept);
}

static void lines_that_are_not_open_are_as_they_are(void **state)
{
    (void)state;
    arrive(false, LEAVES, NULL);
    assert_int_equal(arrivals.count, 1);
    assert_int_equal(arrivals.list[0].leaf, leaf_of(2, 2));
}

static void memory_that_is_lost_has_no_lines(void **state)
{
    (void)state;
    view.lost_from = 0;
    arrive(true, LEAVES, NULL);
    assert_true(arrivals.nowhere); /* no answer is of words that do not read */
    assert_int_equal(arrivals.count, 0);
}

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);
    const struct CMUnitTest arrive_group[] = {
        cmocka_unit_test_setup_teardown(every_combination, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_too_many_some, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_that_are_not_open_are_as_they_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_that_is_lost_has_no_lines, set_up, tear_down),
    };

    RUN_GROUP(groups, arrive);
    return groups_end(&groups);
}
