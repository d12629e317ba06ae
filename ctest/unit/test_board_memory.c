/* Local memory as the CPU sees it: its ECC, its units, and what fills it. */
/* groups: words units link */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board_rig.h"
#include "groups.h"

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

static void assert_reads(uint32_t address, uint32_t size, relight_result expected)
{
    uint8_t bytes[2u * RL_PAGE];

    assert_int_equal(CALL(&rig, memory_read, address, bytes, size), expected);
}

static void unwritten_words_do_not_read(void **state)
{
    (void)state;
    assert_reads(0, 8, RELIGHT_ECC);
    assert_reads(RIG_MEMORY - 8u, 8, RELIGHT_ECC);
    assert_int_equal(rig.rules, 0);
}

static void written_words_read(void **state)
{
    uint8_t expected[24];
    uint8_t bytes[24];

    (void)state;
    board_rig_pattern(5, expected, sizeof expected);
    assert_int_equal(CALL(&rig, memory_write, 40, expected, 24), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_read, 40, bytes, 24), RELIGHT_OK);
    assert_memory_equal(bytes, expected, 24);
    assert_reads(32, 8, RELIGHT_ECC);
    assert_reads(64, 8, RELIGHT_ECC);
    assert_reads(40, 32, RELIGHT_ECC);
}

static void writes_cross_pages(void **state)
{
    uint8_t expected[RL_PAGE];
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_pattern(6, expected, sizeof expected);
    assert_int_equal(CALL(&rig, memory_write, RL_PAGE - 16u, expected, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_read, RL_PAGE - 16u, bytes, RL_PAGE), RELIGHT_OK);
    assert_memory_equal(bytes, expected, RL_PAGE);
    assert_int_equal(rig.log.operations[0].change_count, 2);
    assert_int_equal(rig.log.operations[0].region, RL_REGION_RESIDENT);
}

static void rewriting_a_bad_word_makes_it_good(void **state)
{
    (void)state;
    board_rig_store(&rig, 2, 0, 31, 1);
    board_rig_spoil(&rig, RL_PLANE_CPU, 2, 3u << 7u);
    assert_reads(2u * RL_PAGE, RL_PAGE, RELIGHT_ECC);
    board_rig_store(&rig, 2, 7, 7, 2);
    assert_reads(2u * RL_PAGE + 56u, 8, RELIGHT_OK);
    assert_reads(2u * RL_PAGE + 64u, 8, RELIGHT_ECC);
}

static void accesses_off_the_word_are_refused(void **state)
{
    static const struct {
        uint32_t address, size;
    } cases[] = {
        {4, 8}, {8, 4}, {0, 0}, {RIG_MEMORY, 8}, {RIG_MEMORY - 8u, 16}, {0u - 8u, 16},
    };
    uint8_t bytes[16] = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        board_rig_assert_refused(
            &rig, CALL(&rig, memory_write, cases[i].address, bytes, cases[i].size), "a store");
        board_rig_assert_refused(
            &rig, CALL(&rig, memory_read, cases[i].address, bytes, cases[i].size), "a read");
    }
    assert_int_equal(rig.log.change_count, 0);
}

static void fill_stores_one_unit(void **state)
{
    uint8_t expected[RL_PAGE];
    uint8_t bytes[RL_PAGE];

    (void)state;
    memset(expected, 0x5A, sizeof expected);
    assert_int_equal(CALL(&rig, memory_fill, RL_PAGE, 0x5A), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_read, RL_PAGE, bytes, RL_PAGE), RELIGHT_OK);
    assert_memory_equal(bytes, expected, RL_PAGE);
    assert_reads(0, 8, RELIGHT_ECC);
    assert_reads(2u * RL_PAGE, 8, RELIGHT_ECC);
}

static void fills_out_of_place_are_refused(void **state)
{
    (void)state;
    board_rig_assert_refused(&rig, CALL(&rig, memory_fill, 8, 0), "a store");
    board_rig_assert_refused(&rig, CALL(&rig, memory_fill, RIG_MEMORY, 0), "a store");
    assert_int_equal(rig.log.change_count, 0);
}

static void copies_come_from_both_devices(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_pattern(8, bytes, sizeof bytes);
    assert_int_equal(CALL(&rig, flash_program, RL_PAGE, bytes, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_copy, 0, RELIGHT_FLASH, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_copy, 3u * RL_PAGE, RELIGHT_MEMORY, 0), RELIGHT_OK);
    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        board_rig_assert_word(rig.board.planes[RL_PLANE_CPU].slots[0], word, 8);
        board_rig_assert_word(rig.board.planes[RL_PLANE_CPU].slots[3], word, 8);
    }
}

/* What was erased reads as ones, and is written like anything else. */
static void copies_of_erased_flash_read(void **state)
{
    uint8_t expected[RL_PAGE];
    uint8_t bytes[RL_PAGE];

    (void)state;
    memset(expected, 0xFF, sizeof expected);
    assert_int_equal(CALL(&rig, memory_copy, 0, RELIGHT_FLASH, 0), RELIGHT_OK);
    assert_int_equal(CALL(&rig, memory_read, 0, bytes, RL_PAGE), RELIGHT_OK);
    assert_memory_equal(bytes, expected, RL_PAGE);
}

static void copies_of_bad_words_fail_and_store_nothing(void **state)
{
    (void)state;
    board_rig_store(&rig, 0, 0, 31, 1);
    board_rig_spoil(&rig, RL_PLANE_FLASH, 4, 1u << 31u);
    assert_int_equal(CALL(&rig, memory_copy, 0, RELIGHT_FLASH, 4u * RL_PAGE), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, memory_copy, 0, RELIGHT_MEMORY, RL_PAGE), RELIGHT_ECC);
    board_rig_assert_word(rig.board.planes[RL_PLANE_CPU].slots[0], 0, 1);
    assert_int_equal(rig.rules, 0);
}

static void copies_out_of_place_are_refused(void **state)
{
    (void)state;
    board_rig_assert_refused(&rig, CALL(&rig, memory_copy, 8, RELIGHT_FLASH, 0), "a store");
    board_rig_assert_refused(&rig, CALL(&rig, memory_copy, 0, RELIGHT_FLASH, 8), "a store");
    board_rig_assert_refused(&rig, CALL(&rig, memory_copy, 0, RELIGHT_FLASH, RIG_FLASH), "a store");
    board_rig_assert_refused(&rig, CALL(&rig, memory_copy, 0, RELIGHT_MEMORY, RIG_MEMORY),
                             "a store");
    board_rig_assert_refused(&rig, CALL(&rig, memory_copy, RIG_MEMORY, RELIGHT_FLASH, 0),
                             "a store");
    assert_int_equal(rig.log.change_count, 0);
}

static uint32_t receive(uint32_t offset, uint32_t address, uint32_t size)
{
    uint32_t received = 12345;

    assert_int_equal(CALL(&rig, receive, offset, address, size, &received), RELIGHT_OK);
    return received;
}

static void nobody_sends(void **state)
{
    uint32_t received = 12345;

    (void)state;
    assert_int_equal(CALL(&rig, receive, 0, 0, RL_PAGE, &received), RELIGHT_NO_SENDER);
    assert_int_equal(received, 0);
    assert_int_equal(rig.rules, 0);
    assert_int_equal(rig.log.change_count, 0);
}

static void receive_delivers_what_was_asked_for(void **state)
{
    (void)state;
    board_rig_connect(&rig, 10);
    assert_int_equal(receive(2u * RL_PAGE, RIG_STAGING, 2u * RL_PAGE), 2u * RL_PAGE);
    for (uint32_t page = 0; page < 2; page++) {
        assert_int_equal(rig.board.planes[RL_PLANE_CPU].slots[RIG_STAGING / RL_PAGE + page],
                         rl_slot_make(board_rig_page(1002u + page), RL_MARKS_FULL));
    }
    assert_reads(RIG_STAGING + 2u * RL_PAGE, 8, RELIGHT_ECC);
}

static void receive_delivers_a_chunk_at_most(void **state)
{
    (void)state;
    board_rig_connect(&rig, 10);
    assert_int_equal(receive(0, RIG_STAGING, RIG_CHUNK + RL_PAGE), RIG_CHUNK);
    assert_reads(RIG_STAGING + RIG_CHUNK, 8, RELIGHT_ECC);
}

static void receive_ends_with_the_image(void **state)
{
    (void)state;
    board_rig_connect(&rig, 10);
    assert_int_equal(receive(9u * RL_PAGE, RIG_STAGING, RIG_CHUNK), RL_PAGE);
    assert_int_equal(receive(10u * RL_PAGE, RIG_STAGING, RIG_CHUNK), 0);
    assert_int_equal(receive(11u * RL_PAGE, RIG_STAGING, RIG_CHUNK), 0);
}

static void receives_out_of_place_are_refused(void **state)
{
    static const struct {
        uint32_t offset, address, size;
    } cases[] = {
        {8, 0, RL_PAGE}, {0, 8, RL_PAGE},          {0, 0, 8},
        {0, 0, 0},       {0, RIG_MEMORY, RL_PAGE}, {0, RIG_MEMORY - RL_PAGE, 2u * RL_PAGE},
    };
    uint32_t received = 12345;

    (void)state;
    board_rig_connect(&rig, 10);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        board_rig_assert_refused(
            &rig, CALL(&rig, receive, cases[i].offset, cases[i].address, cases[i].size, &received),
            "a store");
        assert_int_equal(received, 0);
    }
    assert_int_equal(rig.log.change_count, 0);
}

static void peeking_stores_nothing(void **state)
{
    uint8_t bytes[8] = {0};
    uint32_t received;

    (void)state;
    board_rig_connect(&rig, 10);
    rig.board.peeking = 1;
    assert_int_equal(CALL(&rig, memory_write, 0, bytes, 8), RELIGHT_IO);
    assert_int_equal(CALL(&rig, memory_fill, 0, 0), RELIGHT_IO);
    assert_int_equal(CALL(&rig, memory_copy, 0, RELIGHT_FLASH, 0), RELIGHT_IO);
    assert_int_equal(CALL(&rig, receive, 0, 0, RL_PAGE, &received), RELIGHT_IO);
    assert_int_equal(CALL(&rig, cache_clean, 0, RL_PAGE), RELIGHT_IO);
    assert_int_equal(CALL(&rig, cache_invalidate, 0, RL_PAGE), RELIGHT_IO);
    assert_int_equal(CALL(&rig, execute, RELIGHT_MODULE_INIT, 0, RL_PAGE), RELIGHT_IO);
    rig.board.peeking = 0;
    assert_int_equal(rig.log.count, 0);
    assert_reads(0, 8, RELIGHT_ECC);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest words_group[] = {
        TEST(unwritten_words_do_not_read),
        TEST(written_words_read),
        TEST(writes_cross_pages),
        TEST(rewriting_a_bad_word_makes_it_good),
        TEST(accesses_off_the_word_are_refused),
    };
    const struct CMUnitTest units_group[] = {
        TEST(fill_stores_one_unit),
        TEST(fills_out_of_place_are_refused),
        TEST(copies_come_from_both_devices),
        TEST(copies_of_erased_flash_read),
        TEST(copies_of_bad_words_fail_and_store_nothing),
        TEST(copies_out_of_place_are_refused),
    };
    const struct CMUnitTest link_group[] = {
        TEST(nobody_sends),
        TEST(receive_delivers_what_was_asked_for),
        TEST(receive_delivers_a_chunk_at_most),
        TEST(receive_ends_with_the_image),
        TEST(receives_out_of_place_are_refused),
        TEST(peeking_stores_nothing),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, words);
    RUN_GROUP(groups, units);
    RUN_GROUP(groups, link);
    return groups_end(&groups);
}
