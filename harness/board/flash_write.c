/* Programming and erasing flash.
 *  - erase sets a sector to 0xFF; program works on whole granules inside one page
 *    (W25Q128JV, SST26VF: 4 KiB sectors, 256-byte pages);
 *  - a granule is programmed once between erases: a second program leaves data and check bits that
 *    do not belong together (ST RM0394 §3.3.7, STM32L4: 64-bit double words with 8 ECC bits), or is
 *    refused, or clears more bits: rules.h;
 *  - one-time-programmable flash is never erased (ST RM0394 §3.3.1, OTP area). */
#include "board/board.h"

#include <string.h>

#include "board/clock.h"
#include "board/doubts.h"

/* What a program leaves of a page. In words in doubt, which end with that, only the same once more
 * is reliable: cells that hold some charge already may read as erased now, and otherwise later. */
static void put_programmed(struct rl_board *board, uint32_t page, rl_slot slot, rl_slot found,
                           uint32_t asked)
{
    if ((rl_slot_doubted(found) & asked) != 0 && board->device.flash.trust == RL_TRUST_MARKED &&
        !rl_slot_is_meant(found, slot, asked)) {
        rl_board_rule(board, "a program of a granule that is in doubt since it was interrupted",
                      RL_FLASH, page * RL_PAGE);
    }
    rl_board_put_flash(board, page, slot, false);
}

/* Programs the words of `mask` in one page from `from`. A word that is not erased comes out as the
 * AND of both: with bad ECC, breaking a rule when it is the engine that asked for it, unless the
 * device is one whose bits may be cleared one after the other, or a fault
 * harmed the page behind its back. */
static void program_page(struct rl_board *board, uint32_t page, const uint8_t *from, uint32_t mask,
                         uint32_t data, bool asked)
{
    rl_slot found = rl_board_look_words(board, RL_PLANE_FLASH, page, mask);
    rl_slot old = rl_slot_settled(found, mask);
    struct rl_marks marks = rl_slot_marks_of(old);
    bool clears = board->device.flash.again == RL_AGAIN_CLEARS;
    uint32_t again = (marks.programmed | marks.bad) & mask;
    uint8_t bytes[RL_PAGE];

    if (again != 0) {
        (void)rl_board_look(board, RL_PLANE_FLASH, page); /* what comes out depends on all of it */
        if (asked && !clears && !rl_bit(board->harmed, page)) {
            rl_board_rule(board, "a program of a granule that is not erased", RL_FLASH,
                          page * RL_PAGE);
        }
    }
    if (old == RL_SLOT_BLANK && mask == UINT32_MAX && data != UINT32_MAX) {
        put_programmed(board, page, rl_slot_make(data, RL_MARKS_FULL), found, asked ? mask : 0);
        return;
    }
    memcpy(bytes, rl_slot_bytes(old), RL_PAGE);
    for (uint32_t i = 0; i < RL_PAGE; i++) {
        if (mask >> (i / RL_WORD) & 1u) {
            bytes[i] &= from[i];
        }
    }
    marks.programmed |= mask;
    marks.bad |= clears ? 0 : again;
    if (again != 0 && !clears && rl_board_cause(board, RL_FLASH, page) == 0) {
        board->causes[RL_FLASH][page] =
            board->effect.cause != 0 ? (uint8_t)board->effect.cause : RL_CAUSE_ENGINE;
    }
    put_programmed(board, page, rl_slot_intern(bytes, marks), found, asked ? mask : 0);
}

/* Whether the device refuses a program because something of it is not erased: then a rule is
 * broken, and nothing done. */
static bool refuses(struct rl_board *board, uint32_t address, uint32_t size)
{
    bool refused = false;
    bool spoiled = false; /* by a fault: it read as erased, or might have */

    if (board->device.flash.again != RL_AGAIN_REFUSED) {
        return false;
    }
    for (uint32_t done = 0; done < size;) {
        uint32_t offset = (address + done) % RL_PAGE;
        uint32_t part = rl_page_part(address + done, size - done);
        uint32_t mask = rl_word_mask(offset / RL_WORD, part / RL_WORD);
        struct rl_marks marks = rl_slot_marks_of(
            rl_board_look_words(board, RL_PLANE_FLASH, (address + done) / RL_PAGE, mask));

        refused = refused || ((marks.programmed | marks.bad) & mask) != 0;
        spoiled = spoiled || rl_board_cause(board, RL_FLASH, (address + done) / RL_PAGE) != 0;
        done += part;
    }
    if (refused && board->effect.cause == 0) {
        board->effect.cause = RL_CAUSE_ENGINE;
    }
    if (refused && !spoiled) {
        rl_board_rule(board, "a program of a granule that is not erased", RL_FLASH, address);
    }
    return refused;
}

static uint64_t program_time(const struct rl_board *board, uint32_t size)
{
    const struct rl_flash_rules *rules = &board->device.flash;

    if (rules->program_ns == 0 && rules->granule_ns == 0) {
        return RL_NS_PROGRAM_PAGE;
    }
    return rules->program_ns + rules->granule_ns * (size / board->device.geometry.granule_size);
}

static bool program_fits(const struct rl_board *board, uint32_t address, uint32_t size)
{
    const struct relight_geometry *g = &board->device.geometry;

    return rl_range_fits(g->flash_size, address, size, g->granule_size) &&
           address / g->page_size == (address + size - 1u) / g->page_size;
}

static void program_once(struct rl_board *board, uint32_t address, const uint8_t *bytes,
                         uint32_t size, bool asked)
{
    for (uint32_t done = 0; done < size;) {
        uint8_t page[RL_PAGE];
        uint32_t offset = (address + done) % RL_PAGE;
        uint32_t part = rl_page_part(address + done, size - done);

        memset(page, 0xFF, sizeof page);
        memcpy(page + offset, bytes + done, part);
        program_page(board, (address + done) / RL_PAGE, page,
                     rl_word_mask(offset / RL_WORD, part / RL_WORD), UINT32_MAX, asked);
        done += part;
    }
}

/* What the device makes of a program that it was asked for. */
static void program_as_it_comes(struct rl_board *board, uint32_t address, const uint8_t *bytes,
                                uint32_t size)
{
    const struct rl_effect *effect = &board->effect;
    uint32_t part = effect->part * board->device.geometry.granule_size;

    switch (effect->deed) {
    case RL_DEED_NOTHING:
        break;
    case RL_DEED_PART:
        program_once(board, address, bytes, part < size ? part : size, true);
        break;
    case RL_DEED_ELSEWHERE:
        program_once(board, effect->address, bytes, size, false);
        break;
    case RL_DEED_TWICE:
        program_once(board, address, bytes, size, true);
        program_once(board, address, bytes, size, false);
        break;
    default:
        program_once(board, address, bytes, size, true);
        break;
    }
}

/* One page of a program that takes several: a part is counted over all of them. */
static void program_page_as_it_comes(struct rl_board *board, uint32_t address, uint32_t done,
                                     const uint8_t *bytes)
{
    struct rl_effect whole = board->effect;
    uint32_t before = done / board->device.geometry.granule_size;

    board->effect.part = whole.part > before ? whole.part - before : 0;
    board->effect.address = whole.address + done;
    program_as_it_comes(board, address, bytes, RL_PAGE);
    board->effect = whole;
}

static relight_result flash_program(void *host, uint32_t address, const void *bytes, uint32_t size)
{
    struct rl_board *board = host;
    struct rl_operation *operation =
        rl_board_begin(board, RL_KIND_PROGRAM, RL_FLASH, address, size);

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    if (!program_fits(board, address, size)) {
        return rl_board_refuse(board, operation,
                               "a program outside of flash, across pages or off the granule",
                               RL_FLASH, address);
    }
    if (rl_board_is_absent(board, address, size) || refuses(board, address, size)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_IO);
    }
    program_as_it_comes(board, address, bytes, size);
    return rl_board_end(board, operation, program_time(board, size), RELIGHT_OK);
}

static relight_result flash_program_from(void *host, uint32_t address, uint32_t memory,
                                         uint32_t size)
{
    struct rl_board *board = host;
    struct rl_operation *operation;
    uint32_t end = board->device.geometry.memory_size;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    board->source = memory | (uint32_t)RELIGHT_MEMORY;
    operation = rl_board_begin(board, RL_KIND_PROGRAM, RL_FLASH, address, size);
    if (!program_fits(board, address, size) || address % RL_PAGE != 0 ||
        !rl_range_fits(end, memory, size, RL_PAGE)) {
        return rl_board_refuse(board, operation,
                               "a program outside of flash, across pages or off its unit", RL_FLASH,
                               address);
    }
    if (rl_board_is_absent(board, address, size)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_IO);
    }
    /* The source is read into the page buffer first: nothing is programmed when it does not read.
     */
    for (uint32_t done = 0; done < size; done += RL_PAGE) {
        uint32_t page = (memory + done) / RL_PAGE;

        (void)rl_board_look_words(board, RL_PLANE_CPU, page, UINT32_MAX);
        if (rl_board_take(board, RL_PLANE_CPU, page, UINT32_MAX) != RELIGHT_OK) {
            return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_ECC);
        }
    }
    if (refuses(board, address, size)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_IO);
    }
    for (uint32_t done = 0; done < size; done += RL_PAGE) {
        rl_slot from = board->planes[RL_PLANE_CPU].slots[(memory + done) / RL_PAGE];

        if (board->effect.deed == RL_DEED_DONE) {
            program_page(board, (address + done) / RL_PAGE, rl_slot_bytes(from), UINT32_MAX,
                         rl_slot_data(from), true);
        } else {
            program_page_as_it_comes(board, address + done, done, rl_slot_bytes(from));
        }
    }
    return rl_board_end(board, operation, program_time(board, size), RELIGHT_OK);
}

/* The first `size` bytes of the sector; of a part, sixteenths. */
static void erase(struct rl_board *board, uint32_t address, uint32_t size)
{
    for (uint32_t page = address / RL_PAGE; page < (address + size) / RL_PAGE; page++) {
        rl_board_put_flash(board, page, RL_SLOT_BLANK, true);
    }
}

static void erase_as_it_comes(struct rl_board *board, uint32_t address, uint32_t size)
{
    const struct rl_effect *effect = &board->effect;

    if (effect->deed == RL_DEED_PART) {
        erase(board, address, effect->part < 16u ? size / 16u * effect->part : size);
    } else if (effect->deed == RL_DEED_ELSEWHERE) {
        erase(board, effect->address, size);
    } else if (effect->deed != RL_DEED_NOTHING) {
        erase(board, address, size);
    }
}

static uint64_t erase_time(const struct rl_board *board)
{
    uint64_t ns = board->device.flash.erase_ns;

    return ns != 0 ? ns : RL_NS_ERASE_SECTOR;
}

static relight_result flash_erase(void *host, uint32_t address)
{
    struct rl_board *board = host;
    uint32_t size = board->device.geometry.sector_size;
    struct rl_operation *operation = rl_board_begin(board, RL_KIND_ERASE, RL_FLASH, address, size);

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    if (!rl_range_fits(board->device.geometry.flash_size, address, size, 1) ||
        address % size != 0) {
        return rl_board_refuse(board, operation, "an erase that is not of a sector of flash",
                               RL_FLASH, address);
    }
    if (address == board->device.geometry.otp.address && board->device.geometry.otp.size > 0) {
        return rl_board_refuse(board, operation, "an erase of one-time-programmable flash",
                               RL_FLASH, address);
    }
    if (rl_board_is_absent(board, address, size)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_IO);
    }
    if (rl_board_idles(board)) {
        return rl_board_end(board, operation, erase_time(board), RELIGHT_OK); /* wears nothing */
    }
    erase_as_it_comes(board, address, size);
    if (board->erases[address / size] >= board->erases_most) {
        board->erases_most = board->erases[address / size] + 1u;
    }
    if (++board->erases[address / size] > board->erase_limit) {
        rl_board_rule(board, "more erases of one sector in a power cycle than the plan allows",
                      RL_FLASH, address);
    }
    return rl_board_end(board, operation, erase_time(board), RELIGHT_OK);
}

/* Nothing is flagged on this board unless a fault says so, and sees it here. */
static relight_result flash_clear(void *host)
{
    struct rl_board *board = host;
    struct rl_operation *operation = rl_board_begin(board, RL_KIND_CLEAR, RL_FLASH, 0, 0);

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
}

void rl_flash_write_services(struct relight_services *services)
{
    services->flash_program = flash_program;
    services->flash_program_from = flash_program_from;
    services->flash_erase = flash_erase;
    services->flash_clear = flash_clear;
}
