/* Remembered answers of an engine: the same as it would give, noted as if it had looked, and never
 * given where it might say something else. */
/* groups: recall */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board/recall.h"
#include "board_rig.h"
#include "groups.h"

#define FLASH_PAGES  (RIG_FLASH / RL_PAGE)
#define MEMORY_PAGES (RIG_MEMORY / RL_PAGE)
#define KINDS        3u /* contents that pages are drawn from */
#define RANGE        3u /* pages of the known content */

static struct rig rig;
static struct rl_observer observer;
static struct rl_recall *recall;
static uint8_t digest[RL_DIGEST];
static uint32_t asked; /* times that the engine was */

static int set_up(void **state)
{
    uint32_t data[RANGE];
    const struct rl_content *content;

    (void)state;
    board_rig_init(&rig, RIG_LINES);
    rl_observer_init(&observer, FLASH_PAGES, MEMORY_PAGES);
    recall = rl_recall_new();
    for (uint32_t i = 0; i < RANGE; i++) {
        data[i] = board_rig_page(i % KINDS);
    }
    content = rl_content_add(data, RANGE);
    memcpy(digest, content->digest, RL_DIGEST);
    rig.board.observer = &observer;
    rig.board.start[RL_FLASH] = &rig.flash;
    rig.board.start[RL_MEMORY] = &rig.memory;
    asked = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_recall_free(recall);
    rl_observer_free(&observer);
    board_rig_free(&rig);
    return 0;
}

/* An engine whose next look depends on what the one before came to. */
static uint32_t engine(void)
{
    uint32_t said = 17;

    asked++;
    for (uint32_t i = 0; i < 6u; i++) {
        uint32_t page = said % (FLASH_PAGES - RANGE);
        uint8_t bytes[RL_WORD] = {0};
        bool yes = false;
        relight_result result;

        switch (said / 7u % 4u) {
        case 0:
            result = CALL(&rig, flash_read, page * RL_PAGE + 8u, bytes, RL_WORD);
            break;
        case 1:
            result = CALL(&rig, memory_read, said % MEMORY_PAGES * RL_PAGE, bytes, RL_WORD);
            break;
        case 2:
            result = CALL(&rig, flash_is_blank, page * RL_PAGE, RL_PAGE * 2u + RIG_GRANULE, &yes);
            break;
        default:
            result = CALL(&rig, digest_check, RELIGHT_FLASH, page * RL_PAGE, RANGE * RL_PAGE,
                          digest, &yes);
            break;
        }
        said = said * 31u + bytes[0] + bytes[1] * 3u + (uint32_t)result * 5u + yes;
    }
    return said;
}

static uint32_t ask(uint32_t question)
{
    uint32_t said = 0;

    rl_observer_clear(&observer);
    memset(rig.board.watched[RL_FLASH], 0, RL_BITMAP_WORDS(FLASH_PAGES) * sizeof(uint64_t));
    memset(rig.board.watched[RL_MEMORY], 0, RL_BITMAP_WORDS(MEMORY_PAGES) * sizeof(uint64_t));
    rig.board.peeking = 1;
    rig.board.watching = true;
    if (!rl_recall_find(&rig.board, question, &said, sizeof said)) {
        said = engine();
        rl_recall_learn(&rig.board, question, &said, sizeof said);
    }
    rig.board.watching = false;
    rig.board.peeking = 0;
    return said;
}

struct noted {
    struct rl_observation list[64];
    struct rl_interval intervals[64];
    size_t count, interval_count;
    uint64_t watched[2];
};

static void take_notes(struct noted *noted)
{
    memset(noted, 0, sizeof *noted);
    assert_true(observer.count <= 64u && observer.interval_count <= 64u);
    assert_true(FLASH_PAGES <= 64u && MEMORY_PAGES <= 64u);
    noted->count = observer.count;
    noted->interval_count = observer.interval_count;
    memcpy(noted->list, observer.list, observer.count * sizeof *observer.list);
    if (observer.interval_count > 0) {
        memcpy(noted->intervals, observer.intervals,
               observer.interval_count * sizeof *observer.intervals);
    }
    for (int i = 0; i < 2; i++) {
        noted->watched[i] = rig.board.watched[i][0];
    }
}

/* Changes some pages; now and then a power cycle starts from there, so that what shows the start
 * state varies too. */
static void change(uint64_t *random)
{
    for (uint32_t i = board_rig_random(random) % 4u; i > 0; i--) {
        bool flash = board_rig_random(random) % 2u == 0;
        struct rl_marks marks = {.programmed = UINT32_MAX};

        marks.bad = board_rig_random(random) % 4u == 0 ? 3u : 0u;
        rl_plane_set(&rig.board.planes[flash ? RL_PLANE_FLASH : RL_PLANE_MEMORY],
                     board_rig_random(random) % (flash ? FLASH_PAGES : MEMORY_PAGES),
                     flash && board_rig_random(random) % 3u == 0
                         ? RL_SLOT_BLANK
                         : rl_slot_make(board_rig_page(board_rig_random(random) % KINDS),
                                        rl_pages_marks(marks)));
    }
    if (board_rig_random(random) % 3u == 0) {
        board_rig_start(&rig);
    } else if (board_rig_random(random) % 3u == 0) {
        rl_bit_clear(rig.board.original[RL_PLANE_FLASH], board_rig_random(random) % FLASH_PAGES);
    }
}

static void answers_are_those_of_the_engine(void **state)
{
    uint64_t random = 11;
    uint32_t rounds = 3000;

    (void)state;
    for (uint32_t i = 0; i < rounds; i++) {
        struct noted noted[2];
        uint32_t said[2];

        change(&random);
        rig.board.recall = NULL;
        said[0] = ask(RL_ASK_INVARIANT);
        take_notes(&noted[0]);
        rig.board.recall = recall;
        said[1] = ask(RL_ASK_INVARIANT);
        take_notes(&noted[1]);
        assert_int_equal(said[0], said[1]);
        assert_memory_equal(&noted[0], &noted[1], sizeof noted[0]);
    }
    assert_in_range(asked, rounds + 10u, rounds + rounds / 2u); /* many were remembered, not all */
}

static void questions_are_told_apart(void **state)
{
    uint32_t said = 5;

    (void)state;
    rig.board.recall = recall;
    (void)ask(RL_ASK_INVARIANT);
    assert_true(rl_recall_find(&rig.board, RL_ASK_INVARIANT, &said, sizeof said));
    assert_false(rl_recall_find(&rig.board, RL_ASK_OUTLOOK, &said, sizeof said));
    said = 6;
    rl_recall_learn(&rig.board, RL_ASK_OUTLOOK, &said, sizeof said);
    assert_false(rl_recall_find(&rig.board, RL_ASK_ITEM + 1u, &said, sizeof said));
    said = 7;
    rl_recall_learn(&rig.board, RL_ASK_ITEM + 1u, &said, sizeof said);
    assert_true(rl_recall_find(&rig.board, RL_ASK_OUTLOOK, &said, sizeof said));
    assert_int_equal(said, 6);
    assert_true(rl_recall_find(&rig.board, RL_ASK_ITEM + 1u, &said, sizeof said));
    assert_int_equal(said, 7);
    assert_false(rl_recall_find(&rig.board, RL_ASK_ITEM + RL_RECALL_ITEMS, &said, sizeof said));
}

static void upset(void *user, struct rl_board *board, const struct rl_operation *operation,
                  struct rl_effect *effect)
{
    (void)user;
    (void)board;
    (void)operation;
    (void)effect;
}

/* What reads come to is no function of what lies there then. */
static void nothing_is_remembered_among_faults(void **state)
{
    (void)state;
    rig.board.recall = recall;
    (void)ask(RL_ASK_INVARIANT);
    (void)ask(RL_ASK_INVARIANT);
    assert_int_equal(asked, 1);
    rig.board.absent = 1u << RL_REGION_BANK_A;
    (void)ask(RL_ASK_INVARIANT);
    assert_int_equal(asked, 2);
    rig.board.absent = 0;
    rig.board.damaged = true;
    (void)ask(RL_ASK_INVARIANT);
    assert_int_equal(asked, 3);
    rig.board.damaged = false;
    rig.board.upset.before = upset;
    (void)ask(RL_ASK_INVARIANT);
    assert_int_equal(asked, 4);
    rig.board.upset.before = NULL;
    (void)ask(RL_ASK_INVARIANT);
    assert_int_equal(asked, 4);
}

/* An engine that looks elsewhere after the same answers is asked each time. */
static void nothing_is_remembered_of_whims(void **state)
{
    uint32_t said = 1;

    (void)state;
    rig.board.recall = recall;
    for (uint32_t second = 1; second < 4u; second++) {
        assert_false(rl_recall_find(&rig.board, RL_ASK_OUTLOOK, &said, sizeof said));
        (void)rl_board_look(&rig.board, RL_PLANE_FLASH, 9);
        (void)rl_board_look(&rig.board, RL_PLANE_FLASH, second);
        rl_recall_learn(&rig.board, RL_ASK_OUTLOOK, &said, sizeof said);
        assert_int_equal(rl_recall_find(&rig.board, RL_ASK_OUTLOOK, &said, sizeof said),
                         second == 1u);
        rl_plane_set(&rig.board.planes[RL_PLANE_FLASH], 1,
                     rl_slot_make(board_rig_page(second), RL_MARKS_FULL));
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest recall_group[] = {
        TEST(answers_are_those_of_the_engine),
        TEST(questions_are_told_apart),
        TEST(nothing_is_remembered_among_faults),
        TEST(nothing_is_remembered_of_whims),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, recall);
    return groups_end(&groups);
}
