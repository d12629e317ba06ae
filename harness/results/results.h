/* What a campaign found out: plain data between the explorer, the store and the printers. */
#ifndef RELIGHT_RESULTS_H
#define RELIGHT_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "board/history.h"
#include "faults/catalogue.h"
#include "oracles/oracles.h"
#include "results/blocks.h"
#include "results/states.h"
#include "world/host.h"

/* Enough for any token: a name, a cell, and 64 faults of the longest words (explore/token.h). */
#define RL_TOKEN_SIZE 40960u
/* The same of one fault: a sample draws no more. */
#define RL_DRAWN_SIZE 1024u
#define RL_WHY_SIZE   256u
#define RL_PHASE_SIZE 24u

/* Violations with one cause: same property, phase and fault class. */
struct rl_finding {
    rl_property property;
    char phase[RL_PHASE_SIZE]; /* of the operation that the last fault hit; "golden" without one */
    int fault_class;           /* rl_class of the last fault; -1 without a fault */
    uint32_t faults;           /* faults in the shortest scenario */
    char token[RL_TOKEN_SIZE]; /* the shortest scenario; replays it */
    char drawn[RL_DRAWN_SIZE]; /* what the token was shrunk from; "": it was not */
    char why[RL_WHY_SIZE];     /* what the oracle saw there, one sentence */
    uint64_t count;            /* scenarios */
    uint64_t place; /* of that scenario in the cell: of two found with as few faults, the lower one
                     * is kept. Part, and in it the block; scenarios of one block have the same */
};

struct rl_class_count {
    uint64_t applicable, fired, observed;
};

/* A pair of classes that the plan asks for. */
#define RL_PAIRS_MAX 64u /* different ones in a plan, and so of a cell and of a sum */
struct rl_pair_result {
    int first, second;           /* rl_class */
    struct rl_class_count count; /* applicable: places for the second fault */
};

/* Scenarios that held, counted by where the fault hit. */
struct rl_held {
    char phase[RL_PHASE_SIZE];
    char operation[24]; /* kind, "program" */
    int fault_class;
    uint64_t count;
};

/* What the outside saw of the golden run: the adapter away, and what that meant to hosts. */
struct rl_outage {
    bool measured; /* false: no image ran before the update, and there is nothing to tell */
    struct rl_port_sums port;
    uint32_t hosts;
    struct rl_host_sums sums; /* of all hosts */
};

/* What a closure came to: harness/explore/closure.h. */
struct rl_closure_result {
    bool asked;              /* the plan asks for it; else nothing here counts */
    bool closed;             /* every state was cut, and no other appears */
    uint64_t transitions;    /* different ones, from one state to another */
    uint32_t longest_path;   /* the least cuts that lead to the farthest state */
    uint32_t recovery_boots; /* the most boots without a fault until an image runs */
    uint64_t repeated;       /* runs of what had been run: to be cut, and not kept; or for no use */
    double
        missed; /* most likely that any two states were taken for one: their fingerprints collide */
};

#define RL_FINDING_MAX 4096u /* kept per cell; more groups are counted in the last */

/* One cell's results. */
struct rl_cell_result {
    char cell[96];
    uint32_t number;    /* of the cell in its plan */
    const char *engine; /* name; borrowed; NULL while the cell is explored */
    uint64_t golden_operations, scenarios, crash_states, distinct_states, runs, violations;
    uint64_t
        unbootable; /* crash states after which no image runs: their recovery is not bootable */
    uint64_t peak_bytes;       /* most memory the cell's process used */
    uint64_t injected, joined; /* scenarios with an injected fault; of these, those that came to a
                                * state that is known to end well */
    double inject_seconds;     /* what these took, by the clock */
    double cpu_seconds;
    bool complete; /* false: the budget ran out */
    struct rl_closure_result closure;
    char harness_error[256]; /* not empty: the harness failed here, and judged nothing */
    struct rl_class_count classes[RL_CLASS_COUNT];
    rl_class_set classes_asked;
    struct rl_pair_result pairs[RL_PAIRS_MAX];
    uint32_t pair_count;
    struct rl_outage outage;
    struct rl_finding *findings; /* owned; ordered: fewest faults first, then as explored */
    uint32_t finding_count;
    struct rl_held *held; /* owned */
    uint32_t held_count;
    struct rl_blocks blocks[RL_PARTS]; /* owned: what was done of it */
    /* Owned: states that other pieces of the cell may have as well. `distinct_states` counts them,
     * and those that no other piece can have. */
    struct rl_states states;
};

typedef enum rl_verdict { RL_HELD, RL_VIOLATED, RL_UNVERIFIED, RL_HARNESS_FAILED } rl_verdict;

struct rl_results {
    const char *plan;   /* name */
    const char *engine; /* name; "several" when cells have different ones */
    const char
        *only; /* borrowed; what the names of the cells that were run begin with; NULL: all */
    const char *without; /* borrowed; classes that were taken out of the plan; NULL: none */
    uint64_t plan_digest, engine_digest;
    struct rl_cell_result *cells; /* owned array, contents too */
    uint32_t cell_count;
    uint32_t shard, shards; /* this is shard `shard`, from 1, of `shards`; 0, 0: the whole plan */
    double seconds;         /* wall clock of the campaign */
    bool certified;         /* the certificate was written */
    bool unclosed;          /* a cell is not closed */
    char uncertified[320];  /* why there is no certificate, when one was asked for */
    /* What `relight replay TOKEN` needs besides the token, such as "--engine x.so", quoted for a
     * shell; borrowed; NULL when nothing. */
    const char *replay_options;
};

/* harness/results/summary.c */
/* Sums over cells: counts added, memory the highest, findings of one cause merged. The finding with
 * the fewest faults is kept, and of equals that of the earliest cell. `complete` when all cells
 * are; `harness_error` is the first one, with its cell, or says that memory ran out. `total` need
 * not be initialised; release it with rl_cell_result_free(). */
void rl_results_sum(const struct rl_results *results, struct rl_cell_result *total);
/* Harness failed when a cell has a harness_error or there is no cell; violated when a cell has a
 * violation; unverified when a cell is incomplete, or a class or a pair that was asked for never
 * fired or was never observed in the sum of all cells; else held. */
rl_verdict rl_results_verdict(const struct rl_results *results);
/* Of a verdict: "held", "violated", "unverified" or "failed". */
const char *rl_verdict_name(rl_verdict verdict);
/* The process's exit code for a verdict: 0 held, 1 violated, 3 harness failed, 4 unverified. */
int rl_verdict_exit(rl_verdict verdict);
/* Whether class `index` was asked for and never fired or was never observed. */
bool rl_class_unverified(const struct rl_cell_result *total, unsigned index);
/* Whether a pair never fired or was never observed. */
bool rl_pair_unverified(const struct rl_pair_result *pair);
/* The name of a finding's class; NULL for a finding without a fault. */
const char *rl_finding_class(const struct rl_finding *finding);
/* harness/results/add.c: adds one piece of a cell's results to others of the same cell. In
 * `complete`, `harness_error`, names and numbers nothing changes. */
void rl_cell_result_add(struct rl_cell_result *into, const struct rl_cell_result *piece);
/* Puts findings in order, fewest faults first, and what held by phase, operation and class. */
void rl_cell_result_sort(struct rl_cell_result *result);
void rl_cell_result_free(struct rl_cell_result *result);
void rl_results_free(struct rl_results *results); /* what it owns, not itself */

/* harness/results/coverage.c: what was done of a campaign, or of its shard. */
struct rl_coverage {
    uint32_t cells, complete; /* cells; of these, those that were judged to their end */
    uint64_t blocks, done;    /* blocks (results/blocks.h), as far as is known how many there are */
    double share;             /* done, 0 to 1: of all cells the mean */
};
struct rl_coverage rl_cell_coverage(const struct rl_results *results, uint32_t index);
struct rl_coverage rl_results_coverage(const struct rl_results *results);

/* harness/results/json.c: one JSON object with the fields that docs/json.md lists, allocated;
 * NULL when memory ran out. */
char *rl_results_json(const struct rl_results *results);

/* harness/results/text.c: what a person reads at the end of a run, allocated; NULL when memory ran
 * out. `colour` adds terminal colours. */
char *rl_results_text(const struct rl_results *results, bool colour);

/* Writes `word` in single quotes, as a shell takes it: a quote in it ends them, adds itself, and
 * opens them again. */
void rl_print_quoted(FILE *out, const char *word);

/* harness/results/store.c: one SQLite file. */
struct rl_store;
/* What a store's results belong to. */
struct rl_identity {
    const char *plan;
    const char *engine; /* names; "several" when cells have different engines */
    uint64_t plan_digest, engine_digest;
    uint64_t images_digest; /* of the images alone, which the plan's digest covers too */
};
/* Opens or creates the store at `path`. NULL when it cannot be used (it is no store, another
 * version's, belongs to another plan, other images or another engine, or cannot be written): then
 * `error` says why, and the file is as it was. A store that does not exist yet is created when
 * something is stored. */
struct rl_store *rl_store_open(const char *path, const struct rl_identity *identity, char *error,
                               size_t error_size);
/* Adds one campaign, in one transaction. False and `error` when it could not be written. */
bool rl_store_save(struct rl_store *store, const struct rl_results *results, char *error,
                   size_t error_size);
/* A campaign that is stored while it goes on: begin, update as often as wanted, finish. Where the
 * store has an unfinished one that rl_store_resume() took up, that goes on. Each is one
 * transaction. False and `error` when it could not be written. */
bool rl_store_begin(struct rl_store *store, const struct rl_results *results, char *error,
                    size_t error_size);
/* Stores the cells that are marked in `changed`. */
bool rl_store_update(struct rl_store *store, const struct rl_results *results, const bool *changed,
                     char *error, size_t error_size);
/* Stores the verdict and the time; what is not in the cells yet stays out of them. */
bool rl_store_finish(struct rl_store *store, const struct rl_results *results, char *error,
                     size_t error_size);
void rl_store_close(struct rl_store *store);

#endif
