#include "results/blocks.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

const char *rl_part_name(rl_part part)
{
    static const char *const names[RL_PARTS] = {"golden", "cuts", "recoveries", "injected",
                                                "doubtful"};

    return names[part];
}

bool rl_blocks_has(const struct rl_blocks *blocks, uint32_t block)
{
    return block / 64u < blocks->words && (blocks->done[block / 64u] >> (block % 64u) & 1u) != 0;
}

void rl_blocks_add(struct rl_blocks *blocks, uint32_t block)
{
    uint32_t words = block / 64u + 1u;

    if (words > blocks->words) {
        blocks->done = rl_realloc(blocks->done, words * sizeof *blocks->done);
        memset(blocks->done + blocks->words, 0, (words - blocks->words) * sizeof *blocks->done);
        blocks->words = words;
    }
    blocks->done[block / 64u] |= (uint64_t)1 << (block % 64u);
}

uint32_t rl_blocks_done(const struct rl_blocks *blocks)
{
    uint32_t done = 0;

    for (uint32_t i = 0; i < blocks->words; i++) {
        done += (uint32_t)__builtin_popcountll(blocks->done[i]);
    }
    return done;
}

void rl_blocks_free(struct rl_blocks *blocks)
{
    free(blocks->done);
    memset(blocks, 0, sizeof *blocks);
}

bool rl_block_is_of(uint32_t shard, uint32_t shards, uint32_t cell, rl_part part, uint32_t block)
{
    if (shards == 0) {
        return true;
    }
    if (part == RL_PART_GOLDEN) {
        return shard == 1u;
    }
    return ((uint64_t)block + cell) % shards == shard - 1u;
}
