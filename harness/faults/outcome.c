#include "faults/outcome_private.h"

#include <string.h>

#define ERASE_PARTS 16u

static const struct rl_operation *operation_at(const struct rl_cursor *cursor, size_t index)
{
    return &cursor->log->operations[index];
}

static const struct rl_change *change_at(const struct rl_cursor *cursor,
                                         const struct rl_operation *operation, uint32_t index)
{
    return &cursor->log->changes[operation->change_first + index];
}

/* Of those that have a class of their own. */
static const rl_class classes[RL_LANDING_COUNT] = {
    [RL_LANDING_TORN] = RL_CLASS_TORN_PROGRAM_PREFIX,
    [RL_LANDING_SUFFIX] = RL_CLASS_TORN_PROGRAM_SUFFIX,
    [RL_LANDING_ERASE] = RL_CLASS_TORN_ERASE,
    [RL_LANDING_WEAK] = RL_CLASS_WEAK_ERASE,
    [RL_LANDING_PREPROGRAM] = RL_CLASS_ERASE_PREPROGRAM,
    [RL_LANDING_SUBSET] = RL_CLASS_TORN_PROGRAM_SUBSET,
    [RL_LANDING_GRANULE] = RL_CLASS_TORN_GRANULE,
    [RL_LANDING_PAIRED] = RL_CLASS_PAIRED_DAMAGE,
    [RL_LANDING_OPTION] = RL_CLASS_OPTION_WORD_TORN,
    [RL_LANDING_SUSPENDED] = RL_CLASS_ERASE_SUSPEND_LOST,
    [RL_LANDING_BROWNOUT] = RL_CLASS_BROWN_OUT,
    [RL_LANDING_UNORDERED] = RL_CLASS_REORDERED_PERSIST,
    [RL_LANDING_LIED] = RL_CLASS_LYING_COMPLETION,
    [RL_LANDING_DECAYED] = RL_CLASS_COLD_RESET,
    [RL_LANDING_GARBAGE] = RL_CLASS_RETAINED_GARBAGE,
    [RL_LANDING_RAW] = RL_CLASS_UNINITIALISED,
    [RL_LANDING_QUIET] = RL_CLASS_ASYNC_RESET,
    [RL_LANDING_UNSTABLE] = RL_CLASS_UNSTABLE_BITS,
    [RL_LANDING_MARGINAL] = RL_CLASS_MARGINAL_CELL,
    [RL_LANDING_HALFWAY] = RL_CLASS_MARGINAL_CELL,
};

uint32_t rl_outcome_lines(const struct rl_outcome *outcome, struct rl_line *lines)
{
    const struct rl_line *more;
    uint32_t count;

    if (!rl_outcome_names_lines(outcome)) {
        return 0;
    }
    more = rl_lines_get(outcome->more, &count);
    lines[0] = (struct rl_line){outcome->page, outcome->word, outcome->prefix};
    for (uint32_t i = 0; i < count; i++) {
        lines[i + 1u] = more[i];
    }
    return count + 1u;
}

void rl_outcome_set_lines(struct rl_outcome *outcome, bool kept, const struct rl_line *lines,
                          uint32_t count)
{
    outcome->lines = kept ? RL_LINES_KEPT : RL_LINES_LOST;
    outcome->page = 0;
    outcome->word = 0;
    outcome->prefix = 0;
    outcome->more = 0;
    if (count > 0) {
        outcome->lines = kept ? RL_LINES_KEPT_BUT : RL_LINES_LOST_BUT;
        outcome->page = lines[0].page;
        outcome->word = lines[0].word;
        outcome->prefix = lines[0].prefix;
        outcome->more = rl_lines_put(lines + 1, count - 1u);
    }
}

/* The class of an outcome, whatever turns. */
static rl_class landing_class(const struct rl_outcome *outcome)
{
    if (classes[outcome->landing] != 0) {
        return classes[outcome->landing];
    }
    if (outcome->lines == RL_LINES_LOST || rl_outcome_names_lines(outcome)) {
        return RL_CLASS_LOST_UNFLUSHED;
    }
    if (outcome->reset) {
        return RL_CLASS_WARM_RESET;
    }
    return outcome->landing == RL_LANDING_BEFORE ? RL_CLASS_CUT_BEFORE : RL_CLASS_CUT_AFTER;
}

rl_class rl_outcome_class(const struct rl_outcome *outcome)
{
    return outcome->turn != RL_TURN_NONE ? RL_CLASS_MARGINAL_CELL : landing_class(outcome);
}

/* Of an event: a power cut leaves nothing of what a refresh loaded. */
static struct rl_outcome_effect effect_of(const struct rl_cursor *cursor, size_t index, bool reset)
{
    struct rl_outcome_effect effect = {.operation = operation_at(cursor, index)};

    if (!reset && effect.operation->kind == RL_KIND_REFRESH) {
        return effect;
    }

    for (uint32_t i = 0; i < effect.operation->change_count; i++) {
        const struct rl_change *change = change_at(cursor, effect.operation, i);

        if (change->plane == RL_PLANE_FLASH) {
            effect.flash_first = effect.flash_pages == 0 ? change->page : effect.flash_first;
            effect.flash_pages++;
        } else if (change->plane == RL_PLANE_CPU) {
            effect.memory_first = effect.memory_pages == 0 ? change->page : effect.memory_first;
            effect.memory_pages++;
            effect.stored_words += change->last_word - change->first_word + 1u;
            effect.cached |= !change->through;
        } else {
            effect.back_first = effect.back_units == 0 || change->page < effect.back_first
                                    ? change->page
                                    : effect.back_first;
            effect.back_end =
                change->page + 1u > effect.back_end ? change->page + 1u : effect.back_end;
            effect.back_units += rl_units_of(cursor->device, change);
        }
    }
    return effect;
}

/* Whether anything was in doubt at the start in a range of flash. */
static bool meets_doubts(const struct rl_cursor *cursor, uint32_t page, uint32_t pages)
{
    return page < cursor->doubt_end && cursor->doubt_first < page + pages;
}

static bool may_doubt(const struct rl_cursor *cursor, const struct rl_family *family)
{
    bool meets = meets_doubts(cursor, family->page, family->pages);

    for (uint32_t i = 0; i < family->more_count; i++) {
        meets = meets || meets_doubts(cursor, family->more[i].page, family->more[i].pages);
    }
    return family->device == RL_FLASH && (meets || family->outcome.landing == RL_LANDING_HALFWAY);
}

void rl_visit_family(const struct rl_outcome_visitor *v, struct rl_family *family,
                     rl_landing landing, uint32_t first, uint32_t last, uint32_t parts)
{
    family->outcome = v->base;
    family->outcome.landing = landing;
    family->outcome.part = first;
    family->outcome.parts = parts;
    family->first = first;
    family->last = last;
    family->doubts = may_doubt(v->cursor, family);
    family->fault_class = rl_outcome_class(&family->outcome);
    if (rl_reach_wants(v->reach, family->fault_class) &&
        rl_reach_wants(v->reach, landing_class(&family->outcome)) && first <= last) {
        v->visit(v->user, family);
    }
}

bool rl_reach_is_everywhere(const struct rl_reach *reach)
{
    return reach->doubts > 0 || rl_reach_wants(reach, RL_CLASS_ASYNC_RESET) ||
           rl_reach_wants(reach, RL_CLASS_UNINITIALISED) ||
           rl_reach_wants(reach, RL_CLASS_ERASE_SUSPEND_LOST);
}

static void visit_range(const struct rl_outcome_visitor *v, rl_landing landing, uint32_t first,
                        uint32_t last, uint32_t parts)
{
    struct rl_family family = {0};

    family.is_base = landing == RL_LANDING_BEFORE || landing == RL_LANDING_AFTER;
    if (landing == RL_LANDING_MID || v->effect.flash_pages == 0) {
        bool back = v->base.lines == RL_LINES_LOST;

        family.device = RL_MEMORY;
        family.page = back ? v->effect.back_first : v->effect.memory_first;
        family.pages = back ? v->effect.back_end - v->effect.back_first : v->effect.memory_pages;
    } else {
        family.device = RL_FLASH;
        family.page = v->effect.flash_first;
        family.pages = v->effect.flash_pages;
    }
    rl_visit_family(v, &family, landing, first, last, parts);
}

static void visit_torn_flash(const struct rl_outcome_visitor *v)
{
    uint32_t granules = v->effect.operation->size / v->cursor->device->geometry.granule_size;

    if (v->effect.operation->kind == RL_KIND_PROGRAM) {
        visit_range(v, RL_LANDING_TORN, 0, granules - 1u, granules);
        visit_range(v, RL_LANDING_SUFFIX, 0, granules - 1u, granules);
    } else if (v->effect.operation->kind == RL_KIND_ERASE) {
        visit_range(v, RL_LANDING_ERASE, 0, ERASE_PARTS - 1u, ERASE_PARTS);
        visit_range(v, RL_LANDING_WEAK, 0, 0, 1);
        visit_range(v, RL_LANDING_PREPROGRAM, 0, ERASE_PARTS - 1u, ERASE_PARTS);
    }
}

static void before_with(struct rl_outcome_visitor *v)
{
    /* Else the state before an operation is that after the one before it. */
    if (v->index == 0 && v->base.turn != RL_TURN_NONE && v->effect.flash_pages == 0) {
        visit_range(v, RL_LANDING_BEFORE, 0, 0, 1);
    }
    rl_past_families_before(v);
    if (v->effect.flash_pages > 0) {
        visit_range(v, RL_LANDING_BEFORE, 0, 0, 1);
        if (v->reach->full) {
            visit_torn_flash(v);
            rl_torn_families(v);
            rl_turn_families(v);
        }
    }
    /* What a store leaves in the cache is among what open lines can be after it. */
    if (v->reach->full && v->effect.stored_words > 1 &&
        (v->base.lines == RL_LINES_KEPT || (v->base.lines == RL_LINES_OPEN && !v->effect.cached))) {
        visit_range(v, RL_LANDING_MID, 1, v->effect.stored_words - 1u, v->effect.stored_words);
    }
    if (v->reach->full && v->base.lines == RL_LINES_LOST && v->effect.back_units > 1) {
        visit_range(v, RL_LANDING_MID, 1, v->effect.back_units - 1u, v->effect.back_units);
    }
}

/* One line away from all kept or all lost. Of the lines that the operation did not touch, only
 * those make states that were not there before whose base changed. */
static void visit_lines(const struct rl_outcome_visitor *v, bool kept)
{
    const struct rl_cursor *cursor = v->cursor;
    uint32_t words = rl_line_words(cursor->device);
    bool all = v->effect.flash_pages > 0 ||
               (kept ? v->effect.stored_words > 0 : (v->effect.back_units > 0));

    for (uint32_t i = 0; i < cursor->dirty_count; i++) {
        uint32_t page = cursor->dirty_pages[i];

        if (!all && page - v->effect.memory_first >= v->effect.memory_pages) {
            continue;
        }
        for (uint32_t word = 0; word < RL_PAGE_WORDS; word += words) {
            uint32_t stores = rl_cursor_line_stores(cursor, page, word);
            struct rl_family family = {.outcome = v->base, .device = RL_MEMORY};

            if (stores == 0) {
                continue;
            }
            family.outcome.landing = RL_LANDING_AFTER;
            family.outcome.lines = kept ? RL_LINES_KEPT_BUT : RL_LINES_LOST_BUT;
            family.outcome.page = page;
            family.outcome.word = word;
            family.first = kept ? 0 : 1u;
            family.last = kept ? stores - 1u : stores;
            family.page = page;
            family.pages = 1;
            family.fault_class = RL_CLASS_LOST_UNFLUSHED;
            v->visit(v->user, &family);
        }
    }
}

static void after_with(struct rl_outcome_visitor *v)
{
    bool changed = v->effect.flash_pages > 0;

    bool open = v->base.lines == RL_LINES_OPEN;

    changed |= (open || v->base.lines == RL_LINES_KEPT) && v->effect.stored_words > 0;
    changed |= (open || v->base.lines == RL_LINES_LOST) && v->effect.back_units > 0;
    /* What the power cycle came to stays for a while, and may turn then. */
    changed |= v->base.turn != RL_TURN_NONE && v->index + 1u == v->cursor->log->count;
    if (changed) {
        visit_range(v, RL_LANDING_AFTER, 0, 0, 1);
        rl_past_families_after(v);
    }
    if (v->reach->full && rl_reach_wants(v->reach, RL_CLASS_LOST_UNFLUSHED) &&
        v->base.lines != RL_LINES_GONE && !open &&
        (changed || (v->base.lines == RL_LINES_LOST && v->effect.stored_words > 0))) {
        visit_lines(v, v->base.lines == RL_LINES_KEPT);
    }
}

bool rl_reach_opens_lines(const struct rl_reach *reach)
{
    return reach->open && reach->full && rl_reach_wants(reach, RL_CLASS_LOST_UNFLUSHED);
}

static void each_lines(struct rl_outcome_visitor *v, bool retained,
                       void (*with)(struct rl_outcome_visitor *))
{
    v->base.lines = !retained                        ? RL_LINES_GONE
                    : rl_reach_opens_lines(v->reach) ? RL_LINES_OPEN
                                                     : RL_LINES_KEPT;
    with(v);
    if (v->base.lines == RL_LINES_KEPT && rl_reach_wants(v->reach, RL_CLASS_LOST_UNFLUSHED)) {
        v->base.lines = RL_LINES_LOST;
        with(v);
    }
}

/* Calls `with` for each event, each way in which what is in doubt turns, and each base of dirty
 * lines that the plan reaches. */
static void each_event(struct rl_outcome_visitor *v, void (*with)(struct rl_outcome_visitor *))
{
    for (int reset = 0; reset < 2; reset++) {
        bool retained = reset || v->reach->battery;

        if (reset && !rl_reach_wants(v->reach, RL_CLASS_WARM_RESET)) {
            continue;
        }
        v->base.reset = reset != 0;
        v->effect = effect_of(v->cursor, v->index, reset != 0);
        for (unsigned turn = 0; turn < RL_TURNS; turn++) {
            v->base.turn = (enum rl_turn)turn;
            if (turn == RL_TURN_NONE ||
                (v->reach->doubts > 0 && !reset && rl_outcome_turns(v->cursor, v->base.turn))) {
                each_lines(v, retained, with);
            }
        }
        v->base.turn = RL_TURN_NONE;
    }
}

void rl_families_before(const struct rl_cursor *cursor, const struct rl_reach *reach,
                        rl_family_visit *visit, void *user)
{
    struct rl_outcome_visitor v = {cursor, reach, visit, user, cursor->next, {0}, {0}};

    if (cursor->log->operations[v.index].kind == RL_KIND_SPOIL) {
        return;
    }
    each_event(&v, before_with);
    rl_memory_families_before(&v);
}

void rl_families_after(const struct rl_cursor *cursor, const struct rl_reach *reach,
                       rl_family_visit *visit, void *user)
{
    struct rl_outcome_visitor v = {cursor, reach, visit, user, cursor->next - 1u, {0}, {0}};

    if (cursor->log->operations[v.index].kind == RL_KIND_SPOIL) {
        return;
    }
    each_event(&v, after_with);
    rl_memory_families_after(&v);
}

static void in_doubt_with(struct rl_outcome_visitor *v)
{
    if (v->effect.flash_pages > 0) {
        visit_range(v, RL_LANDING_UNSTABLE, 0, 0, 0);
        visit_range(v, RL_LANDING_MARGINAL, 0, 0, 0);
    }
}

void rl_families_in_doubt(const struct rl_cursor *cursor, const struct rl_reach *reach,
                          rl_family_visit *visit, void *user)
{
    struct rl_outcome_visitor v = {cursor, reach, visit, user, cursor->next, {0}, {0}};
    uint8_t kind = cursor->log->operations[v.index].kind;

    if (kind == RL_KIND_PROGRAM || kind == RL_KIND_ERASE) {
        each_event(&v, in_doubt_with);
    }
}
