/* What is open in a crash state of a recovery, and what of a question is left by it.
 *
 * The recovery that was cut stands for all states at its leaf, the parent. Where a crash state
 * still shows what the parent run's start state held, and the parent's questions do not determine
 * that, other states of the leaf may show something else: that is *open*. Of a question to the
 * crash state only the part to what is open is left. It is a question to the start state: all
 * states of the leaf that answer it alike answer the whole question alike. */
#ifndef RELIGHT_EXPLORE_OPEN_H
#define RELIGHT_EXPLORE_OPEN_H

#include "explore/leaf.h"
#include "faults/cursor.h"

struct rl_open {
    const struct rl_leaf *parent;
    const struct rl_cursor *cursor;  /* in the parent's run; NULL: it is at its start */
    const struct rl_plane *start[2]; /* by device: what that run started from */
    bool kept;                       /* memory as the CPU saw it */
    bool touches;                    /* out: a question on the way depends on what is open, */
    uint8_t look;                    /* of the question at hand */
    struct rl_question left; /* and this is left of the first; valid until the next search */
    struct rl_interval page; /* of such a question about one page */
};

/* Intervals that a question is made of. */
struct rl_parts {
    struct rl_interval *list;
    size_t count, room;
};

/* Whether something is left of a question to the crash state `view`, and not known in the parent:
 * then open->left is that. It borrows `parts`. */
bool rl_open_leaves(struct rl_open *open, const struct rl_view *view,
                    const struct rl_question *question, struct rl_parts *parts);
/* Whether the words of `mask` in a page of the start state are not known in the parent: then
 * open->left asks for them. */
bool rl_open_leaves_words(struct rl_open *open, uint8_t device, uint32_t page, uint32_t mask);
/* The same without asking what is known. */
bool rl_open_residue(struct rl_open *open, const struct rl_view *view,
                     const struct rl_question *question, struct rl_parts *parts);

#endif
