/* Regions of flash that are gone: a chip that does not answer, or a sector that its controller has
 * taken away. Whatever is asked of them fails, and read-only looks at them do, too. */
#include "board/board.h"

void rl_board_lose(struct rl_board *board, uint32_t regions, uint32_t cause)
{
    static const uint32_t banks[2] = {1u << RL_REGION_BANK_A, 1u << RL_REGION_BANK_B};

    for (uint32_t bank = 0; bank < 2u; bank++) {
        if ((regions & ~board->absent & banks[bank]) != 0) {
            rl_board_hurt(board, board->device.geometry.bank[bank].address);
        }
    }
    board->watched_changed |= board->absent != regions;
    board->struck |= board->busy;
    board->absent = regions;
    board->absent_cause = cause;
}

bool rl_board_meets_absent(struct rl_board *board, uint32_t address, uint32_t size)
{
    const struct relight_geometry *g = &board->device.geometry;
    uint32_t met = 1u << rl_region_of(g, RL_FLASH, address) |
                   1u << rl_region_of(g, RL_FLASH, address + size - 1u);

    if ((board->absent & met) == 0) {
        return false;
    }
    if (board->peeking == 0) {
        board->effect.cause = board->absent_cause;
    }
    return true;
}
