/* Recoveries known by what they read.
 *
 * A run from a crash state is a pure function of the answers that its observations gave (see
 * board/observer.h). The runs so far form a tree: each inner node is an observation, each edge an
 * answer, each leaf a run with its verdict. A crash state is judged by walking: it is asked what
 * the run would have read next, and either arrives at a leaf, which is its verdict too, or at a
 * place where no run has been yet, and has to be run.
 *
 * This is exact, not a heuristic: two states at one leaf differ only in what that run never looks
 * at. A run that observes something else than the tree says after the same answers is not a pure
 * function of them: the engine (or the harness) is not deterministic, and the campaign fails. */
#ifndef RELIGHT_EXPLORE_FOOTPRINT_H
#define RELIGHT_EXPLORE_FOOTPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "explore/run.h"
#include "faults/cursor.h"
#include "faults/view.h"

#define RL_LEAF_NONE UINT32_MAX

/* Words of a page that a leaf may be split by. */
struct rl_place {
    uint8_t device; /* RL_FLASH or RL_MEMORY */
    uint32_t page;
    uint32_t mask; /* all ones: the page as a whole */
};

struct rl_leaf {
    uint64_t *touched[2];   /* by device: pages that the run's observations depend on */
    uint64_t *pinned[2];    /* those whose slot they determine */
    struct rl_place *words; /* pages of which they determine some words only */
    uint32_t word_count;
    uint32_t violated;         /* properties, bit mask */
    uint32_t verdict;          /* index of its texts in the sweep, when violated is not 0 */
    struct rl_run_found found; /* at its first boot */
    uint32_t node;             /* in the tree */
    bool expanded;             /* the cuts in it were explored */
};

struct rl_footprints;

struct rl_footprints *rl_footprints_new(uint32_t flash_pages, uint32_t memory_pages);
void rl_footprints_free(struct rl_footprints *footprints);
uint32_t rl_footprints_count(const struct rl_footprints *footprints); /* leaves */
/* Questions and leaves: all that was ever told apart. */
size_t rl_footprints_nodes(const struct rl_footprints *footprints);
struct rl_leaf *rl_footprints_leaf(struct rl_footprints *footprints, uint32_t leaf);

/* Pages that other states of the same parent leaf may hold otherwise: neither determined by what
 * the parent run read, nor written in it before the cut. */
struct rl_open {
    const struct rl_leaf *parent;
    const struct rl_cursor *cursor;
    bool kept;          /* memory as the CPU saw it */
    uint32_t line_page; /* UINT32_MAX, or where a line shows what memory held behind the cache: */
    uint32_t line_mask; /* its words */
    struct rl_place touched; /* out: the first such page on the way */
    bool touches;            /* out */
};

/* The leaf that `view` arrives at, or RL_LEAF_NONE. `open` may be NULL. */
uint32_t rl_footprints_find(struct rl_footprints *footprints, const struct rl_view *view,
                            struct rl_open *open);
/* Adds the run that was just executed. Returns its leaf, or RL_LEAF_NONE when it contradicts the
 * tree. */
uint32_t rl_footprints_add(struct rl_footprints *footprints, const struct rl_run *run);

/* From now on states arrive at this leaf only when they hold `slot` at `place`, as the state did
 * that its run started from; others have to be run. For when what follows the run turns out to
 * depend on a page that the run itself did not look at. */
void rl_footprints_split(struct rl_footprints *footprints, uint32_t leaf, struct rl_place place,
                         rl_slot slot);

/* Forgets which leaves were expanded: the cell is explored again. */
void rl_footprints_forget_expansions(struct rl_footprints *footprints);

/* Whether the leaf's run depends on any of `count` pages from `page` on. */
bool rl_leaf_touches(const struct rl_leaf *leaf, uint8_t device, uint32_t page, uint32_t count);
/* The same of a bitmap of touched pages. */
bool rl_bits_touched(const uint64_t *touched, uint32_t page, uint32_t count);

#endif
