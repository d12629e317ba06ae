/* Outcomes that reach back over several operations on flash: each was done, as far as the engine
 * could see, and a part of them is not there, or not for long. */
#include "faults/outcome_private.h"

#define ERASE_PARTS 16u

/* Supply stays in the range where writing fails without anybody noticing for so long at most: a
 * choice, longer than the slowest operation takes, so that there are several. */
#define BROWNOUT_NS 100000000u
/* Writes that a device said were complete, and lost when power went so long after: Ahmadian et al.,
 * DATE'18. */
#define LIE_NS      700000000u
/* A buffer that lets operations overtake each other holds them no longer: a choice. */
#define BUFFER_NS   100000000u

static const struct rl_operation *operation_of(const struct rl_cursor *cursor,
                                               const struct rl_past *past)
{
    return &cursor->log->operations[past->index];
}

/* How many of the last operations on flash were done within `ns` of the end of the last operation
 * that the cursor stepped over. */
static uint32_t within(const struct rl_cursor *cursor, uint64_t ns)
{
    uint64_t now = cursor->log->operations[cursor->next - 1u].time_ns;
    uint32_t count = 0;

    while (count < cursor->past_count &&
           now - operation_of(cursor, &cursor->past[count])->time_ns <= ns) {
        count++;
    }
    return count;
}

static bool same_sector(const struct rl_cursor *cursor, const struct rl_operation *a,
                        const struct rl_operation *b)
{
    uint32_t sector = cursor->device->geometry.sector_size;

    return a->address / sector == b->address / sector;
}

/* Whether those after it can be there without it. Within a sector, an erase and what follows it
 * keep their order; so do programs of the same granules. */
static bool can_be_overtaken(const struct rl_cursor *cursor, uint32_t at)
{
    const struct rl_operation *operation = operation_of(cursor, &cursor->past[at]);

    for (uint32_t i = 0; i < at; i++) {
        const struct rl_operation *later = operation_of(cursor, &cursor->past[i]);

        if (same_sector(cursor, operation, later) &&
            (operation->kind == RL_KIND_ERASE || later->kind == RL_KIND_ERASE ||
             rl_operation_accesses(later, operation->address, operation->size))) {
            return false;
        }
    }
    return at > 0;
}

/* ---- families ---- */

/* The pages of the last `count` operations on flash, from the `first`-th last on. */
static void add_ranges(const struct rl_cursor *cursor, uint32_t first, uint32_t count,
                       struct rl_family *family)
{
    family->device = RL_FLASH;
    for (uint32_t i = 0; i < count; i++) {
        const struct rl_operation *operation = operation_of(cursor, &cursor->past[first + i]);
        struct rl_range range = {operation->address / RL_PAGE, 0};

        range.pages = (operation->address + operation->size - 1u) / RL_PAGE - range.page + 1u;
        if (i == 0) {
            family->page = range.page;
            family->pages = range.pages;
        } else {
            family->more[family->more_count++] = range;
        }
    }
}

static void visit_last(const struct rl_outcome_visitor *v, rl_landing landing, uint64_t ns)
{
    uint32_t count = within(v->cursor, ns);
    struct rl_family family = {0};

    if (count > 0) {
        add_ranges(v->cursor, 0, count, &family);
        rl_visit_family(v, &family, landing, 1, count, RL_CURSOR_PAST);
    }
}

void rl_past_families_after(const struct rl_outcome_visitor *v)
{
    uint32_t count;

    if (rl_reach_wants(v->reach, RL_CLASS_BROWN_OUT)) {
        visit_last(v, RL_LANDING_BROWNOUT, BROWNOUT_NS);
    }
    if (rl_reach_wants(v->reach, RL_CLASS_LYING_COMPLETION)) {
        visit_last(v, RL_LANDING_LIED, LIE_NS);
    }
    if (!rl_reach_wants(v->reach, RL_CLASS_REORDERED_PERSIST)) {
        return;
    }
    count = within(v->cursor, BUFFER_NS);
    for (uint32_t i = 1; i < count; i++) {
        struct rl_family family = {0};

        if (can_be_overtaken(v->cursor, i)) {
            add_ranges(v->cursor, i, 1, &family);
            rl_visit_family(v, &family, RL_LANDING_UNORDERED, i + 1u, i + 1u, RL_CURSOR_PAST);
        }
    }
}

/* While what comes after the erase is served, up to the first operation that needs the sector:
 * each time the state became another one. */
void rl_past_families_before(const struct rl_outcome_visitor *v)
{
    const struct rl_cursor *cursor = v->cursor;
    const struct rl_operation *erase;
    struct rl_family family = {.device = RL_FLASH};

    if (!cursor->erasing || !rl_reach_wants(v->reach, RL_CLASS_ERASE_SUSPEND_LOST) ||
        (v->index != cursor->erase.index + 1u &&
         cursor->log->operations[v->index - 1u].change_count == 0)) {
        return;
    }
    erase = operation_of(cursor, &cursor->erase);
    family.page = erase->address / RL_PAGE;
    family.pages = erase->size / RL_PAGE;
    rl_visit_family(v, &family, RL_LANDING_SUSPENDED, 0, ERASE_PARTS - 1u, ERASE_PARTS);
}

/* ---- crash states ---- */

static uint32_t words_of(const struct rl_operation *operation, uint32_t page)
{
    return rl_words_inside(page * RL_PAGE, operation->address,
                           operation->address + operation->size);
}

/* Calls `with` for each page of flash that an operation changed. */
static void each_page(const struct rl_cursor *cursor, const struct rl_past *past,
                      const struct rl_outcome *outcome,
                      void (*with)(struct rl_plane *flash, const struct rl_flash_rules *rules,
                                   const struct rl_operation *operation,
                                   const struct rl_change *change,
                                   const struct rl_outcome *outcome))
{
    const struct rl_operation *operation = operation_of(cursor, past);

    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];

        if (change->plane == RL_PLANE_FLASH) {
            with(&cursor->scratch[RL_FLASH], &cursor->device->flash, operation, change, outcome);
        }
    }
}

static void weaken(struct rl_plane *flash, const struct rl_flash_rules *rules,
                   const struct rl_operation *operation, const struct rl_change *change,
                   const struct rl_outcome *outcome)
{
    uint32_t words = words_of(operation, change->page);
    rl_slot slot = flash->slots[change->page];

    (void)outcome;
    rl_plane_set(flash, change->page,
                 rl_torn_slot(rules, rl_slot_merge(slot, change->before, words), slot, 0, words));
}

static void take_back(struct rl_plane *flash, const struct rl_flash_rules *rules,
                      const struct rl_operation *operation, const struct rl_change *change,
                      const struct rl_outcome *outcome)
{
    (void)rules;
    (void)outcome;
    rl_plane_set(flash, change->page,
                 rl_slot_merge(flash->slots[change->page], change->before,
                               words_of(operation, change->page)));
}

/* Nothing of it, or the first sixteenths and one that stopped in the middle. */
static void stop_erase(struct rl_plane *flash, const struct rl_flash_rules *rules,
                       const struct rl_operation *operation, const struct rl_change *change,
                       const struct rl_outcome *outcome)
{
    uint32_t sixteenth = operation->size / ERASE_PARTS;
    uint32_t done = operation->address + outcome->part * sixteenth;
    uint32_t at = change->page * RL_PAGE;
    uint32_t bad = outcome->part == 0 ? 0 : rl_words_inside(at, done, done + sixteenth);

    rl_plane_set(flash, change->page,
                 rl_torn_slot(rules, change->before, change->after,
                              rl_words_inside(at, operation->address, done), bad));
}

static void revive(const struct rl_cursor *cursor, const struct rl_past *past, struct rl_view *view)
{
    const struct rl_operation *operation = operation_of(cursor, past);
    uint32_t first = operation->address / RL_PAGE;

    if (past->original) {
        rl_view_revive(view, RL_FLASH, first,
                       (operation->address + operation->size - 1u) / RL_PAGE - first + 1u, first);
    }
}

static bool view_suspended(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                           struct rl_view *view)
{
    if (!cursor->erasing || outcome->parts != ERASE_PARTS || outcome->part >= ERASE_PARTS) {
        return false;
    }
    each_page(cursor, &cursor->erase, outcome, stop_erase);
    revive(cursor, &cursor->erase, view);
    return true;
}

static bool view_last(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                      struct rl_view *view)
{
    bool weak = outcome->landing == RL_LANDING_BROWNOUT;

    if (outcome->part == 0 || outcome->part > within(cursor, weak ? BROWNOUT_NS : LIE_NS)) {
        return false;
    }
    for (uint32_t i = 0; i < outcome->part; i++) {
        each_page(cursor, &cursor->past[i], outcome, weak ? weaken : take_back);
        if (!weak) {
            revive(cursor, &cursor->past[i], view);
        }
    }
    return true;
}

static bool view_unordered(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                           struct rl_view *view)
{
    if (outcome->part < 2 || outcome->part > within(cursor, BUFFER_NS) ||
        !can_be_overtaken(cursor, outcome->part - 1u)) {
        return false;
    }
    each_page(cursor, &cursor->past[outcome->part - 1u], outcome, take_back);
    revive(cursor, &cursor->past[outcome->part - 1u], view);
    return true;
}

bool rl_past_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                  struct rl_view *view)
{
    rl_plane_copy(&cursor->scratch[RL_FLASH], view->flash);
    view->flash = &cursor->scratch[RL_FLASH];
    if (outcome->landing == RL_LANDING_SUSPENDED) {
        return view_suspended(cursor, outcome, view);
    }
    if (cursor->next == 0 || outcome->parts != RL_CURSOR_PAST) {
        return false;
    }
    return (outcome->landing == RL_LANDING_UNORDERED ? view_unordered : view_last)(cursor, outcome,
                                                                                   view);
}

size_t rl_outcome_firm_until(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                             size_t cut)
{
    bool past = outcome->landing >= RL_LANDING_BROWNOUT && outcome->landing <= RL_LANDING_LIED;

    return past && outcome->part > 0 && outcome->part <= cursor->past_count
               ? cursor->past[outcome->part - 1u].index
               : cut;
}
