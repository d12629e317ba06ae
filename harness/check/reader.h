/* A certificate as it stands in its file, which anybody may have made: every number is held against
 * what there is before it is used. That it is well formed is all that is known then; whether it is
 * true is checked elsewhere. docs/certificate.md tells the format. */
#ifndef RELIGHT_CHECK_READER_H
#define RELIGHT_CHECK_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/observer.h"
#include "explore/run.h"
#include "faults/outcome.h"

#define RL_CHECK_WHY  256u
#define RL_CHECK_NONE UINT32_MAX

/* What a page holds. */
struct rl_check_slot {
    const uint8_t *bytes; /* RL_PAGE, in the file */
    struct rl_marks marks;
    struct rl_flaws flaws;
    rl_slot slot; /* of this process: rl_check_intern() */
};

struct rl_check_answer {
    uint64_t stored; /* as in the file: a slot is 1 + its number, 0 does not read */
    uint64_t value;  /* as of rl_check_ask(): rl_check_intern() */
    uint32_t next;   /* node */
};

/* Of the tree: the root is node 0, and what follows a node has a higher number. */
struct rl_check_node {
    size_t interval_first;
    size_t answer_first;
    struct rl_sum target;
    uint32_t page, mask;
    uint32_t interval_count;
    uint32_t answer_count;
    uint32_t leaf;
    uint32_t before; /* the node that it follows; RL_CHECK_NONE: the root, or not reached */
    uint8_t kind;    /* RL_CERTIFICATE_… */
    uint8_t look, device;
};

/* What the cuts of a state came to. */
struct rl_check_cuts {
    bool known; /* some crash state led there */
    uint64_t crash_states, violating;
    uint64_t edge_count; /* states that they lead to, ascending */
    size_t edge_first;   /* in the cell */
};

/* States are numbered: 0 is the start, 2 n + 1 is leaf n, 2 n + 2 is leaf n with memory. */
struct rl_check_leaf {
    struct rl_sum fingerprint;
    uint32_t from; /* state */
    uint64_t operation;
    struct rl_outcome outcome;
    uint32_t violated, at_start;
    uint64_t boots;
    struct rl_run_found found;
    uint64_t operations; /* 0: it was not cut */
    struct rl_check_cuts cuts[2];
    uint32_t node;
};

struct rl_check_cell {
    char name[96];
    uint8_t identity[2][RELIGHT_DIGEST_SIZE]; /* of old and new */
    uint32_t pages[2];                        /* of flash and memory */
    struct rl_check_slot *slots;
    size_t slot_count, slot_room;
    struct rl_interval *intervals;
    size_t interval_count, interval_room;
    struct rl_check_node *nodes;
    size_t node_count, node_room;
    struct rl_check_answer *answers;
    size_t answer_count, answer_room;
    struct rl_sum fingerprint; /* of the start */
    uint64_t operations;
    struct rl_check_cuts start;
    struct rl_check_leaf *leaves;
    size_t leaf_count, leaf_room;
    uint32_t *edges;
    size_t edge_count, edge_room;
};

struct rl_check_file {
    char version[64], plan[64], engine[64];
    uint64_t plan_digest, engine_digest;
    struct rl_check_cell *cells;
    size_t cell_count, cell_room;
};

/* Reads a certificate; `bytes` stay as long as it is used. False, and a line in `why`, when it is
 * none. */
bool rl_check_read(struct rl_check_file *file, const uint8_t *bytes, size_t size,
                   char why[RL_CHECK_WHY]);
void rl_check_file_free(struct rl_check_file *file);

#endif
