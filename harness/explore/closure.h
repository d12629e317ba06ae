/* Closure: every sequence of power cuts and resets, of any length, until no new state appears.
 *
 * A *state* is what recoveries have in common that read the same: a leaf of the footprints. One
 * crash state stands for all of its leaf: its recovery is run with a log, and that power cycle is
 * cut at every operation, with every outcome. Each crash state so made walks down the tree to its
 * leaf; a leaf that was not there before is a new state, and waits to be cut. When none waits, the
 * set of states is closed: whatever sequence of cuts comes, the device is in one of them.
 *
 * Why one may stand for all: sweep.c tells it of second cuts, and it is the same here. When a later
 * recovery asks what the states of a leaf do not have in common, the leaf is split. States that
 * came to it before may have been among the others: all that lead to it are cut once more.
 *
 * A recovery is judged by itself, and against the power cycle before it. One thing has to be known
 * for longer: that an image with a higher security counter began its initialization in any power
 * cycle before, so that no image with a lower one may run. So a state is a leaf and this memory.
 *
 * What is left out of a state, and why it makes no difference: how often sectors were erased (no
 * engine can ask; erases are limited in each power cycle, and one in a power cycle with nothing
 * left to do is a violation by itself); time (no engine can ask); numbers of operations and power
 * cycles (each run counts from 1); hosts (they are simulated over golden runs only); where the
 * sender was (it delivers any part whenever asked).
 *
 * A run is made in stretches (explore/stretch.h), and each of them is a state: it is cut by itself,
 * and it goes on to the next, or to one of another run that it joined. That costs no cut. What
 * follows from a boundary is cut once, however many runs come to it. When a leaf is split, the
 * stretches of its run before it are split, too, as far as they leave open what was asked; and what
 * joined it looks once more where it goes on.
 *
 * A run is made once, and its log is kept until it is cut (explore/closure_kept.h). Of a leaf that
 * is split, what arrived before is known to answer alike, as a rule (explore/closure_foresee.h):
 * then nothing is cut once more.
 *
 * What is found is kept by state, so that a state that is cut once more counts once. Depths (the
 * least number of cuts that lead to a state) come out of the finished graph, and so tokens are the
 * shortest that there are. */
#ifndef RELIGHT_EXPLORE_CLOSURE_H
#define RELIGHT_EXPLORE_CLOSURE_H

#include "explore/closure_foresee.h"
#include "explore/closure_kept.h"
#include "explore/stretch.h"
#include "explore/sweep_private.h"
#include "explore/vault.h"

/* One crash state that leads from a state to another. */
struct rl_edge {
    uint32_t to;
    uint32_t operation; /* that is cut, from the first of the state's stretch */
    struct rl_outcome outcome;
};

/* Crash states of one state with the same verdict at operations of one kind. */
struct rl_account_row {
    uint8_t phase, kind;
    uint16_t fault_class;
    uint32_t verdict; /* of the tally; UINT32_MAX: held */
    uint64_t count;
    uint32_t operation; /* the first of them */
    struct rl_outcome outcome;
};

struct rl_class_row {
    uint16_t fault_class;
    struct rl_class_count count;
};

/* What is known of a state. Number 0 is what the golden run starts from; leaf n without memory is
 * number 2 n + 1, with it 2 n + 2. */
struct rl_closure_state {
    bool known;         /* some crash state led to it */
    bool waits;         /* for being cut, */
    bool follows;       /* or only for where it goes on to be looked for once more */
    bool cut;           /* it was */
    uint32_t boots;     /* without a fault, until an image runs */
    uint32_t stored;    /* in the vault */
    uint32_t depth;     /* cuts; UINT32_MAX until rl_closure_finish() */
    uint32_t from;      /* state before it on a shortest path, and the edge there */
    uint32_t from_edge; /* RL_GOES_ON: it goes on to this one */
    uint64_t crash_states;
    uint64_t operations; /* that were cut */
    struct rl_edge *edges;
    uint32_t edge_count;
    struct rl_account_row *rows;
    uint32_t row_count;
    struct rl_class_row *classes;
    uint32_t class_count;
};

/* The crash state that stands for a leaf: one that led there. */
struct rl_birth {
    uint32_t leaf;
    uint32_t from;      /* state that was cut */
    uint32_t operation; /* of its power cycle, index of its log */
    struct rl_outcome outcome;
};

#define RL_GOES_ON UINT32_MAX

/* What is known of a leaf: of the stretch of a run that it was made for. */
struct rl_closure_leaf {
    bool made;          /* the leaf is of a stretch */
    bool split;         /* since the states that lead to it were told last */
    uint32_t owner;     /* leaf of the first stretch of that run, */
    uint32_t number;    /* and which one it is */
    uint32_t next;      /* leaf that it goes on to at the boundary where it ends; RL_LEAF_NONE */
    uint32_t next_root; /* of the tree there */
    uint32_t boots, stored;
    size_t first, length; /* operations of that run's log */
    struct rl_to_come to_come;
    uint32_t *run; /* of an owner: leaves of its stretches, up to where it joined another run */
    uint32_t run_count;
    uint32_t runs;    /* that were made of it; the last counts */
    uint32_t *before; /* states that have an edge to it; some of them are in it twice */
    size_t before_count, before_room;
    uint32_t *joiners; /* leaves that go on to it */
    size_t joiner_count, joiner_room;
};

/* A ring. */
struct rl_closure_queue {
    uint32_t *list;
    size_t head, count, room;
};

struct rl_closure {
    struct rl_sweep *sweep;
    struct rl_stretches made, again; /* a run that is new, and the one that is being cut */
    struct rl_closure_leaf *leaves;
    size_t leaf_count, leaf_room;
    uint32_t *split; /* leaves that were split and not told of */
    size_t split_count, split_room;
    size_t first; /* operation of the stretch that is being cut */
    struct rl_vault vault;
    struct rl_kept_runs kept; /* to be cut */
    struct rl_foresight foresight;
    struct rl_plane flash, memory; /* of the state that is being cut */
    struct rl_closure_state *states;
    size_t count, room;
    struct rl_closure_queue queues[2]; /* of states that are new, and of others */
    uint32_t current;                  /* state that is being cut */
    uint32_t *stamp; /* by state: the number of the cut that has an edge to it already */
    size_t stamp_count;
    uint32_t serial;
    struct rl_edge *edges; /* of the current one */
    size_t edge_count, edge_room;
    struct rl_account_row *rows;
    size_t row_count, row_room;
    struct rl_birth *births; /* of leaves, in order */
    size_t birth_count, birth_room;
    bool *is_born; /* by leaf */
    size_t born_count;
    struct rl_view *born; /* one of these crash states */
    uint64_t unborn;      /* states that were cut before they had a birth */
    struct rl_plane born_flash, born_memory;
    uint64_t cuts;                  /* states that were cut, again and again */
    struct rl_closure_lines *lines; /* crash states with open lines */
    uint64_t left_out;              /* crash states of which not all choices were followed */
};

/* Explores the cell until it is closed or out of time. The golden run was executed
 * (rl_sweep_golden()) and holds. Results are in sweep->tally; the closure stays for who wants to
 * write it down. */
void rl_closure_explore(struct rl_closure *closure, struct rl_sweep *sweep);
void rl_closure_free(struct rl_closure *closure);

/* For who writes it down: numbers of states. */
#define RL_CLOSURE_START 0u
uint32_t rl_closure_state_of(uint32_t leaf, bool memory);
uint32_t rl_closure_leaf_of(uint32_t state); /* not of the start */
bool rl_closure_has_memory(uint32_t state);

/* For sweep.c: a family whose lines are RL_LINES_OPEN; that the walk along the log is elsewhere, or
 * that a page changed in it. */
void rl_closure_visit_open(struct rl_closure *closure, const struct rl_family *family);
void rl_closure_forget_bases(struct rl_closure *closure);
void rl_closure_changed(struct rl_closure *closure, uint8_t device, uint32_t page);
/* For sweep.c: whether states that differ in these pages have to arrive at the leaf one by one,
 * though its run does not look at them. */
bool rl_closure_foresees(const struct rl_closure *closure, uint32_t leaf,
                         const struct rl_family *family);
bool rl_closure_foresees_page(const struct rl_closure *closure, uint32_t leaf, uint8_t device,
                              uint32_t page);

/* For closure_lines.c. Whether the state that is being cut stands for others. */
bool rl_closure_stands_for_many(const struct rl_closure *closure);
/* The view of the current level arrives at `leaf`, or, with RL_LEAF_NONE, where no run was: runs it
 * if nothing arrived there before. False when the sweep has failed. */
bool rl_closure_reach(struct rl_closure *closure, uint32_t leaf);
/* Splits the state that is being cut. */
void rl_closure_split(struct rl_closure *closure, const struct rl_open *open);
/* For sweep.c: makes sure that all that the state being cut stands for agree on whether anything is
 * in doubt at the current place. */
void rl_closure_ask_doubts(struct rl_closure *closure);
/* The state that is being cut leads to a leaf. */
void rl_closure_note_edge(struct rl_closure *closure, uint32_t leaf,
                          const struct rl_outcome *outcome);

/* For sweep.c: the leaf of the crash state that `outcome` leaves at the current place, and that a
 * family of crash states was judged. */
uint32_t rl_closure_judge(struct rl_closure *closure, const struct rl_outcome *outcome);
void rl_closure_count(struct rl_closure *closure, const struct rl_scenario *scenario,
                      uint32_t verdict, const struct rl_run_found *found);
/* Whether what is remembered may change at an operation of the current level's log. */
bool rl_closure_remembers(const struct rl_closure *closure, size_t operation);

#endif
