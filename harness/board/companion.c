/* Companions: chips beside the CPU that run a configuration of their own, such as programmable
 * logic. A refresh loads it from the configuration flash into the active configuration, which shows
 * in memory. What is modelled, and where it comes from:
 *  - the active configuration is static memory of the chip: gone with power, untouched by a reset
 * of the CPU (Lattice TN1204, MachXO2: configuration SRAM beside configuration flash, refresh);
 *  - the chip does nothing else while it is refreshed (the same: user I/O is held or released);
 *  - a refresh that meets a configuration that does not read leaves the chip without one (the same:
 *    DONE stays low);
 *  - words that a refresh has not loaded yet hold what they held, a choice: chips clear them first,
 *    and whoever looks at the beginning only would be caught by less. */
#include "board/board.h"

#include "board/clock.h"

/* Loads one page past the caches; what does not read makes a lost one. */
static void load(struct rl_board *board, uint32_t page, rl_slot slot)
{
    rl_cache_store(board, page,
                   rl_slot_is_bad(slot) ? RL_SLOT_LOST
                                        : rl_slot_make(rl_slot_data(slot), RL_MARKS_FULL),
                   0, RL_PAGE_WORDS - 1u);
}

/* Whether the pages of configuration flash that the refresh takes all read. */
static bool reads(struct rl_board *board, uint32_t first, uint32_t count)
{
    bool good = true;

    for (uint32_t page = first; page < first + count && good; page++) {
        (void)rl_board_look_words(board, RL_PLANE_FLASH, page, UINT32_MAX);
        good = rl_board_take(board, RL_PLANE_FLASH, page, UINT32_MAX) == RELIGHT_OK;
    }
    return good;
}

static relight_result refresh(void *host, relight_companion_kind companion, uint32_t size)
{
    struct rl_board *board = host;
    const struct relight_companion *chip =
        &board->device.geometry.companion[companion == RELIGHT_PHY];
    struct rl_operation *operation;
    uint32_t from = chip->configuration.address / RL_PAGE;
    uint32_t to = chip->active.address / RL_PAGE;
    relight_result result = RELIGHT_OK;
    bool good;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    board->reads_flash = true;
    operation = rl_board_begin(board, RL_KIND_REFRESH, RL_MEMORY, chip->active.address, size);
    operation->value = companion;
    if ((unsigned)companion >= RELIGHT_COMPANIONS || size == 0 || size % RL_PAGE != 0 ||
        size > chip->configuration.size) {
        return rl_board_refuse(board, operation,
                               "a refresh of more than the companion has, or off its unit",
                               RL_MEMORY, chip->active.address);
    }
    if (board->processing) {
        rl_board_rule(board, "the active configuration was replaced while commands were processed",
                      RL_MEMORY, chip->active.address);
    }
    if (rl_board_idles(board)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
    }
    board->refreshed |= 1u << companion;
    if (rl_board_is_absent(board, chip->configuration.address, size)) {
        result = RELIGHT_IO;
    } else if (!reads(board, from, size / RL_PAGE)) {
        result = RELIGHT_ECC;
    }
    good = result == RELIGHT_OK;
    for (uint32_t i = 0; i < (good ? size : chip->active.size) / RL_PAGE; i++) {
        load(board, to + i, good ? board->planes[RL_PLANE_FLASH].slots[from + i] : RL_SLOT_LOST);
    }
    if (!good) {
        /* What is lost there is due to what did not read. */
        for (uint32_t i = 0; i < chip->active.size / RL_PAGE; i++) {
            board->causes[RL_MEMORY][to + i] =
                result == RELIGHT_IO
                    ? (uint8_t)board->absent_cause
                    : board->causes[RL_FLASH][board->failed.any ? board->failed.page : from];
        }
    }
    return rl_board_end(board, operation, rl_clock_refresh(size, rl_flash_read_ns(board)), result);
}

void rl_companion_services(struct relight_services *services)
{
    services->refresh = refresh;
}
