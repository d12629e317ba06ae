/* Between the files that inject faults: inject.c and pairs.c. */
#ifndef RELIGHT_EXPLORE_INJECT_PRIVATE_H
#define RELIGHT_EXPLORE_INJECT_PRIVATE_H

#include "explore/faulted.h"
#include "explore/inject.h"
#include "explore/known.h"
#include "explore/run_private.h"
#include "explore/select.h"

/* States of one run that are noted at most: what comes later is found by other runs. */
#define RL_PASSED_MAX 8192u

/* A run that is made from step boundary to step boundary, and others that leave it. The first walk
 * is along the golden run; the second, of pairs, along a run that has the first fault. */
struct rl_walk {
    struct rl_run base;    /* at a step boundary */
    struct rl_run before;  /* the same, one step earlier */
    struct rl_run faulted; /* from there on with one fault more */
    struct rl_selection selection;
    struct rl_site site; /* of that fault, in base's log */
    const struct rl_injection *injection;
    struct rl_armed armed; /* the same, before anything came of it */
    bool counted;          /* the class, as applicable at this site */
};

/* Leaves that were met. */
struct rl_seen {
    uint64_t *leaves; /* bitmap */
    uint32_t words;
};

/* A state that a run passed, and how often it had met faults by then. */
struct rl_passed {
    struct rl_sum state;
    uint64_t upsets_met;
};

struct rl_inject {
    struct rl_sweep *sweep;
    struct rl_known known;
    struct rl_view start; /* the state that runs start from */
    bool recovery;        /* which the cut of the sweep's level 0 left */
    struct rl_walk walks[RL_INJECTOR_MAX];
    uint32_t depth;                         /* of the walk going on: 0 or 1 */
    struct rl_passed passed[RL_PASSED_MAX]; /* states since the faults of a run were over */
    uint32_t passed_count;
    bool met_beyond; /* damage is looked at from the known state on that the run has joined */
    uint32_t erases; /* of one sector at most, in the golden run */
    struct rl_seen seen[RL_PAIRS_MAX]; /* by pair: recoveries of its cuts */
    uint32_t recoveries;               /* met so far, of all pairs */
    struct rl_pair_result *pair;       /* of the second walk, or of cuts */
};

/* Every fault along the run from inject->start, step by step. */
void rl_inject_walk(struct rl_inject *inject);
/* The walk's next step; its operations are in base's log from `*first` on. False when it was the
 * last. `log`: `before` has a log too. */
bool rl_inject_step(struct rl_walk *walk, bool log, size_t *first);
/* Whether an operation of the step made last is the last one of a step of an update. */
bool rl_inject_ends_step(const struct rl_walk *walk, size_t at);
/* walk->faulted stands where a run with one more fault is taken up. */
void rl_inject_take_up(struct rl_inject *inject, struct rl_walk *walk);
/* From there to its end, or to where the end is known. */
void rl_inject_run_on(struct rl_inject *inject, struct rl_run *run);
/* Counts the scenario that the walk going on has just run. */
void rl_inject_count(struct rl_inject *inject);

/* pairs.c: every fault behind the one of the first walk that the plan pairs with it. */
void rl_inject_pairs(struct rl_inject *inject);

#endif
