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

#include "explore/leaf.h"
#include "explore/open.h"

#define RL_LEAF_NONE UINT32_MAX

struct rl_footprints;

struct rl_footprints *rl_footprints_new(uint32_t flash_pages, uint32_t memory_pages);
void rl_footprints_free(struct rl_footprints *footprints);
uint32_t rl_footprints_count(const struct rl_footprints *footprints); /* leaves */
/* Questions and leaves: all that was ever told apart. */
size_t rl_footprints_nodes(const struct rl_footprints *footprints);
struct rl_leaf *rl_footprints_leaf(struct rl_footprints *footprints, uint32_t leaf);

/* Runs that start from different places, such as stretches of runs (explore/stretch.h), have trees
 * of their own: the root of the one for `key`. RL_ROOT is that of runs from power-on. */
#define RL_ROOT 0u
uint32_t rl_footprints_root(struct rl_footprints *footprints, struct rl_sum key);

/* The leaf that `view` arrives at, or RL_LEAF_NONE. `open` may be NULL. */
uint32_t rl_footprints_find(struct rl_footprints *footprints, const struct rl_view *view,
                            struct rl_open *open);
uint32_t rl_footprints_find_from(struct rl_footprints *footprints, uint32_t root,
                                 const struct rl_view *view, struct rl_open *open);
/* The same step by step, from a root on. The question of a node, which borrows memory that adding a
 * run moves; false at a leaf. The node behind the answer of `view`, 0 when no run has given it.
 * Whether something is left of a question, see rl_open_leaves(). The leaf of a node that asks
 * nothing. */
bool rl_footprints_look(const struct rl_footprints *footprints, uint32_t at,
                        struct rl_question *question);
uint32_t rl_footprints_step(struct rl_footprints *footprints, uint32_t at,
                            const struct rl_view *view, struct rl_open *open);
bool rl_footprints_leaves(struct rl_footprints *footprints, struct rl_open *open,
                          const struct rl_view *view, const struct rl_question *question);
uint32_t rl_footprints_leaf_at(const struct rl_footprints *footprints, uint32_t at);
/* Adds the run that was just executed. Returns its leaf, or RL_LEAF_NONE when it contradicts the
 * tree. */
uint32_t rl_footprints_add(struct rl_footprints *footprints, const struct rl_run *run);
uint32_t rl_footprints_add_from(struct rl_footprints *footprints, uint32_t root,
                                const struct rl_footprint *run);
/* What has this leaf goes on in the state `view`. What questions to that, from `root` on, leave to
 * be asked of the state that the leaf's run started from is asked from now on of who
 * arrives at the leaf. `open` is of the leaf, where it ended. Whether anything was left. */
bool rl_footprints_inherit(struct rl_footprints *footprints, uint32_t leaf, uint32_t root,
                           const struct rl_view *view, struct rl_open *open);

/* The fingerprint of what the run read and was answered: equal for runs that arrive at one leaf
 * that was never split, in any process. path_sum.c */
struct rl_sum rl_footprints_path(const struct rl_run *run);

/* Adds a leaf that no state arrives at, for a run that could not be made: it depends on everything.
 */
uint32_t rl_footprints_add_apart(struct rl_footprints *footprints, const struct rl_run *run);

/* From now on states arrive at this leaf only when they answer `question` as the state does that
 * `run` started from, which is a run of the leaf; others have to be run. For when what follows the
 * run turns out to depend on what the run itself did not ask. */
void rl_footprints_split(struct rl_footprints *footprints, uint32_t leaf,
                         const struct rl_question *question, const struct rl_run *run);
/* The same of a state by device. */
void rl_footprints_split_by(struct rl_footprints *footprints, uint32_t leaf,
                            const struct rl_question *question,
                            const struct rl_plane *const *start);
/* Who is told of each leaf that is split, when it is done. */
void rl_footprints_on_split(struct rl_footprints *footprints,
                            void (*on_split)(void *user, uint32_t leaf,
                                             const struct rl_question *question),
                            void *user);
/* For who writes the tree down. What follows a node has a higher number; the first is 0. */
struct rl_footprint_node {
    bool is_question;            /* else a leaf, or a place where no run has been */
    struct rl_question question; /* borrows the tree */
    uint32_t leaf;               /* RL_LEAF_NONE: no leaf */
};
struct rl_footprint_answer {
    uint32_t node; /* that asks */
    uint32_t next;
    uint64_t value;
};
struct rl_footprint_node rl_footprints_node(const struct rl_footprints *footprints, uint32_t at);
/* All answers that some run gave, in no order. */
void rl_footprints_answers(const struct rl_footprints *footprints,
                           void (*tell)(void *user, const struct rl_footprint_answer *answer),
                           void *user);

/* Forgets which leaves were expanded: the cell is explored again. */
void rl_footprints_forget_expansions(struct rl_footprints *footprints);

#endif
