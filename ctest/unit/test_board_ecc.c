/* Bits that flip on the board: what reads make of them, what is counted and scrubbed, what traps,
 * and what each error is due to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board/ecc.h"
#include "board_rig.h"

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, RIG_LINES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    board_rig_free(&rig);
    return 0;
}

/* A page of memory, or of flash, that holds board_rig_pattern(1) and nothing dirty. */
static void put(uint8_t device)
{
    uint8_t bytes[RL_PAGE];

    if (device == RL_FLASH) {
        board_rig_pattern(1, bytes, sizeof bytes);
        assert_int_equal(CALL(&rig, flash_program, 0, bytes, sizeof bytes), RELIGHT_OK);
    } else {
        board_rig_store(&rig, 0, 0, RL_PAGE_WORDS - 1u, 1);
        assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_OK);
    }
}

static uint32_t words_of(uint8_t device)
{
    return device == RL_FLASH ? RIG_GRANULE / RL_WORD : 1u;
}

/* Flips bits of the codeword at word 4 of page 0, as fault 1. */
static void flip(uint8_t device, const uint32_t *flips, uint32_t count)
{
    int plane = device == RL_FLASH ? RL_PLANE_FLASH : RL_PLANE_MEMORY;
    uint32_t words = words_of(device);
    rl_slot slot = rl_slot_flip(rig.board.planes[plane].slots[0], 4, words, flips, count);

    rl_board_damage(&rig.board, device, 0, ((1u << words) - 1u) << 4u, slot, 1);
}

static relight_result read_page(uint8_t device, uint8_t *bytes)
{
    return device == RL_FLASH ? CALL(&rig, flash_read, 0, bytes, RL_PAGE)
                              : CALL(&rig, memory_read, 0, bytes, RL_PAGE);
}

static uint32_t corrections(uint8_t device, uint32_t *address)
{
    return CALL(&rig, corrections, device == RL_FLASH ? RELIGHT_FLASH : RELIGHT_MEMORY, address);
}

static void assert_holds_pattern(uint8_t device)
{
    uint8_t expected[RL_PAGE];
    uint8_t bytes[RL_PAGE];

    board_rig_pattern(1, expected, sizeof expected);
    assert_int_equal(read_page(device, bytes), RELIGHT_OK);
    assert_memory_equal(bytes, expected, sizeof bytes);
}

static void one_flip_is_corrected_wherever_it_is(void **state)
{
    uint32_t address;

    (void)state;
    for (unsigned which = RL_FLASH; which <= RL_MEMORY; which++) {
        uint8_t device = (uint8_t)which;

        put(device);
        for (uint32_t bit = 0; bit < rl_ecc_bits(words_of(device) * RL_WORD); bit++) {
            flip(device, &bit, 1);
            assert_holds_pattern(device);
            assert_int_equal(corrections(device, &address), 1);
            assert_int_equal(address, 4u * RL_WORD);
            assert_int_equal(corrections(device, &address), 0);
            if (device == RL_FLASH) {
                flip(device, &bit, 1); /* back */
            }
        }
        assert_holds_pattern(device);
        assert_int_equal(corrections(device, &address), 0);
    }
    assert_int_equal(rig.rules, 0);
}

static void memory_is_scrubbed_and_flash_is_not(void **state)
{
    uint32_t bit = 5, address;

    (void)state;
    for (unsigned which = RL_FLASH; which <= RL_MEMORY; which++) {
        uint8_t device = (uint8_t)which;

        put(device);
        flip(device, &bit, 1);
        assert_holds_pattern(device);
        assert_holds_pattern(device);
        assert_int_equal(corrections(device, &address), device == RL_FLASH ? 2 : 1);
    }
    assert_int_equal(rig.board.planes[RL_PLANE_MEMORY].slots[0],
                     rl_slot_make(board_rig_page(1), RL_MARKS_FULL));
}

static void two_flips_do_not_read_until_the_word_is_written(void **state)
{
    static const uint32_t flips[] = {0, 71};
    uint8_t bytes[RL_PAGE];

    (void)state;
    put(RL_MEMORY);
    flip(RL_MEMORY, flips, 2);
    assert_int_equal(read_page(RL_MEMORY, bytes), RELIGHT_ECC);
    board_rig_store(&rig, 0, 4, 4, 1);
    assert_holds_pattern(RL_MEMORY);
    put(RL_FLASH);
    flip(RL_FLASH, flips, 1);
    flip(RL_FLASH, flips + 1, 1); /* one by one they add up */
    assert_int_equal(read_page(RL_FLASH, bytes), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    assert_int_equal(read_page(RL_FLASH, bytes), RELIGHT_OK);
    assert_int_equal(rig.rules, 0);
}

static void three_flips_come_back_wrong(void **state)
{
    uint8_t expected[RL_PAGE];
    uint8_t bytes[RL_PAGE];
    uint32_t flips[3], address;

    (void)state;
    board_rig_pattern(1, expected, sizeof expected);
    for (unsigned which = RL_FLASH; which <= RL_MEMORY; which++) {
        uint8_t device = (uint8_t)which;

        put(device);
        rl_ecc_silent_triple(words_of(device) * RL_WORD, 9, flips);
        flip(device, flips, 3);
        assert_int_equal(read_page(device, bytes), RELIGHT_OK);
        assert_int_not_equal(bytes[4u * RL_WORD + 1u] & 2u, expected[4u * RL_WORD + 1u] & 2u);
        assert_int_equal(corrections(device, &address), 1); /* so it believes */
        assert_memory_equal(bytes, expected, 4u * RL_WORD);
        assert_memory_equal(bytes + 6u * RL_WORD, expected + 6u * RL_WORD, RL_PAGE - 6u * RL_WORD);
    }
}

static void what_is_dirty_in_the_cache_covers_a_flip(void **state)
{
    static const uint32_t flips[] = {0, 1};
    uint32_t address;

    (void)state;
    put(RL_MEMORY);
    board_rig_store(&rig, 0, 4, 4, 1);
    flip(RL_MEMORY, flips, 2);
    assert_holds_pattern(RL_MEMORY);
    assert_int_equal(corrections(RL_MEMORY, &address), 0);
}

static void digests_and_copies_correct_too(void **state)
{
    uint8_t digest[RL_DIGEST];
    uint8_t bytes[RL_PAGE];
    uint32_t bit = 3, address;
    bool equal = false;

    (void)state;
    board_rig_pattern(1, bytes, sizeof bytes);
    rl_digest_bytes(bytes, sizeof bytes, digest);
    put(RL_FLASH);
    flip(RL_FLASH, &bit, 1);
    assert_int_equal(CALL(&rig, digest_check, RELIGHT_FLASH, 0, RL_PAGE, digest, &equal),
                     RELIGHT_OK);
    assert_true(equal);
    assert_int_equal(corrections(RL_FLASH, &address), 1);
    assert_int_equal(CALL(&rig, memory_copy, 0, RELIGHT_FLASH, 0), RELIGHT_OK);
    assert_int_equal(corrections(RL_FLASH, &address), 1);
    assert_holds_pattern(RL_MEMORY);
    assert_int_equal(corrections(RL_MEMORY, &address), 0); /* a copy has what was corrected */
}

/* How the engine is left by a call: 0 when it returned. */
static int left_by(relight_result (*call)(void), relight_result *result)
{
    sigjmp_buf escape;
    int left = sigsetjmp(escape, 0);

    if (left == 0) {
        rig.board.escape = &escape;
        *result = call();
    }
    rig.board.escape = NULL;
    return left;
}

static relight_result read_flash(void)
{
    uint8_t bytes[RL_PAGE];

    return read_page(RL_FLASH, bytes);
}

static relight_result copy_flash(void)
{
    return CALL(&rig, memory_copy, RL_PAGE, RELIGHT_FLASH, 0);
}

static relight_result fetch(void)
{
    return CALL(&rig, execute, RELIGHT_MODULE_INIT, 0, RL_PAGE);
}

static void devices_that_trap_do_so_unless_reads_are_guarded(void **state)
{
    static const uint32_t flips[] = {0, 1};
    relight_result result = RELIGHT_OK;

    (void)state;
    put(RL_FLASH);
    flip(RL_FLASH, flips, 2);
    assert_int_equal(left_by(read_flash, &result), 0);
    assert_int_equal(result, RELIGHT_ECC);
    rig.board.device.flash_traps = true;
    assert_int_equal(left_by(read_flash, &result), RL_ESCAPE_TRAP);
    assert_int_equal(left_by(copy_flash, &result), RL_ESCAPE_TRAP);
    CALL(&rig, guard_reads, true);
    assert_int_equal(left_by(copy_flash, &result), 0);
    assert_int_equal(result, RELIGHT_ECC);
    CALL(&rig, guard_reads, false);
    assert_int_equal(left_by(read_flash, &result), RL_ESCAPE_TRAP);
    CALL(&rig, guard_reads, true);
    rl_board_reset(&rig.board); /* nobody is prepared after a reset */
    assert_int_equal(left_by(read_flash, &result), RL_ESCAPE_TRAP);
}

static void no_guard_helps_a_fetch(void **state)
{
    static const uint32_t flips[] = {0, 1};
    relight_result result = RELIGHT_OK;

    (void)state;
    put(RL_MEMORY);
    flip(RL_MEMORY, flips, 2);
    rig.board.device.memory_traps = true;
    CALL(&rig, guard_reads, true);
    assert_int_equal(left_by(fetch, &result), RL_ESCAPE_TRAP);
    assert_int_equal(rig.executed, 0);
}

static const struct rl_operation *last(void)
{
    return &rig.log.operations[rig.log.count - 1u];
}

static void errors_say_what_they_are_due_to(void **state)
{
    static const uint32_t flips[] = {0, 1};
    uint8_t bytes[RL_PAGE];

    (void)state;
    assert_int_equal(read_page(RL_MEMORY, bytes), RELIGHT_ECC);
    assert_int_equal(last()->cause, RL_CAUSE_LEFT); /* never written since power-on */
    put(RL_FLASH);
    flip(RL_FLASH, flips, 2);
    assert_int_equal(read_page(RL_FLASH, bytes), RELIGHT_ECC);
    assert_int_equal(last()->cause, 1);
    assert_int_equal(rl_board_cause(&rig.board, RL_FLASH, 0), 1);
    assert_int_equal(rig.rules, 0);
}

/* Nothing on the board makes such an error by itself: this shows that it would be noticed. */
static void an_error_without_a_cause_breaks_a_rule(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    put(RL_FLASH);
    rl_board_damage(&rig.board, RL_FLASH, 0, UINT32_MAX, RL_SLOT_LOST, 0);
    assert_int_equal(rig.rules, 0);
    assert_int_equal(read_page(RL_FLASH, bytes), RELIGHT_ECC);
    assert_int_equal(rig.rules, 1);
    assert_string_equal(rig.rule, "an error without a cause");
}

static void answer_io(void *user, struct rl_board *board, const struct rl_operation *operation,
                      struct rl_effect *effect)
{
    (void)board, (void)operation;
    effect->answers = true;
    effect->result = RELIGHT_IO;
    effect->cause = *(uint32_t *)user;
}

static void an_answer_without_a_cause_does_too(void **state)
{
    uint32_t cause = 2;
    uint8_t bytes[RL_PAGE];

    (void)state;
    rig.board.upset = (struct rl_upset){.user = &cause, .before = answer_io};
    assert_int_equal(read_page(RL_FLASH, bytes), RELIGHT_IO);
    assert_int_equal(rig.rules, 0);
    assert_int_equal(last()->cause, 2);
    cause = 0;
    assert_int_equal(read_page(RL_FLASH, bytes), RELIGHT_IO);
    assert_int_equal(rig.rules, 1);
}

/* A look at what is left neither corrects nor counts. */
static void peeking_changes_nothing(void **state)
{
    uint32_t bit = 7, address;
    rl_slot before;
    uint8_t bytes[RL_PAGE];

    (void)state;
    put(RL_MEMORY);
    flip(RL_MEMORY, &bit, 1);
    before = rig.board.planes[RL_PLANE_MEMORY].slots[0];
    rig.board.peeking = 1;
    assert_int_equal(read_page(RL_MEMORY, bytes), RELIGHT_OK);
    rig.board.peeking = 0;
    assert_int_equal(rig.board.planes[RL_PLANE_MEMORY].slots[0], before);
    assert_int_equal(corrections(RL_MEMORY, &address), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_flip_is_corrected_wherever_it_is),
        TEST(memory_is_scrubbed_and_flash_is_not),
        TEST(two_flips_do_not_read_until_the_word_is_written),
        TEST(three_flips_come_back_wrong),
        TEST(what_is_dirty_in_the_cache_covers_a_flip),
        TEST(digests_and_copies_correct_too),
        TEST(devices_that_trap_do_so_unless_reads_are_guarded),
        TEST(no_guard_helps_a_fetch),
        TEST(errors_say_what_they_are_due_to),
        TEST(an_error_without_a_cause_breaks_a_rule),
        TEST(an_answer_without_a_cause_does_too),
        TEST(peeking_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
