/* Words in doubt: flash that was being changed when power was lost. In each power cycle such words
 * read one way; in the next one they may read another: as if the operation were done, as if it had
 * not begun, or with invalid ECC. What they may read as is stored once, and known by a number,
 * which is one of the marks of a slot; how they read now is the slot's content, as with other
 * words.
 *
 * Doubt is part of what a page holds: slots that differ in it are different, and an observation
 * tells it, though no engine gets to know. Words go out of doubt when they are erased or
 * programmed.
 */
#ifndef RELIGHT_BOARD_DOUBTS_H
#define RELIGHT_BOARD_DOUBTS_H

#include "board/pages.h"

/* How words in doubt read in the next power cycle. Numbers stand in tokens. */
enum rl_turn {
    RL_TURN_NONE = 0, /* as in this one */
    RL_TURN_DONE,     /* as if the operation were done */
    RL_TURN_UNDONE,   /* as if it had not begun */
    RL_TURN_BAD       /* with invalid ECC */
};
#define RL_TURNS (RL_TURN_BAD + 1u)

/* Whether any word was ever in doubt in this process. */
bool rl_doubts_any(void);
void rl_doubts_free(void);

/* Words of a slot that are in doubt. */
uint32_t rl_slot_doubted(rl_slot slot);
/* The words of `mask` are in doubt: an operation that was to make `before` into `done` was
 * interrupted there. They read as `turn` says; the others are those of `slot`. What was in doubt
 * before is between what it reads as in `before` and what it was to be. */
rl_slot rl_slot_doubt(rl_slot slot, rl_slot before, rl_slot done, uint32_t mask, enum rl_turn turn);
/* Its words in doubt read as `turn` says. */
rl_slot rl_slot_turned(rl_slot slot, enum rl_turn turn);
/* The words of `mask` are not in doubt, and stay what they read as. */
rl_slot rl_slot_settled(rl_slot slot, uint32_t mask);
/* Whether what the words of `mask` in doubt were to hold is what they hold in `slot`. */
bool rl_slot_is_meant(rl_slot doubted, rl_slot slot, uint32_t mask);

/* For pages.c: the number of the doubts of `low`, with those of `high` in the words of `mask`. */
uint32_t rl_doubts_merge(uint32_t low, uint32_t high, uint32_t mask);

#endif
