#include "explore/closure_foresee.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

/* What is foreseen for a leaf. */
struct leaf_foresees {
    struct rl_foreseen *list;
    uint32_t count;
};

void rl_foresight_init(struct rl_foresight *foresight, struct rl_footprints *footprints)
{
    memset(foresight, 0, sizeof *foresight);
    foresight->footprints = footprints;
}

void rl_foresight_free(struct rl_foresight *foresight)
{
    for (uint32_t i = 0; i < foresight->count; i++) {
        free((void *)foresight->questions[i].intervals);
    }
    for (size_t i = 0; i < foresight->leaf_count; i++) {
        free(foresight->leaves[i].list);
    }
    free(foresight->leaves);
    memset(foresight, 0, sizeof *foresight);
}

static struct leaf_foresees *leaf_at(struct rl_foresight *foresight, uint32_t leaf)
{
    if (leaf >= foresight->leaf_count) {
        size_t count = (size_t)leaf * 2u + 64u;

        foresight->leaves = rl_realloc(foresight->leaves, count * sizeof *foresight->leaves);
        memset(foresight->leaves + foresight->leaf_count, 0,
               (count - foresight->leaf_count) * sizeof *foresight->leaves);
        foresight->leaf_count = count;
    }
    return &foresight->leaves[leaf];
}

void rl_foresight_begin(struct rl_foresight *foresight, uint32_t leaf,
                        const struct rl_plane *const *start)
{
    struct leaf_foresees *at = leaf_at(foresight, leaf);
    struct rl_view *view = rl_calloc(1, sizeof *view);
    struct rl_open open = {.parent = rl_footprints_leaf(foresight->footprints, leaf),
                           .start = {start[RL_FLASH], start[RL_MEMORY]}};

    rl_view_plain(view, start[RL_FLASH], start[RL_MEMORY]);
    at->list = rl_realloc(at->list, (foresight->count + 1u) * sizeof *at->list);
    at->count = 0;
    for (uint32_t i = 0; i < foresight->count; i++) {
        const struct rl_question *question = &foresight->questions[i];

        if (rl_footprints_leaves(foresight->footprints, &open, view, question)) {
            at->list[at->count++] =
                (struct rl_foreseen){.question = i, .answer = rl_question_ask(question, view)};
        }
    }
    free(view);
}

static bool reads_dirty(const struct rl_question *question, const uint32_t *dirty)
{
    if (question->device != RL_MEMORY || dirty == NULL) {
        return false;
    }
    if (rl_question_is_of_page(question)) {
        return dirty[question->page] != 0;
    }
    for (uint32_t i = 0; i < question->interval_count; i++) {
        const struct rl_interval *pages = &question->intervals[i];

        for (uint32_t page = pages->first; page < pages->first + pages->count; page++) {
            if (dirty[page] != 0) {
                return true;
            }
        }
    }
    return false;
}

void rl_foresight_arrive(struct rl_foresight *foresight, uint32_t leaf, const struct rl_view *view,
                         const struct rl_open *open, const uint32_t *dirty)
{
    struct leaf_foresees *at = leaf_at(foresight, leaf);
    struct rl_open other;

    for (uint32_t i = 0; i < at->count; i++) {
        struct rl_foreseen *seen = &at->list[i];
        const struct rl_question *question = &foresight->questions[seen->question];

        if (seen->differs) {
            continue;
        }
        if (open != NULL) {
            other = *open;
        }
        seen->differs =
            reads_dirty(question, dirty) || rl_question_ask(question, view) != seen->answer ||
            (open != NULL && rl_footprints_leaves(foresight->footprints, &other, view, question));
    }
}

static bool is_about(const struct rl_question *question, uint8_t device, uint32_t page,
                     uint32_t count)
{
    if (question->device != device) {
        return false;
    }
    if (rl_question_is_of_page(question)) {
        return question->page >= page && question->page < page + count;
    }
    for (uint32_t i = 0; i < question->interval_count; i++) {
        const struct rl_interval *pages = &question->intervals[i];

        if (pages->first < page + count && page < pages->first + pages->count) {
            return true;
        }
    }
    return false;
}

bool rl_foresight_touches(const struct rl_foresight *foresight, uint32_t leaf, uint8_t device,
                          uint32_t page, uint32_t count)
{
    if (leaf >= foresight->leaf_count) {
        return false;
    }
    for (uint32_t i = 0; i < foresight->leaves[leaf].count; i++) {
        const struct rl_foreseen *seen = &foresight->leaves[leaf].list[i];

        if (!seen->differs &&
            is_about(&foresight->questions[seen->question], device, page, count)) {
            return true;
        }
    }
    return false;
}

void rl_foresight_add_touched(const struct rl_foresight *foresight, uint32_t leaf,
                              uint64_t *const *touched)
{
    for (uint32_t i = 0; leaf < foresight->leaf_count && i < foresight->leaves[leaf].count; i++) {
        const struct rl_foreseen *seen = &foresight->leaves[leaf].list[i];
        const struct rl_question *question = &foresight->questions[seen->question];

        if (seen->differs) {
            continue;
        }
        if (rl_question_is_of_page(question)) {
            rl_bit_set(touched[question->device], question->page);
        }
        for (uint32_t k = 0; k < question->interval_count; k++) {
            rl_bits_set(touched[question->device], question->intervals[k].first,
                        question->intervals[k].count);
        }
    }
}

/* The number of a question, which is new to all leaves, or RL_FORESEEN_MAX. */
static uint32_t number_of(struct rl_foresight *foresight, const struct rl_question *question)
{
    struct rl_sum key = rl_question_key(question);
    size_t size = question->interval_count * sizeof *question->intervals;
    uint32_t at = 0;

    if (question->look == RL_LOOK_DOUBTED) {
        return RL_FORESEEN_MAX; /* it is about no pages */
    }
    while (at < foresight->count && !rl_sum_equal(foresight->keys[at], key)) {
        at++;
    }
    if (at == foresight->count && at < RL_FORESEEN_MAX) {
        struct rl_interval *intervals = rl_malloc(size + 1u);

        if (size > 0) {
            memcpy(intervals, question->intervals, size);
        }
        foresight->keys[at] = key;
        foresight->questions[at] = *question;
        foresight->questions[at].intervals = intervals;
        foresight->count++;
    }
    return at;
}

bool rl_foresight_split(struct rl_foresight *foresight, uint32_t leaf,
                        const struct rl_question *question)
{
    uint32_t number = number_of(foresight, question);
    const struct leaf_foresees *at = leaf_at(foresight, leaf);

    for (uint32_t i = 0; i < at->count; i++) {
        if (at->list[i].question == number) {
            return !at->list[i].differs;
        }
    }
    return false;
}
