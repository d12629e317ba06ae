/* What becomes of boot records that do not tell, and of components that are not stored to. */
/* groups: records components */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "faults/stock.h"
#include "groups.h"
#include "images/build.h"
#include "images/record.h"
#include "inject_rig.h"

#define RECORD_B (RIG_RECORD_A + RIG_SECTOR)

static uint8_t *images[2]; /* old, new */
static size_t sizes[2];
static uint8_t stranger[32]; /* identity of neither */

static int set_up(void **state)
{
    struct rl_device device = board_rig_device(RIG_LINES);

    (void)state;
    inject_rig_build(1, &images[0], &sizes[0]);
    inject_rig_build(2, &images[1], &sizes[1]);
    board_rig_companion(&device);
    board_rig_init_device(&rig, &device);
    rig.board.device.stock =
        rl_stock_new(images[0], sizes[0], images[1], sizes[1], &rig.board.device);
    rl_inject_clear(&injecting);
    return 0;
}

static int tear_down(void **state)
{
    rl_stock_free(rig.board.device.stock);
    (void)inject_rig_tear_down(state);
    free(images[0]);
    free(images[1]);
    return 0;
}

/* A record at `address`: the bank carries the image with this identity. */
static void put_record(uint32_t address, uint32_t sequence, uint32_t bank, const uint8_t *identity)
{
    static const uint8_t magic[4] = {'R', 'E', 'C', 'D'};
    static const uint8_t seal[4] = {'S', 'E', 'A', 'L'};
    uint8_t slot[RL_RECORD_SLOT];

    memset(slot, 0, sizeof slot);
    memcpy(slot, magic, sizeof magic);
    slot[0x08] = (uint8_t)bank;
    slot[0x0C] = 1;
    memcpy(slot + 0x10, identity, 32);
    memcpy(slot + 0x40, seal, sizeof seal);
    rl_record_renumber(slot, sequence);
    assert_int_equal(CALL(&rig, flash_program, address, slot, 0x80), RELIGHT_OK);
}

static void put_known(uint32_t address, uint32_t sequence, uint32_t bank)
{
    uint8_t identity[32];

    rl_image_identity(images[bank], identity);
    put_record(address, sequence, bank, identity);
}

/* Any operation: the fault comes with it. */
static void operate(void)
{
    uint8_t byte;

    (void)CALL(&rig, flash_read, RIG_BANK_A, &byte, 1);
}

static rl_slot slot_at(uint32_t address)
{
    return rig.board.planes[RL_PLANE_FLASH].slots[address / RL_PAGE];
}

static uint32_t sequence_at(uint32_t address)
{
    struct rl_record record;

    assert_true(rl_record_read(rl_slot_bytes(slot_at(address)), &record));
    return record.sequence;
}

static void none_reads(void **state)
{
    uint8_t back[64];

    (void)state;
    put_known(RIG_RECORD_A, 1, 0);
    put_known(RECORD_B, 2, 1);
    inject_rig_arm("record-tie/silent");
    operate();
    assert_true(injecting.list[0].fired);
    assert_true(injecting.list[0].over);
    assert_int_equal(CALL(&rig, flash_read, RIG_RECORD_A, back, 64), RELIGHT_ECC);
    assert_int_equal(CALL(&rig, flash_read, RECORD_B, back, 64), RELIGHT_ECC);
    assert_int_equal(slot_at(RIG_RECORD_A + RL_PAGE), RL_SLOT_BLANK);
    assert_true((rig.board.causes_met & 1u << 1) != 0);
}

static void newest_in_both_sectors(void **state)
{
    (void)state;
    put_known(RIG_RECORD_A, 7, 0);
    put_known(RECORD_B, 8, 1);
    inject_rig_arm("record-tie:1/silent");
    operate();
    assert_int_equal(sequence_at(RIG_RECORD_A), 8);
    assert_int_equal(slot_at(RIG_RECORD_A), slot_at(RECORD_B));
}

static void banks_equally_new(void **state)
{
    (void)state;
    put_known(RIG_RECORD_A, 7, 0);
    put_known(RIG_RECORD_A + RL_PAGE, 9, 0);
    put_known(RECORD_B, 8, 1);
    inject_rig_arm("record-tie:2/silent");
    operate();
    assert_int_equal(sequence_at(RECORD_B), 9);
    assert_int_equal(sequence_at(RIG_RECORD_A), 7);
}

/* A record of an image that nobody judges is no tie: what boots then could not be told from wrong.
 */
static void no_tie_with_a_stranger(void **state)
{
    (void)state;
    put_known(RIG_RECORD_A, 7, 0);
    put_record(RECORD_B, 8, 1, stranger);
    inject_rig_arm("record-tie:2/silent");
    operate();
    assert_false(injecting.list[0].fired);
    assert_int_equal(sequence_at(RIG_RECORD_A), 7);
}

static void numbers_at_the_end(void **state)
{
    (void)state;
    put_known(RIG_RECORD_A, 3, 0);
    put_known(RECORD_B, 5, 1);
    inject_rig_arm("record-tie:3/silent");
    operate();
    assert_int_equal(sequence_at(RECORD_B), 0x7FFFFFFFu);
    assert_int_equal(sequence_at(RIG_RECORD_A), 0x7FFFFFFDu);
    inject_rig_arm("record-tie:4/silent");
    operate();
    assert_int_equal(sequence_at(RECORD_B), 0xFFFFFFFFu);
}

static void newer_around_the_end(void **state)
{
    struct rl_record last = {.sequence = UINT32_MAX};
    struct rl_record next = {.sequence = 0};
    struct rl_record opposite = {.sequence = 0x7FFFFFFFu};

    (void)state;
    assert_true(rl_record_is_newer(&next, &last));
    assert_false(rl_record_is_newer(&last, &next));
    assert_false(rl_record_is_newer(&last, &last));
    assert_false(rl_record_is_newer(&opposite, &last));
}

/* --- components */

static uint32_t variants(uint32_t lasts, uint32_t shows)
{
    return inject_rig_variants(RL_CLASS_PARTIAL_COMPONENTS, 1u << lasts, 1u << shows);
}

static void program(uint32_t address, uint32_t seed, relight_result expected)
{
    uint8_t bytes[RL_PAGE];

    board_rig_pattern(seed, bytes, sizeof bytes);
    assert_int_equal(CALL(&rig, flash_program, address, bytes, sizeof bytes), expected);
}

/* The first store to a component after one to another, and no later one. */
static void boundaries(void **state)
{
    (void)state;
    program(RIG_BANK_A, 1, RELIGHT_OK);
    assert_int_equal(variants(RL_LASTS_RESET, RL_SHOWS_SILENT), 2);
    assert_int_equal(variants(RL_LASTS_RESET, RL_SHOWS_STATUS), 1);
    assert_int_equal(variants(RL_LASTS_GOOD, RL_SHOWS_SILENT), 1);
    program(RIG_BANK_A + RL_PAGE, 2, RELIGHT_OK);
    assert_int_equal(variants(RL_LASTS_RESET, RL_SHOWS_SILENT), 0);
    program(RIG_RECORD_A, 3, RELIGHT_OK);
    assert_int_equal(variants(RL_LASTS_RESET, RL_SHOWS_SILENT), 2);
    program(RECORD_B, 4, RELIGHT_OK); /* the other half of the records */
    assert_int_equal(variants(RL_LASTS_RESET, RL_SHOWS_SILENT), 0);
    program(RIG_BANK_B, 5, RELIGHT_OK);
    assert_int_equal(variants(RL_LASTS_RESET, RL_SHOWS_SILENT), 2);
}

static void lost_and_nothing_tells(void **state)
{
    (void)state;
    inject_rig_arm("partial-components/until-reset/silent");
    program(RIG_BANK_B, 1, RELIGHT_OK);
    program(RIG_BANK_B + RL_PAGE, 2, RELIGHT_OK);
    program(RIG_BANK_A, 3, RELIGHT_OK);
    assert_int_equal(slot_at(RIG_BANK_B), RL_SLOT_BLANK);
    assert_int_equal(slot_at(RIG_BANK_B + RL_PAGE), RL_SLOT_BLANK);
    assert_int_equal(rl_slot_data(slot_at(RIG_BANK_A)), board_rig_page(3));
    assert_int_equal(injecting.list[0].hits, 2);
    assert_false(injecting.list[0].observed);
    rl_inject_reset(&injecting, &rig.board, false);
    program(RIG_BANK_B, 4, RELIGHT_OK);
    assert_int_equal(rl_slot_data(slot_at(RIG_BANK_B)), board_rig_page(4));
}

static void lost_for_good_with_a_status(void **state)
{
    (void)state;
    inject_rig_arm("partial-components/for-good");
    program(RIG_BANK_B, 1, RELIGHT_IO);
    assert_true(injecting.list[0].observed);
    rl_inject_reset(&injecting, &rig.board, true);
    assert_int_equal(CALL(&rig, flash_erase, RIG_BANK_B), RELIGHT_IO);
}

/* The companion goes on with what it runs. */
static void refresh_is_lost(void **state)
{
    uint32_t active = rig.board.device.geometry.companion[RELIGHT_PLA].active.address / RL_PAGE;
    rl_slot before = rig.board.planes[RL_PLANE_CPU].slots[active];

    (void)state;
    board_rig_configure(&rig, 20);
    inject_rig_arm("partial-components/until-reset/silent");
    assert_int_equal(CALL(&rig, refresh, RELIGHT_PLA, RL_PAGE), RELIGHT_OK);
    assert_int_equal(rig.board.planes[RL_PLANE_CPU].slots[active], before);
    assert_int_equal(variants(RL_LASTS_GOOD, RL_SHOWS_SILENT), 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest records_group[] = {
        T(none_reads),         T(newest_in_both_sectors),
        T(banks_equally_new),  T(no_tie_with_a_stranger),
        T(numbers_at_the_end), T(newer_around_the_end),
    };
    const struct CMUnitTest components_group[] = {
        T(boundaries),
        T(lost_and_nothing_tells),
        T(lost_for_good_with_a_status),
        T(refresh_is_lost),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, records);
    RUN_GROUP(groups, components);
    return groups_end(&groups);
}
