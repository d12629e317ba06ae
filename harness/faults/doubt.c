#include "faults/doubt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

#define CAUSE 1u /* there is no other fault in such a run */

enum reading { AS_OLD, AS_NEW, AS_BAD };

static const struct {
    enum reading first, later;
    const char *words;
} ways[RL_DOUBT_WAYS] = {
    [RL_DOUBT_NEW_OLD] = {AS_NEW, AS_OLD, "as if it were done, then as if it had not begun"},
    [RL_DOUBT_OLD_NEW] = {AS_OLD, AS_NEW, "as if it had not begun, then as if it were done"},
    [RL_DOUBT_NEW_BAD] = {AS_NEW, AS_BAD, "as if it were done, then with invalid ECC"},
    [RL_DOUBT_BAD_NEW] = {AS_BAD, AS_NEW, "with invalid ECC, then as if it were done"},
    [RL_DOUBT_OLD_BAD] = {AS_OLD, AS_BAD, "as if it had not begun, then with invalid ECC"},
    [RL_DOUBT_BAD_OLD] = {AS_BAD, AS_OLD, "with invalid ECC, then as if it had not begun"},
};

void rl_doubt_tell(const struct rl_outcome *outcome, char *text, size_t size)
{
    static const char *const decays[RL_DECAYS] = {
        "never", "after the next boot", "when the update has ended", "when the device has settled"};
    const char *way = outcome->parts < RL_DOUBT_WAYS ? ways[outcome->parts].words : "?";

    if (outcome->landing == RL_LANDING_MARGINAL) {
        (void)snprintf(text, size, "in the middle; what it left reads %s (%s)", way,
                       decays[outcome->part < RL_DECAYS ? outcome->part : 0]);
    } else if (outcome->part == 0) {
        (void)snprintf(text, size, "in the middle; what it left reads %s (not within any reads)",
                       way);
    } else {
        (void)snprintf(text, size, "in the middle; what it left reads %s (after %u reads)", way,
                       outcome->part);
    }
}

/* Words of a page that the operation was to change. */
static uint32_t words_of(const struct rl_operation *operation, uint32_t page)
{
    uint32_t mask = 0;

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        uint32_t at = page * RL_PAGE + word * RL_WORD;

        mask |= (uint32_t)(at - operation->address < operation->size) << word;
    }
    return mask;
}

/* A page as the operation leaves it when it is done: as it was, where nothing changes. */
static rl_slot done_slot(const struct rl_cursor *cursor, const struct rl_operation *operation,
                         uint32_t page)
{
    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];

        if (change->plane == RL_PLANE_FLASH && change->page == page) {
            return change->after;
        }
    }
    return cursor->planes[RL_PLANE_FLASH].slots[page];
}

static rl_slot slot_as(const struct rl_cursor *cursor, const struct rl_operation *operation,
                       uint32_t page, enum reading reading)
{
    rl_slot old = cursor->planes[RL_PLANE_FLASH].slots[page];
    rl_slot done = done_slot(cursor, operation, page);
    struct rl_marks marks = rl_slot_marks_of(done);

    if (reading != AS_BAD) {
        return reading == AS_OLD ? old : done;
    }
    marks.bad |= words_of(operation, page);
    return rl_slot_make(rl_slot_data(done), rl_pages_marks(marks));
}

/* Whether an operation of this kind can end half-way, as the profile says. */
static bool can_be_interrupted(const struct rl_flash_rules *rules, uint8_t kind)
{
    if (kind == RL_KIND_ERASE) {
        return (rules->declared & RL_DECLARES_ERASE) == 0 || rules->erase_leaves != 0;
    }
    return kind == RL_KIND_PROGRAM && rules->tears != RL_TEARS_NOTHING;
}

/* Without ECC nothing reads bad. */
static bool can_read(const struct rl_flash_rules *rules, uint32_t way)
{
    return way < RL_DOUBT_WAYS &&
           (!rules->no_ecc || (ways[way].first != AS_BAD && ways[way].later != AS_BAD));
}

/* Whether the outcome is one of the operation at the cursor. */
static bool exists(const struct rl_cursor *cursor, const struct rl_outcome *outcome)
{
    const struct rl_operation *operation;

    if (cursor->next >= cursor->log->count || !can_read(&cursor->device->flash, outcome->parts) ||
        !rl_outcome_is_doubtful(outcome) ||
        (outcome->landing == RL_LANDING_MARGINAL &&
         (outcome->part == 0 || outcome->part >= RL_DECAYS))) {
        return false;
    }
    operation = &cursor->log->operations[cursor->next];
    return rl_operation_is_durable(cursor->log, operation) &&
           can_be_interrupted(&cursor->device->flash, operation->kind);
}

bool rl_doubt_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                   struct rl_view *view)
{
    const struct rl_operation *operation;
    uint32_t end;

    if (!exists(cursor, outcome)) {
        return false;
    }
    operation = &cursor->log->operations[cursor->next];
    end = (operation->address + operation->size - 1u) / RL_PAGE + 1u;
    view->blended = true;
    view->flash_first = operation->address / RL_PAGE;
    for (uint32_t page = view->flash_first; page < end; page++) {
        if (view->flash_count < RL_VIEW_FLASH_MAX) {
            view->flash_slots[view->flash_count++] =
                slot_as(cursor, operation, page, ways[outcome->parts].first);
        }
    }
    return true;
}

void rl_doubt_free(struct rl_doubt *doubt)
{
    free(doubt->words);
    free(doubt->first);
    free(doubt->later);
    free(doubt->meant);
    memset(doubt, 0, sizeof *doubt);
}

static void make_room(struct rl_doubt *doubt, uint32_t pages)
{
    if (doubt->room < pages) {
        doubt->room = pages;
        doubt->words = rl_realloc(doubt->words, pages * sizeof *doubt->words);
        doubt->first = rl_realloc(doubt->first, pages * sizeof *doubt->first);
        doubt->later = rl_realloc(doubt->later, pages * sizeof *doubt->later);
        doubt->meant = rl_realloc(doubt->meant, pages * sizeof *doubt->meant);
    }
}

bool rl_doubt_set(struct rl_doubt *doubt, const struct rl_cursor *cursor,
                  const struct rl_outcome *outcome)
{
    const struct rl_operation *operation;

    if (!exists(cursor, outcome)) {
        return false;
    }
    operation = &cursor->log->operations[cursor->next];
    doubt->by_reads = outcome->landing == RL_LANDING_UNSTABLE;
    doubt->when = outcome->part;
    doubt->distrusts = cursor->device->flash.trust == RL_TRUST_MARKED;
    doubt->erasing = operation->kind == RL_KIND_ERASE;
    doubt->turned = false;
    doubt->reads = 0;
    doubt->page = operation->address / RL_PAGE;
    doubt->size = (operation->address + operation->size - 1u) / RL_PAGE - doubt->page + 1u;
    doubt->left = doubt->size;
    make_room(doubt, doubt->size);
    for (uint32_t i = 0; i < doubt->size; i++) {
        uint32_t page = doubt->page + i;

        doubt->words[i] = words_of(operation, page);
        doubt->first[i] = slot_as(cursor, operation, page, ways[outcome->parts].first);
        doubt->later[i] = slot_as(cursor, operation, page, ways[outcome->parts].later);
        doubt->meant[i] = done_slot(cursor, operation, page);
    }
    return true;
}

void rl_doubt_turn(struct rl_doubt *doubt, struct rl_board *board)
{
    if (doubt->turned) {
        return;
    }
    doubt->turned = true;
    for (uint32_t i = 0; i < doubt->size; i++) {
        if (doubt->words[i] != 0) {
            rl_board_damage(board, RL_FLASH, doubt->page + i, doubt->words[i], doubt->later[i],
                            CAUSE);
        }
    }
}

/* Words of a page go out of doubt. */
static void settle(struct rl_doubt *doubt, struct rl_board *board, uint32_t index, uint32_t words)
{
    if (doubt->words[index] == 0) {
        return;
    }
    doubt->words[index] &= ~words;
    if (doubt->words[index] == 0) {
        board->causes[RL_FLASH][doubt->page + index] = 0;
        doubt->left--;
    }
}

static bool is_in_flash(const struct rl_operation *operation)
{
    return rl_region_is_in(operation->region, RL_FLASH);
}

/* Whether a page of flash, as a program just left it, holds in these words what was to be there. */
static bool holds_what_was_meant(const struct rl_doubt *doubt, const struct rl_board *board,
                                 uint32_t index, uint32_t words)
{
    rl_slot slot = board->planes[RL_PLANE_FLASH].slots[doubt->page + index];

    return !doubt->erasing && rl_slot_merge(slot, doubt->meant[index], words) == slot;
}

/* A program went over words in doubt. */
static void programmed(struct rl_doubt *doubt, struct rl_board *board,
                       const struct rl_operation *operation)
{
    for (uint32_t i = 0; i < doubt->size; i++) {
        uint32_t words = words_of(operation, doubt->page + i) & doubt->words[i];

        if (words == 0) {
            continue;
        }
        if (!holds_what_was_meant(doubt, board, i, words) && doubt->distrusts) {
            rl_board_rule(board,
                          doubt->erasing
                              ? "a program of a sector whose erase was interrupted"
                              : "another program of a granule whose program was interrupted",
                          RL_FLASH, operation->address);
        }
        settle(doubt, board, i, words);
    }
}

static void after(void *user, struct rl_board *board, const struct rl_operation *operation,
                  relight_result result)
{
    struct rl_doubt *doubt = user;
    bool met = (board->causes_met >> CAUSE & 1u) != 0;

    board->causes_met = 0;
    if (doubt->left == 0) {
        return;
    }
    if (is_in_flash(operation) && operation->kind == RL_KIND_PROGRAM) {
        programmed(doubt, board, operation);
    } else if (is_in_flash(operation) && operation->kind == RL_KIND_ERASE) {
        for (uint32_t i = 0; i < doubt->size && result == RELIGHT_OK; i++) {
            settle(doubt, board, i, words_of(operation, doubt->page + i));
        }
    } else if (met) {
        doubt->reads++;
        if (doubt->by_reads && doubt->reads == doubt->when) {
            rl_doubt_turn(doubt, board);
        }
    }
}

void rl_doubt_attach(struct rl_doubt *doubt, struct rl_board *board)
{
    board->upset = (struct rl_upset){.user = doubt, .after = after};
    for (uint32_t i = 0; i < doubt->size; i++) {
        board->causes[RL_FLASH][doubt->page + i] = CAUSE;
    }
    board->damaged = true;
    board->causes_met = 0;
}
