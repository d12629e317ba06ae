/* Dirty cache lines, each chosen when a recovery reads it.
 *
 * After a warm reset, or a cut with a battery, each dirty line holds what some prefix of the stores
 * made to it since it was last cleaned left, whatever the others hold. Such a line is *open*: the
 * walk down the footprints does not choose what it holds before a question depends on it. Then each
 * answer that some choice gives is followed, and from there on the line is what gave that answer.
 * What no recovery reads is never chosen, and never multiplies.
 *
 *   words         lines that the question reads get each of their contents
 *   a content     holds: each line is as in it; differs: not all are, a *condition* on the lines
 *                 together; unreadable: one of them is
 *
 * The view is always one of the states that are left, so that it can be asked, and run. */
#ifndef RELIGHT_EXPLORE_CHOICES_H
#define RELIGHT_EXPLORE_CHOICES_H

#include "explore/footprint.h"
#include "faults/outcome.h"

/* Leaves that one crash state is followed to at most. */
#define RL_CHOICES_MAX 16384u

/* Where one choice leads. */
struct rl_arrival {
    uint32_t leaf;
    struct rl_outcome outcome; /* with what the lines hold there */
};

enum rl_choices_end {
    RL_CHOICES_DONE = 0,
    RL_CHOICES_OPEN,     /* open->left has to be known of the parent first */
    RL_CHOICES_TOO_MANY, /* not all of them were followed */
    RL_CHOICES_FAILED
};

/* A crash state to be followed. */
struct rl_choosing {
    struct rl_footprints *footprints;
    uint32_t root; /* of the tree there */
    const struct rl_cursor *cursor;
    struct rl_view *view;      /* as the outcome leaves it with all lines kept */
    struct rl_open *open;      /* of the state that was cut; NULL: there is one such state only */
    struct rl_outcome outcome; /* its lines are RL_LINES_OPEN */
    /* Told that a leaf, or with RL_LEAF_NONE a place where no run was, is reached by `view`: runs
     * it if need be. False: give up. */
    bool (*reached)(void *user, uint32_t leaf);
    void *user;
};

struct rl_choices;

struct rl_choices *rl_choices_new(const struct rl_device *device);
void rl_choices_free(struct rl_choices *choices);
enum rl_choices_end rl_choices_follow(struct rl_choices *choices, const struct rl_choosing *what);
/* Where it led, until the next crash state is followed. */
const struct rl_arrival *rl_choices_arrivals(const struct rl_choices *choices, uint32_t *count);

#endif
