/* A question about a state: what a run looks at, or what is left to be asked of it. The answer is
 * that of an observation (board/observer.h). */
#ifndef RELIGHT_EXPLORE_QUESTION_H
#define RELIGHT_EXPLORE_QUESTION_H

#include "board/observer.h"
#include "faults/view.h"

struct rl_question {
    uint8_t look; /* enum rl_look; what counts of the rest depends on it */
    uint8_t device;
    uint32_t page;
    uint32_t mask; /* WORDS; DOUBTED: pages of a sector */
    uint32_t interval_count;
    const struct rl_interval *intervals; /* BLANK and RANGE */
    struct rl_sum target;                /* RANGE */
    const struct rl_content *content;    /* RANGE: as in an observation; no part of the question */
    uint32_t content_first;
};

/* The target of a question that asks only whether pages read: nothing holds that. */
static const struct rl_sum rl_unheld = {1, 1};

/* Asks which sectors, of so many pages, hold words in doubt; it borrows the interval, which is all
 * of flash. */
struct rl_question rl_question_doubted(const struct rl_interval *flash, uint32_t pages);
/* Asks for words of one page: for its slot when `mask` has all of them. */
struct rl_question rl_question_words(uint8_t device, uint32_t page, uint32_t mask);
/* Whether it is about one page; and about which words of that. */
static inline bool rl_question_is_of_page(const struct rl_question *question)
{
    return question->look < RL_LOOK_BLANK;
}
static inline uint32_t rl_question_mask(const struct rl_question *question)
{
    return question->look == RL_LOOK_PAGE ? UINT32_MAX : question->mask;
}
/* The question of an observation; it borrows the observer's intervals. */
struct rl_question rl_question_of(const struct rl_observer *observer,
                                  const struct rl_observation *seen);
/* What a state with this view answers. */
uint64_t rl_question_ask(const struct rl_question *question, const struct rl_view *view);
/* Equal for equal questions, and for no others. */
struct rl_sum rl_question_key(const struct rl_question *question);

#endif
