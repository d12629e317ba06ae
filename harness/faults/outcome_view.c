/* From an outcome to the crash state that it stands for. */
#include "faults/doubt.h"
#include "faults/outcome_private.h"

#include <string.h>

/* Half of the bits of the words of `mixed` as before the operation, the others as after it. */
static rl_slot mixed_slot(rl_slot slot, rl_slot before, rl_slot after, uint32_t mixed)
{
    const uint8_t *old = rl_slot_bytes(before);
    const uint8_t *new = rl_slot_bytes(after);
    struct rl_marks marks = rl_slot_marks_of(slot);
    uint8_t bytes[RL_PAGE];

    memcpy(bytes, rl_slot_bytes(slot), RL_PAGE);
    for (uint32_t i = 0; i < RL_PAGE; i++) {
        if (mixed >> (i / RL_WORD) & 1u) {
            bytes[i] = (uint8_t)((old[i] & 0x55u) | (new[i] & 0xAAu));
        }
    }
    marks.programmed |= mixed;
    return rl_slot_intern(bytes, marks);
}

rl_slot rl_torn_slot(const struct rl_flash_rules *rules, rl_slot before, rl_slot after,
                     uint32_t landed, uint32_t bad)
{
    rl_slot slot = rl_slot_merge(before, after, landed | bad);
    struct rl_marks marks = rl_slot_marks_of(slot);

    if (rules->no_ecc && bad != 0) {
        return mixed_slot(slot, before, after, bad);
    }
    marks.bad |= bad;
    return rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks));
}

uint32_t rl_words_inside(uint32_t page_address, uint32_t start, uint32_t end)
{
    uint32_t mask = 0;

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        uint32_t at = page_address + word * RL_WORD;

        mask |= (uint32_t)(at >= start && at < end) << word;
    }
    return mask;
}

/* What of a flash operation landed, as byte ranges of the device. */
struct landed {
    uint32_t start, end;         /* as after */
    uint32_t bad_start, bad_end; /* neither */
    bool zero;                   /* landed bytes read zero instead */
};

static struct landed landed_of(const struct rl_operation *operation, uint32_t granule,
                               const struct rl_outcome *outcome)
{
    uint32_t a = operation->address;
    uint32_t end = a + operation->size;
    uint32_t cut = a + outcome->part * granule;
    uint32_t sixteenth = operation->size / 16u;

    switch (outcome->landing) {
    case RL_LANDING_TORN:
        return (struct landed){a, cut, cut, cut + granule, false};
    case RL_LANDING_SUFFIX:
        return (struct landed){cut + granule, end, cut, cut + granule, false};
    case RL_LANDING_ERASE:
        cut = a + outcome->part * sixteenth;
        return (struct landed){a, cut, cut, cut + sixteenth, false};
    case RL_LANDING_WEAK:
        return (struct landed){a, a, a, end, false};
    default:
        cut = end - outcome->part * sixteenth;
        return (struct landed){cut, end, cut - sixteenth, cut, true};
    }
}

static rl_slot zero_slot(void)
{
    static const uint8_t zero[RL_PAGE];

    /* All-zero data has all-zero check bits in a linear code: it reads without error. */
    return rl_slot_intern(zero, (struct rl_marks){.programmed = UINT32_MAX});
}

static void put_torn(struct rl_view *view, const struct rl_flash_rules *rules, rl_slot before,
                     rl_slot after, uint32_t landed, uint32_t bad)
{
    view->blended = view->blended || (rules->no_ecc && bad != 0);
    view->flash_written[view->flash_count] = landed | bad;
    view->flash_slots[view->flash_count++] = rl_torn_slot(rules, before, after, landed, bad);
}

static bool view_flash(const struct rl_cursor *cursor, const struct rl_operation *operation,
                       const struct rl_outcome *outcome, struct rl_view *view)
{
    uint32_t granule = cursor->device->geometry.granule_size;
    const struct rl_flash_rules *rules = &cursor->device->flash;
    bool program = outcome->landing == RL_LANDING_TORN || outcome->landing == RL_LANDING_SUFFIX;
    uint32_t parts = program ? operation->size / granule : 16u;
    struct landed landed;

    if (operation->kind != (program ? RL_KIND_PROGRAM : RL_KIND_ERASE) || outcome->part >= parts ||
        (outcome->landing != RL_LANDING_WEAK && outcome->parts != parts)) {
        return false;
    }
    landed = landed_of(operation, granule, outcome);
    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];
        uint32_t address = change->page * RL_PAGE;

        if (change->plane != RL_PLANE_FLASH || view->flash_count == RL_VIEW_FLASH_MAX) {
            continue;
        }
        if (view->flash_count == 0) {
            view->flash_first = change->page;
        }
        put_torn(view, rules, change->before, landed.zero ? zero_slot() : change->after,
                 rl_words_inside(address, landed.start, landed.end),
                 rl_bad_of(rules, operation->kind,
                           rl_words_inside(address, landed.bad_start, landed.bad_end)));
    }
    return view->flash_count > 0;
}

/* The first `part` lines that the operation wrote back, or words that it stored past the cache, in
 * its order, on top of what memory held. */
static bool view_back(const struct rl_cursor *cursor, const struct rl_operation *operation,
                      const struct rl_outcome *outcome, struct rl_view *view)
{
    uint32_t left = outcome->part;

    for (uint32_t i = 0; i < operation->change_count && left > 0; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];
        uint32_t unit = change->through ? 1u : rl_line_words(cursor->device);
        uint32_t written = 0;

        if (change->plane != RL_PLANE_MEMORY || view->memory_count == RL_VIEW_MEMORY_MAX) {
            continue;
        }
        for (uint32_t word = 0; word < RL_PAGE_WORDS && left > 0; word += unit) {
            uint32_t line =
                change->mask & (change->through ? 1u << word : rl_line_mask(cursor->device, word));

            written |= line;
            left -= line != 0;
        }
        view->memory_over[view->memory_count].page = change->page;
        view->memory_over[view->memory_count].written = written;
        view->memory_over[view->memory_count].lines = 0;
        view->memory_over[view->memory_count].slot =
            rl_slot_merge(change->before, change->after, written);
        view->memory_count++;
    }
    return left == 0 && view->memory_count > 0;
}

static bool view_mid(const struct rl_cursor *cursor, const struct rl_operation *operation,
                     const struct rl_outcome *outcome, struct rl_view *view)
{
    uint32_t left = outcome->part;

    for (uint32_t i = 0; i < operation->change_count && left > 0; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];
        uint32_t words = change->last_word - change->first_word + 1u;
        uint32_t stored = words < left ? words : left;
        uint32_t mask = rl_word_mask(change->first_word, stored);

        if (change->plane != RL_PLANE_CPU || view->memory_count == RL_VIEW_MEMORY_MAX) {
            continue;
        }
        view->memory_over[view->memory_count].page = change->page;
        view->memory_over[view->memory_count].written = mask;
        view->memory_over[view->memory_count].lines = 0;
        view->memory_over[view->memory_count].slot =
            rl_slot_merge(change->before, change->after, mask);
        view->memory_count++;
        left -= stored;
    }
    return left == 0 && view->memory_count > 0;
}

/* The lines that the outcome names, on top of what the others are. */
static bool view_lines(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                       struct rl_view *view)
{
    bool kept = outcome->lines == RL_LINES_KEPT_BUT;
    struct rl_line lines[RL_LINES_MAX];
    uint32_t count = rl_outcome_lines(outcome, lines);
    uint32_t first = view->memory_count;

    for (uint32_t i = 0; i < count; i++) {
        const struct rl_line *line = &lines[i];
        uint32_t mask = rl_line_mask(cursor->device, line->word % RL_PAGE_WORDS);
        uint32_t stored;
        rl_slot slot;

        if (line->page >= cursor->planes[RL_PLANE_MEMORY].count || line->word >= RL_PAGE_WORDS ||
            line->word % rl_line_words(cursor->device) != 0 ||
            line->prefix > rl_cursor_line_stores(cursor, line->page, line->word)) {
            return false;
        }
        slot = rl_cursor_line_at(cursor, kept, line->page, line->word, line->prefix);
        stored = rl_cursor_line_stored(cursor, line->page, line->word, line->prefix);
        if (view->memory_count > first &&
            view->memory_over[view->memory_count - 1u].page == line->page) {
            rl_slot *over = &view->memory_over[view->memory_count - 1u].slot;

            *over = rl_slot_merge(*over, slot, mask);
            view->memory_over[view->memory_count - 1u].lines |= mask;
            view->memory_over[view->memory_count - 1u].written |= stored;
            continue;
        }
        if (view->memory_count == RL_VIEW_MEMORY_MAX) {
            return false;
        }
        view->memory_over[view->memory_count].page = line->page;
        view->memory_over[view->memory_count].written = stored;
        view->memory_over[view->memory_count].lines = mask;
        view->memory_over[view->memory_count].slot = slot;
        view->memory_count++;
    }
    return true;
}

/* Landings beside which lines can be named: where memory is what the operations left of it. */
static bool may_name_lines(const struct rl_cursor *cursor, const struct rl_outcome *outcome)
{
    switch (outcome->landing) {
    case RL_LANDING_DECAYED:
    case RL_LANDING_GARBAGE:
    case RL_LANDING_RAW:
    case RL_LANDING_UNSTABLE:
    case RL_LANDING_MARGINAL:
        return false;
    default:
        return rl_outcome_is_after(outcome) || cursor->next < cursor->log->count;
    }
}

/* Of what was stored in the middle of an operation, apart from lines that are named. */
static bool view_middle(const struct rl_cursor *cursor, const struct rl_operation *operation,
                        const struct rl_outcome *outcome, struct rl_view *view)
{
    bool kept = outcome->lines == RL_LINES_KEPT || outcome->lines == RL_LINES_KEPT_BUT;

    /* Of what was stored, and of a refresh, nothing is left without power to see. */
    if (outcome->lines == RL_LINES_GONE ||
        (!outcome->reset && operation->kind == RL_KIND_REFRESH)) {
        return false;
    }
    for (uint32_t i = 0; rl_outcome_names_lines(outcome) && i < operation->change_count; i++) {
        if (!cursor->log->changes[operation->change_first + i].through) {
            return false; /* that is a matter of lines, after the operation */
        }
    }
    return (kept ? view_mid : view_back)(cursor, operation, outcome, view);
}

/* The crash state, apart from lines that are named. */
static bool view_landing(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                         struct rl_view *view)
{
    const struct rl_operation *operation;

    if (outcome->landing <= RL_LANDING_AFTER) {
        return true;
    }
    if (rl_outcome_is_doubtful(outcome)) {
        return rl_doubt_view(cursor, outcome, view);
    }
    if (outcome->landing == RL_LANDING_HALFWAY) {
        return cursor->next < cursor->log->count && rl_turn_view(cursor, outcome, view);
    }
    if (outcome->landing >= RL_LANDING_BROWNOUT) {
        return (outcome->landing <= RL_LANDING_LIED ? rl_past_view : rl_memory_view)(cursor,
                                                                                     outcome, view);
    }
    if (cursor->next >= cursor->log->count) {
        return false;
    }
    operation = &cursor->log->operations[cursor->next];
    if (outcome->landing >= RL_LANDING_SUBSET) {
        return (outcome->landing == RL_LANDING_SUSPENDED ? rl_past_view
                                                         : rl_torn_view)(cursor, outcome, view);
    }
    return (outcome->landing == RL_LANDING_MID ? view_middle : view_flash)(cursor, operation,
                                                                           outcome, view);
}

bool rl_outcome_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome, bool battery,
                     struct rl_view *view)
{
    const struct rl_plane *memory = NULL;
    bool retained = outcome->reset || battery;

    if (retained != (outcome->lines != RL_LINES_GONE)) {
        return false;
    }
    if (retained) {
        bool lost = outcome->lines == RL_LINES_LOST || outcome->lines == RL_LINES_LOST_BUT;

        memory = &cursor->planes[lost ? RL_PLANE_MEMORY : RL_PLANE_CPU];
    }
    rl_view_plain(view, &cursor->planes[RL_PLANE_FLASH], memory);
    if (!outcome->reset) {
        view->lost_from = rl_device_active_page(cursor->device);
    }
    if (rl_outcome_names_lines(outcome) && !may_name_lines(cursor, outcome)) {
        return false;
    }
    return view_landing(cursor, outcome, view) && view_lines(cursor, outcome, view) &&
           rl_turn_turn(cursor, outcome, view);
}
