/* Between the files that explore a cell: cell.c, sweep.c, sample.c and inject.c. */
#ifndef RELIGHT_EXPLORE_SWEEP_PRIVATE_H
#define RELIGHT_EXPLORE_SWEEP_PRIVATE_H

#include "explore/footprint.h"
#include "explore/run.h"
#include "explore/select.h"
#include "explore/shrink.h"
#include "explore/sweep.h"
#include "explore/tally.h"
#include "explore/work.h"
#include "faults/outcome.h"

#define RL_DEPTH_MAX 2u /* cuts in one scenario of a sweep */
#define RL_BASES     (RL_LINES_LOST + 1u)
#define RL_EVENTS    (2u * RL_TURNS)

/* One power cycle whose operations are being cut, and where in it. */
struct rl_level {
    struct rl_run run;
    struct rl_cursor cursor;
    const struct rl_plane *start[2]; /* by device: of `run`, or of the stretch being cut */
    struct rl_view view;             /* the crash state being judged */
    uint32_t leaf;                   /* of `run` */
    size_t operation;                /* being cut */
    struct rl_outcome outcome;       /* of the scenario being judged */
    /* Level 0 of a scenario in which `run` of level 1 is the golden run with this fault, put at
     * `operation` of `site_log`; NULL: level 0 is cut, and level 1 is its recovery. */
    const struct rl_injection *injection;
    const struct rl_log *site_log;
    struct rl_selection selection; /* of cuts, where the plan selects operations */
    /* Leaves of the states at the cursor, by what becomes of dirty lines; RL_LEAF_NONE: unknown. */
    uint32_t bases[RL_EVENTS][RL_BASES]; /* by event: rl_sweep_event_of() */
};

struct rl_closure;

struct rl_sweep {
    struct rl_scene *scene;
    struct rl_footprints *footprints;
    struct rl_tally tally;
    struct rl_level levels[RL_DEPTH_MAX + 1u]; /* the last is for runs that are not cut again */
    uint32_t level;
    double deadline;
    struct rl_cell_progress *progress;
    bool out_of_time, failed;
    char error[256];
    bool narrow;              /* the plan selects operations of cuts: levels[].selection counts */
    rl_class_set cut_classes; /* of the cuts after an injected fault */
    /* rl_sweep_recoveries() tells of each first cut: its class, and the leaf of its recovery, which
     * holds. The outcome is in levels[0]. May be NULL. */
    void (*recovered)(struct rl_sweep *sweep, rl_class cut, uint32_t leaf, void *user);
    void *recovered_user;
    uint64_t splits;                /* of leaves, in this round; see sweep.c */
    struct rl_closure *closure;     /* of a cell that is closed; else NULL */
    const struct rl_work *work;     /* NULL: all of the cell, in one piece */
    uint32_t number;                /* of the cell in its plan */
    uint32_t blocks[RL_PARTS];      /* that each part has; 0: not known yet */
    struct rl_shrunk_causes shrunk; /* of what was drawn */
    double handed_over;             /* when a piece of the results was */
    struct {
        uint64_t crash_states, violations;
    } shown;          /* in pieces that were handed over, and in progress before */
    uint64_t ordinal; /* of scenarios in the block that is being done */
    bool muted;       /* what is visited is not counted */
    bool listing; /* new leaves are listed in the result, for other processes may find them too */
    struct rl_footprints *plain; /* see rl_sweep_plain() */
    /* Of a closure, for tests: no run ends where it comes to what is known; and how a boundary is
     * known in place of rl_run_boundary_key(), or NULL. */
    bool whole_runs;
    struct rl_sum (*boundary_key)(struct rl_run *run);
    size_t kept_bytes; /* the most memory for runs to be cut; 0: RL_KEPT_BYTES */
};

/* A sweep of the scene, which it borrows. */
struct rl_sweep *rl_sweep_new(struct rl_scene *scene);
void rl_sweep_free(struct rl_sweep *sweep);

/* Executes the golden run in level 0, records what it violates, and how it ended. False when there
 * is nothing to cut: it violated a property. */
bool rl_sweep_golden(struct rl_sweep *sweep);
/* Whether its first cuts cannot be divided: leaves of all are cut again. */
bool rl_sweep_is_whole(const struct rl_sweep *sweep);
/* Walks the cuts of level 0's log that this process has to do, and those of new recoveries. */
void rl_sweep_all(struct rl_sweep *sweep);
/* Walks all first cuts once more for sweep->recovered, and counts none. */
void rl_sweep_recoveries(struct rl_sweep *sweep);
/* Footprints of recoveries that are not cut again: nothing that was split is among them. */
struct rl_footprints *rl_sweep_plain(struct rl_sweep *sweep);
/* Cuts of these classes in the log of level 1's run, which has the fault of levels[0].injection,
 * behind operation `first` of it. `footprints` knows what follows. */
void rl_sweep_faulted(struct rl_sweep *sweep, rl_class_set classes, size_t first,
                      struct rl_footprints *footprints);
/* sample.c: draws from the first cuts of level 0's log instead. */
void rl_sweep_sample(struct rl_sweep *sweep);

/* Counts `count` scenarios of the family at the current level with this verdict, of which so many
 * were observed. What its run found is held against what the cut lets be found. */
void rl_sweep_count(struct rl_sweep *sweep, const struct rl_family *family, uint64_t count,
                    uint64_t observed, uint32_t verdict, const struct rl_run_found *found);
/* Whether the budget is spent: sweep->out_of_time. */
void rl_sweep_look_at_time(struct rl_sweep *sweep);
/* Shows how far the walk along level 0's log is, and looks at the time. */
void rl_sweep_show(struct rl_sweep *sweep, size_t done, size_t total);
/* A walk along a level's log begins; and is at operation `index`, which the cursor comes to next.
 */
void rl_sweep_start(const struct rl_sweep *sweep, struct rl_level *level);
void rl_sweep_at(const struct rl_sweep *sweep, struct rl_level *level, size_t index);
/* For closure.c: parts of how a crash state is judged. */
/* Gives up, as a failure of the harness. */
void rl_sweep_fail(struct rl_sweep *sweep, const char *why);
/* The event of an outcome: of a cut or a reset, where these leave different states, and by how what
 * was in doubt turned. */
unsigned rl_sweep_event_of(const struct rl_sweep *sweep, const struct rl_outcome *outcome);
/* Whether the leaf depends on a page that members of the family differ in. */
bool rl_sweep_touches(const struct rl_leaf *leaf, const struct rl_family *family);
/* Makes the crash state that `outcome` leaves at the current place the level's view; false, and the
 * sweep has failed, when there is none. */
bool rl_sweep_view(struct rl_sweep *sweep, const struct rl_outcome *outcome);
/* What is open in the state that is being cut, to be asked about a view of this outcome. */
void rl_sweep_open(struct rl_sweep *sweep, const struct rl_outcome *outcome, struct rl_open *open);
/* Splits the leaf of the state that is being cut by what `open` says is left of a question. */
void rl_sweep_split(struct rl_sweep *sweep, const struct rl_open *open);
/* Runs the recovery from `view`; returns its leaf, or RL_LEAF_NONE when the sweep has failed. */
uint32_t rl_sweep_execute(struct rl_sweep *sweep, struct rl_level *level,
                          const struct rl_view *view, const struct rl_run_options *options);
/* Every cut in the current level's log. */
void rl_sweep_log(struct rl_sweep *sweep);
/* The same from where the cursor is to operation `end`, after rl_sweep_start(); or, not `judged`,
 * past them. */
void rl_sweep_part(struct rl_sweep *sweep, size_t end, bool judged);
/* The reach of a level by the plan. */
struct rl_reach rl_sweep_reach(const struct rl_sweep *sweep, uint32_t level);
/* Whether the plan puts cuts of the family's class at the current level's operation; behind an
 * injected fault they are everywhere. */
bool rl_sweep_selects(const struct rl_sweep *sweep, const struct rl_family *family);
/* The member of a family whose part, or prefix, is `number`. */
struct rl_outcome rl_family_member(const struct rl_family *family, uint32_t number);

#endif
