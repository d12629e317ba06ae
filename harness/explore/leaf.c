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

/* The entry of a page that some words are known of, or NULL. */
static struct rl_place *place_of(const struct rl_leaf *leaf, uint8_t device, uint32_t page)
{
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        if (leaf->words[i].device == device && leaf->words[i].page == page) {
            return &leaf->words[i];
        }
    }
    return NULL;
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
        leaf->words = rl_realloc(leaf->words, (leaf->word_count + 1u) * sizeof *leaf->words);
        place = &leaf->words[leaf->word_count++];
        *place = (struct rl_place){device, page, 0};
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

    for (uint32_t i = 0; i < question->interval_count; i++) {
        rl_bits_set(touched, question->intervals[i].first, question->intervals[i].count);
    }
    if (question->look == RL_LOOK_PAGE || question->look == RL_LOOK_WORDS) {
        rl_bit_set(touched, question->page);
    }
    if (question->look == RL_LOOK_PAGE) {
        know(leaf, question->device, question->page, UINT32_MAX);
    } else if (question->look == RL_LOOK_WORDS && answer != RL_WORDS_BAD) {
        know(leaf, question->device, question->page, question->mask);
    } else if (question->look != RL_LOOK_WORDS && answer == RL_HOLDS) {
        know_intervals(leaf, question, view);
    } else {
        rl_leaf_keep(leaf, question);
    }
}

void rl_leaf_keep(struct rl_leaf *leaf, const struct rl_question *question)
{
    leaf->asked = rl_realloc(leaf->asked, (leaf->asked_count + 1u) * sizeof *leaf->asked);
    leaf->asked[leaf->asked_count++] = rl_question_key(question);
}

bool rl_leaf_keeps(const struct rl_leaf *leaf, const struct rl_question *question)
{
    struct rl_sum key;

    if (leaf->asked_count == 0) {
        return false;
    }
    key = rl_question_key(question);
    for (uint32_t i = 0; i < leaf->asked_count; i++) {
        if (rl_sum_equal(leaf->asked[i], key)) {
            return true;
        }
    }
    return false;
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

void rl_leaf_init(struct rl_leaf *leaf, const struct rl_run *run, const uint32_t *pages)
{
    const struct rl_observer *observer = &run->observer;

    memset(leaf, 0, sizeof *leaf);
    for (int device = 0; device < 2; device++) {
        leaf->touched[device] = copy_bits(observer->touched[device], pages[device]);
        leaf->pinned[device] = copy_bits(observer->pinned[device], pages[device]);
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
    leaf->violated = run->judge.violated;
    rl_run_found(run, &leaf->found);
}

void rl_leaf_free(struct rl_leaf *leaf)
{
    for (int device = 0; device < 2; device++) {
        free(leaf->touched[device]);
        free(leaf->pinned[device]);
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
