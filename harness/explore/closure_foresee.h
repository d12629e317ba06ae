/* Questions that are foreseen: what split one leaf splits another, too, as a rule.
 *
 * A leaf that is split has to be told from what arrived at it before: all that leads there would be
 * cut once more, and nearly always to find that nothing went elsewhere. So a leaf that is new
 * foresees what others were split by: what arrives is asked that at once. When the leaf is split by
 * such a question, and all that arrived gave one answer, nothing has to be done. No question splits
 * a leaf by being foreseen. */
#ifndef RELIGHT_EXPLORE_CLOSURE_FORESEE_H
#define RELIGHT_EXPLORE_CLOSURE_FORESEE_H

#include "explore/footprint.h"

#define RL_FORESEEN_MAX 64u /* questions */

/* A question, and what states that arrived at one leaf answered. */
struct rl_foreseen {
    uint32_t question;
    bool differs; /* not all of them alike; or that is not known */
    uint64_t answer;
};

struct rl_foresight {
    struct rl_footprints *footprints;
    struct rl_question questions[RL_FORESEEN_MAX]; /* their intervals are owned */
    struct rl_sum keys[RL_FORESEEN_MAX];
    uint32_t count;
    struct leaf_foresees *leaves;
    size_t leaf_count;
};

void rl_foresight_init(struct rl_foresight *foresight, struct rl_footprints *footprints);
void rl_foresight_free(struct rl_foresight *foresight);
/* A leaf is new: the run from `start`, by device, stands for it. */
void rl_foresight_begin(struct rl_foresight *foresight, uint32_t leaf,
                        const struct rl_plane *const *start);
/* The state `view` arrives at the leaf; `open` is of the state that was cut to make it, or NULL. Of
 * memory pages in `dirty`, which may be NULL, it is not known what they hold. */
void rl_foresight_arrive(struct rl_foresight *foresight, uint32_t leaf, const struct rl_view *view,
                         const struct rl_open *open, const uint32_t *dirty);
/* Whether something is foreseen for the leaf about any of these pages: states that differ in them
 * have to arrive one by one. */
bool rl_foresight_touches(const struct rl_foresight *foresight, uint32_t leaf, uint8_t device,
                          uint32_t page, uint32_t count);
/* The same of all pages: adds them to a bitmap by device. */
void rl_foresight_add_touched(const struct rl_foresight *foresight, uint32_t leaf,
                              uint64_t *const *touched);
/* A leaf is split by a question. True: all that arrived at it answered that alike. */
bool rl_foresight_split(struct rl_foresight *foresight, uint32_t leaf,
                        const struct rl_question *question);

#endif
