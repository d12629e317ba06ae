/* NOR flash: what programs, erases and reads do, and which rules they may break. */
/* groups: program erase read */
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

static void assert_blank(uint32_t address, uint32_t size)
{
    for (uint32_t page = address / RL_PAGE; page < (address + size) / RL_PAGE; page++) {
        assert_int_equal(rig.board.planes[RL_PLANE_FLASH].slots[page], RL_SLOT_BLANK);
    }
}

static void program_lands(void **state)
{
    uint8_t expected[RL_PAGE];
    uint8_t bytes[RL_PAGE];
    rl_slot slot;

    (void)state;
    memset(expected, 0xFF, sizeof expected);
    board_rig_pattern(1, expected + 64, 32);
    board_rig_program(&rig, RIG_BANK_A + 64u, 32, 1);
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_A, bytes, RL_PAGE), RELIGHT_OK);
    assert_memory_equal(bytes, expected, RL_PAGE);
    slot = rig.board.planes[RL_PLANE_FLASH].slots[0];
    assert_int_equal(rl_slot_marks_of(slot).programmed, 0xF00);
    assert_int_equal(rl_slot_marks_of(slot).bad, 0);
    assert_blank(RL_PAGE, RIG_FLASH - RL_PAGE);
    assert_int_equal(rig.rules, 0);
}

/* A page of the device may be larger than those that contents are kept in. */
static void program_spans_pages_of_content(void **state)
{
    uint8_t expected[RIG_PAGE];
    uint8_t bytes[RIG_PAGE];

    (void)state;
    board_rig_pattern(2, expected, sizeof expected);
    board_rig_program(&rig, RIG_BANK_A, RIG_PAGE, 2);
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_A, bytes, RIG_PAGE), RELIGHT_OK);
    assert_memory_equal(bytes, expected, RIG_PAGE);
    assert_blank(RIG_PAGE, RIG_FLASH - RIG_PAGE);
}

static void second_program_spoils_the_granule(void **state)
{
    uint8_t bytes[RIG_GRANULE];
    uint8_t expected[3u * RIG_GRANULE];

    (void)state;
    board_rig_program(&rig, RIG_BANK_A, 3u * RIG_GRANULE, 1);
    assert_int_equal(rig.rules, 0);
    board_rig_program(&rig, RIG_BANK_A + RIG_GRANULE, RIG_GRANULE, 9);
    assert_int_equal(rig.rules, 1);
    assert_non_null(strstr(rig.rule, "not erased"));
    board_rig_pattern(1, expected, sizeof expected);
    assert_int_equal(CALL(&rig, flash_read, RIG_GRANULE, bytes, RIG_GRANULE), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, flash_read, 0, bytes, RIG_GRANULE), RELIGHT_OK);
    assert_memory_equal(bytes, expected, RIG_GRANULE);
    assert_int_equal(CALL(&rig, flash_read, 2u * RIG_GRANULE, bytes, RIG_GRANULE), RELIGHT_OK);
    assert_memory_equal(bytes, expected + 2u * RIG_GRANULE, RIG_GRANULE);
}

/* Bits only go from 1 to 0. */
static void second_program_clears_bits(void **state)
{
    uint8_t first[RIG_GRANULE];
    uint8_t second[RIG_GRANULE];
    const uint8_t *found;

    (void)state;
    board_rig_pattern(1, first, sizeof first);
    board_rig_pattern(9, second, sizeof second);
    board_rig_program(&rig, RIG_BANK_A, RIG_GRANULE, 1);
    board_rig_program(&rig, RIG_BANK_A, RIG_GRANULE, 9);
    found = rl_slot_bytes(rig.board.planes[RL_PLANE_FLASH].slots[0]);
    for (uint32_t i = 0; i < RIG_GRANULE; i++) {
        assert_int_equal(found[i], first[i] & second[i]);
    }
}

/* All ones look erased, but their check bits are there. */
static void ones_count_as_programmed(void **state)
{
    uint8_t ones[RIG_GRANULE];
    bool blank = true;

    (void)state;
    memset(ones, 0xFF, sizeof ones);
    assert_int_equal(CALL(&rig, flash_program, 0, ones, sizeof ones), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_is_blank, 0, RL_PAGE, &blank), RELIGHT_OK);
    assert_false(blank);
    assert_int_equal(rig.rules, 0);
    board_rig_program(&rig, 0, RIG_GRANULE, 1);
    assert_int_equal(rig.rules, 1);
}

static void programs_out_of_place_are_refused(void **state)
{
    static const struct {
        uint32_t address, size;
    } cases[] = {
        {RIG_GRANULE / 2u, RIG_GRANULE},           /* off the granule */
        {0, RIG_GRANULE / 2u},                     /* half of one */
        {RIG_PAGE - RIG_GRANULE, 2 * RIG_GRANULE}, /* across pages */
        {0, 2u * RIG_PAGE},                        /* more than a page */
        {0, 0},                                    /* nothing */
        {RIG_FLASH, RIG_GRANULE},                  /* outside */
        {0u - RIG_GRANULE, RIG_GRANULE},           /* at the end of all addresses */
    };
    uint8_t bytes[2u * RIG_PAGE];

    (void)state;
    board_rig_pattern(1, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        board_rig_assert_refused(
            &rig, CALL(&rig, flash_program, cases[i].address, bytes, cases[i].size), "a program");
    }
    assert_blank(0, RIG_FLASH);
    assert_int_equal(rig.log.change_count, 0);
}

static void program_from_sees_what_the_cpu_sees(void **state)
{
    rl_slot slot;

    (void)state;
    board_rig_store(&rig, 3, 0, 31, 7); /* dirty in the cache, not in memory */
    assert_int_equal(CALL(&rig, flash_program_from, RIG_BANK_B, 3u * RL_PAGE, RL_PAGE), RELIGHT_OK);
    slot = rig.board.planes[RL_PLANE_FLASH].slots[RIG_BANK_B / RL_PAGE];
    assert_int_equal(slot, rl_slot_make(board_rig_page(7), RL_MARKS_FULL));
}

static void program_from_unreadable_memory_fails(void **state)
{
    (void)state;
    assert_int_equal(CALL(&rig, flash_program_from, RIG_BANK_B, 0, RL_PAGE), RELIGHT_ECC);
    assert_blank(0, RIG_FLASH);
    assert_int_equal(rig.rules, 0);
}

static void program_from_out_of_place_is_refused(void **state)
{
    static const struct {
        uint32_t address, memory, size;
    } cases[] = {
        {RIG_GRANULE, 0, RL_PAGE},
        {0, RL_WORD, RL_PAGE},
        {0, 0, RL_PAGE / 2u},
        {0, 0, RIG_PAGE + RL_PAGE},
        {0, 0, 0},
        {RIG_FLASH, 0, RL_PAGE},
        {0, RIG_MEMORY, RL_PAGE},
        {0, RIG_MEMORY - RL_PAGE, RIG_PAGE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        board_rig_assert_refused(
            &rig, CALL(&rig, flash_program_from, cases[i].address, cases[i].memory, cases[i].size),
            "a program");
    }
    assert_int_equal(rig.log.change_count, 0);
}

static void erase_blanks_one_sector(void **state)
{
    (void)state;
    for (uint32_t page = 0; page < 3u * RIG_SECTOR; page += RIG_PAGE) {
        board_rig_program(&rig, page, RIG_PAGE, page);
    }
    assert_int_equal(CALL(&rig, flash_erase, RIG_SECTOR), RELIGHT_OK);
    assert_blank(RIG_SECTOR, RIG_SECTOR);
    board_rig_assert_word(rig.board.planes[RL_PLANE_FLASH].slots[0], 0, 0);
    board_rig_assert_word(rig.board.planes[RL_PLANE_FLASH].slots[2u * RIG_SECTOR / RL_PAGE], 0,
                          2u * RIG_SECTOR);
}

static void erase_makes_granules_good_and_programmable(void **state)
{
    (void)state;
    board_rig_program(&rig, 0, RIG_GRANULE, 1);
    board_rig_program(&rig, 0, RIG_GRANULE, 2);
    assert_int_equal(rig.rules, 1);
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    board_rig_program(&rig, 0, RIG_GRANULE, 3);
    assert_int_equal(rig.rules, 1);
    board_rig_assert_word(rig.board.planes[RL_PLANE_FLASH].slots[0], 0, 3);
}

static void erases_out_of_place_are_refused(void **state)
{
    static const uint32_t cases[] = {RL_PAGE, RIG_SECTOR / 2u, RIG_FLASH, 0u - RIG_SECTOR};

    (void)state;
    board_rig_program(&rig, 0, RIG_PAGE, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        board_rig_assert_refused(&rig, CALL(&rig, flash_erase, cases[i]), "an erase");
    }
    board_rig_assert_word(rig.board.planes[RL_PLANE_FLASH].slots[0], 0, 1);
}

static void one_time_flash_is_never_erased(void **state)
{
    uint32_t address = RIG_FLASH - RIG_SECTOR;
    uint8_t bytes[RIG_GRANULE], read[RIG_GRANULE];

    (void)state;
    rig.board.device.geometry.otp = (struct relight_region){address, RIG_SECTOR};
    board_rig_pattern(3, bytes, sizeof bytes);
    assert_int_equal(CALL(&rig, flash_program, address, bytes, sizeof bytes), RELIGHT_OK);
    board_rig_assert_refused(&rig, CALL(&rig, flash_erase, address),
                             "an erase of one-time-programmable flash");
    assert_int_equal(CALL(&rig, flash_read, address, read, sizeof read), RELIGHT_OK);
    assert_memory_equal(read, bytes, sizeof bytes);
    assert_int_equal(CALL(&rig, flash_erase, address - RIG_SECTOR), RELIGHT_OK);
    assert_int_equal(rig.rules, 0);
}

static void erase_budget_is_per_sector_and_power_cycle(void **state)
{
    (void)state;
    rig.board.erase_limit = 2;
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_erase, RIG_SECTOR), RELIGHT_OK);
    assert_int_equal(rig.rules, 0);
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    assert_int_equal(rig.rules, 1);
    assert_non_null(strstr(rig.rule, "more erases"));
    rl_board_restart(&rig.board, true);
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    assert_int_equal(rig.rules, 1);
}

static void reads_take_any_range(void **state)
{
    uint8_t expected[RIG_PAGE];
    uint8_t bytes[301];

    (void)state;
    board_rig_pattern(4, expected, sizeof expected);
    board_rig_program(&rig, RIG_BANK_B, RIG_PAGE, 4);
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_B + 101u, bytes, sizeof bytes), RELIGHT_OK);
    assert_memory_equal(bytes, expected + 101, sizeof bytes);
    assert_int_equal(CALL(&rig, flash_read, RIG_FLASH - 1u, bytes, 1), RELIGHT_OK);
    assert_int_equal(bytes[0], 0xFF);
}

static void bad_words_fail_the_reads_that_touch_them(void **state)
{
    uint8_t bytes[2u * RL_PAGE];

    (void)state;
    board_rig_spoil(&rig, RL_PLANE_FLASH, 1, 1u << 3u);
    assert_int_equal(CALL(&rig, flash_read, RL_PAGE, bytes, 24), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_read, RL_PAGE, bytes, 25), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, flash_read, RL_PAGE + 31u, bytes, 1), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, flash_read, RL_PAGE + 32u, bytes, RL_PAGE), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_read, 0, bytes, 2u * RL_PAGE), RELIGHT_ECC);
    assert_int_equal(rig.rules, 0);
}

static void reads_outside_are_refused(void **state)
{
    uint8_t bytes[RL_PAGE];

    (void)state;
    board_rig_assert_refused(&rig, CALL(&rig, flash_read, RIG_FLASH, bytes, 1), "a read");
    board_rig_assert_refused(&rig, CALL(&rig, flash_read, RIG_FLASH - 8u, bytes, 9), "a read");
    board_rig_assert_refused(&rig, CALL(&rig, flash_read, UINT32_MAX, bytes, RL_PAGE), "a read");
    board_rig_assert_refused(&rig, CALL(&rig, flash_read, 0, bytes, 0), "a read");
}

static void operations_are_logged(void **state)
{
    const struct rl_operation *operations;
    uint8_t byte;

    (void)state;
    assert_int_equal(CALL(&rig, flash_read, RIG_BANK_B, &byte, 1), RELIGHT_OK);
    board_rig_program(&rig, RIG_RECORD_A, RIG_GRANULE, 1);
    assert_int_equal(CALL(&rig, flash_erase, RIG_JOURNAL), RELIGHT_OK);
    assert_int_equal(rig.log.count, 3);
    assert_int_equal(rig.operations, 3);
    assert_int_equal(rig.board.operations, 3);
    operations = rig.log.operations;
    assert_int_equal(operations[0].kind, RL_KIND_READ);
    assert_int_equal(operations[0].region, RL_REGION_BANK_B);
    assert_false(rl_operation_is_durable(&rig.log, &operations[0]));
    assert_int_equal(operations[1].kind, RL_KIND_PROGRAM);
    assert_int_equal(operations[1].region, RL_REGION_RECORD_A);
    assert_int_equal(operations[1].size, RIG_GRANULE);
    assert_true(rl_operation_is_durable(&rig.log, &operations[1]));
    assert_int_equal(operations[2].kind, RL_KIND_ERASE);
    assert_int_equal(operations[2].region, RL_REGION_JOURNAL);
    assert_int_equal(operations[2].change_count, RIG_SECTOR / RL_PAGE);
    assert_true(operations[0].time_ns < operations[1].time_ns);
    assert_true(operations[1].time_ns < operations[2].time_ns);
}

static void peeking_reads_only(void **state)
{
    uint8_t bytes[RIG_GRANULE] = {0};

    (void)state;
    board_rig_program(&rig, 0, RIG_GRANULE, 1);
    rig.board.peeking = 1;
    assert_int_equal(CALL(&rig, flash_program, RIG_GRANULE, bytes, sizeof bytes), RELIGHT_IO);
    assert_int_equal(CALL(&rig, flash_program_from, RIG_PAGE, 0, RL_PAGE), RELIGHT_IO);
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_IO);
    assert_int_equal(CALL(&rig, flash_read, 0, bytes, sizeof bytes), RELIGHT_OK);
    rig.board.peeking = 0;
    board_rig_assert_word(rig.board.planes[RL_PLANE_FLASH].slots[0], 0, 1);
    assert_int_equal(rig.log.count, 1);
    assert_int_equal(rig.board.operations, 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest program_group[] = {
        TEST(program_lands),
        TEST(program_spans_pages_of_content),
        TEST(second_program_spoils_the_granule),
        TEST(second_program_clears_bits),
        TEST(ones_count_as_programmed),
        TEST(programs_out_of_place_are_refused),
        TEST(program_from_sees_what_the_cpu_sees),
        TEST(program_from_unreadable_memory_fails),
        TEST(program_from_out_of_place_is_refused),
    };
    const struct CMUnitTest erase_group[] = {
        TEST(erase_blanks_one_sector),
        TEST(erase_makes_granules_good_and_programmable),
        TEST(erases_out_of_place_are_refused),
        TEST(one_time_flash_is_never_erased),
        TEST(erase_budget_is_per_sector_and_power_cycle),
    };
    const struct CMUnitTest read_group[] = {
        TEST(reads_take_any_range),      TEST(bad_words_fail_the_reads_that_touch_them),
        TEST(reads_outside_are_refused), TEST(operations_are_logged),
        TEST(peeking_reads_only),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, program);
    RUN_GROUP(groups, erase);
    RUN_GROUP(groups, read);
    return groups_end(&groups);
}
