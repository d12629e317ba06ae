#include "explore/work.h"

#include "explore/sweep_private.h"

/* Between two pieces of a cell's results. */
#define PIECE_SECONDS 0.2

bool rl_work_wants(const struct rl_sweep *sweep, rl_part part, uint32_t block)
{
    const struct rl_work *work = sweep->work;

    return work == NULL ||
           (rl_block_is_of(work->shard, work->shards, sweep->number, part, block) &&
            (work->so_far == NULL || !rl_blocks_has(&work->so_far->blocks[part], block)));
}

bool rl_work_wants_any(const struct rl_sweep *sweep, rl_part part)
{
    const struct rl_work *work = sweep->work;
    uint32_t count = sweep->blocks[part];

    if (work == NULL || count == 0) {
        return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (rl_work_wants(sweep, part, i)) {
            return true;
        }
    }
    return false;
}

void rl_work_total(struct rl_sweep *sweep, rl_part part, uint32_t count)
{
    sweep->blocks[part] = count;
    sweep->tally.result.blocks[part].count = count;
}

uint32_t rl_work_blocks(size_t operations)
{
    return (uint32_t)((operations + RL_BLOCK_OPERATIONS - 1u) / RL_BLOCK_OPERATIONS);
}

void rl_work_begin(struct rl_sweep *sweep, rl_part part, uint32_t block)
{
    uint64_t place = (uint64_t)part << 32u | block;

    if (place != sweep->tally.place) {
        sweep->ordinal = 0;
    }
    sweep->tally.place = place;
}

void rl_work_done(struct rl_sweep *sweep, rl_part part, uint32_t block)
{
    if (sweep->failed || sweep->out_of_time) {
        return;
    }
    rl_blocks_add(&sweep->tally.result.blocks[part], block);
    if (sweep->work != NULL && rl_clock_now() - sweep->handed_over > PIECE_SECONDS) {
        rl_work_flush(sweep, false);
    }
}

bool rl_work_at(struct rl_sweep *sweep, rl_part part, size_t index)
{
    uint32_t block = (uint32_t)(index / RL_BLOCK_OPERATIONS);
    bool wanted = rl_work_wants(sweep, part, block);

    if (wanted) {
        rl_work_begin(sweep, part, block);
    }
    return wanted;
}

void rl_work_past(struct rl_sweep *sweep, rl_part part, size_t index, bool last)
{
    uint32_t block = (uint32_t)(index / RL_BLOCK_OPERATIONS);

    if ((last || (index + 1u) % RL_BLOCK_OPERATIONS == 0) && rl_work_wants(sweep, part, block)) {
        rl_work_done(sweep, part, block);
    }
}

void rl_work_flush(struct rl_sweep *sweep, bool partial)
{
    struct rl_cell_result piece;

    if (sweep->work == NULL) {
        return;
    }
    sweep->shown.crash_states += sweep->tally.result.crash_states;
    sweep->shown.violations += sweep->tally.result.violations;
    sweep->tally.result.distinct_states += sweep->tally.result.states.count;
    rl_tally_finish(&sweep->tally, &piece);
    if (sweep->scene->cell->sample > 0) {
        rl_shrink_findings(sweep->scene, sweep->deadline, &sweep->shrunk, &piece);
    }
    sweep->work->take(sweep->work->user, &piece, partial);
    rl_cell_result_free(&piece);
    rl_tally_restart(&sweep->tally);
    sweep->handed_over = rl_clock_now();
}
