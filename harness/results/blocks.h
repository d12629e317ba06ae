/* How the work on a cell is divided. It has parts, and each part has blocks: so many operations of
 * the golden run's log, one after the other, with every fault that the plan puts there. What a
 * block adds to the results depends on plan, engine and block alone, but for what the others spare
 * it: `runs`, `joined` and times. So blocks can be dealt out to processes and machines, kept when
 * they are done, and added up in any order. */
#ifndef RELIGHT_RESULTS_BLOCKS_H
#define RELIGHT_RESULTS_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#define RL_BLOCK_OPERATIONS 16u
#define RL_SHARDS_MAX       65536u

typedef enum rl_part {
    RL_PART_GOLDEN = 0, /* one block: the golden run itself. All shards run it, the first counts */
    RL_PART_CUTS,       /* first cuts. One block with all of them where a plan cuts again */
    RL_PART_RECOVERIES, /* faults behind a cut: a block each recovery and pair, in the order in
                         * which the cuts come to them */
    RL_PART_INJECTED,   /* faults that change how the engine runs */
    RL_PART_DOUBTFUL,   /* cuts that leave cells in doubt */
    RL_PARTS
} rl_part;

/* "golden", "cuts", "recoveries", "injected", "doubtful". */
const char *rl_part_name(rl_part part);

/* The blocks of one part. All zero: nothing is known yet, and nothing is done. */
struct rl_blocks {
    uint32_t count; /* of the part; 0: not known yet, or none */
    uint64_t *done; /* bitmap; owned */
    uint32_t words; /* of it */
};

bool rl_blocks_has(const struct rl_blocks *blocks, uint32_t block);
void rl_blocks_add(struct rl_blocks *blocks, uint32_t block);
/* How many are done. */
uint32_t rl_blocks_done(const struct rl_blocks *blocks);
void rl_blocks_free(struct rl_blocks *blocks);

/* Whether a block belongs to shard `shard`, from 1, of `shards`; to any when `shards` is 0. `cell`
 * is the cell's number in the plan. Blocks go round, and begin with another shard in each cell, but
 * the golden runs are the first shard's. */
bool rl_block_is_of(uint32_t shard, uint32_t shards, uint32_t cell, rl_part part, uint32_t block);

#endif
