/* How much of a campaign's work was done. */
#include "results/results.h"

struct rl_coverage rl_cell_coverage(const struct rl_results *results, uint32_t index)
{
    const struct rl_cell_result *cell = &results->cells[index];
    struct rl_coverage coverage = {.cells = 1, .complete = cell->complete ? 1u : 0};

    for (unsigned part = 0; part < RL_PARTS; part++) {
        coverage.done += rl_blocks_done(&cell->blocks[part]);
        for (uint32_t i = 0; i < cell->blocks[part].count; i++) {
            coverage.blocks +=
                rl_block_is_of(results->shard, results->shards, cell->number, (rl_part)part, i);
        }
    }
    coverage.share = cell->complete         ? 1.0
                     : coverage.blocks == 0 ? 0.0
                                            : (double)coverage.done / (double)coverage.blocks;
    return coverage;
}

struct rl_coverage rl_results_coverage(const struct rl_results *results)
{
    struct rl_coverage sum = {0};

    for (uint32_t i = 0; i < results->cell_count; i++) {
        struct rl_coverage cell = rl_cell_coverage(results, i);

        sum.cells += cell.cells;
        sum.complete += cell.complete;
        sum.blocks += cell.blocks;
        sum.done += cell.done;
        sum.share += cell.share / results->cell_count;
    }
    return sum;
}
