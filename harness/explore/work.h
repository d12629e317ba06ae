/* What one process has to do of a cell, and how it hands over what it did: results/blocks.h tells
 * how the work is divided. */
#ifndef RELIGHT_EXPLORE_WORK_H
#define RELIGHT_EXPLORE_WORK_H

#include "explore/deaths.h"
#include "results/results.h"

struct rl_sweep;
struct rl_certificate_sections;

struct rl_work {
    const struct rl_deaths *deaths;      /* of workers of this cell; NULL: not looked at */
    uint32_t shard, shards;              /* as in rl_block_is_of() */
    const struct rl_cell_result *so_far; /* its blocks are done already; NULL: none is */
    /* Takes a piece of the results, which is what the blocks add that it says are done. `partial`:
     * it is what blocks added that are not done yet, because time ran out; then no other piece
     * follows. */
    void (*take)(void *user, const struct rl_cell_result *piece, bool partial);
    void *user;
    /* Takes what a closure explored; NULL: no certificate is asked for. */
    const struct rl_certificate_sections *certificate;
};

/* Whether a block is this process's, and not done yet. */
bool rl_work_wants(const struct rl_sweep *sweep, rl_part part, uint32_t block);
/* Whether any block of a part is, as far as is known. */
bool rl_work_wants_any(const struct rl_sweep *sweep, rl_part part);
/* The part has so many blocks. */
void rl_work_total(struct rl_sweep *sweep, rl_part part, uint32_t count);
uint32_t rl_work_blocks(size_t operations);

/* A block begins; and is done, unless time ran out or the cell failed. What it added is handed over
 * then or soon. */
void rl_work_begin(struct rl_sweep *sweep, rl_part part, uint32_t block);
void rl_work_done(struct rl_sweep *sweep, rl_part part, uint32_t block);
/* The same along a log: the walk is at operation `index`, and whether that is wanted; it is past
 * it, and whether it was the log's last one. */
bool rl_work_at(struct rl_sweep *sweep, rl_part part, size_t index);
void rl_work_past(struct rl_sweep *sweep, rl_part part, size_t index, bool last);

/* Hands over what was counted since the last time. */
void rl_work_flush(struct rl_sweep *sweep, bool partial);

#endif
