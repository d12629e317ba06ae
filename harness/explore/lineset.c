#include "explore/lineset.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

#define STORES_MAX 255u   /* to one line */
#define STEPS_MAX  65536u /* of one search; conditions that are hard to meet have not been seen */

void rl_lineset_init(struct rl_lineset *set, uint32_t memory_pages)
{
    memset(set, 0, sizeof *set);
    set->first = rl_calloc(memory_pages, sizeof *set->first);
}

void rl_lineset_free(struct rl_lineset *set)
{
    free(set->lines);
    free(set->contents);
    free(set->pages);
    free(set->first);
    free(set->ends);
    free(set->terms);
    free(set->taken);
}

void rl_lineset_start(struct rl_lineset *set, const struct rl_cursor *cursor,
                      const struct rl_view *view, const struct rl_open *open)
{
    for (size_t i = 0; i < set->page_count; i++) {
        set->first[set->pages[i]] = 0;
    }
    set->cursor = cursor;
    set->open = open;
    set->count = 0;
    set->content_count = 0;
    set->page_count = 0;
    set->condition_count = 0;
    set->term_count = 0;
    set->taken_count = 0;
    set->base = view->memory_count;
    set->too_many = false;
}

/* The number of a content of the line; contents that come again are one. */
static uint32_t add_content(struct rl_lineset *set, struct rl_open_line *line,
                            struct rl_content_of_line content, bool torn)
{
    for (uint32_t i = 0; i < line->contents; i++) {
        const struct rl_content_of_line *there = &set->contents[line->first + i];

        if (there->slot == content.slot && there->open == content.open) {
            line->torn &= torn ? UINT64_MAX : ~(UINT64_C(1) << i);
            return i;
        }
    }
    if (line->contents == RL_CONTENTS_MAX) {
        set->too_many = true;
        return 0;
    }
    set->contents =
        rl_grow(set->contents, set->content_count, &set->content_room, sizeof *set->contents);
    set->contents[set->content_count++] = content;
    line->torn |= (uint64_t)torn << line->contents;
    return line->contents++;
}

/* Words of a page that may hold in memory what the start state held, and that is not known. */
static uint32_t unknown_words(const struct rl_lineset *set, uint32_t page)
{
    return set->open != NULL && rl_bit(set->cursor->original[RL_PLANE_MEMORY], page)
               ? ~rl_leaf_known(set->open->parent, RL_MEMORY, page)
               : 0;
}

static void open_line(struct rl_lineset *set, uint32_t page, uint32_t word, uint32_t stores)
{
    rl_slot slots[STORES_MAX + 1u];
    bool inside[STORES_MAX + 1u];
    struct rl_open_line line = {.page = page,
                                .word = word,
                                .mask = rl_line_mask(set->cursor->device, word),
                                .first = (uint32_t)set->content_count};
    uint32_t unknown = unknown_words(set, page) & line.mask;

    if (stores > STORES_MAX) {
        set->too_many = true;
        return;
    }
    rl_cursor_line_slots(set->cursor, page, word, slots, inside, stores + 1u);
    for (uint32_t prefix = stores + 1u; prefix-- > 0;) {
        struct rl_content_of_line content = {slots[prefix], prefix, 0};

        content.open = unknown & ~rl_cursor_line_stored(set->cursor, page, word, prefix);
        line.lost = add_content(set, &line, content, inside[prefix]);
    }
    line.left = UINT64_MAX >> (RL_CONTENTS_MAX - line.contents);
    set->lines = rl_grow(set->lines, set->count, &set->room, sizeof *set->lines);
    set->lines[set->count++] = line;
}

void rl_lineset_open(struct rl_lineset *set, uint32_t page)
{
    uint32_t words = rl_line_words(set->cursor->device);

    if (set->cursor->dirty[page] == 0 || set->first[page] != 0) {
        return;
    }
    set->pages = rl_grow(set->pages, set->page_count, &set->page_room, sizeof *set->pages);
    set->pages[set->page_count++] = page;
    set->first[page] = (uint32_t)set->count + 1u;
    for (uint32_t word = 0; word < RL_PAGE_WORDS; word += words) {
        uint32_t stores = rl_cursor_line_stores(set->cursor, page, word);

        if (stores > 0) {
            open_line(set, page, word, stores);
        }
    }
}

void rl_lineset_of(const struct rl_lineset *set, uint32_t page, uint32_t *first, uint32_t *end)
{
    *first = set->first[page] == 0 ? 0 : set->first[page] - 1u;
    *end = *first;
    while (set->first[page] != 0 && *end < set->count && set->lines[*end].page == page) {
        ++*end;
    }
}

const struct rl_content_of_line *
rl_lineset_content(const struct rl_lineset *set, const struct rl_open_line *line, uint32_t content)
{
    return &set->contents[line->first + content];
}

/* Whether a line with one of these contents can be nothing but torn. */
static bool is_torn(const struct rl_open_line *line, uint64_t contents)
{
    return contents != 0 && (contents & ~line->torn) == 0;
}

struct rl_lineset_mark rl_lineset_mark(const struct rl_lineset *set)
{
    return (struct rl_lineset_mark){set->taken_count, set->condition_count, set->term_count};
}

void rl_lineset_back(struct rl_lineset *set, struct rl_lineset_mark mark)
{
    while (set->taken_count > mark.taken) {
        const struct rl_taken *last = &set->taken[--set->taken_count];

        set->lines[last->line].left = last->left;
    }
    set->condition_count = mark.conditions;
    set->term_count = mark.terms;
}

bool rl_lineset_limit(struct rl_lineset *set, uint32_t line, uint64_t contents)
{
    struct rl_open_line *at = &set->lines[line];

    set->taken = rl_grow(set->taken, set->taken_count, &set->taken_room, sizeof *set->taken);
    set->taken[set->taken_count++] = (struct rl_taken){line, at->left};
    at->left &= contents;
    return at->left != 0;
}

void rl_lineset_term(struct rl_lineset *set, uint32_t line, uint64_t contents)
{
    set->terms = rl_grow(set->terms, set->term_count, &set->term_room, sizeof *set->terms);
    set->terms[set->term_count++] = (struct rl_term){line, contents};
}

void rl_lineset_condition(struct rl_lineset *set)
{
    set->ends = rl_grow(set->ends, set->condition_count, &set->condition_room, sizeof *set->ends);
    set->ends[set->condition_count++] = (uint32_t)set->term_count;
}

/* The content that a line gets out of those that are left: a torn one only if all of them are. That
 * keeps what is told of it simple. */
static uint32_t preferred(const struct rl_open_line *line, bool kept)
{
    uint64_t of = is_torn(line, line->tried) ? line->tried : line->tried & ~line->torn;

    if (kept) {
        return (uint32_t)__builtin_ctzll(of);
    }
    return (of >> line->lost & 1u) != 0 ? line->lost : 63u - (uint32_t)__builtin_clzll(of);
}

static bool meet(struct rl_lineset *set, size_t condition, bool kept);

/* Meets a condition by one of its terms, and those behind it. */
static bool meet_by(struct rl_lineset *set, size_t condition, const struct rl_term *term, bool kept)
{
    struct rl_open_line *line = &set->lines[term->line];
    uint64_t before = line->tried;

    line->tried &= term->contents;
    if (line->tried != 0 && meet(set, condition + 1u, kept)) {
        return true;
    }
    line->tried = before;
    return false;
}

/* Terms that hold by themselves come first: they take nothing away from the preferred state. */
static bool meet(struct rl_lineset *set, size_t condition, bool kept)
{
    uint32_t first = condition == 0 ? 0 : set->ends[condition - 1u];

    if (condition == set->condition_count) {
        return true;
    }
    for (int by_itself = 1; by_itself >= 0; by_itself--) {
        for (uint32_t i = first; i < set->ends[condition]; i++) {
            const struct rl_term *term = &set->terms[i];
            const struct rl_open_line *line = &set->lines[term->line];
            bool holds = (term->contents >> preferred(line, kept) & 1u) != 0;

            if (set->steps++ == STEPS_MAX) {
                set->too_many = true;
            }
            if (set->too_many) {
                return false;
            }
            if (holds == (by_itself != 0) && meet_by(set, condition, term, kept)) {
                return true;
            }
        }
    }
    return false;
}

bool rl_lineset_choose(struct rl_lineset *set, bool kept)
{
    bool met;

    set->steps = 0;
    for (size_t i = 0; i < set->count; i++) {
        set->lines[i].tried = set->lines[i].left;
        if (set->lines[i].left == 0) {
            return false;
        }
    }
    met = meet(set, 0, kept);
    for (size_t i = 0; met && i < set->count; i++) {
        set->lines[i].chosen = preferred(&set->lines[i], kept);
    }
    return met;
}

void rl_lineset_show(const struct rl_lineset *set, struct rl_view *view)
{
    view->memory_count = set->base;
    for (size_t i = 0; i < set->page_count; i++) {
        uint32_t page = set->pages[i];
        uint32_t first, end;
        uint32_t lines = 0;
        rl_slot slot = view->memory->slots[page];

        rl_lineset_of(set, page, &first, &end);
        for (; first < end; first++) {
            const struct rl_open_line *line = &set->lines[first];

            if (line->chosen != 0) {
                slot = rl_slot_merge(slot, rl_lineset_content(set, line, line->chosen)->slot,
                                     line->mask);
                lines |= line->mask;
            }
        }
        if (lines != 0 && view->memory_count < RL_VIEW_MEMORY_MAX) {
            view->memory_over[view->memory_count].page = page;
            view->memory_over[view->memory_count].written = 0;
            view->memory_over[view->memory_count].lines = lines;
            view->memory_over[view->memory_count].slot = slot;
            view->memory_count++;
        }
    }
}

static int compare_lines(const void *a, const void *b)
{
    const struct rl_line *left = a;
    const struct rl_line *right = b;

    if (left->page != right->page) {
        return left->page < right->page ? -1 : 1;
    }
    return left->word < right->word ? -1 : left->word > right->word;
}

uint32_t rl_lineset_exceptions(const struct rl_lineset *set, bool kept, struct rl_line *lines)
{
    uint32_t count = 0;

    for (size_t i = 0; i < set->count; i++) {
        const struct rl_open_line *line = &set->lines[i];

        if (line->chosen == (kept ? 0 : line->lost)) {
            continue;
        }
        if (count < RL_LINES_MAX) {
            lines[count] = (struct rl_line){line->page, line->word,
                                            rl_lineset_content(set, line, line->chosen)->prefix};
        }
        count++;
    }
    qsort(lines, count < RL_LINES_MAX ? count : RL_LINES_MAX, sizeof *lines, compare_lines);
    return count;
}
