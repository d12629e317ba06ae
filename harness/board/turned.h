/* What a look at a range comes to when words in doubt read otherwise.
 *
 * An engine is told how they read now. But a look that is noted tells, besides, what it would come
 * to after each turn (board/doubts.h): states that agree in that have the same recovery after the
 * next power-on too, so far as it looks there. A look at words of a page tells the doubts
 * themselves. */
#ifndef RELIGHT_BOARD_TURNED_H
#define RELIGHT_BOARD_TURNED_H

#include "board/doubts.h"
#include "board/plane.h"

struct rl_turned {
    bool any; /* a word is in doubt */
    struct {
        struct rl_sum sum;
        uint32_t bad, written; /* pages */
    } by[RL_TURNS];
    uint32_t plain_bad, plain_written; /* pages that are so whatever turns */
};

/* One page more. */
void rl_turned_add(struct rl_turned *turned, uint32_t page, rl_slot slot);
/* Without what is in `part`. */
void rl_turned_sub(struct rl_turned *turned, const struct rl_turned *part);
/* Whether anything of it differs between turns. */
bool rl_turned_differs(const struct rl_turned *turned);
/* For the value of an observation: for each turn in which the answer to `look` is another than now,
 * how it differs; 0 where it is the same in all. */
uint64_t rl_turned_answers(const struct rl_turned *turned, uint8_t look, struct rl_sum target);

#endif
