#include "explore/leaf.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

static uint64_t *copy_bits(const uint64_t *bits, uint32_t count)
{
    size_t size = RL_BITMAP_WORDS(count) * sizeof *bits;
    uint64_t *copy = rl_malloc(size);

    memcpy(copy, bits, size);
    return copy;
}

/* Entries are in the order of devices and pages. */
static uint64_t order_of(uint8_t device, uint32_t page)
{
    return (uint64_t)device << 32u | page;
}

/* Where the entry of a page is, or belongs. */
static uint32_t place_index(const struct rl_leaf *leaf, uint8_t device, uint32_t page)
{
    uint64_t order = order_of(device, page);
    uint32_t first = 0;
    uint32_t end = leaf->word_count;

    while (first < end) {
        uint32_t middle = first + (end - first) / 2u;

        if (order_of(leaf->words[middle].device, leaf->words[middle].page) < order) {
            first = middle + 1u;
        } else {
            end = middle;
        }
    }
    return first;
}

/* The entry of a page that some words are known of, or NULL. Most pages have none. */
static struct rl_place *place_of(const struct rl_leaf *leaf, uint8_t device, uint32_t page)
{
    return rl_bit(leaf->listed[device], page) ? &leaf->words[place_index(leaf, device, page)]
                                              : NULL;
}

static struct rl_place *place_new(struct rl_leaf *leaf, uint8_t device, uint32_t page)
{
    uint32_t index = place_index(leaf, device, page);

    leaf->words = rl_realloc(leaf->words, (leaf->word_count + 1u) * sizeof *leaf->words);
    memmove(leaf->words + index + 1u, leaf->words + index,
            (leaf->word_count - index) * sizeof *leaf->words);
    leaf->word_count++;
    leaf->words[index] = (struct rl_place){device, page, 0};
    rl_bit_set(leaf->listed[device], page);
    return &leaf->words[index];
}

uint32_t rl_leaf_known(const struct rl_leaf *leaf, uint8_t device, uint32_t page)
{
    const struct rl_place *place;

    if (rl_bit(leaf->pinned[device], page)) {
        return UINT32_MAX;
    }
    place = place_of(leaf, device, page);
    return place == NULL ? 0 : place->mask;
}

static void know(struct rl_leaf *leaf, uint8_t device, uint32_t page, uint32_t mask)
{
    struct rl_place *place = place_of(leaf, device, page);

    if (place == NULL && mask != UINT32_MAX) {
        place = place_new(leaf, device, page);
    }
    if (place != NULL) {
        place->mask |= mask;
        mask = place->mask;
    }
    if (mask == UINT32_MAX) {
        rl_bit_set(leaf->pinned[device], page);
    }
}

/* Pages of a question that was answered with yes. Whether words of flash that are all ones are
 * programmed, their bytes do not tell. */
static void know_intervals(struct rl_leaf *leaf, const struct rl_question *question,
                           const struct rl_view *view)
{
    bool bytes = question->look == RL_LOOK_RANGE && question->device == RL_FLASH;

    for (uint32_t i = 0; i < question->interval_count; i++) {
        const struct rl_interval *at = &question->intervals[i];

        for (uint32_t page = at->first; page < at->first + at->count; page++) {
            rl_slot slot = rl_view_slot(view, question->device, page);

            if (bytes) {
                rl_bit_set(leaf->held, page);
            }
            know(leaf, question->device, page,
                 bytes ? ~rl_pages_ones(rl_slot_data(slot)) : UINT32_MAX);
        }
    }
}

void rl_leaf_learn(struct rl_leaf *leaf, const struct rl_question *question, uint64_t answer,
                   const struct rl_view *view)
{
    uint64_t *touched = leaf->touched[question->device];

    for (uint32_t i = 0; question->look != RL_LOOK_DOUBTED && i < question->interval_count; i++) {
        rl_bits_set(touched, question->intervals[i].first, question->intervals[i].count);
    }
    leaf->asks_doubts = leaf->asks_doubts || question->look == RL_LOOK_DOUBTED;
    if (rl_question_is_of_page(question)) {
        rl_bit_set(touched, question->page);
    }
    if (question->look == RL_LOOK_PAGE) {
        know(leaf, question->device, question->page, UINT32_MAX);
    } else if (question->look == RL_LOOK_EXACT ||
               (question->look == RL_LOOK_WORDS && answer != RL_WORDS_BAD)) {
        know(leaf, question->device, question->page, question->mask);
    } else if (question->look >= RL_LOOK_BLANK && question->look != RL_LOOK_DOUBTED &&
               answer == RL_HOLDS) {
        know_intervals(leaf, question, view);
    } else {
        rl_leaf_keep(leaf, question);
    }
}

/* Where a key is in the table, or belongs. */
static struct rl_sum *asked_at(const struct rl_leaf *leaf, struct rl_sum key)
{
    uint32_t at = (uint32_t)key.low & (leaf->asked_size - 1u);

    while (!rl_sum_equal(leaf->asked[at], key) &&
           !rl_sum_equal(leaf->asked[at], (struct rl_sum){0, 0})) {
        at = (at + 1u) & (leaf->asked_size - 1u);
    }
    return &leaf->asked[at];
}

static void asked_grow(struct rl_leaf *leaf)
{
    struct rl_sum *old = leaf->asked;
    uint32_t old_size = leaf->asked_size;

    leaf->asked_size = old_size == 0 ? 8u : old_size * 2u;
    leaf->asked = rl_calloc(leaf->asked_size, sizeof *leaf->asked);
    for (uint32_t i = 0; i < old_size; i++) {
        *asked_at(leaf, old[i]) = old[i];
    }
    free(old);
}

void rl_leaf_keep(struct rl_leaf *leaf, const struct rl_question *question)
{
    struct rl_sum key = rl_question_key(question);
    struct rl_sum *at;

    if ((leaf->asked_count + 1u) * 2u > leaf->asked_size) {
        asked_grow(leaf);
    }
    at = asked_at(leaf, key);
    leaf->asked_count += !rl_sum_equal(*at, key);
    *at = key;
}

bool rl_leaf_keeps(const struct rl_leaf *leaf, const struct rl_question *question)
{
    struct rl_sum key;

    if (leaf->asked_count == 0) {
        return false;
    }
    key = rl_question_key(question);
    return rl_sum_equal(*asked_at(leaf, key), key);
}

/* Which words the run's looks determined, of pages that they do not determine whole. */
static void take_words(struct rl_leaf *leaf, const struct rl_observer *observer,
                       const struct rl_observation *seen)
{
    uint32_t mask = observer->words[seen->device][seen->page];

    if (mask != 0 && mask != UINT32_MAX && place_of(leaf, seen->device, seen->page) == NULL) {
        know(leaf, seen->device, seen->page, mask);
    }
}

/* Of pages whose bytes the run knows: all that are not pinned for their words of all ones. */
static void take_held(struct rl_leaf *leaf, const struct rl_observer *observer,
                      const struct rl_observation *seen)
{
    for (uint32_t i = 0; i < seen->interval_count; i++) {
        const struct rl_interval *at = &observer->intervals[seen->interval_first + i];

        rl_bits_set(leaf->held, at->first, at->count);
        for (uint32_t page = at->first; page < at->first + at->count; page++) {
            uint32_t mask = observer->words[RL_FLASH][page];

            if (mask != 0 && mask != UINT32_MAX && place_of(leaf, RL_FLASH, page) == NULL) {
                know(leaf, RL_FLASH, page, mask);
            }
        }
    }
}

struct rl_footprint rl_footprint_of(const struct rl_run *run)
{
    struct rl_footprint footprint = {.observer = &run->observer,
                                     .start = {&run->flash, &run->memory},
                                     .violated = run->judge.violated};

    rl_run_found(run, &footprint.found);
    return footprint;
}

void rl_leaf_init(struct rl_leaf *leaf, const struct rl_footprint *footprint, const uint32_t *pages)
{
    const struct rl_observer *observer = footprint->observer;

    memset(leaf, 0, sizeof *leaf);
    for (int device = 0; device < 2; device++) {
        leaf->touched[device] = copy_bits(observer->touched[device], pages[device]);
        leaf->pinned[device] = copy_bits(observer->pinned[device], pages[device]);
        leaf->listed[device] =
            rl_calloc(RL_BITMAP_WORDS(pages[device]), sizeof *leaf->listed[device]);
    }
    leaf->held = rl_calloc(RL_BITMAP_WORDS(pages[RL_FLASH]), sizeof *leaf->held);
    for (size_t i = 0; i < observer->count; i++) {
        const struct rl_observation *seen = &observer->list[i];

        if (seen->look < RL_LOOK_BLANK) {
            take_words(leaf, observer, seen);
        } else if (seen->look == RL_LOOK_RANGE && seen->device == RL_FLASH &&
                   seen->value == RL_HOLDS) {
            take_held(leaf, observer, seen);
        }
    }
    leaf->violated = footprint->violated;
    leaf->found = footprint->found;
}

void rl_leaf_free(struct rl_leaf *leaf)
{
    for (int device = 0; device < 2; device++) {
        free(leaf->touched[device]);
        free(leaf->pinned[device]);
        free(leaf->listed[device]);
    }
    free(leaf->held);
    free(leaf->words);
    free(leaf->asked);
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
