/* Damage: what lies in the devices changes, and no operation of the engine did it. */
#include "board/upset.h"

#include "board/board.h"

void rl_board_put_past(struct rl_board *board, int plane, uint32_t page, uint32_t mask,
                       rl_slot after)
{
    struct rl_plane *at = &board->planes[plane];

    if (board->log != NULL) {
        *rl_log_change(board->log) = (struct rl_change){.plane = (uint8_t)plane,
                                                        .through = plane != RL_PLANE_FLASH,
                                                        .last_word = RL_PAGE_WORDS - 1u,
                                                        .page = page,
                                                        .mask = mask,
                                                        .before = at->slots[page],
                                                        .after = after};
    }
    rl_plane_set(at, page, after);
}

static void damage_plane(struct rl_board *board, int plane, uint32_t page, uint32_t mask,
                         rl_slot slot)
{
    rl_slot before = rl_board_look(board, plane, page);

    rl_board_put_past(board, plane, page, mask, rl_slot_merge(before, slot, mask));
}

static void hurt(struct rl_board *board, uint32_t address, bool in_time)
{
    for (uint32_t bank = 0; bank < 2u && board->monitor.hurt != NULL; bank++) {
        const struct relight_region *region = &board->device.geometry.bank[bank];

        if (address - region->address < region->size) {
            board->monitor.hurt(board->monitor.user, bank, in_time);
        }
    }
}

void rl_board_hurt(struct rl_board *board, uint32_t address)
{
    hurt(board, address, false);
}

static void damage(struct rl_board *board, uint8_t device, uint32_t page, uint32_t behind,
                   uint32_t before, rl_slot slot, uint32_t cause)
{
    struct rl_operation *operation = rl_board_begin_damage(board, device, page);

    if (device == RL_FLASH && cause != 0) {
        hurt(board, page * RL_PAGE, true);
    }
    if (device == RL_FLASH) {
        damage_plane(board, RL_PLANE_FLASH, page, behind, slot);
    } else {
        damage_plane(board, RL_PLANE_CPU, page, before, slot);
        damage_plane(board, RL_PLANE_MEMORY, page, behind, slot);
    }
    board->causes[device][page] = (uint8_t)(cause == 0 ? RL_CAUSE_UNKNOWN : cause);
    board->damaged = true;
    board->struck |= board->busy;
    board->spoils++;
    board->watched_changed |= rl_bit(board->watched[device], page);
    operation->time_ns = board->now_ns;
}

void rl_board_damage(struct rl_board *board, uint8_t device, uint32_t page, uint32_t mask,
                     rl_slot slot, uint32_t cause)
{
    uint32_t seen = device == RL_FLASH ? mask : mask & ~board->cache.dirty[page];

    damage(board, device, page, mask, seen, slot, cause);
}

void rl_board_damage_cached(struct rl_board *board, uint32_t page, uint32_t mask, rl_slot slot,
                            uint32_t cause)
{
    damage(board, RL_MEMORY, page, mask, mask, slot, cause);
}

uint32_t rl_board_cause(const struct rl_board *board, uint8_t device, uint32_t page)
{
    uint8_t cause = board->causes[device][page];

    return cause < RL_CAUSE_PLAN ? cause : 0;
}

void rl_board_harmed(struct rl_board *board, uint32_t address, uint32_t size)
{
    hurt(board, address, true);
    rl_bits_set(board->harmed, address / RL_PAGE,
                (address + size - 1u) / RL_PAGE - address / RL_PAGE + 1u);
}
