/* Outcomes that touch nothing in flight: memory that decayed in a short loss of power, that
 * something else used over a reset, or that was never written, and flash as it is manufactured; and
 * resets at operations that write nothing. */
#include "faults/outcome_private.h"

#include <string.h>

/* How much of memory is there after power was gone for a moment. */
enum {
    DECAYED_FEW = 0,
    DECAYED_WORDS,
    DECAYED_PAGES,
    DECAYED_MOST,
    DECAYED_NOTHING,
    DECAYED_COUNT
};
/* What memory is like after a reset that something else ran in: a loader, a ROM, a test. */
enum {
    GARBAGE_PAGES = 0, /* every fourth page or so is anything */
    GARBAGE_HALF,      /* zeros in the first half */
    GARBAGE_STALE,     /* every second page or so is as it was when the power cycle began */
    GARBAGE_OLD,       /* all is as it was then */
    GARBAGE_ALL,       /* all is anything */
    GARBAGE_COUNT
};
/* What was never written holds. */
enum { RAW_ANYTHING = 0, RAW_UNREADABLE, RAW_ZEROS, RAW_COUNT };

#define CONTENTS 16u /* different contents of garbage: each costs a page in the store */

static uint64_t mix(uint64_t z)
{
    z += 0x9E3779B97F4A7C15u; /* splitmix64 */
    z = (z ^ z >> 30u) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27u) * 0x94D049BB133111EBu;
    return z ^ z >> 31u;
}

static rl_slot garbage(uint32_t page, bool bad)
{
    uint8_t bytes[RL_PAGE];

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        uint64_t value = mix((uint64_t)(page % CONTENTS) << 32u | word);

        memcpy(bytes + (size_t)word * RL_WORD, &value, RL_WORD);
    }
    return rl_slot_intern(bytes,
                          (struct rl_marks){.programmed = UINT32_MAX, .bad = bad ? UINT32_MAX : 0});
}

static rl_slot zeros(void)
{
    static const uint8_t zero[RL_PAGE];

    return rl_slot_intern(zero, (struct rl_marks){.programmed = UINT32_MAX});
}

/* ---- families ---- */

static uint32_t retained_pages(const struct rl_cursor *cursor)
{
    return rl_device_active_page(cursor->device);
}

static void visit_memory(const struct rl_outcome_visitor *v, rl_landing landing, uint32_t count)
{
    struct rl_family family = {.device = RL_MEMORY, .pages = retained_pages(v->cursor)};

    rl_visit_family(v, &family, landing, 0, count - 1u, count);
}

void rl_memory_families_before(const struct rl_outcome_visitor *v)
{
    struct rl_outcome_visitor at = *v;
    struct rl_family family = {.device = RL_FLASH,
                               .pages = v->cursor->planes[RL_PLANE_FLASH].count};

    if (v->index != 0 || !v->reach->start) {
        return;
    }
    at.base.reset = false;
    at.base.lines = v->reach->battery ? RL_LINES_KEPT : RL_LINES_GONE;
    rl_visit_family(&at, &family, RL_LANDING_RAW, 0, RAW_COUNT - 1u, RAW_COUNT);
}

/* A reset at an operation that left everything as it was. */
static void visit_quiet(struct rl_outcome_visitor *at)
{
    struct rl_family family = {.is_base = true, .device = RL_FLASH, .pages = 1};

    family.pages = at->cursor->planes[RL_PLANE_FLASH].count;
    at->base.reset = true;
    if (rl_reach_opens_lines(at->reach)) {
        at->base.lines = RL_LINES_OPEN;
        rl_visit_family(at, &family, RL_LANDING_QUIET, 0, 0, 1);
        return;
    }
    at->base.lines = RL_LINES_KEPT;
    rl_visit_family(at, &family, RL_LANDING_QUIET, 0, 0, 1);
    at->base.lines = RL_LINES_LOST;
    rl_visit_family(at, &family, RL_LANDING_QUIET, 0, 0, 1);
}

void rl_memory_families_after(const struct rl_outcome_visitor *v)
{
    struct rl_outcome_visitor at = *v;

    if (v->effect.operation->change_count == 0) {
        visit_quiet(&at);
        return;
    }
    if (v->effect.flash_pages == 0 && v->effect.back_units == 0) {
        return; /* behind the cache nothing changed */
    }
    if (!v->reach->battery) {
        at.base.reset = false;
        at.base.lines = RL_LINES_GONE;
        visit_memory(&at, RL_LANDING_DECAYED, DECAYED_COUNT);
    }
    at.base.reset = true;
    at.base.lines = RL_LINES_LOST;
    visit_memory(&at, RL_LANDING_GARBAGE, GARBAGE_COUNT);
}

/* ---- crash states ---- */

static bool view_decayed(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                         struct rl_view *view)
{
    struct rl_plane *memory = &cursor->scratch[RL_MEMORY];

    if (outcome->reset || outcome->lines != RL_LINES_GONE || outcome->parts != DECAYED_COUNT ||
        outcome->part >= DECAYED_COUNT) {
        return false;
    }
    rl_plane_copy(memory, &cursor->planes[RL_PLANE_MEMORY]);
    for (uint32_t page = 0; page < retained_pages(cursor); page++) {
        uint64_t random = mix((uint64_t)outcome->part << 32u | page);
        rl_slot slot = memory->slots[page];

        if ((outcome->part == DECAYED_FEW && random % 16u == 0) ||
            (outcome->part == DECAYED_WORDS && random % 2u == 0)) {
            slot = rl_slot_merge(slot, RL_SLOT_LOST, 1u << (random >> 8u) % RL_PAGE_WORDS);
        } else if ((outcome->part == DECAYED_PAGES && random % 2u == 0) ||
                   (outcome->part == DECAYED_MOST && random % 8u != 0)) {
            slot = RL_SLOT_LOST;
        }
        rl_plane_set(memory, page, slot);
    }
    view->memory = memory;
    return true;
}

static rl_slot used_over_reset(const struct rl_cursor *cursor, uint32_t page, uint32_t part)
{
    uint64_t random = mix((uint64_t)part << 32u | page);
    rl_slot now = cursor->planes[RL_PLANE_MEMORY].slots[page];

    switch (part) {
    case GARBAGE_PAGES:
        return random % 4u == 0 ? garbage(page, false) : now;
    case GARBAGE_HALF:
        return page < retained_pages(cursor) / 2u ? zeros() : now;
    case GARBAGE_STALE:
        return random % 2u == 0 ? cursor->memory_at_start->slots[page] : now;
    case GARBAGE_OLD:
        return cursor->memory_at_start->slots[page];
    default:
        return garbage(page, false);
    }
}

static bool view_garbage(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                         struct rl_view *view)
{
    struct rl_plane *memory = &cursor->scratch[RL_MEMORY];

    if (!outcome->reset || outcome->lines != RL_LINES_LOST || outcome->parts != GARBAGE_COUNT ||
        outcome->part >= GARBAGE_COUNT) {
        return false;
    }
    rl_plane_copy(memory, &cursor->planes[RL_PLANE_MEMORY]);
    for (uint32_t page = 0; page < retained_pages(cursor); page++) {
        rl_plane_set(memory, page, used_over_reset(cursor, page, outcome->part));
    }
    view->memory = memory;
    if (outcome->part == GARBAGE_STALE || outcome->part == GARBAGE_OLD) {
        rl_view_revive(view, RL_MEMORY, 0, retained_pages(cursor), 0);
    }
    return true;
}

/* Whether the sector of a page was never written. One-time-programmable flash is delivered blank.
 */
static bool is_raw(const struct rl_cursor *cursor, const struct rl_plane *flash, uint32_t page)
{
    const struct relight_geometry *geometry = &cursor->device->geometry;
    uint32_t pages = geometry->sector_size / RL_PAGE;
    uint32_t first = page - page % pages;

    if (rl_region_of(geometry, RL_FLASH, page * RL_PAGE) == RL_REGION_OTP) {
        return false;
    }
    for (uint32_t i = 0; i < pages; i++) {
        if (flash->slots[first + i] != RL_SLOT_BLANK) {
            return false;
        }
    }
    return true;
}

static bool view_raw(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                     struct rl_view *view)
{
    struct rl_plane *flash = &cursor->scratch[RL_FLASH];
    struct rl_plane *memory = &cursor->scratch[RL_MEMORY];

    if (outcome->reset || cursor->next != 0 || outcome->parts != RAW_COUNT ||
        outcome->part >= RAW_COUNT) {
        return false;
    }
    rl_plane_copy(flash, view->flash);
    for (uint32_t page = 0; page < flash->count; page++) {
        if (is_raw(cursor, view->flash, page)) {
            rl_plane_set(flash, page,
                         outcome->part == RAW_ZEROS
                             ? zeros()
                             : garbage(page, outcome->part == RAW_UNREADABLE));
        }
    }
    view->flash = flash;
    rl_plane_copy(memory, &cursor->planes[RL_PLANE_MEMORY]);
    for (uint32_t page = 0; page < retained_pages(cursor); page++) {
        rl_plane_set(memory, page,
                     outcome->part == RAW_ZEROS ? zeros()
                                                : garbage(page, outcome->part == RAW_UNREADABLE));
    }
    view->memory = memory;
    return true;
}

bool rl_memory_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                    struct rl_view *view)
{
    switch (outcome->landing) {
    case RL_LANDING_DECAYED:
        return view_decayed(cursor, outcome, view);
    case RL_LANDING_GARBAGE:
        return view_garbage(cursor, outcome, view);
    case RL_LANDING_RAW:
        return view_raw(cursor, outcome, view);
    default: /* QUIET: as it was */
        return outcome->reset && cursor->next > 0 &&
               cursor->log->operations[cursor->next - 1u].change_count == 0;
    }
}
