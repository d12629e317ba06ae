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
    uint32_t interval_first, interval_count; /* BLANK and RANGE */
    struct rl_sum target;                    /* RANGE */
    const struct rl_content *content;
    uint32_t content_first;
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

/* A question to flash that was asked at the current place of a cursor, and left nothing open. */
struct passed {
    uint64_t serial; /* of the place */
    uint32_t child;
};

/* Of a tree. */
struct root {
    struct rl_sum key;
    uint32_t node; /* 0: the entry is free */
};

struct rl_footprints {
    struct node *nodes;
    size_t node_count, node_room;
    struct rl_interval *intervals;
    size_t interval_count, interval_room;
    struct edge *edges; /* open addressing, a power of two */
    size_t edge_count, edge_size;
    struct root *roots; /* open addressing, a power of two */
    size_t root_count, root_size;
    struct rl_leaf *leaves;
    size_t leaf_count, leaf_room;
    void (*on_split)(void *user, uint32_t leaf, const struct rl_question *question);
    void *user;
    uint32_t pages[2];
    struct rl_parts parts; /* of what is left of a question */
    struct rl_view *start; /* the start state of a run at hand */
    struct passed *passed; /* by node */
    size_t passed_count;
    struct rl_cursor_place place; /* that they are of */
    uint64_t serial;
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
    f->root_size = 64;
    f->roots = rl_calloc(f->root_size, sizeof *f->roots);
    f->start = rl_calloc(1, sizeof *f->start);
    (void)node_new(f);
    return f;
}

void rl_footprints_free(struct rl_footprints *f)
{
    if (f == NULL) {
        return;
    }
    for (size_t i = 0; i < f->leaf_count; i++) {
        rl_leaf_free(&f->leaves[i]);
    }
    free(f->leaves);
    free(f->nodes);
    free(f->intervals);
    free(f->edges);
    free(f->roots);
    free(f->parts.list);
    free(f->passed);
    free(f->start);
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

/* The entry of a root, or the free one where it would go. */
static struct root *root_at(const struct rl_footprints *f, struct rl_sum key)
{
    size_t at = (size_t)key.low & (f->root_size - 1u);

    while (f->roots[at].node != 0 && !rl_sum_equal(f->roots[at].key, key)) {
        at = (at + 1u) & (f->root_size - 1u);
    }
    return &f->roots[at];
}

static void roots_grow(struct rl_footprints *f)
{
    struct root *old = f->roots;
    size_t old_size = f->root_size;

    f->root_size *= 2u;
    f->roots = rl_calloc(f->root_size, sizeof *f->roots);
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].node != 0) {
            *root_at(f, old[i].key) = old[i];
        }
    }
    free(old);
}

uint32_t rl_footprints_root(struct rl_footprints *f, struct rl_sum key)
{
    struct root *root = root_at(f, key);

    if (root->node == 0) {
        if ((f->root_count + 1u) * 2u > f->root_size) {
            roots_grow(f);
            root = root_at(f, key);
        }
        f->root_count++;
        *root = (struct root){key, node_new(f)};
    }
    return root->node;
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

static struct rl_question question_of(const struct rl_footprints *f, const struct node *node)
{
    return (struct rl_question){.look = node->look,
                                .device = node->device,
                                .page = node->page,
                                .mask = node->mask,
                                .interval_count = node->interval_count,
                                .intervals = f->intervals + node->interval_first,
                                .target = node->target,
                                .content = node->content,
                                .content_first = node->content_first};
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

/* What was asked at another place of the cursor is forgotten. The cursor's place says all that the
 * flash of its crash states and what is open in it depend on, but for pages that a view shows
 * otherwise; and what the parent knows only grows. */
static void keep_place(struct rl_footprints *f, const struct rl_cursor *cursor)
{
    struct rl_cursor_place place = rl_cursor_flash_place(cursor);

    if (f->place.cursor != place.cursor || f->place.version != place.version) {
        f->place = place;
        f->serial++;
    }
    if (f->passed_count < f->node_count) {
        f->passed = rl_realloc(f->passed, f->node_room * sizeof *f->passed);
        memset(f->passed + f->passed_count, 0,
               (f->node_room - f->passed_count) * sizeof *f->passed);
        f->passed_count = f->node_room;
    }
}

/* Whether the view answers as the plane that it is over. */
static bool is_plain(const struct rl_footprints *f, const struct node *node,
                     const struct rl_view *view)
{
    if (node->look < RL_LOOK_BLANK) {
        return rl_view_is_plain(view, node->page, 1);
    }
    for (uint32_t i = 0; i < node->interval_count; i++) {
        const struct rl_interval *at = &f->intervals[node->interval_first + i];

        if (!rl_view_is_plain(view, at->first, at->count)) {
            return false;
        }
    }
    return true;
}

/* The child that a question of the walk leads to; 0 when there is none. */
static uint32_t step(struct rl_footprints *f, uint32_t at, const struct rl_view *view,
                     struct rl_open *open)
{
    struct rl_question question = question_of(f, &f->nodes[at]);

    if (open != NULL && !open->touches) {
        open->touches = rl_open_leaves(open, view, &question, &f->parts);
    }
    return follow(f, at, rl_question_ask(&question, view));
}

/* The same, for views over the planes of the place that is kept. */
static uint32_t step_kept(struct rl_footprints *f, uint32_t at, const struct rl_view *view,
                          struct rl_open *open)
{
    struct passed *passed = &f->passed[at];
    bool plain = f->nodes[at].device == RL_FLASH && is_plain(f, &f->nodes[at], view);

    if (plain && passed->serial == f->serial) {
        return passed->child;
    }
    at = step(f, at, view, open);
    if (plain && !open->touches && at != 0) {
        *passed = (struct passed){f->serial, at};
    }
    return at;
}

/* Whether the view is over the planes of a place that is kept from here on. */
static bool keeps(struct rl_footprints *f, const struct rl_view *view, const struct rl_open *open)
{
    if (open == NULL || open->cursor == NULL || view->revived_count > 0 ||
        view->flash != &open->cursor->planes[RL_PLANE_FLASH]) {
        return false;
    }
    keep_place(f, open->cursor);
    return true;
}

uint32_t rl_footprints_step(struct rl_footprints *f, uint32_t at, const struct rl_view *view,
                            struct rl_open *open)
{
    return (keeps(f, view, open) ? step_kept : step)(f, at, view, open);
}

uint32_t rl_footprints_find(struct rl_footprints *f, const struct rl_view *view,
                            struct rl_open *open)
{
    return rl_footprints_find_from(f, RL_ROOT, view, open);
}

uint32_t rl_footprints_find_from(struct rl_footprints *f, uint32_t root, const struct rl_view *view,
                                 struct rl_open *open)
{
    bool kept = keeps(f, view, open);
    uint32_t at = root;

    while (f->nodes[at].type == NODE_LOOK) {
        at = kept ? step_kept(f, at, view, open) : step(f, at, view, open);
        if (at == 0) {
            return RL_LEAF_NONE;
        }
    }
    return f->nodes[at].type == NODE_LEAF ? f->nodes[at].page : RL_LEAF_NONE;
}

bool rl_footprints_look(const struct rl_footprints *f, uint32_t at, struct rl_question *question)
{
    if (f->nodes[at].type != NODE_LOOK) {
        return false;
    }
    *question = question_of(f, &f->nodes[at]);
    return true;
}

bool rl_footprints_leaves(struct rl_footprints *f, struct rl_open *open, const struct rl_view *view,
                          const struct rl_question *question)
{
    return rl_open_leaves(open, view, question, &f->parts);
}

uint32_t rl_footprints_leaf_at(const struct rl_footprints *f, uint32_t at)
{
    return f->nodes[at].type == NODE_LEAF ? f->nodes[at].page : RL_LEAF_NONE;
}

/* Makes the node ask a question. */
static void node_ask(struct rl_footprints *f, uint32_t at, const struct rl_question *question)
{
    struct node *node = &f->nodes[at];

    node->type = NODE_LOOK;
    node->look = question->look;
    node->mask = question->mask;
    node->device = question->device;
    node->page = question->page;
    node->target = question->target;
    node->content = question->content;
    node->content_first = question->content_first;
    node->interval_first = (uint32_t)f->interval_count;
    node->interval_count = question->interval_count;
    for (uint32_t i = 0; i < question->interval_count; i++) {
        f->intervals =
            rl_grow(f->intervals, f->interval_count, &f->interval_room, sizeof *f->intervals);
        f->intervals[f->interval_count++] = question->intervals[i];
    }
}

/* Makes the node say what the run observed there, or checks that it does already. */
static bool node_matches(struct rl_footprints *f, uint32_t at, const struct rl_observer *observer,
                         const struct rl_observation *seen)
{
    const struct node *node = &f->nodes[at];

    if (node->type == NODE_EMPTY) {
        struct rl_question question = rl_question_of(observer, seen);

        node_ask(f, at, &question);
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

/* Past the looks that split leaves: by what the run's start state answers. `leaf`, if there is one,
 * learns that. */
static uint32_t past_splits(struct rl_footprints *f, uint32_t at, struct rl_leaf *leaf)
{
    while (f->nodes[at].type == NODE_LOOK && f->nodes[at].split) {
        struct rl_question question = question_of(f, &f->nodes[at]);
        uint64_t answer = rl_question_ask(&question, f->start);

        if (leaf != NULL) {
            rl_leaf_learn(leaf, &question, answer, f->start);
        }
        at = child_for(f, at, answer);
    }
    return at;
}

/* Looks of the run that determined no words: the leaf knows their answers, as far as they are about
 * pages that others do not determine. */
static void keep_answers(struct rl_footprints *f, struct rl_leaf *leaf,
                         const struct rl_footprint *run)
{
    struct rl_open open = {.parent = leaf, .start = {run->start[0], run->start[1]}};

    for (size_t i = 0; i < run->observer->count; i++) {
        const struct rl_observation *seen = &run->observer->list[i];
        struct rl_question question = rl_question_of(run->observer, seen);

        if (seen->look != RL_LOOK_PAGE && rl_open_leaves(&open, f->start, &question, &f->parts)) {
            rl_leaf_keep(leaf, &open.left);
        }
    }
}

static uint32_t leaf_new(struct rl_footprints *f, uint32_t splits, uint32_t at,
                         const struct rl_footprint *run)
{
    struct rl_leaf *leaf;

    f->leaves = rl_grow(f->leaves, f->leaf_count, &f->leaf_room, sizeof *f->leaves);
    leaf = &f->leaves[f->leaf_count];
    rl_leaf_init(leaf, run, f->pages);
    leaf->node = at;
    (void)past_splits(f, splits, leaf);
    keep_answers(f, leaf, run);
    f->nodes[at].type = NODE_LEAF;
    f->nodes[at].page = (uint32_t)f->leaf_count;
    return (uint32_t)f->leaf_count++;
}

uint32_t rl_footprints_add_apart(struct rl_footprints *f, const struct rl_run *run)
{
    struct rl_footprint footprint = rl_footprint_of(run);
    struct rl_leaf *leaf;

    f->leaves = rl_grow(f->leaves, f->leaf_count, &f->leaf_room, sizeof *f->leaves);
    leaf = &f->leaves[f->leaf_count];
    rl_leaf_init(leaf, &footprint, f->pages);
    leaf->node = node_new(f);
    f->nodes[leaf->node].type = NODE_LEAF;
    f->nodes[leaf->node].page = (uint32_t)f->leaf_count;
    for (int device = 0; device < 2; device++) {
        rl_bits_set(leaf->touched[device], 0, f->pages[device]);
    }
    return (uint32_t)f->leaf_count++;
}

uint32_t rl_footprints_add(struct rl_footprints *f, const struct rl_run *run)
{
    struct rl_footprint footprint = rl_footprint_of(run);

    return rl_footprints_add_from(f, RL_ROOT, &footprint);
}

uint32_t rl_footprints_add_from(struct rl_footprints *f, uint32_t root,
                                const struct rl_footprint *run)
{
    uint32_t splits;
    uint32_t at = root;

    for (size_t i = 0; i < run->observer->count; i++) {
        const struct rl_observation *seen = &run->observer->list[i];

        if (!node_matches(f, at, run->observer, seen)) {
            return RL_LEAF_NONE;
        }
        at = child_for(f, at, seen->value);
    }
    splits = at;
    rl_view_plain(f->start, run->start[RL_FLASH], run->start[RL_MEMORY]);
    at = past_splits(f, at, NULL);
    if (f->nodes[at].type == NODE_LEAF) {
        return f->nodes[at].page;
    }
    return f->nodes[at].type == NODE_EMPTY ? leaf_new(f, splits, at, run) : RL_LEAF_NONE;
}

void rl_footprints_on_split(struct rl_footprints *f,
                            void (*on_split)(void *user, uint32_t leaf,
                                             const struct rl_question *question),
                            void *user)
{
    f->on_split = on_split;
    f->user = user;
}

void rl_footprints_split(struct rl_footprints *f, uint32_t leaf, const struct rl_question *question,
                         const struct rl_run *run)
{
    rl_footprints_split_by(f, leaf, question,
                           (const struct rl_plane *const[]){&run->flash, &run->memory});
}

void rl_footprints_split_by(struct rl_footprints *f, uint32_t leaf,
                            const struct rl_question *question, const struct rl_plane *const *start)
{
    struct rl_leaf *at = &f->leaves[leaf];
    uint64_t answer;
    uint32_t child;

    rl_view_plain(f->start, start[RL_FLASH], start[RL_MEMORY]);
    answer = rl_question_ask(question, f->start);
    node_ask(f, at->node, question);
    f->nodes[at->node].split = true;
    rl_leaf_learn(at, question, answer, f->start);
    child = child_for(f, at->node, answer);
    f->nodes[child].type = NODE_LEAF;
    f->nodes[child].page = leaf;
    at->node = child;
    if (f->on_split != NULL) {
        f->on_split(f->user, leaf, question);
    }
}

bool rl_footprints_inherit(struct rl_footprints *f, uint32_t leaf, uint32_t root,
                           const struct rl_view *view, struct rl_open *open)
{
    bool left = false;
    uint32_t at = root;

    while (at != 0 && f->nodes[at].type == NODE_LOOK) {
        struct rl_question question = question_of(f, &f->nodes[at]);

        open->parent = &f->leaves[leaf];
        while (rl_open_leaves(open, view, &question, &f->parts)) {
            rl_footprints_split_by(f, leaf, &open->left, open->start);
            left = true;
            question = question_of(f, &f->nodes[at]);
        }
        at = follow(f, at, rl_question_ask(&question, view));
    }
    return left;
}

void rl_footprints_forget_expansions(struct rl_footprints *f)
{
    for (size_t i = 0; i < f->leaf_count; i++) {
        f->leaves[i].expanded = false;
    }
}

struct rl_footprint_node rl_footprints_node(const struct rl_footprints *f, uint32_t at)
{
    struct rl_footprint_node node = {.leaf = RL_LEAF_NONE};

    if (f->nodes[at].type == NODE_LOOK) {
        node.is_question = true;
        node.question = question_of(f, &f->nodes[at]);
    } else if (f->nodes[at].type == NODE_LEAF) {
        node.leaf = f->nodes[at].page;
    }
    return node;
}

void rl_footprints_answers(const struct rl_footprints *f,
                           void (*tell)(void *user, const struct rl_footprint_answer *answer),
                           void *user)
{
    for (uint32_t i = 0; i < f->node_count; i++) {
        if (f->nodes[i].type == NODE_LOOK && f->nodes[i].child != 0) {
            tell(user, &(struct rl_footprint_answer){i, f->nodes[i].child, f->nodes[i].value});
        }
    }
    for (size_t i = 0; i < f->edge_size; i++) {
        if (f->edges[i].used) {
            tell(user, &(struct rl_footprint_answer){f->edges[i].node, f->edges[i].child,
                                                     f->edges[i].value});
        }
    }
}
