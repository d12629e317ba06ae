#include "explore/footprint.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

enum { NODE_EMPTY = 0, NODE_LOOK, NODE_LEAF };

struct node {
    uint8_t type;
    uint8_t look; /* LOOK: enum rl_look */
    uint8_t device;
    bool split;    /* LOOK that no run took: see rl_footprints_split() */
    uint32_t page; /* LEAF: the leaf's number */
    uint32_t mask;
    uint32_t interval_first, interval_count; /* RANGE */
    struct rl_sum target;                    /* RANGE */
    /* The first answer, and what follows it; 0: none yet. Most nodes have no other, and a path that
     * one run made lies in a row: a walk seldom leaves it. */
    uint64_t value;
    uint32_t child;
};

/* From a look to what follows another answer than its first. */
struct edge {
    uint64_t value;
    uint32_t node;
    uint32_t child;
    bool used;
};

struct rl_footprints {
    struct node *nodes;
    size_t node_count, node_room;
    struct rl_interval *intervals;
    size_t interval_count, interval_room;
    struct edge *edges; /* open addressing, a power of two */
    size_t edge_count, edge_size;
    struct rl_leaf *leaves;
    size_t leaf_count, leaf_room;
    uint32_t pages[2];
};

static uint32_t node_new(struct rl_footprints *f)
{
    f->nodes = rl_grow(f->nodes, f->node_count, &f->node_room, sizeof *f->nodes);
    memset(&f->nodes[f->node_count], 0, sizeof *f->nodes);
    return (uint32_t)f->node_count++;
}

struct rl_footprints *rl_footprints_new(uint32_t flash_pages, uint32_t memory_pages)
{
    struct rl_footprints *f = rl_calloc(1, sizeof *f);

    f->pages[RL_FLASH] = flash_pages;
    f->pages[RL_MEMORY] = memory_pages;
    f->edge_size = 4096;
    f->edges = rl_calloc(f->edge_size, sizeof *f->edges);
    (void)node_new(f);
    return f;
}

void rl_footprints_free(struct rl_footprints *f)
{
    if (f == NULL) {
        return;
    }
    for (size_t i = 0; i < f->leaf_count; i++) {
        for (int device = 0; device < 2; device++) {
            free(f->leaves[i].touched[device]);
            free(f->leaves[i].pinned[device]);
        }
        free(f->leaves[i].words);
    }
    free(f->leaves);
    free(f->nodes);
    free(f->intervals);
    free(f->edges);
    free(f);
}

uint32_t rl_footprints_count(const struct rl_footprints *f)
{
    return (uint32_t)f->leaf_count;
}

size_t rl_footprints_nodes(const struct rl_footprints *f)
{
    return f->node_count;
}

struct rl_leaf *rl_footprints_leaf(struct rl_footprints *f, uint32_t leaf)
{
    return &f->leaves[leaf];
}

static size_t edge_hash(uint32_t node, uint64_t value)
{
    uint64_t mix = (value ^ (uint64_t)node * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;

    return (size_t)(mix ^ mix >> 32u);
}

/* The entry of an edge, or the unused one where it would go. */
static struct edge *edge_at(const struct rl_footprints *f, uint32_t node, uint64_t value)
{
    size_t at = edge_hash(node, value) & (f->edge_size - 1u);

    while (f->edges[at].used && (f->edges[at].node != node || f->edges[at].value != value)) {
        at = (at + 1u) & (f->edge_size - 1u);
    }
    return &f->edges[at];
}

static void edges_grow(struct rl_footprints *f)
{
    struct edge *old = f->edges;
    size_t old_size = f->edge_size;

    f->edge_size *= 2u;
    f->edges = rl_calloc(f->edge_size, sizeof *f->edges);
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].used) {
            *edge_at(f, old[i].node, old[i].value) = old[i];
        }
    }
    free(old);
}

/* The words of a page that the parent's run determined, apart from pinned pages. */
static uint32_t known_words(const struct rl_leaf *leaf, uint8_t device, uint32_t page)
{
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        if (leaf->words[i].device == device && leaf->words[i].page == page) {
            return leaf->words[i].mask;
        }
    }
    return 0;
}

/* The first page of a range that is open in one view of the device; `first + count` when none is.
 */
static uint32_t find_open(const struct rl_open *open, int plane, uint8_t device, uint32_t first,
                          uint32_t count)
{
    const uint64_t *original = open->cursor->original[plane];
    const uint64_t *pinned = open->parent->pinned[device];
    uint32_t end = first + count;

    if (!rl_bits_any(original, pinned, first, count)) {
        return end;
    }
    while (first < end && (!rl_bit(original, first) || rl_bit(pinned, first))) {
        first++;
    }
    return first;
}

/* Notes the page when words of it are open that the look depends on. */
static void note_open(struct rl_open *open, uint8_t device, uint32_t page, uint32_t mask)
{
    mask &= ~known_words(open->parent, device, page);
    if (mask != 0) {
        open->touches = true;
        open->touched = (struct rl_place){device, page, mask};
    }
}

/* The same of pages that show the start state again. */
static void check_revived(struct rl_open *open, const struct rl_view *view, uint8_t device,
                          uint32_t first, uint32_t count, uint32_t mask)
{
    for (uint32_t i = 0; i < view->revived_count; i++) {
        uint32_t shift = view->revived[i].from - view->revived[i].first;
        uint32_t page = view->revived[i].first;
        uint32_t end = page + view->revived[i].count;

        page = page > first ? page : first;
        end = end < first + count ? end : first + count;
        for (; view->revived[i].device == device && page < end && !open->touches; page++) {
            if (!rl_bit(open->parent->pinned[device], page + shift)) {
                note_open(open, device, page + shift, mask);
            }
        }
    }
}

/* Whether a look at `count` pages depends on what other states of the parent leaf may hold
 * otherwise. `mask` is of a look at one page; all ones otherwise. */
static void check_open(struct rl_open *open, const struct rl_view *view, uint8_t device,
                       uint32_t first, uint32_t count, uint32_t mask)
{
    int plane = device == RL_FLASH ? RL_PLANE_FLASH
                                   : (open != NULL && open->kept ? RL_PLANE_CPU : RL_PLANE_MEMORY);
    uint32_t page;

    if (open == NULL || open->touches || (device == RL_MEMORY && view->memory == NULL)) {
        return;
    }
    check_revived(open, view, device, first, count, mask);
    if (device == RL_MEMORY && view->lost_from < first + count) { /* lost in all of them */
        count = first < view->lost_from ? view->lost_from - first : 0;
    }
    /* The line that was lost shows what memory held before the stores to it. */
    if (device == RL_MEMORY && open->line_page - first < count &&
        find_open(open, RL_PLANE_MEMORY, device, open->line_page, 1) == open->line_page) {
        note_open(open, device, open->line_page, mask & open->line_mask);
    }
    page = find_open(open, plane, device, first, count);
    while (!open->touches && page < first + count) {
        note_open(open, device, page, mask);
        page++;
        page = find_open(open, plane, device, page, first + count - page);
    }
}

/* Adds the flawed words in an interval of a view. */
static uint64_t view_flaws(const struct rl_view *view, uint8_t device,
                           const struct rl_interval *interval, uint64_t flaws)
{
    for (uint32_t k = 0; rl_pages_flawed() && k < interval->count; k++) {
        flaws = rl_flaws_add(flaws, interval->first + k,
                             rl_view_slot(view, device, interval->first + k));
    }
    return flaws;
}

/* What the view answers to a range observation. */
static uint64_t ask_range(const struct rl_footprints *f, const struct node *node,
                          const struct rl_view *view, struct rl_open *open)
{
    struct rl_sum sum = {0, 0};
    uint64_t flaws = 0;
    uint32_t bad = 0;

    for (uint32_t i = 0; i < node->interval_count; i++) {
        const struct rl_interval *interval = &f->intervals[node->interval_first + i];
        uint32_t part_bad;

        check_open(open, view, node->device, interval->first, interval->count, UINT32_MAX);
        rl_sum_add(&sum,
                   rl_view_sum(view, node->device, interval->first, interval->count, &part_bad));
        bad += part_bad;
        flaws = view_flaws(view, node->device, interval, flaws);
    }
    flaws <<= RL_RANGE_FLAWS;
    if (bad > 0) {
        return RL_UNREADABLE | flaws;
    }
    return (rl_sum_equal(sum, node->target) ? (uint64_t)RL_HOLDS : (uint64_t)RL_DIFFERS) | flaws;
}

static enum rl_answer ask_blank(const struct rl_footprints *f, const struct node *node,
                                const struct rl_view *view, struct rl_open *open)
{
    enum rl_answer answer = RL_HOLDS;

    for (uint32_t i = 0; i < node->interval_count; i++) {
        const struct rl_interval *at = &f->intervals[node->interval_first + i];

        check_open(open, view, node->device, at->first, at->count, UINT32_MAX);
        for (uint32_t k = 0; k < at->count; k++) {
            answer = rl_blank_answer(answer, rl_view_slot(view, node->device, at->first + k));
        }
    }
    return answer;
}

/* What a state with this view answers to a look. */
static uint64_t answer_of(const struct rl_footprints *f, const struct node *node,
                          const struct rl_view *view, struct rl_open *open)
{
    rl_slot slot;

    if (node->look == RL_LOOK_RANGE) {
        return ask_range(f, node, view, open);
    }
    if (node->look == RL_LOOK_BLANK) {
        return ask_blank(f, node, view, open);
    }
    check_open(open, view, node->device, node->page, 1,
               node->look == RL_LOOK_PAGE ? UINT32_MAX : node->mask);
    slot = rl_view_slot(view, node->device, node->page);
    return node->look == RL_LOOK_WORDS ? rl_slot_words(slot, node->mask) : slot;
}

/* The child for an answer; 0 when no run has given it. */
static uint32_t follow(const struct rl_footprints *f, uint32_t at, uint64_t value)
{
    const struct node *node = &f->nodes[at];
    const struct edge *edge;

    if (node->child == 0 || node->value == value) {
        return node->child;
    }
    edge = edge_at(f, at, value);
    return edge->used ? edge->child : 0;
}

uint32_t rl_footprints_find(struct rl_footprints *f, const struct rl_view *view,
                            struct rl_open *open)
{
    uint32_t at = 0;

    while (f->nodes[at].type == NODE_LOOK) {
        at = follow(f, at, answer_of(f, &f->nodes[at], view, open));
        if (at == 0) {
            return RL_LEAF_NONE;
        }
    }
    return f->nodes[at].type == NODE_LEAF ? f->nodes[at].page : RL_LEAF_NONE;
}

/* Makes the node say what the run observed there, or checks that it does already. */
static bool node_matches(struct rl_footprints *f, uint32_t at, const struct rl_run *run,
                         const struct rl_observation *seen)
{
    struct node *node = &f->nodes[at];

    if (node->type == NODE_EMPTY) {
        node->type = NODE_LOOK;
        node->look = seen->look;
        node->mask = seen->mask;
        node->device = seen->device;
        node->page = seen->page;
        node->target = seen->target;
        node->interval_first = (uint32_t)f->interval_count;
        node->interval_count = seen->interval_count;
        for (uint32_t i = 0; i < seen->interval_count; i++) {
            f->intervals =
                rl_grow(f->intervals, f->interval_count, &f->interval_room, sizeof *f->intervals);
            f->intervals[f->interval_count++] = run->observer.intervals[seen->interval_first + i];
        }
        return true;
    }
    return node->type == NODE_LOOK && !node->split && node->look == seen->look &&
           node->device == seen->device && node->page == seen->page && node->mask == seen->mask &&
           node->interval_count == seen->interval_count && rl_sum_equal(node->target, seen->target);
}

/* The child for what was answered at a node; made when it is not there. */
static uint32_t child_for(struct rl_footprints *f, uint32_t at, uint64_t value)
{
    uint32_t child = follow(f, at, value);

    if (child != 0) {
        return child;
    }
    child = node_new(f);
    if (f->nodes[at].child == 0) {
        f->nodes[at].value = value;
        f->nodes[at].child = child;
        return child;
    }
    if ((f->edge_count + 1u) * 2u > f->edge_size) {
        edges_grow(f);
    }
    f->edge_count++;
    *edge_at(f, at, value) = (struct edge){value, at, child, true};
    return child;
}

static uint64_t *copy_bits(const uint64_t *bits, uint32_t count)
{
    size_t size = RL_BITMAP_WORDS(count) * sizeof *bits;
    uint64_t *copy = rl_malloc(size);

    memcpy(copy, bits, size);
    return copy;
}

/* Adds words to those that the leaf determines. */
static void know_words(struct rl_leaf *leaf, struct rl_place place)
{
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        if (leaf->words[i].device == place.device && leaf->words[i].page == place.page) {
            leaf->words[i].mask |= place.mask;
            return;
        }
    }
    leaf->words = rl_realloc(leaf->words, (leaf->word_count + 1u) * sizeof *leaf->words);
    leaf->words[leaf->word_count++] = place;
}

/* What the run's start state held at the page of a look. */
static rl_slot start_slot(const struct rl_run *run, const struct node *node)
{
    return (node->device == RL_FLASH ? &run->flash : &run->memory)->slots[node->page];
}

/* Past one look that split a leaf: by what the run's start state held there. */
static uint32_t past_split(struct rl_footprints *f, uint32_t at, const struct rl_run *run)
{
    const struct node *node = &f->nodes[at];
    rl_slot slot = start_slot(run, node);

    return child_for(f, at, node->look == RL_LOOK_PAGE ? slot : rl_slot_words(slot, node->mask));
}

static uint32_t past_splits(struct rl_footprints *f, uint32_t at, const struct rl_run *run)
{
    while (f->nodes[at].type == NODE_LOOK && f->nodes[at].split) {
        at = past_split(f, at, run);
    }
    return at;
}

/* What the look of a split determines of its page in a leaf behind it, whose run found `slot`
 * there. That some word is bad determines none. */
static void know_split(struct rl_leaf *leaf, const struct node *node, rl_slot slot)
{
    rl_bit_set(leaf->touched[node->device], node->page);
    if (node->look == RL_LOOK_PAGE) {
        rl_bit_set(leaf->pinned[node->device], node->page);
    } else if (rl_slot_words(slot, node->mask) != RL_WORDS_BAD) {
        know_words(leaf, (struct rl_place){node->device, node->page, node->mask});
    }
}

/* Keeps which words the run's looks determined, of pages that they do not determine whole. */
static void keep_words(struct rl_leaf *leaf, const struct rl_observer *observer)
{
    for (size_t i = 0; i < observer->count; i++) {
        const struct rl_observation *seen = &observer->list[i];
        uint32_t mask;

        if (seen->look >= RL_LOOK_BLANK || rl_bit(observer->pinned[seen->device], seen->page) ||
            known_words(leaf, seen->device, seen->page) != 0) {
            continue;
        }
        mask = observer->words[seen->device][seen->page];
        if (mask != 0) {
            know_words(leaf, (struct rl_place){seen->device, seen->page, mask});
        }
    }
}

/* What the looks that split leaves on the way from `at` to the leaf's node determine of it. */
static void know_splits(struct rl_footprints *f, struct rl_leaf *leaf, uint32_t at,
                        const struct rl_run *run)
{
    while (at != leaf->node) {
        know_split(leaf, &f->nodes[at], start_slot(run, &f->nodes[at]));
        at = past_split(f, at, run);
    }
}

uint32_t rl_footprints_add(struct rl_footprints *f, const struct rl_run *run)
{
    struct rl_leaf *leaf;
    uint32_t splits;
    uint32_t at = 0;

    for (size_t i = 0; i < run->observer.count; i++) {
        const struct rl_observation *seen = &run->observer.list[i];

        if (!node_matches(f, at, run, seen)) {
            return RL_LEAF_NONE;
        }
        at = child_for(f, at, seen->value);
    }
    splits = at;
    at = past_splits(f, at, run);
    if (f->nodes[at].type == NODE_LEAF) {
        return f->nodes[at].page;
    }
    if (f->nodes[at].type != NODE_EMPTY) {
        return RL_LEAF_NONE;
    }
    f->nodes[at].type = NODE_LEAF;
    f->nodes[at].page = (uint32_t)f->leaf_count;
    f->leaves = rl_grow(f->leaves, f->leaf_count, &f->leaf_room, sizeof *f->leaves);
    leaf = &f->leaves[f->leaf_count];
    memset(leaf, 0, sizeof *leaf);
    for (int device = 0; device < 2; device++) {
        leaf->touched[device] = copy_bits(run->observer.touched[device], f->pages[device]);
        leaf->pinned[device] = copy_bits(run->observer.pinned[device], f->pages[device]);
    }
    leaf->violated = run->judge.violated;
    rl_run_found(run, &leaf->found);
    leaf->node = at;
    keep_words(leaf, &run->observer);
    know_splits(f, leaf, splits, run);
    return (uint32_t)f->leaf_count++;
}

void rl_footprints_split(struct rl_footprints *f, uint32_t leaf, struct rl_place place,
                         rl_slot slot)
{
    struct rl_leaf *at = &f->leaves[leaf];
    uint64_t value = rl_slot_words(slot, place.mask);
    /* That some word is bad does not tell the others: then the page is asked about as a whole. */
    bool whole = place.mask == UINT32_MAX || value == RL_WORDS_BAD;
    struct node *node = &f->nodes[at->node];
    uint32_t child;

    node->type = NODE_LOOK;
    node->look = whole ? RL_LOOK_PAGE : RL_LOOK_WORDS;
    node->mask = whole ? 0 : place.mask;
    node->split = true;
    node->device = place.device;
    node->page = place.page;
    know_split(at, node, slot);
    child = child_for(f, at->node, whole ? slot : value);
    f->nodes[child].type = NODE_LEAF;
    f->nodes[child].page = leaf;
    at->node = child;
}

void rl_footprints_forget_expansions(struct rl_footprints *f)
{
    for (size_t i = 0; i < f->leaf_count; i++) {
        f->leaves[i].expanded = false;
    }
}

bool rl_bits_touched(const uint64_t *touched, uint32_t page, uint32_t count)
{
    static const uint64_t none[RL_BITMAP_WORDS(1u << 20)];

    return count > 0 && rl_bits_any(touched, none, page, count);
}

bool rl_leaf_touches(const struct rl_leaf *leaf, uint8_t device, uint32_t page, uint32_t count)
{
    return rl_bits_touched(leaf->touched[device], page, count);
}
