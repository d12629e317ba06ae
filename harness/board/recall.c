#include "board/recall.h"

#include <stdlib.h>
#include <string.h>

#include "board/board.h"
#include "board/heap.h"

#define QUESTIONS (RL_ASK_ITEM + RL_RECALL_ITEMS)
#define NODES_MAX (1u << 20u) /* then all is forgotten: a limit of memory */
#define LOOKS_MAX 1024u       /* of one answer; one that takes more is not remembered */

enum { NODE_EMPTY = 0, NODE_LOOK, NODE_ANSWER };

struct node {
    struct rl_seen seen;
    rl_slot slot;        /* WORDS: of the page when it was asked last, */
    uint64_t slot_value; /* and what it came to */
    bool slot_value_known;
    uint64_t value; /* what the look came to last, and what follows it */
    uint32_t child;
    uint32_t answer; /* ANSWER: its number */
    uint8_t type;
};

/* From a look to what follows when it came to `value`. */
struct edge {
    uint64_t value;
    uint32_t node;
    uint32_t child; /* 0: the entry is free */
};

struct look {
    struct rl_seen seen;
    uint64_t value;
};

struct rl_recall {
    struct node *nodes; /* the first are the roots, by question */
    size_t node_count, node_room;
    struct edge *edges; /* open addressing, a power of two */
    size_t edge_count, edge_size;
    uint8_t (*answers)[RL_RECALL_ANSWER];
    size_t answer_count, answer_room;
    struct look looks[LOOKS_MAX]; /* of the question going on */
    uint32_t look_count;          /* LOOKS_MAX + 1: too many */
};

static uint32_t node_new(struct rl_recall *recall)
{
    recall->nodes =
        rl_grow(recall->nodes, recall->node_count, &recall->node_room, sizeof *recall->nodes);
    memset(&recall->nodes[recall->node_count], 0, sizeof *recall->nodes);
    return (uint32_t)recall->node_count++;
}

static void forget(struct rl_recall *recall)
{
    recall->node_count = 0;
    recall->answer_count = 0;
    recall->edge_count = 0;
    memset(recall->edges, 0, recall->edge_size * sizeof *recall->edges);
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        (void)node_new(recall);
    }
}

struct rl_recall *rl_recall_new(void)
{
    struct rl_recall *recall = rl_calloc(1, sizeof *recall);

    recall->edge_size = 4096;
    recall->edges = rl_calloc(recall->edge_size, sizeof *recall->edges);
    forget(recall);
    return recall;
}

void rl_recall_free(struct rl_recall *recall)
{
    if (recall != NULL) {
        free(recall->nodes);
        free(recall->edges);
        free(recall->answers);
        free(recall);
    }
}

/* The entry of an edge, or the free one where it would go. */
static struct edge *edge_at(const struct rl_recall *recall, uint32_t node, uint64_t value)
{
    uint64_t mix = (value ^ node * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93);
    size_t at = (size_t)(mix ^ mix >> 32u) & (recall->edge_size - 1u);

    while (recall->edges[at].child != 0 &&
           (recall->edges[at].node != node || recall->edges[at].value != value)) {
        at = (at + 1u) & (recall->edge_size - 1u);
    }
    return &recall->edges[at];
}

static void edges_grow(struct rl_recall *recall)
{
    struct edge *old = recall->edges;
    size_t old_size = recall->edge_size;

    recall->edge_size *= 2u;
    recall->edges = rl_calloc(recall->edge_size, sizeof *recall->edges);
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].child != 0) {
            *edge_at(recall, old[i].node, old[i].value) = old[i];
        }
    }
    free(old);
}

/* What follows a look that came to `value`; 0 where nobody was yet. */
static uint32_t follow(struct rl_recall *recall, uint32_t at, uint64_t value)
{
    struct node *node = &recall->nodes[at];

    if (node->child == 0 || node->value != value) {
        const struct edge *edge = edge_at(recall, at, value);

        if (edge->child == 0) {
            return 0;
        }
        node->value = value;
        node->child = edge->child;
    }
    return node->child;
}

static uint32_t follow_or_add(struct rl_recall *recall, uint32_t at, uint64_t value)
{
    uint32_t child = follow(recall, at, value);

    if (child == 0) {
        child = node_new(recall);
        if (recall->edge_count * 2u >= recall->edge_size) {
            edges_grow(recall);
        }
        *edge_at(recall, at, value) = (struct edge){value, at, child};
        recall->edge_count++;
    }
    return child;
}

static bool is_known(const struct rl_board *board, uint32_t question)
{
    return board->recall != NULL && question < QUESTIONS && board->upset.before == NULL &&
           !board->damaged && board->absent == 0 && !rl_pages_flawed();
}

/* Pages seldom change between two walks: what their words are need not be looked up then. */
static uint64_t ask(const struct rl_board *board, struct node *node)
{
    const struct rl_seen *seen = &node->seen;
    rl_slot slot;

    if (seen->look != RL_LOOK_WORDS) {
        return rl_board_answer_to(board, seen);
    }
    slot = board->planes[seen->plane].slots[seen->page];
    if (node->slot_value_known && slot == node->slot) {
        return node->slot_value;
    }
    node->slot = slot;
    node->slot_value = rl_board_answer_to(board, seen);
    node->slot_value_known = true;
    return node->slot_value;
}

/* Walks to an answer; the looks on the way are kept. 0 where there is none. */
static uint32_t walk(struct rl_recall *recall, const struct rl_board *board, uint32_t question)
{
    uint32_t at = question;

    recall->look_count = 0;
    while (recall->nodes[at].type == NODE_LOOK) {
        struct look *look = &recall->looks[recall->look_count++];

        look->seen = recall->nodes[at].seen;
        look->value = ask(board, &recall->nodes[at]);
        at = follow(recall, at, look->value);
        if (at == 0) {
            return 0;
        }
    }
    return recall->nodes[at].type == NODE_ANSWER ? at : 0;
}

bool rl_recall_find(struct rl_board *board, uint32_t question, void *answer, size_t size)
{
    struct rl_recall *recall = board->recall;
    uint32_t at;

    if (!is_known(board, question)) {
        return false;
    }
    at = walk(recall, board, question);
    if (at == 0) {
        recall->look_count = 0;
        board->keeps_looks = true;
        return false;
    }
    for (uint32_t i = 0; i < recall->look_count; i++) {
        rl_board_note(board, &recall->looks[i].seen, recall->looks[i].value);
    }
    memcpy(answer, recall->answers[recall->nodes[at].answer], size);
    return true;
}

void rl_recall_keep(struct rl_recall *recall, const struct rl_seen *seen, uint64_t answer)
{
    if (recall->look_count < LOOKS_MAX) {
        recall->looks[recall->look_count] = (struct look){*seen, answer};
    }
    recall->look_count += recall->look_count <= LOOKS_MAX;
}

static bool same_look(const struct rl_seen *a, const struct rl_seen *b)
{
    return a->look == b->look && a->plane == b->plane && a->page == b->page &&
           a->count == b->count && a->mask == b->mask && a->content == b->content;
}

void rl_recall_learn(struct rl_board *board, uint32_t question, const void *answer, size_t size)
{
    struct rl_recall *recall = board->recall;
    uint32_t at = question;

    if (!board->keeps_looks) {
        return;
    }
    board->keeps_looks = false;
    if (recall->look_count > LOOKS_MAX || size > RL_RECALL_ANSWER) {
        return;
    }
    if (recall->node_count + recall->look_count >= NODES_MAX) {
        forget(recall);
    }
    for (uint32_t i = 0; i < recall->look_count; i++) {
        struct node *node = &recall->nodes[at];

        if (node->type == NODE_EMPTY) {
            node->type = NODE_LOOK;
            node->seen = recall->looks[i].seen;
        } else if (node->type != NODE_LOOK || !same_look(&node->seen, &recall->looks[i].seen)) {
            return; /* no function of what it reads: nothing is remembered of it */
        }
        at = follow_or_add(recall, at, recall->looks[i].value);
    }
    if (recall->nodes[at].type == NODE_EMPTY) {
        recall->answers = rl_grow(recall->answers, recall->answer_count, &recall->answer_room,
                                  sizeof *recall->answers);
        memcpy(recall->answers[recall->answer_count], answer, size);
        recall->nodes[at].type = NODE_ANSWER;
        recall->nodes[at].answer = (uint32_t)recall->answer_count++;
    }
}
