/* A run in stretches: from one step boundary to the next.
 *
 * Runs come together again: a recovery that erased a torn sector goes on as the one does that found
 * it erased. So a run is not known as a whole only. At a boundary it is a state of its own: what is
 * small and volatile is a key (rl_run_boundary_key()), each key has a tree of footprints, and a run
 * that arrives at a leaf of it is at an end: what follows is known.
 *
 * Each stretch is observed by itself, from the state at the boundary where it begins. It inherits
 * what the one behind it asks and it does not determine: so its leaf determines all that the run
 * reads from there to its end, as the leaf of a whole run does. The difference that remains is the
 * place: a page that the run read before a boundary, and not behind it, does not tell apart what
 * follows.
 *
 * Why a run may end at a leaf: two states at one boundary, with equal keys and equal answers to the
 * questions of that leaf, have the same run from there on, so the same verdict and the same
 * operations. Their cuts leave states that differ only in what the leaf leaves open. Where a crash
 * state's recovery asks for that, the leaf is split, as the leaves of whole runs are; and so is, in
 * turn, each stretch that leads there (explore/closure.c).
 *
 * Two limits count over a whole power cycle: operations, and erases of one sector. Where a run that
 * ended at a leaf would come over one of them, it does not end there. */
#ifndef RELIGHT_EXPLORE_STRETCH_H
#define RELIGHT_EXPLORE_STRETCH_H

#include "explore/footprint.h"
#include "explore/run.h"

/* What is to come in a run from a boundary to the end of its power cycle. */
struct rl_to_come {
    uint64_t operations;
    uint16_t *erases; /* by sector */
};

struct rl_stretch {
    uint32_t root;  /* of the tree that it is in */
    uint64_t first; /* operation of the power cycle, from 0 */
    uint32_t leaf;  /* RL_LEAF_NONE: not registered */
    bool is_new;    /* its leaf is */
    struct rl_observer observer;
    struct rl_plane start[2];  /* by device: what stood where it begins, */
    uint64_t *original[2];     /* and pages that still show it at its end */
    uint16_t *erases;          /* by sector, before it in this power cycle */
    struct rl_to_come to_come; /* from where it begins */
};

struct rl_stretches {
    struct rl_footprints *footprints;
    uint32_t pages[2], sectors;
    bool apart;                               /* runs are made whole: there are no boundaries */
    bool battery;                             /* a cut leaves memory */
    struct rl_sum (*key)(struct rl_run *run); /* of a boundary: rl_run_boundary_key() */
    /* What is to come from a leaf on that is known; NULL where nobody may end there. */
    const struct rl_to_come *(*to_come)(void *user, uint32_t leaf);
    void *user;
    /* Of the last run. */
    struct rl_stretch **list; /* where it ended at a leaf, one more: what stood there */
    uint32_t count, room;
    uint32_t known;  /* the first stretches of it: they were run before */
    uint32_t end;    /* the boundary that it was to end at, of one that is made again; else 0 */
    uint32_t joined; /* the leaf where it ended, or RL_LEAF_NONE */
    struct rl_view *view;
};

void rl_stretches_init(struct rl_stretches *stretches, struct rl_footprints *footprints,
                       const struct rl_scene *scene);
void rl_stretches_free(struct rl_stretches *stretches);

/* Runs from `view`, with a log, up to the first boundary behind the first `known` stretches where
 * what follows is known, or to the end. */
void rl_stretches_run(struct rl_stretches *stretches, struct rl_run *run,
                      const struct rl_view *view, uint32_t known);
/* Gives each stretch of that run behind the known ones its leaf. `violated` is of the whole run.
 * False when one contradicts its tree. */
bool rl_stretches_register(struct rl_stretches *stretches, const struct rl_run *run,
                           uint32_t violated);

/* The first `count` stretches of a run from `view` once more, to be looked at and cut. */
void rl_stretches_again(struct rl_stretches *stretches, struct rl_run *run,
                        const struct rl_view *view, uint32_t count);
/* The same of a run whose log was kept, by the operations that its stretches begin with. What
 * stands at the boundaries is not known before a cursor has passed them: tells that it stands where
 * number `number` begins, from 1 on, or where the last one ends. */
void rl_stretches_recall(struct rl_stretches *stretches, const uint64_t *firsts, uint32_t count);
void rl_stretches_pass(struct rl_stretches *stretches, const struct rl_cursor *cursor,
                       uint32_t number);
/* What stood where a stretch of the last run began. */
const struct rl_plane *rl_stretches_start(const struct rl_stretches *stretches,
                                          const struct rl_run *run, uint32_t number, int device);
/* The leaf of a stretch of the last run asks from now on what is asked of what it leads to: where
 * it goes on, from that root; or after a cut where it begins, with memory lost or as it was behind
 * the cache. Whether anything was left to ask. */
bool rl_stretches_inherit(struct rl_stretches *stretches, const struct rl_run *run, uint32_t number,
                          uint32_t leaf, uint32_t next_root);
bool rl_stretches_inherit_cuts(struct rl_stretches *stretches, const struct rl_run *run,
                               uint32_t number, uint32_t leaf);

/* Pages that show something of what stands at a boundary, by plane: all, but those in the CPU's
 * view of which every word is dirty. Those words are in the key. `dirty` is by page of memory. */
void rl_stretches_original(uint64_t *const *original, const struct rl_plane *memory,
                           uint32_t flash_pages, const uint32_t *dirty);

/* The root of runs from power-on. A golden run is made whole, and is no part of this tree. */
uint32_t rl_stretches_root(struct rl_stretches *stretches);

#endif
