/* To which state of a certificate a crash state belongs: by its answers to the questions there. */
#ifndef RELIGHT_CHECK_WALK_H
#define RELIGHT_CHECK_WALK_H

#include "check/reader.h"
#include "faults/view.h"

/* Contents and answers in the terms of the page store, once that is filled. */
void rl_check_intern(struct rl_check_cell *cell);
/* What a crash state answers to the question of a node: a slot, RL_WORDS_BAD, or an enum rl_answer
 * with flaws, as observations have it (board/observer.h). */
uint64_t rl_check_ask(const struct rl_check_cell *cell, const struct rl_check_node *node,
                      const struct rl_view *view);
/* The node that follows its answer, or RL_CHECK_NONE. */
uint32_t rl_check_next(const struct rl_check_cell *cell, const struct rl_check_node *node,
                       const struct rl_view *view);
/* The leaf that it arrives at, or RL_CHECK_NONE. */
uint32_t rl_check_walk(const struct rl_check_cell *cell, const struct rl_view *view);

/* By device and page, the words that the questions on the way to a leaf depend on: allocated
 * masks. */
struct rl_check_asked {
    uint32_t *words[2];
};
void rl_check_asked_init(struct rl_check_asked *asked, const struct rl_check_cell *cell);
void rl_check_asked_free(struct rl_check_asked *asked);
/* Of this leaf. */
void rl_check_asked_of(struct rl_check_asked *asked, const struct rl_check_cell *cell,
                       const struct rl_check_leaf *leaf);

#endif
