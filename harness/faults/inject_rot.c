/* Flash that changes by itself: bits flip, and stay so until their sector is erased. Which bits is
 * drawn from the variant and the place, so that a scenario has the same ones each time. */
#include "faults/inject_read.h"

#include <stdio.h>
#include <string.h>

/* In which direction bits can go. */
enum direction { ANY_BIT, CHARGE_LOST, CHARGE_GAINED };

/* Inverts one drawn bit of `byte` that can go that way; there is one. */
static void flip(uint8_t *byte, enum direction direction, uint64_t draw)
{
    for (unsigned i = 0; i < 8u; i++) {
        uint8_t bit = (uint8_t)(1u << (draw + i) % 8u);
        bool is_one = (*byte & bit) != 0;

        if (direction == ANY_BIT || is_one == (direction == CHARGE_GAINED)) {
            *byte ^= bit;
            return;
        }
    }
}

static uint8_t byte_at(const struct rl_board *board, uint32_t address)
{
    return rl_slot_bytes(board->planes[RL_PLANE_FLASH].slots[address / RL_PAGE])[address % RL_PAGE];
}

/* Of the bytes of a range that have a bit that can go that way, the drawn one; `address + size`
 * when there is none. */
static uint32_t draw_byte(const struct rl_board *board, enum direction direction, uint32_t address,
                          uint32_t size, uint64_t draw)
{
    uint8_t stuck = direction == CHARGE_LOST ? 0xFFu : 0;
    uint32_t count = 0;
    uint32_t at = address;

    for (uint32_t i = 0; i < size; i++) {
        count += direction == ANY_BIT || byte_at(board, address + i) != stuck;
    }
    if (count == 0) {
        return address + size;
    }
    for (uint32_t left = (uint32_t)(draw % count) + 1u; left > 0; at++) {
        left -= direction == ANY_BIT || byte_at(board, at) != stuck;
    }
    return at - 1u;
}

/* A bit of [address, address + size) flips. False when none can go that way. */
static bool flip_one(struct rl_board *board, uint32_t cause, enum direction direction,
                     uint32_t address, uint32_t size, uint64_t draw)
{
    uint32_t at = draw_byte(board, direction, address, size, draw);
    uint32_t page = at / RL_PAGE;
    uint8_t content[RL_PAGE];
    rl_slot slot;

    if (at == address + size) {
        return false;
    }
    slot = board->planes[RL_PLANE_FLASH].slots[page];
    memcpy(content, rl_slot_bytes(slot), RL_PAGE);
    flip(&content[at % RL_PAGE], direction, draw >> 40u);
    rl_flash_hurt(board, at);
    rl_board_damage(board, RL_FLASH, page, 1u << at % RL_PAGE / RL_WORD,
                    rl_slot_intern(content, rl_slot_marks_of(slot)), cause);
    return true;
}

/* `count` bits of a range flip. */
static bool flip_some(const struct rl_armed *armed, struct rl_board *board,
                      enum direction direction, uint32_t count, uint32_t address, uint32_t size)
{
    bool any = false;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t draw = rl_read_mix(rl_read_mix(address, size), armed->what.b * 64u + i);

        any |= flip_one(board, armed->number, direction, address, size, draw);
    }
    return any;
}

/* The first operation of its power cycle that reads its first sector. */
static bool is_first_read(const struct rl_site *site)
{
    const struct rl_operation *operations = site->log->operations;
    uint32_t sector = site->device->geometry.sector_size;

    for (size_t i = 0; i < site->index; i++) {
        if (rl_reads_sector(&operations[i], sector, operations[site->index].address)) {
            return false;
        }
    }
    return true;
}

/* ---- bit-rot: a + 1 flips in what is about to be read; b: seed ---- */

void rl_rot_variants(const struct rl_site *site, const struct rl_injection *base,
                     rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    bool is_flash = operation->kind == RL_KIND_COPY
                        ? operation->value % 2u == RELIGHT_FLASH
                        : (RL_FLASH_REGIONS >> operation->region & 1u) != 0;

    for (uint32_t a = 0; a < 3u && is_flash; a++) {
        rl_visit_variant(base, a, a, visit, user);
    }
}

void rl_rot_before(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, struct rl_effect *effect)
{
    bool is_copy = operation->kind == RL_KIND_COPY;

    (void)effect;
    if ((!is_copy || operation->value % 2u == RELIGHT_FLASH) &&
        flip_some(armed, board, ANY_BIT, armed->what.a + 1u,
                  is_copy ? operation->value : operation->address, operation->size)) {
        rl_armed_hit(armed, operation, false);
    }
    armed->over = true;
}

void rl_rot_tell(const struct rl_injection *injection, const struct rl_operation *first, char *text,
                 size_t size)
{
    (void)snprintf(text, size, "%u bit%s of the %u bytes of flash that are read", injection->a + 1u,
                   injection->a == 0 ? "" : "s", first->size);
}

/* ---- read-disturb: the a-th read of a sector flips a bit beside what it reads ---- */

void rl_read_disturb_variants(const struct rl_site *site, const struct rl_injection *base,
                              rl_variant_visit *visit, void *user)
{
    for (uint32_t a = 1; a <= 16u && is_first_read(site); a *= 2u) {
        rl_visit_variant(base, a, 0, visit, user);
    }
}

void rl_read_disturb_before(struct rl_armed *armed, struct rl_board *board,
                            const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t size = board->device.geometry.sector_size;
    uint32_t sector = armed->first.address - armed->first.address % size;
    uint32_t page = operation->address - operation->address % RL_PAGE;
    uint32_t beside;

    (void)effect;
    armed->waiting = true;
    if (!rl_reads_sector(operation, size, sector) || ++armed->keep[0] < armed->what.a) {
        return;
    }
    beside = page > sector && page < sector + size ? page - RL_PAGE : sector + RL_PAGE;
    if (flip_some(armed, board, CHARGE_GAINED, 1, beside, RL_PAGE)) {
        rl_armed_hit(armed, operation, false);
    }
    armed->over = true;
}

void rl_read_disturb_tell(const struct rl_injection *injection, const struct rl_operation *first,
                          char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "a bit beside what read %u of the sector reads", injection->a);
}

/* ---- retention: while power was off, a + 1 bits of a sector lost their charge; b: seed ---- */

void rl_retention_variants(const struct rl_site *site, const struct rl_injection *base,
                           rl_variant_visit *visit, void *user)
{
    for (uint32_t b = 0; b < 8u && is_first_read(site); b++) {
        rl_visit_variant(base, b % 2u, b, visit, user);
    }
}

void rl_retention_before(struct rl_armed *armed, struct rl_board *board,
                         const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t size = board->device.geometry.sector_size;

    (void)effect;
    if (flip_some(armed, board, CHARGE_LOST, armed->what.a + 1u,
                  operation->address - operation->address % size, size)) {
        rl_armed_hit(armed, operation, false);
    }
    armed->over = true;
}

void rl_retention_tell(const struct rl_injection *injection, const struct rl_operation *first,
                       char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "%u bit%s of the sector lost charge while power was off",
                   injection->a + 1u, injection->a == 0 ? "" : "s");
}
