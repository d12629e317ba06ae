#include "check/arrive.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "check/walk.h"
#include "explore/certificate.h"

#define LINES_MOST  64u  /* in one combination */
#define STORES_MOST 255u /* to one line */

/* A search that goes on. */
struct search {
    const struct rl_check_search *what;
    struct rl_check_arrivals *arrivals;
    bool open;     /* what lines hold is not given */
    uint32_t ends; /* that may still be come to */
    bool too_many;
    /* Of the combination at hand. */
    struct {
        uint32_t page, word;
    } lines[LINES_MOST];
    uint32_t count;
    bool kept;
};

/* What a line holds. */
struct content {
    rl_slot slot; /* in its words */
    bool kept;    /* all stores */
};

static bool follow(struct search *search, uint32_t at);

/* ---- lines that questions read ---- */

static bool is_given(const struct search *search, uint32_t page, uint32_t word)
{
    for (uint32_t i = 0; i < search->count; i++) {
        if (search->lines[i].page == page && search->lines[i].word == word) {
            return true;
        }
    }
    return false;
}

/* A dirty line of the page in the words of `mask` that is not given yet; RL_PAGE_WORDS: none. */
static uint32_t open_line(const struct search *search, uint32_t page, uint32_t mask)
{
    const struct rl_cursor *cursor = search->what->cursor;
    uint32_t words = rl_line_words(cursor->device);

    if (page >= search->what->view->lost_from || (cursor->dirty[page] & mask) == 0) {
        return RL_PAGE_WORDS;
    }
    for (uint32_t word = 0; word < RL_PAGE_WORDS; word += words) {
        if ((rl_line_mask(cursor->device, word) & mask) != 0 &&
            rl_cursor_line_stores(cursor, page, word) > 0 && !is_given(search, page, word)) {
            return word;
        }
    }
    return RL_PAGE_WORDS;
}

/* An open line that the question reads. */
static bool reads_line(const struct search *search, const struct rl_check_node *node,
                       uint32_t *page, uint32_t *word)
{
    const struct rl_cursor *cursor = search->what->cursor;

    if (!search->open || node->device != RL_MEMORY || cursor->dirty_count == 0) {
        return false;
    }
    if (node->look < RL_LOOK_BLANK) {
        *page = node->page;
        *word = open_line(search, node->page, node->mask);
        return *word < RL_PAGE_WORDS;
    }
    for (uint32_t i = 0; i < cursor->dirty_count; i++) {
        *page = cursor->dirty_pages[i];
        *word = rl_check_looks_at(search->what->cell, node, *page, 1)
                    ? open_line(search, *page, UINT32_MAX)
                    : RL_PAGE_WORDS;
        if (*word < RL_PAGE_WORDS) {
            return true;
        }
    }
    return false;
}

/* ---- what they hold ---- */

/* The entry of a page in the view, which shows it as it is when there was none. */
static uint32_t entry_of(struct rl_view *view, uint32_t page)
{
    uint32_t i = 0;

    while (i < view->memory_count && view->memory_over[i].page != page) {
        i++;
    }
    if (i == view->memory_count) {
        view->memory_over[i].page = page;
        view->memory_over[i].written = 0;
        view->memory_over[i].lines = 0;
        view->memory_over[i].slot = view->memory->slots[page];
        view->memory_count++;
    }
    return i;
}

/* Follows the states in which the line holds this. */
static bool give(struct search *search, uint32_t at, uint32_t page, uint32_t word,
                 struct content content)
{
    struct rl_view *view = search->what->view;
    uint32_t entries = view->memory_count;
    bool kept = search->kept;
    uint32_t entry;
    rl_slot before;
    bool more;

    search->lines[search->count].page = page;
    search->lines[search->count++].word = word;
    search->kept = kept && content.kept;
    entry = entry_of(view, page);
    before = view->memory_over[entry].slot;
    view->memory_over[entry].slot =
        rl_slot_merge(before, content.slot, rl_line_mask(search->what->cursor->device, word));
    more = follow(search, at);
    view->memory_over[entry].slot = before;
    view->memory_count = entries;
    search->kept = kept;
    search->count--;
    return more;
}

/* Whether a longer prefix leaves the same. */
static bool comes_again(const rl_slot *slots, uint32_t stores, uint32_t prefix)
{
    for (uint32_t i = prefix + 1u; i <= stores; i++) {
        if (slots[i] == slots[prefix]) {
            return true;
        }
    }
    return false;
}

/* Follows what an open line may hold. */
static bool give_each(struct search *search, uint32_t at, uint32_t page, uint32_t word)
{
    const struct rl_cursor *cursor = search->what->cursor;
    uint32_t stores = rl_cursor_line_stores(cursor, page, word);
    rl_slot slots[STORES_MOST + 1u];
    bool inside[STORES_MOST + 1u];

    if (stores > STORES_MOST || search->count == LINES_MOST ||
        search->what->view->memory_count == RL_VIEW_MEMORY_MAX) {
        search->too_many = true;
        return false;
    }
    rl_cursor_line_slots(cursor, page, word, slots, inside, stores + 1u);
    for (uint32_t i = stores + 1u; i-- > 0;) {
        struct content content = {slots[i], i == stores};

        if (comes_again(slots, stores, i)) {
            continue;
        }
        if (!give(search, at, page, word, content)) {
            return false;
        }
    }
    return true;
}

/* ---- arriving ---- */

static bool arrive(struct search *search, uint32_t leaf)
{
    struct rl_check_arrivals *to = search->arrivals;
    size_t i = to->count;

    if (leaf == RL_CHECK_NONE) {
        to->nowhere = true;
        return false;
    }
    while (i > 0 && to->list[i - 1u].leaf > leaf) {
        i--;
    }
    if (i > 0 && to->list[i - 1u].leaf == leaf) {
        to->list[i - 1u].kept |= search->kept;
    } else {
        to->list = rl_grow(to->list, to->count, &to->room, sizeof *to->list);
        memmove(to->list + i + 1u, to->list + i, (to->count - i) * sizeof *to->list);
        to->list[i] = (struct rl_check_arrival){leaf, search->kept};
        to->count++;
    }
    search->too_many = search->ends == 0;
    search->ends -= !search->too_many;
    return !search->too_many;
}

static bool follow(struct search *search, uint32_t at)
{
    const struct rl_check_cell *cell = search->what->cell;
    struct rl_check_way *way = search->what->way;
    uint32_t page, word;

    while (cell->nodes[at].kind == RL_CERTIFICATE_QUESTION) {
        if (way != NULL) {
            rl_check_way_add(way, cell, at);
        }
        if (reads_line(search, &cell->nodes[at], &page, &word)) {
            if (way != NULL) {
                way->forks = true;
            }
            return give_each(search, at, page, word);
        }
        at = rl_check_next(cell, &cell->nodes[at], search->what->view);
        if (at == RL_CHECK_NONE) {
            return arrive(search, RL_CHECK_NONE);
        }
    }
    return arrive(search, cell->nodes[at].leaf);
}

/* ---- combinations that are drawn ---- */

static uint64_t draw(uint64_t *random)
{
    uint64_t z = *random += 0x9E3779B97F4A7C15u; /* splitmix64 */

    z = (z ^ z >> 30u) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27u) * 0x94D049BB133111EBu;
    return z ^ z >> 31u;
}

/* All stores to a line, none, or any number. */
static uint32_t draw_prefix(uint32_t stores, uint64_t *random)
{
    uint64_t drawn = draw(random);

    if (drawn % 3u != 2u || stores > STORES_MOST) {
        return drawn % 2u == 0 ? stores : 0;
    }
    return (uint32_t)(drawn >> 8u) % (stores + 1u);
}

/* Gives every line something: nothing of its stores where `random` is NULL. What the view shows
 * otherwise already, in its first `entries`, stays. */
static void give_all(struct search *search, uint32_t entries, uint64_t *random)
{
    const struct rl_cursor *cursor = search->what->cursor;
    struct rl_view *view = search->what->view;

    for (uint32_t i = 0; i < cursor->dirty_count; i++) {
        uint32_t page = cursor->dirty_pages[i];

        for (uint32_t word = 0; word < RL_PAGE_WORDS; word += rl_line_words(cursor->device)) {
            uint32_t stores = rl_cursor_line_stores(cursor, page, word);
            uint32_t prefix = random == NULL ? 0 : draw_prefix(stores, random);
            uint32_t entry;

            if (stores == 0 || prefix == stores || view->memory_count == RL_VIEW_MEMORY_MAX) {
                continue;
            }
            entry = entry_of(view, page);
            if (entry < entries) {
                continue;
            }
            search->kept = false;
            view->memory_over[entry].slot = rl_slot_merge(
                view->memory_over[entry].slot, rl_cursor_line_at(cursor, true, page, word, prefix),
                rl_line_mask(cursor->device, word));
        }
    }
}

/* All lines kept, all lost, and some as they are drawn. */
static void arrive_drawn(struct search *search, uint32_t from)
{
    struct rl_view *view = search->what->view;
    uint64_t random = search->what->seed;

    for (uint32_t i = 0; i < 2u + RL_CHECK_DRAWN && !search->arrivals->nowhere; i++) {
        uint32_t entries = view->memory_count;

        search->kept = true;
        search->ends = 1;
        if (i > 0) {
            give_all(search, entries, i == 1 ? NULL : &random);
        }
        (void)follow(search, from);
        view->memory_count = entries;
    }
}

void rl_check_arrive(const struct rl_check_search *what, uint32_t from,
                     struct rl_check_arrivals *arrivals)
{
    struct search search = {
        .what = what, .arrivals = arrivals, .open = what->open, .ends = what->ends, .kept = true};

    arrivals->count = 0;
    arrivals->drawn = false;
    arrivals->nowhere = false;
    (void)follow(&search, from);
    if (search.too_many) {
        arrivals->count = 0;
        arrivals->drawn = true;
        search.open = false;
        arrive_drawn(&search, from);
    }
}
