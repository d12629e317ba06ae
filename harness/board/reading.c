/* What becomes of a read by what lies there: flaws are corrected and counted, memory is scrubbed,
 * what is uncorrectable fails or traps, and each failure is due to something.
 *  - a corrected error is latched with its address until software clears it (ST RM0351, FLASH_ECCR:
 *    ECCC and ADDR_ECC);
 *  - memory is scrubbed on demand: the controller writes what it corrected back (Intel,
 * "Reliability, Availability, and Serviceability Features", demand scrubbing); flash cannot be;
 *  - on parts that trap, an uncorrectable error is an NMI or a bus fault (ST RM0351, ECCD; NXP
 * LPC55, MCUboot issue 2845), unless a handler skips the read. It cannot
 * skip a fetch. */
#include "board/board.h"

/* Words of a codeword: its bits flip and are corrected together. */
static uint32_t unit_of(const struct rl_board *board, int plane)
{
    return plane == RL_PLANE_FLASH ? board->device.geometry.granule_size / RL_WORD : 1u;
}

/* One view of memory without the flaws in `words`; crash states behind it see that. */
static void scrub_plane(struct rl_board *board, int plane, uint32_t page, uint32_t words)
{
    rl_slot before = board->planes[plane].slots[page];
    rl_slot after = rl_slot_scrubbed(before, words & rl_slot_flawed(before, words));

    if (after != before) {
        rl_board_put_past(board, plane, page, words, after);
    }
}

/* Counts what a read corrects, and scrubs it in memory. */
static void correct(struct rl_board *board, int plane, uint32_t page, uint32_t words)
{
    struct rl_corrected *corrected = &board->corrected[rl_plane_device(plane)];

    corrected->count += ((uint32_t)__builtin_popcount(words) - 1u) / unit_of(board, plane) + 1u;
    corrected->address = page * RL_PAGE + (uint32_t)__builtin_ctz(words) * RL_WORD;
    if (plane == RL_PLANE_FLASH) {
        return;
    }
    scrub_plane(board, RL_PLANE_CPU, page, words);
    scrub_plane(board, RL_PLANE_MEMORY, page, words & ~board->cache.dirty[page]);
    board->watched_changed |= rl_bit(board->watched[RL_MEMORY], page);
}

relight_result rl_board_take_marked(struct rl_board *board, int plane, uint32_t page, uint32_t mask)
{
    struct rl_marks marks = rl_slot_marks_of(board->planes[plane].slots[page]);
    uint32_t flawed = marks.flawed & ~marks.bad & mask;
    uint32_t blank = 0;

    if (plane == RL_PLANE_FLASH && board->device.flash.blank_faults) {
        blank = ~rl_slot_marks_of(rl_board_look(board, plane, page)).programmed & ~marks.bad & mask;
    }

    if (board->peeking == 0 && flawed != 0 && (marks.bad & mask) == 0) {
        correct(board, plane, page, flawed);
    }
    if (((marks.bad & mask) | blank) == 0) {
        return RELIGHT_OK;
    }
    if (board->peeking == 0 && !board->failed.any) {
        uint32_t bad = (marks.bad & mask) != 0 ? marks.bad & mask : blank;

        board->failed = (struct rl_failed){true, rl_plane_device(plane), page,
                                           (uint32_t)__builtin_ctz(bad), (bad & blank) != 0};
    }
    return RELIGHT_ECC;
}

relight_result rl_board_take_range(struct rl_board *board, int plane, uint32_t first,
                                   uint32_t count)
{
    relight_result result = RELIGHT_OK;

    for (uint32_t page = first; page < first + count; page++) {
        if (rl_board_take(board, plane, page, UINT32_MAX) != RELIGHT_OK) {
            result = RELIGHT_ECC;
        }
    }
    return result;
}

/* What the failure that the engine is about to be told of is due to; 0: to nothing. */
static uint8_t cause_of(const struct rl_board *board, relight_result result)
{
    uint8_t cause;

    if (board->effect.cause != 0) {
        return (uint8_t)board->effect.cause;
    }
    if (result != RELIGHT_ECC || !board->failed.any) {
        return 0;
    }
    cause = board->causes[board->failed.device][board->failed.page];
    return cause == 0 ? RL_CAUSE_LEFT : cause == RL_CAUSE_UNKNOWN ? 0 : cause;
}

static bool traps(const struct rl_board *board, const struct rl_operation *operation)
{
    bool device_traps =
        board->failed.device == RL_FLASH ? board->device.flash_traps : board->device.memory_traps;

    return board->failed.any && device_traps &&
           (!board->guarded || operation->kind == RL_KIND_EXECUTE) &&
           operation->kind != RL_KIND_REFRESH; /* the companion reads there, not the CPU */
}

int rl_board_failed(struct rl_board *board, struct rl_operation *operation, relight_result result)
{
    uint32_t address = board->failed.any
                           ? board->failed.page * RL_PAGE + board->failed.word * RL_WORD
                           : operation->address;
    uint8_t device = board->failed.any                              ? board->failed.device
                     : rl_region_is_in(operation->region, RL_FLASH) ? RL_FLASH
                                                                    : RL_MEMORY;
    int escape = 0;

    operation->cause = cause_of(board, result);
    if (operation->cause == 0 && !(board->failed.any && board->failed.blank) &&
        (result == RELIGHT_IO || result == RELIGHT_ECC)) {
        rl_board_rule(board, "an error without a cause", device, address);
    }
    if (result == RELIGHT_ECC && traps(board, operation)) {
        escape = RL_ESCAPE_TRAP;
    }
    board->failed.any = false;
    return escape;
}

static void guard_reads(void *host, bool on)
{
    struct rl_board *board = host;

    if (board->peeking == 0) {
        board->guarded = on;
    }
}

static uint32_t corrections(void *host, relight_space space, uint32_t *address)
{
    struct rl_board *board = host;
    uint8_t device = space == RELIGHT_FLASH ? RL_FLASH : RL_MEMORY;
    struct rl_corrected corrected = board->corrected[device];

    if (board->peeking > 0) {
        return 0;
    }
    board->corrected[device] = (struct rl_corrected){0};
    if (address != NULL) {
        *address = corrected.address;
    }
    return corrected.count;
}

void rl_reading_services(struct relight_services *services)
{
    services->guard_reads = guard_reads;
    services->corrections = corrections;
}
