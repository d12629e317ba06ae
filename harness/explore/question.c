#include "explore/question.h"

#include <string.h>

#include <xxhash.h>

struct rl_question rl_question_words(uint8_t device, uint32_t page, uint32_t mask)
{
    bool whole = mask == UINT32_MAX;

    return (struct rl_question){.look = whole ? RL_LOOK_PAGE : RL_LOOK_WORDS,
                                .device = device,
                                .page = page,
                                .mask = whole ? 0 : mask};
}

struct rl_question rl_question_doubted(const struct rl_interval *flash, uint32_t pages)
{
    return (struct rl_question){.look = RL_LOOK_DOUBTED,
                                .device = RL_FLASH,
                                .mask = pages,
                                .interval_count = 1,
                                .intervals = flash,
                                .target = rl_unheld};
}

struct rl_question rl_question_of(const struct rl_observer *observer,
                                  const struct rl_observation *seen)
{
    return (struct rl_question){
        .look = seen->look,
        .device = seen->device,
        .page = seen->page,
        .mask = seen->mask,
        .interval_count = seen->interval_count,
        .intervals = seen->interval_count == 0 ? NULL : observer->intervals + seen->interval_first,
        .target = seen->target,
        .content = seen->content,
        .content_first = seen->content_first};
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

/* What the question comes to when words in doubt turn. */
static uint64_t ask_turned(const struct rl_question *question, const struct rl_view *view)
{
    struct rl_turned turned = {0};

    if (question->device != RL_FLASH || !rl_doubts_any()) {
        return 0;
    }
    rl_view_turned(view, question->intervals, question->interval_count, &turned);
    return rl_turned_answers(&turned, question->look, question->target);
}

static uint64_t ask_range(const struct rl_question *question, const struct rl_view *view)
{
    struct rl_sum sum = {0, 0};
    uint64_t flaws = 0;
    uint32_t bad = 0;

    for (uint32_t i = 0; i < question->interval_count; i++) {
        const struct rl_interval *at = &question->intervals[i];
        uint32_t part_bad;

        rl_sum_add(&sum, rl_view_sum(view, question->device, at->first, at->count, &part_bad));
        bad += part_bad;
        flaws = view_flaws(view, question->device, at, flaws);
    }
    flaws <<= RL_RANGE_FLAWS;
    if (bad > 0) {
        return (question->look == RL_LOOK_HELD ? RL_DIFFERS : RL_UNREADABLE) | flaws;
    }
    return (rl_sum_equal(sum, question->target) ? (uint64_t)RL_HOLDS : (uint64_t)RL_DIFFERS) |
           flaws;
}

static enum rl_answer ask_blank(const struct rl_question *question, const struct rl_view *view)
{
    enum rl_answer answer = RL_HOLDS;

    for (uint32_t i = 0; i < question->interval_count; i++) {
        const struct rl_interval *at = &question->intervals[i];

        for (uint32_t k = 0; k < at->count; k++) {
            answer = rl_blank_answer(answer, rl_view_slot(view, question->device, at->first + k));
        }
    }
    return answer;
}

/* A sum over sectors with words in doubt; 0 where there are none. */
static uint64_t ask_doubted(const struct rl_question *question, const struct rl_view *view)
{
    const struct rl_interval *at = &question->intervals[0];
    uint32_t sector = UINT32_MAX;
    uint64_t sum = 0;

    for (uint32_t page = at->first; rl_doubts_any() && page < at->first + at->count; page++) {
        if (page / question->mask != sector &&
            rl_slot_doubted(rl_view_slot(view, RL_FLASH, page)) != 0) {
            sector = page / question->mask;
            sum = (sum ^ (sector + 1u)) * UINT64_C(0x9E3779B97F4A7C15);
        }
    }
    return sum;
}

uint64_t rl_question_ask(const struct rl_question *question, const struct rl_view *view)
{
    rl_slot slot;

    if (rl_look_is_range(question->look)) {
        return ask_range(question, view) | ask_turned(question, view);
    }
    if (question->look == RL_LOOK_BLANK) {
        return ask_blank(question, view) | ask_turned(question, view);
    }
    if (question->look == RL_LOOK_DOUBTED) {
        return ask_doubted(question, view);
    }
    slot = rl_view_slot(view, question->device, question->page);
    switch (question->look) {
    case RL_LOOK_WORDS:
        return rl_slot_words(slot, question->mask);
    case RL_LOOK_EXACT:
        return rl_slot_merge(RL_SLOT_BLANK, slot, question->mask);
    default:
        return slot;
    }
}

struct rl_sum rl_question_key(const struct rl_question *question)
{
    uint64_t words[6] = {(uint64_t)question->look << 32u | question->device,
                         (uint64_t)question->page << 32u | question->mask,
                         question->target.low,
                         question->target.high,
                         0,
                         0};
    XXH128_hash_t hash;

    if (question->interval_count > 0) {
        hash = XXH3_128bits(question->intervals,
                            question->interval_count * sizeof *question->intervals);
        words[4] = hash.low64;
        words[5] = hash.high64;
    }
    hash = XXH3_128bits(words, sizeof words);
    return (struct rl_sum){hash.low64, hash.high64};
}
