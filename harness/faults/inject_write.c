/* Programming and erasing: what becomes of the operation, other than the device says. */
#include "faults/inject_write.h"

#include <stdio.h>

bool rl_changed_page(const struct rl_site *site, bool last, uint32_t *page)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    bool any = false;

    for (uint32_t i = 0; i < operation->change_count && (last || !any); i++) {
        const struct rl_change *change = &site->log->changes[operation->change_first + i];

        if (change->plane == RL_PLANE_FLASH && change->before != change->after) {
            *page = change->page;
            any = true;
        }
    }
    return any;
}

#define ERASE_PARTS 16u

uint32_t rl_write_units(const struct rl_device *device, const struct rl_operation *operation)
{
    return operation->kind == RL_KIND_ERASE ? ERASE_PARTS
                                            : operation->size / device->geometry.granule_size;
}

static uint32_t unit_size(const struct rl_device *device, const struct rl_operation *operation)
{
    return operation->kind == RL_KIND_ERASE ? operation->size / ERASE_PARTS
                                            : device->geometry.granule_size;
}

const char *rl_write_unit_name(const struct rl_operation *operation)
{
    return operation->kind == RL_KIND_ERASE ? "sixteenths" : "granules";
}

void rl_blame(struct rl_armed *armed, struct rl_board *board, uint32_t address, uint32_t size)
{
    for (uint32_t page = address / RL_PAGE; page <= (address + size - 1u) / RL_PAGE; page++) {
        board->causes[RL_FLASH][page] = (uint8_t)armed->number;
    }
    board->damaged = true;
}

void rl_spoil(struct rl_armed *armed, struct rl_board *board, uint32_t address, uint32_t size)
{
    uint32_t page = address / RL_PAGE;
    uint32_t words = rl_words_at(address, size);
    rl_slot slot = board->planes[RL_PLANE_FLASH].slots[page];
    struct rl_marks marks = rl_slot_marks_of(slot);

    marks.programmed |= words;
    marks.bad |= words;
    slot = rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks));
    rl_board_damage(board, RL_FLASH, page, words, slot, armed->number);
}

static void spoil_range(struct rl_armed *armed, struct rl_board *board, uint32_t address,
                        uint32_t size)
{
    for (uint32_t done = 0; done < size; done += RL_PAGE) {
        rl_spoil(armed, board, address + done, size - done < RL_PAGE ? size - done : RL_PAGE);
    }
}

void rl_spoil_next_unit(struct rl_armed *armed, struct rl_board *board,
                        const struct rl_operation *operation)
{
    uint32_t unit = unit_size(&board->device, operation);
    bool hit = armed->keep[0] == operation->number;

    armed->keep[0] = 0;
    if (hit && armed->what.a < rl_write_units(&board->device, operation)) {
        spoil_range(armed, board, operation->address + armed->what.a * unit, unit);
    }
}

/* ---- program-error, erase-error: nothing is done, and the status says so ---- */

static void refuse(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, struct rl_effect *effect)
{
    if (rl_armed_is_like(armed, board, operation)) {
        rl_armed_fail(armed, operation, effect, RELIGHT_IO);
    }
}

/* ---- ambiguous-error: the first `a` units are done, with `b` the next one is neither old nor new,
 *      and the status says that it failed ---- */

static void ambiguous_variants(const struct rl_site *site, const struct rl_injection *base,
                               rl_variant_visit *visit, void *user)
{
    uint32_t units = rl_write_units(site->device, &site->log->operations[site->index]);

    rl_visit_variant(base, 0, 1, visit, user);
    if (units > 1u) {
        rl_visit_variant(base, units / 2u, 0, visit, user);
        rl_visit_variant(base, units / 2u, 1, visit, user);
    }
    rl_visit_variant(base, units, 0, visit, user);
}

/* keep[0]: the operation that was hit, until it is over. */
static void ambiguous_before(struct rl_armed *armed, struct rl_board *board,
                             const struct rl_operation *operation, struct rl_effect *effect)
{
    if (!rl_armed_is_like(armed, board, operation)) {
        return;
    }
    effect->deed = RL_DEED_PART;
    effect->part = armed->what.a;
    effect->answers = true;
    effect->result = RELIGHT_IO;
    effect->cause = armed->number;
    armed->keep[0] = operation->number;
    rl_armed_hit(armed, operation, true);
}

static void ambiguous_after(struct rl_armed *armed, struct rl_board *board,
                            const struct rl_operation *operation, relight_result result)
{
    (void)result;
    if (armed->what.b != 0) {
        rl_spoil_next_unit(armed, board, operation);
    }
}

static void ambiguous_tell(const struct rl_injection *injection, const struct rl_operation *first,
                           char *text, size_t size)
{
    (void)snprintf(text, size, "a failure is reported, and the first %u %s are done%s",
                   injection->a, rl_write_unit_name(first),
                   injection->b != 0 ? ", the next reads as neither old nor new" : "");
}

/* ---- lost-program, lost-erase: nothing is done, and the status is good ---- */

static void lost_variants(const struct rl_site *site, const struct rl_injection *base,
                          rl_variant_visit *visit, void *user)
{
    uint32_t page;

    if (rl_changed_page(site, false, &page)) {
        rl_visit_variant(base, 0, 0, visit, user);
    }
}

static void lose(struct rl_armed *armed, struct rl_board *board,
                 const struct rl_operation *operation, struct rl_effect *effect)
{
    if (rl_armed_is_like(armed, board, operation)) {
        effect->deed = RL_DEED_NOTHING;
        rl_blame(armed, board, operation->address, operation->size);
        rl_armed_hit(armed, operation, false);
    }
}

/* ---- misdirected-program: it lands at another address ---- */

enum { TO_SECTOR = 1, TO_BANK, TO_PAGE };

#define RECORDS (1u << RL_REGION_RECORD_A | 1u << RL_REGION_RECORD_B)

/* False when flash has no such place. One-time-programmable flash takes instructions of its own:
 * no address leads there, or away from it. */
static bool misdirect(const struct rl_device *device, uint32_t variant, uint32_t address,
                      uint32_t size, uint32_t *other)
{
    const struct relight_geometry *g = &device->geometry;

    if (variant == TO_SECTOR) {
        *other = address ^ g->sector_size;
    } else if (variant == TO_PAGE) {
        *other = address ^ g->page_size;
    } else if (address - g->bank[0].address < g->bank[0].size) {
        *other = address - g->bank[0].address + g->bank[1].address;
    } else if (address - g->bank[1].address < g->bank[1].size) {
        *other = address - g->bank[1].address + g->bank[0].address;
    } else {
        return false;
    }
    return *other < g->flash_size && size <= g->flash_size - *other &&
           rl_region_of(g, RL_FLASH, address) != RL_REGION_OTP &&
           rl_region_of(g, RL_FLASH, *other) != RL_REGION_OTP;
}

static void misdirected_variants(const struct rl_site *site, const struct rl_injection *base,
                                 rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    uint32_t other;

    for (uint32_t a = TO_SECTOR; a <= TO_PAGE; a++) {
        if (misdirect(site->device, a, operation->address, operation->size, &other)) {
            rl_visit_variant(base, a, 0, visit, user);
        }
    }
}

static void misdirected_before(struct rl_armed *armed, struct rl_board *board,
                               const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t other;

    if (!rl_armed_is_like(armed, board, operation) ||
        !misdirect(&board->device, armed->what.a, operation->address, operation->size, &other)) {
        return;
    }
    effect->deed = RL_DEED_ELSEWHERE;
    effect->address = other;
    rl_blame(armed, board, operation->address, operation->size);
    rl_blame(armed, board, other, operation->size);
    rl_flash_hurt(board, other);
    rl_board_harmed(board, other, operation->size);
    if ((RECORDS >> rl_region_of(&board->device.geometry, RL_FLASH, other) & 1u) != 0) {
        rl_data_hurt(board); /* the newest record alone tells which area holds it */
    }
    rl_armed_hit(armed, operation, false);
}

static void misdirected_tell(const struct rl_injection *injection, const struct rl_operation *first,
                             char *text, size_t size)
{
    static const char *const places[] = {"?", "in the sector beside it", "in the other bank",
                                         "in the page beside it"};

    (void)first;
    (void)snprintf(text, size, "it lands %s",
                   places[injection->a <= (uint32_t)TO_PAGE ? injection->a : 0]);
}

/* ---- duplicate-program: it lands twice at its address ---- */

static void repeat(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, struct rl_effect *effect)
{
    if (rl_armed_is_like(armed, board, operation)) {
        effect->deed = RL_DEED_TWICE;
        rl_blame(armed, board, operation->address, operation->size);
        rl_armed_hit(armed, operation, false);
    }
}

static const struct rl_injector rows[] = {
    {
        .fault_class = RL_CLASS_PROGRAM_ERROR,
        .kinds = KIND(RL_KIND_PROGRAM),
        .lasts = FOR_HOWEVER_LONG,
        .shows = SHOWS(RL_SHOWS_STATUS),
        .before = refuse,
    },
    {
        .fault_class = RL_CLASS_ERASE_ERROR,
        .kinds = KIND(RL_KIND_ERASE),
        .lasts = FOR_HOWEVER_LONG,
        .shows = SHOWS(RL_SHOWS_STATUS),
        .before = refuse,
    },
    {
        .fault_class = RL_CLASS_AMBIGUOUS_ERROR,
        .kinds = WRITES,
        .lasts = LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_TIMES),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .variants = ambiguous_variants,
        .before = ambiguous_before,
        .after = ambiguous_after,
        .tell = ambiguous_tell,
    },
    {
        .fault_class = RL_CLASS_LOST_PROGRAM,
        .kinds = KIND(RL_KIND_PROGRAM),
        .lasts = FOR_HOWEVER_LONG,
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = lost_variants,
        .before = lose,
    },
    {
        .fault_class = RL_CLASS_LOST_ERASE,
        .kinds = KIND(RL_KIND_ERASE),
        .lasts = FOR_HOWEVER_LONG,
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = lost_variants,
        .before = lose,
    },
    {
        .fault_class = RL_CLASS_MISDIRECTED_PROGRAM,
        .kinds = KIND(RL_KIND_PROGRAM),
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = misdirected_variants,
        .before = misdirected_before,
        .tell = misdirected_tell,
    },
    {
        .fault_class = RL_CLASS_DUPLICATE_PROGRAM,
        .kinds = KIND(RL_KIND_PROGRAM),
        .lasts = LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_TIMES),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .before = repeat,
    },
    {
        .fault_class = RL_CLASS_PROGRAM_DISTURB,
        .kinds = KIND(RL_KIND_PROGRAM),
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = rl_disturb_variants,
        .after = rl_disturb_after,
        .tell = rl_disturb_tell,
    },
    {
        .fault_class = RL_CLASS_OVERPROGRAM,
        .kinds = KIND(RL_KIND_PROGRAM),
        .lasts = LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_TIMES),
        .shows = SHOWS(RL_SHOWS_STATUS) | SHOWS(RL_SHOWS_TRAP) | SHOWS(RL_SHOWS_SILENT),
        .variants = rl_overprogram_variants,
        .before = rl_overprogram_before,
        .tell = rl_overprogram_tell,
    },
    {
        .fault_class = RL_CLASS_DOUBLE_PROGRAM_GRANULE,
        .kinds = KIND(RL_KIND_PROGRAM),
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = rl_double_variants,
        .after = rl_double_after,
        .tell = rl_double_tell,
    },
    {
        .fault_class = RL_CLASS_WORN_OUT,
        .kinds = KIND(RL_KIND_ERASE),
        .lasts = LASTS(RL_LASTS_GOOD),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .variants = rl_worn_variants,
        .before = rl_worn_before,
        .after = rl_worn_after,
        .tell = rl_worn_tell,
    },
    {
        .fault_class = RL_CLASS_WRITE_PROTECTED,
        .kinds = WRITES,
        .lasts = LASTS(RL_LASTS_RESET) | LASTS(RL_LASTS_GOOD),
        .shows = SHOWS(RL_SHOWS_STATUS) | SHOWS(RL_SHOWS_SILENT),
        .before = rl_protected_before,
    },
    {
        .fault_class = RL_CLASS_STICKY_FLAG,
        .kinds = WRITES,
        .lasts = LASTS(RL_LASTS_RESET),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .before = rl_flagged_before,
    },
    {
        .fault_class = RL_CLASS_BUSY_FOREVER,
        .kinds = WRITES,
        .lasts = LASTS(RL_LASTS_RESET) | LASTS(RL_LASTS_GOOD),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .before = rl_busy_before,
    },
    {
        .fault_class = RL_CLASS_SLOW_OPERATION,
        .kinds = WRITES,
        .lasts = LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_TIMES),
        .shows = SHOWS(RL_SHOWS_LATE),
        .variants = rl_slow_variants,
        .before = rl_slow_before,
        .after = rl_slow_after,
        .tell = rl_slow_tell,
    },
    {
        .fault_class = RL_CLASS_STALE_CACHE,
        .kinds = WRITES | KIND(RL_KIND_INVALIDATE),
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = rl_stale_variants,
        .before = rl_stale_before,
        .after = rl_stale_after,
        .reset = rl_stale_reset,
        .tell = rl_stale_tell,
    },
};
const struct rl_injector_family rl_injectors_write = {rows, sizeof rows / sizeof rows[0]};
