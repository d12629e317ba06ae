/* A leaf of the tree of footprints: a recovery, and what the questions on the way to it determine
 * of the states that have it. */
#ifndef RELIGHT_EXPLORE_LEAF_H
#define RELIGHT_EXPLORE_LEAF_H

#include <stdbool.h>
#include <stdint.h>

#include "explore/question.h"
#include "explore/run.h"

/* Words of a page. */
struct rl_place {
    uint8_t device; /* RL_FLASH or RL_MEMORY */
    uint32_t page;
    uint32_t mask;
};

struct rl_leaf {
    uint64_t *touched[2]; /* by device: pages that the questions depend on */
    uint64_t *pinned[2];  /* those whose slot they determine */
    uint64_t *held;       /* pages of flash whose bytes they determine, and that these read well */
    struct rl_place *words; /* pages of which they determine some words only */
    uint64_t *listed[2];    /* by device: those pages */
    uint32_t word_count;
    /* Keys of questions whose answers are known, and determine no words: a table with open
     * addressing, a power of two. */
    struct rl_sum *asked;
    uint32_t asked_count, asked_size;
    uint32_t violated;         /* properties, bit mask */
    uint32_t verdict;          /* index of its texts in the sweep, when violated is not 0 */
    struct rl_run_found found; /* at its first boot */
    uint32_t node;             /* in the tree */
    bool asks_doubts; /* one of the questions is where words are in doubt: no page is touched by it
                       */
    bool expanded;    /* the cuts in it were explored */
};

/* A run, or a stretch of one: what it asked of the state that it started from, and what came of it.
 */
struct rl_footprint {
    const struct rl_observer *observer;
    const struct rl_plane *start[2]; /* by device */
    uint32_t violated;               /* properties, bit mask */
    struct rl_run_found found;
};
/* Of a whole run. */
struct rl_footprint rl_footprint_of(const struct rl_run *run);

/* A leaf of what was just executed: its looks determine pages as its observer says. */
void rl_leaf_init(struct rl_leaf *leaf, const struct rl_footprint *footprint,
                  const uint32_t *pages);
void rl_leaf_free(struct rl_leaf *leaf);

/* The words of a page that are determined. */
uint32_t rl_leaf_known(const struct rl_leaf *leaf, uint8_t device, uint32_t page);
/* All states of the leaf give this answer to the question, and so does `view`. */
void rl_leaf_learn(struct rl_leaf *leaf, const struct rl_question *question, uint64_t answer,
                   const struct rl_view *view);
/* The same of an answer that determines no words: whether it is known. */
void rl_leaf_keep(struct rl_leaf *leaf, const struct rl_question *question);
bool rl_leaf_keeps(const struct rl_leaf *leaf, const struct rl_question *question);

/* Whether the leaf's run depends on any of `count` pages from `page` on. */
bool rl_leaf_touches(const struct rl_leaf *leaf, uint8_t device, uint32_t page, uint32_t count);
/* The same of a bitmap of touched pages. */
bool rl_bits_touched(const uint64_t *touched, uint32_t page, uint32_t count);

#endif
