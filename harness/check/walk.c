#include "check/walk.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/certificate.h"

static int by_value(const void *a, const void *b)
{
    const struct rl_check_answer *one = a;
    const struct rl_check_answer *other = b;

    return one->value != other->value ? (one->value < other->value ? -1 : 1)
                                      : (one->next < other->next ? -1 : one->next > other->next);
}

void rl_check_intern(struct rl_check_cell *cell)
{
    for (size_t i = 0; i < cell->slot_count; i++) {
        struct rl_check_slot *slot = &cell->slots[i];

        slot->marks.flaws = slot->marks.flawed == 0 ? 0 : rl_pages_flaws(&slot->flaws);
        slot->slot = rl_slot_intern(slot->bytes, slot->marks);
    }
    for (size_t i = 0; i < cell->node_count; i++) {
        const struct rl_check_node *node = &cell->nodes[i];
        struct rl_check_answer *answers;

        if (node->answer_count == 0) {
            continue;
        }
        answers = &cell->answers[node->answer_first];
        for (uint32_t k = 0; k < node->answer_count && node->look < RL_LOOK_BLANK; k++) {
            answers[k].value =
                answers[k].stored == 0 ? RL_WORDS_BAD : cell->slots[answers[k].stored - 1u].slot;
        }
        qsort(answers, node->answer_count, sizeof *answers, by_value);
    }
}

static uint64_t ask_range(const struct rl_interval *intervals, uint32_t count,
                          const struct rl_check_node *node, const struct rl_view *view)
{
    struct rl_sum sum = {0, 0};
    uint64_t flaws = 0;
    uint32_t bad = 0;
    uint64_t answer;

    for (uint32_t i = 0; i < count; i++) {
        struct rl_interval at = intervals[i];
        uint32_t more = 0;

        rl_sum_add(&sum, rl_view_sum(view, node->device, at.first, at.count, &more));
        bad += more;
        for (uint32_t k = 0; rl_pages_flawed() && k < at.count; k++) {
            flaws =
                rl_flaws_add(flaws, at.first + k, rl_view_slot(view, node->device, at.first + k));
        }
    }
    answer = bad > 0 ? (node->look > RL_LOOK_RANGE ? RL_DIFFERS : RL_UNREADABLE)
             : rl_sum_equal(sum, node->target) ? RL_HOLDS
                                               : RL_DIFFERS;
    return answer | flaws << RL_RANGE_FLAWS;
}

static uint64_t ask_blank(const struct rl_interval *intervals, uint32_t count,
                          const struct rl_check_node *node, const struct rl_view *view)
{
    uint64_t answer = RL_HOLDS;

    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < intervals[i].count; k++) {
            rl_slot slot = rl_view_slot(view, node->device, intervals[i].first + k);

            if (rl_slot_is_bad(slot)) {
                return RL_UNREADABLE;
            }
            answer = slot == RL_SLOT_BLANK ? answer : RL_DIFFERS;
        }
    }
    return answer;
}

uint64_t rl_check_ask(const struct rl_check_cell *cell, const struct rl_check_node *node,
                      const struct rl_view *view)
{
    const struct rl_interval *intervals = cell->intervals + node->interval_first;
    rl_slot slot;

    if (node->look >= RL_LOOK_RANGE) {
        return ask_range(intervals, node->interval_count, node, view);
    }
    if (node->look == RL_LOOK_BLANK) {
        return ask_blank(intervals, node->interval_count, node, view);
    }
    slot = rl_view_slot(view, node->device, node->page);
    if (node->look == RL_LOOK_PAGE) {
        return slot;
    }
    return node->look == RL_LOOK_WORDS && (rl_slot_marks_of(slot).bad & node->mask) != 0
               ? RL_WORDS_BAD
               : rl_slot_merge(RL_SLOT_BLANK, slot, node->mask);
}

static uint32_t follow(const struct rl_check_cell *cell, const struct rl_check_node *node,
                       uint64_t value)
{
    uint32_t low = 0;
    uint32_t high = node->answer_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2u;
        const struct rl_check_answer *answer = &cell->answers[node->answer_first + middle];

        if (answer->value == value) {
            return answer->next;
        }
        if (answer->value < value) {
            low = middle + 1u;
        } else {
            high = middle;
        }
    }
    return RL_CHECK_NONE;
}

uint32_t rl_check_next(const struct rl_check_cell *cell, const struct rl_check_node *node,
                       const struct rl_view *view)
{
    return follow(cell, node, rl_check_ask(cell, node, view));
}

uint32_t rl_check_walk(const struct rl_check_cell *cell, const struct rl_view *view)
{
    uint32_t at = 0;

    while (cell->nodes[at].kind == RL_CERTIFICATE_QUESTION) {
        at = rl_check_next(cell, &cell->nodes[at], view);
        if (at == RL_CHECK_NONE) {
            return RL_CHECK_NONE;
        }
    }
    return cell->nodes[at].leaf;
}

void rl_check_asked_init(struct rl_check_asked *asked, const struct rl_check_cell *cell)
{
    for (int device = 0; device < 2; device++) {
        asked->words[device] = rl_calloc(cell->pages[device], sizeof *asked->words[device]);
    }
}

void rl_check_asked_free(struct rl_check_asked *asked)
{
    free(asked->words[0]);
    free(asked->words[1]);
}

static void add_question(struct rl_check_asked *asked, const struct rl_check_cell *cell,
                         const struct rl_check_node *node)
{
    uint32_t *words = asked->words[node->device];

    if (node->look < RL_LOOK_BLANK) {
        words[node->page] |= node->mask;
        return;
    }
    for (uint32_t i = 0; i < node->interval_count; i++) {
        const struct rl_interval *at = &cell->intervals[node->interval_first + i];

        memset(words + at->first, 0xFF, at->count * sizeof *words);
    }
}

void rl_check_asked_of(struct rl_check_asked *asked, const struct rl_check_cell *cell,
                       const struct rl_check_leaf *leaf)
{
    uint32_t at = cell->nodes[leaf->node].before;

    for (int device = 0; device < 2; device++) {
        memset(asked->words[device], 0, cell->pages[device] * sizeof *asked->words[device]);
    }
    while (at != RL_CHECK_NONE) {
        add_question(asked, cell, &cell->nodes[at]);
        at = cell->nodes[at].before;
    }
}
