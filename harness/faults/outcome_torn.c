/* Outcomes of a program in flight, beyond a prefix or a suffix of it: any part of its granules, one
 * that reads bad by itself, damage to the other page of a pair, and a boot record whose word comes
 * out as something else that reads well. */
#include "faults/outcome_private.h"

#include <string.h>

/* So many granules are tried in every combination; of more, a sample. */
#define EXHAUSTIVE_MOST 8u

/* What a word of the boot record reads as. */
enum { OPTION_ZEROS = 0, OPTION_ONES, OPTION_OTHER, OPTION_COUNT };

static bool is_record(const struct rl_operation *operation)
{
    return operation->region == RL_REGION_RECORD_A || operation->region == RL_REGION_RECORD_B;
}

/* ---- subsets ---- */

/* All but none and all; or each granule alone, all but each, each second one from both, halves. */
static uint32_t subset_count(uint32_t granules)
{
    if (granules < 2) {
        return 0;
    }
    return granules <= EXHAUSTIVE_MOST ? (1u << granules) - 2u : 2u * granules + 4u;
}

static uint32_t subset_mask(uint32_t granules, uint32_t part)
{
    uint32_t all = UINT32_MAX >> (32u - granules);

    if (granules <= EXHAUSTIVE_MOST) {
        return part + 1u;
    }
    if (part < granules) {
        return 1u << part;
    }
    if (part < 2u * granules) {
        return all & ~(1u << (part - granules));
    }
    switch (part - 2u * granules) {
    case 0:
        return all & 0x55555555u;
    case 1:
        return all & 0xAAAAAAAAu;
    case 2:
        return all & (UINT32_MAX >> (32u - granules / 2u));
    default:
        return all & ~(UINT32_MAX >> (32u - granules / 2u));
    }
}

/* Each granule bad with the others untouched, then each with the others landed. */
static uint32_t granule_parts(uint32_t granules)
{
    return granules == 1 ? 1u : 2u * granules;
}

/* ---- pairs ---- */

/* Interrupted at its first granule, or in the middle. */
static uint32_t pair_parts(uint32_t granules)
{
    return granules == 1 ? 1u : 2u;
}

/* First page of content of the other device page of the pair. */
static uint32_t other_of_pair(const struct relight_geometry *geometry, uint32_t address)
{
    return ((address / geometry->page_size) ^ 1u) * (geometry->page_size / RL_PAGE);
}

static bool holds_something(const struct rl_cursor *cursor, uint32_t first, uint32_t count)
{
    const struct rl_plane *flash = &cursor->planes[RL_PLANE_FLASH];

    for (uint32_t page = first; page < first + count && page < flash->count; page++) {
        if (rl_slot_marks_of(flash->slots[page]).programmed != 0) {
            return true;
        }
    }
    return false;
}

static bool can_damage_pair(const struct rl_cursor *cursor, const struct rl_operation *operation)
{
    const struct relight_geometry *geometry = &cursor->device->geometry;

    return geometry->paired_pages && geometry->sector_size >= 2u * geometry->page_size &&
           holds_something(cursor, other_of_pair(geometry, operation->address),
                           geometry->page_size / RL_PAGE);
}

/* What the other page of the pair held is bad, or half erased where there is no ECC. */
static void damage_pair(const struct rl_cursor *cursor, const struct rl_operation *operation,
                        struct rl_view *view)
{
    const struct relight_geometry *geometry = &cursor->device->geometry;
    const struct rl_flash_rules *rules = &cursor->device->flash;
    struct rl_plane *flash = &cursor->scratch[RL_FLASH];
    uint32_t first = other_of_pair(geometry, operation->address);

    rl_plane_copy(flash, view->flash);
    for (uint32_t page = first; page < first + geometry->page_size / RL_PAGE; page++) {
        rl_slot slot = flash->slots[page];

        rl_plane_set(flash, page,
                     rl_torn_slot(rules, rules->no_ecc ? RL_SLOT_BLANK : slot, slot, 0,
                                  rl_slot_marks_of(slot).programmed));
    }
    view->flash = flash;
}

/* ---- boot records ---- */

/* Address of the record that the other form reads as: the slot before, or that at the start of the
 * other sector; `address` itself when there is none. */
static uint32_t other_record(const struct rl_cursor *cursor, const struct rl_operation *operation)
{
    const struct relight_geometry *geometry = &cursor->device->geometry;
    bool first = operation->region == RL_REGION_RECORD_A;
    uint32_t start = rl_region_address(geometry, operation->region);
    uint32_t other = operation->address - RL_PAGE;

    if (operation->address - start < RL_PAGE) {
        other = rl_region_address(geometry, first ? RL_REGION_RECORD_B : RL_REGION_RECORD_A) +
                (operation->address - start);
    }
    return holds_something(cursor, other / RL_PAGE, 1) ? other : operation->address;
}

static rl_slot option_slot(const struct rl_cursor *cursor, const struct rl_operation *operation,
                           const struct rl_change *change, uint32_t form)
{
    uint32_t words = rl_words_inside(change->page * RL_PAGE, operation->address,
                                     operation->address + operation->size);
    uint8_t bytes[RL_PAGE];
    rl_slot from;

    if (form == OPTION_OTHER) {
        from = cursor->planes[RL_PLANE_FLASH].slots[other_record(cursor, operation) / RL_PAGE];
    } else {
        memset(bytes, form == OPTION_ZEROS ? 0 : 0xFF, sizeof bytes);
        from = rl_slot_intern(bytes, (struct rl_marks){.programmed = UINT32_MAX});
    }
    return rl_slot_merge(change->before, rl_slot_settled(from, UINT32_MAX), words);
}

/* ---- families ---- */

static void visit_in_flight(const struct rl_outcome_visitor *v, rl_landing landing, uint32_t count,
                            uint32_t parts)
{
    struct rl_family family = {
        .device = RL_FLASH, .page = v->effect.flash_first, .pages = v->effect.flash_pages};

    if (count > 0) {
        rl_visit_family(v, &family, landing, 0, count - 1u, parts);
    }
}

void rl_torn_families(const struct rl_outcome_visitor *v)
{
    const struct rl_operation *operation = v->effect.operation;
    const struct relight_geometry *geometry = &v->cursor->device->geometry;
    uint32_t granules = operation->size / geometry->granule_size;
    uint32_t subsets = subset_count(granules);

    if (operation->kind != RL_KIND_PROGRAM) {
        return;
    }
    visit_in_flight(v, RL_LANDING_SUBSET, subsets, subsets);
    visit_in_flight(v, RL_LANDING_GRANULE, granule_parts(granules), granule_parts(granules));
    if (rl_reach_wants(v->reach, RL_CLASS_PAIRED_DAMAGE) && can_damage_pair(v->cursor, operation)) {
        struct rl_family family = {
            .device = RL_FLASH, .page = v->effect.flash_first, .pages = v->effect.flash_pages};

        family.more[0] = (struct rl_range){other_of_pair(geometry, operation->address),
                                           geometry->page_size / RL_PAGE};
        family.more_count = 1;
        rl_visit_family(v, &family, RL_LANDING_PAIRED, 0, pair_parts(granules) - 1u,
                        pair_parts(granules));
    }
    if (is_record(operation)) {
        bool other = rl_reach_wants(v->reach, RL_CLASS_OPTION_WORD_TORN) &&
                     other_record(v->cursor, operation) != operation->address;

        visit_in_flight(v, RL_LANDING_OPTION, other ? OPTION_COUNT : OPTION_OTHER, OPTION_COUNT);
    }
}

/* ---- crash states ---- */

/* What of the operation landed, and what reads bad, as masks of its granules. */
static bool granules_of(const struct rl_outcome *outcome, uint32_t granules, uint32_t *landed,
                        uint32_t *bad)
{
    uint32_t all = UINT32_MAX >> (32u - granules);

    *landed = 0;
    *bad = 0;
    switch (outcome->landing) {
    case RL_LANDING_SUBSET:
        if (outcome->parts != subset_count(granules) || outcome->part >= outcome->parts) {
            return false;
        }
        *landed = subset_mask(granules, outcome->part);
        return true;
    case RL_LANDING_GRANULE:
        if (outcome->parts != granule_parts(granules) || outcome->part >= outcome->parts) {
            return false;
        }
        *bad = 1u << outcome->part % granules;
        *landed = outcome->part < granules ? 0 : all & ~*bad;
        return true;
    default: /* PAIRED */
        if (outcome->parts != pair_parts(granules) || outcome->part >= outcome->parts) {
            return false;
        }
        *bad = outcome->part == 0 ? 1u : 1u << granules / 2u;
        *landed = *bad - 1u;
        return true;
    }
}

static uint32_t words_of(uint32_t page_address, const struct rl_operation *operation,
                         uint32_t granule, uint32_t mask)
{
    uint32_t words = 0;

    for (uint32_t i = 0; i < operation->size / granule; i++) {
        if ((mask >> i & 1u) != 0) {
            uint32_t start = operation->address + i * granule;

            words |= rl_words_inside(page_address, start, start + granule);
        }
    }
    return words;
}

static void put_slot(struct rl_view *view, uint32_t page, rl_slot slot)
{
    if (view->flash_count == 0) {
        view->flash_first = page;
    }
    if (view->flash_count < RL_VIEW_FLASH_MAX) {
        view->flash_written[view->flash_count] = 0; /* a program looks at what it writes to */
        view->flash_slots[view->flash_count++] = slot;
    }
}

static bool is_there(const struct rl_cursor *cursor, const struct rl_operation *operation,
                     const struct rl_outcome *outcome, uint32_t *landed, uint32_t *bad)
{
    uint32_t granules = operation->size / cursor->device->geometry.granule_size;

    if (operation->kind != RL_KIND_PROGRAM || granules == 0 || granules > 32) {
        return false;
    }
    if (outcome->landing == RL_LANDING_OPTION) {
        return is_record(operation) && outcome->parts == OPTION_COUNT &&
               outcome->part < OPTION_COUNT &&
               (outcome->part != OPTION_OTHER ||
                other_record(cursor, operation) != operation->address);
    }
    return granules_of(outcome, granules, landed, bad) &&
           (outcome->landing != RL_LANDING_PAIRED || can_damage_pair(cursor, operation));
}

bool rl_torn_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                  struct rl_view *view)
{
    const struct rl_flash_rules *rules = &cursor->device->flash;
    const struct rl_operation *operation = &cursor->log->operations[cursor->next];
    uint32_t granule = cursor->device->geometry.granule_size;
    uint32_t landed = 0;
    uint32_t bad = 0;

    if (!is_there(cursor, operation, outcome, &landed, &bad)) {
        return false;
    }
    bad = rl_bad_of(rules, operation->kind, bad);
    if (outcome->landing == RL_LANDING_PAIRED) {
        damage_pair(cursor, operation, view);
    } else if (outcome->landing == RL_LANDING_OPTION && outcome->part == OPTION_OTHER) {
        uint32_t other = other_record(cursor, operation) / RL_PAGE;

        if (rl_bit(cursor->original[RL_PLANE_FLASH], other)) {
            rl_view_revive(view, RL_FLASH, operation->address / RL_PAGE, 1, other);
        }
    }
    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];
        uint32_t address = change->page * RL_PAGE;

        if (change->plane != RL_PLANE_FLASH) {
            continue;
        }
        put_slot(view, change->page,
                 outcome->landing == RL_LANDING_OPTION
                     ? option_slot(cursor, operation, change, outcome->part)
                     : rl_torn_slot(rules, change->before, change->after,
                                    words_of(address, operation, granule, landed),
                                    words_of(address, operation, granule, bad)));
    }
    return view->flash_count > 0;
}
