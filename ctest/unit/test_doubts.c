/* Words in doubt: what they may read as, how they turn, when that ends, and what looks tell. */
/* groups: slots looks outcomes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board/turned.h"
#include "board_rig.h"
#include "faults/outcome.h"
#include "groups.h"

#define SEED 3u
#define LOW  0x0000FFFFu /* words */
#define HIGH 0xFFFF0000u

static rl_slot slot_with(uint8_t byte, uint32_t mask)
{
    uint8_t bytes[RL_PAGE];

    memset(bytes, byte, sizeof bytes);
    return rl_slot_merge(RL_SLOT_BLANK,
                         rl_slot_intern(bytes, (struct rl_marks){.programmed = UINT32_MAX}), mask);
}

static void they_read_one_way_at_a_time(void **state)
{
    rl_slot done, slot;

    (void)state;
    rl_pages_init();
    done = slot_with(0x11, LOW);
    assert_false(rl_doubts_any());
    slot = rl_slot_doubt(RL_SLOT_BLANK, RL_SLOT_BLANK, done, LOW, RL_TURN_UNDONE);
    assert_true(rl_doubts_any());
    assert_int_equal(rl_slot_doubted(slot), LOW);
    assert_true(slot != RL_SLOT_BLANK && rl_slot_settled(slot, LOW) == RL_SLOT_BLANK);
    assert_false(rl_slot_is_bad(slot));
    assert_true(rl_slot_turned(slot, RL_TURN_NONE) == slot);
    assert_true(rl_slot_settled(rl_slot_turned(slot, RL_TURN_DONE), UINT32_MAX) == done);
    assert_int_equal(rl_slot_marks_of(rl_slot_turned(slot, RL_TURN_BAD)).bad, LOW);
    /* Over any number of turns. */
    assert_true(rl_slot_turned(rl_slot_turned(rl_slot_turned(slot, RL_TURN_BAD), RL_TURN_DONE),
                               RL_TURN_UNDONE) == slot);
    rl_pages_free();
}

static void words_go_out_of_doubt(void **state)
{
    rl_slot done, slot, other;

    (void)state;
    rl_pages_init();
    done = slot_with(0x11, UINT32_MAX);
    other = slot_with(0x22, HIGH);
    slot = rl_slot_doubt(RL_SLOT_BLANK, RL_SLOT_BLANK, done, UINT32_MAX, RL_TURN_DONE);
    assert_int_equal(rl_slot_doubted(rl_slot_settled(slot, LOW)), HIGH);
    assert_int_equal(rl_slot_doubted(rl_slot_merge(slot, other, HIGH)), LOW);
    assert_true(rl_slot_merge(rl_slot_turned(rl_slot_merge(slot, other, HIGH), RL_TURN_UNDONE),
                              RL_SLOT_BLANK, LOW) == other);
    /* A part of it is the same, wherever it comes from. */
    assert_true(rl_slot_merge(RL_SLOT_BLANK, slot, LOW) ==
                rl_slot_doubt(RL_SLOT_BLANK, RL_SLOT_BLANK, done, LOW, RL_TURN_DONE));
    assert_true(rl_slot_is_meant(slot, done, LOW));
    assert_false(rl_slot_is_meant(slot, other, HIGH));
    rl_pages_free();
}

static uint64_t look_at(uint8_t look, rl_slot slot, struct rl_sum target)
{
    struct rl_turned turned = {0};

    rl_turned_add(&turned, 5, slot);
    rl_turned_add(&turned, 6, RL_SLOT_BLANK);
    return rl_turned_answers(&turned, look, target);
}

static void looks_tell_what_they_come_to_when_it_turns(void **state)
{
    struct rl_sum target;
    rl_slot done, slot;

    (void)state;
    rl_pages_init();
    done = slot_with(0x11, UINT32_MAX);
    slot = rl_slot_doubt(RL_SLOT_BLANK, RL_SLOT_BLANK, done, UINT32_MAX, RL_TURN_UNDONE);
    target = rl_slot_sum(5, done);
    rl_sum_add(&target, rl_slot_sum(6, RL_SLOT_BLANK));
    assert_int_equal(look_at(RL_LOOK_RANGE, done, target), 0);
    assert_int_equal(look_at(RL_LOOK_BLANK, RL_SLOT_BLANK, target), 0);
    assert_int_equal(look_at(RL_LOOK_RANGE, slot, target),
                     (RL_DIFFERS ^ RL_HOLDS) << 2u | (RL_DIFFERS ^ RL_UNREADABLE) << 6u);
    assert_int_equal(look_at(RL_LOOK_HELD, slot, target), (RL_DIFFERS ^ RL_HOLDS) << 2u);
    assert_int_equal(look_at(RL_LOOK_BLANK, slot, target),
                     (RL_HOLDS ^ RL_DIFFERS) << 2u | (RL_HOLDS ^ RL_UNREADABLE) << 6u);
    assert_int_equal(rl_blank_answer(RL_HOLDS, slot), RL_HOLDS);
    /* Words tell the doubt itself, but of a word that is bad whatever turns. */
    assert_true(rl_slot_words(slot, LOW) != rl_slot_words(RL_SLOT_BLANK, LOW));
    assert_true(rl_slot_words(rl_slot_turned(slot, RL_TURN_BAD), LOW) != RL_WORDS_BAD);
    assert_true(rl_slot_words(rl_slot_merge(slot, RL_SLOT_LOST, HIGH), UINT32_MAX) == RL_WORDS_BAD);
    rl_pages_free();
}

/* ---- outcomes ---- */

static struct rig rig;
static struct rl_cursor cursor;
static struct rl_view view;

static void start(struct rl_flash_rules rules)
{
    struct rl_device device = board_rig_device(8);

    device.flash = rules;
    board_rig_init_device(&rig, &device);
    rl_cursor_init(&cursor, &rig.board.device);
}

static int tear_down(void **state)
{
    (void)state;
    rl_cursor_free(&cursor);
    board_rig_free(&rig);
    return 0;
}

static bool cut_last(struct rl_outcome outcome)
{
    board_rig_go(&rig, &cursor, rig.log.count - 1u);
    return rl_outcome_view(&cursor, &outcome, false, &view);
}

static void an_interrupted_program_is_in_doubt(void **state)
{
    struct rl_outcome outcome = {.landing = RL_LANDING_HALFWAY, .part = 1, .parts = 3};
    rl_slot slot;

    (void)state;
    start((struct rl_flash_rules){0});
    board_rig_program(&rig, RIG_BANK_A, RL_PAGE / 2u, SEED);
    assert_true(cut_last(outcome));
    slot = rl_view_slot(&view, RL_FLASH, 0);
    assert_int_equal(rl_slot_doubted(slot), LOW);
    assert_true(rl_slot_settled(slot, LOW) == RL_SLOT_BLANK);
    outcome.part = 2;
    assert_true(cut_last(outcome));
    assert_int_equal(rl_slot_marks_of(rl_view_slot(&view, RL_FLASH, 0)).bad, LOW);
    outcome.part = 3;
    assert_false(cut_last(outcome));
    /* Nothing was in doubt before. */
    assert_false(cut_last((struct rl_outcome){.landing = RL_LANDING_BEFORE, .turn = RL_TURN_DONE}));
}

/* Puts what a program left in doubt into flash, and starts anew. */
static void leave_in_doubt(void)
{
    board_rig_program(&rig, RIG_BANK_A, RL_PAGE, SEED);
    assert_true(
        cut_last((struct rl_outcome){.landing = RL_LANDING_HALFWAY, .part = 1, .parts = 3}));
    rl_plane_set(&rig.board.planes[RL_PLANE_FLASH], 0, rl_view_slot(&view, RL_FLASH, 0));
    board_rig_start(&rig);
}

static void only_the_same_may_be_programmed_there(void **state)
{
    rl_slot slot;

    (void)state;
    start((struct rl_flash_rules){.trust = RL_TRUST_MARKED});
    leave_in_doubt();
    board_rig_program(&rig, RIG_BANK_A, RL_PAGE, SEED);
    slot = rig.board.planes[RL_PLANE_FLASH].slots[0];
    assert_int_equal(rig.rules, 0);
    assert_int_equal(rl_slot_doubted(slot), 0);
    assert_int_equal(rl_slot_data(slot), board_rig_page(SEED));
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_A), RELIGHT_OK);
    leave_in_doubt();
    board_rig_program(&rig, RIG_BANK_A, RL_PAGE, SEED + 1u);
    assert_int_equal(rig.rules, 1);
    assert_non_null(strstr(rig.rule, "in doubt"));
}

static void an_erase_ends_it(void **state)
{
    (void)state;
    start((struct rl_flash_rules){0});
    leave_in_doubt();
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_A), RELIGHT_OK);
    assert_true(rig.board.planes[RL_PLANE_FLASH].slots[0] == RL_SLOT_BLANK);
}

static void without_ecc_nothing_reads_bad(void **state)
{
    struct rl_outcome outcome = {.landing = RL_LANDING_HALFWAY, .part = 1, .parts = 2};

    (void)state;
    start((struct rl_flash_rules){.no_ecc = true});
    board_rig_program(&rig, RIG_BANK_A, RL_PAGE, SEED);
    assert_true(cut_last(outcome));
    outcome.parts = 3;
    assert_false(cut_last(outcome));
}

static void expect_text(const char *text, bool parses)
{
    struct rl_outcome outcome;
    char again[RL_OUTCOME_TEXT];

    assert_int_equal(rl_outcome_parse(text, &rig.board.device.geometry, false, &outcome), parses);
    if (parses) {
        rl_outcome_format(&outcome, &rig.board.device.geometry, again, sizeof again);
        assert_string_equal(text, again);
    }
}

static void outcomes_are_text(void **state)
{
    (void)state;
    start((struct rl_flash_rules){0});
    expect_text("halfway:0/3", true);
    expect_text("done/before", true);
    expect_text("undone/halfway:2/3", true);
    expect_text("bad/after", true);
    expect_text("halfway", false);
    expect_text("done/", false);
    expect_text("done/bad/after", false);
    expect_text("gone/after", false);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest slots_group[] = {
        cmocka_unit_test(they_read_one_way_at_a_time),
        cmocka_unit_test(words_go_out_of_doubt),
    };
    static const struct CMUnitTest looks_group[] = {
        cmocka_unit_test(looks_tell_what_they_come_to_when_it_turns),
    };
    static const struct CMUnitTest outcomes_group[] = {
        cmocka_unit_test_teardown(an_interrupted_program_is_in_doubt, tear_down),
        cmocka_unit_test_teardown(only_the_same_may_be_programmed_there, tear_down),
        cmocka_unit_test_teardown(an_erase_ends_it, tear_down),
        cmocka_unit_test_teardown(without_ecc_nothing_reads_bad, tear_down),
        cmocka_unit_test_teardown(outcomes_are_text, tear_down),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, slots);
    RUN_GROUP(groups, looks);
    RUN_GROUP(groups, outcomes);
    return groups_end(&groups);
}
