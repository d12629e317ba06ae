#include "explore/closure_private.h"

/* Time may run out in the middle: what was found until then counts, unless more is known of the
 * state from before. */
static void settle(struct rl_closure *closure, size_t operations)
{
    const struct rl_closure_state *state = &closure->states[closure->current];

    if (!closure->sweep->failed && (!closure->sweep->out_of_time || !state->cut)) {
        rl_closure_settle_account(closure, operations);
    }
}

void rl_closure_cut_start(struct rl_closure *closure)
{
    rl_closure_begin_account(closure, RL_CLOSURE_START, 0);
    closure->sweep->level = 0;
    rl_sweep_log(closure->sweep);
    settle(closure, closure->sweep->levels[0].run.log.count);
}

/* Stretches of the run at hand ask what follows them asks, from the last to the first. */
static void inherit(struct rl_closure *closure, uint32_t owner, uint32_t count)
{
    struct rl_sweep *sweep = closure->sweep;
    const struct rl_run *run = &sweep->levels[1].run;

    for (uint32_t k = count; k-- > 0;) {
        uint32_t leaf = closure->leaves[owner].run[k];
        const struct rl_closure_leaf *at = &closure->leaves[leaf];

        if (at->owner != owner) {
            continue;
        }
        if (at->next != RL_LEAF_NONE) {
            (void)rl_stretches_inherit(&closure->again, run, k, leaf, at->next_root);
        }
        (void)rl_stretches_inherit_cuts(&closure->again, run, k, leaf);
    }
}

/* Where the run at hand ended at a boundary: the leaf there, of a run that is made now when there
 * is none any more. */
static void go_on(struct rl_closure *closure, uint32_t owner)
{
    struct rl_sweep *sweep = closure->sweep;
    struct rl_level *spare = &sweep->levels[2];
    uint32_t count = closure->leaves[owner].run_count;
    uint32_t last = closure->leaves[owner].run[count - 1u];
    uint32_t root = closure->leaves[last].next_root;
    const struct rl_stretch *end = closure->again.list[count];
    uint32_t leaf;

    rl_view_plain(&spare->view, &end->start[RL_FLASH], &end->start[RL_MEMORY]);
    leaf = rl_footprints_find_from(sweep->footprints, root, &spare->view, NULL);
    if (leaf == RL_LEAF_NONE) {
        rl_closure_take_from_vault(closure, owner, spare);
        leaf = rl_closure_make_run(closure, spare, &spare->view, count, owner);
    }
    if (leaf == RL_LEAF_NONE) {
        return;
    }
    if (leaf != closure->leaves[last].next) {
        rl_closure_goes_on_to(closure, last, leaf, root);
    }
    for (int m = 0; m < 2; m++) {
        if (rl_closure_state_at(closure, rl_closure_state_of(last, m != 0))->known) {
            rl_closure_know(closure, rl_closure_state_of(leaf, m != 0));
        }
    }
}

static void cut_stretch(struct rl_closure *closure, uint32_t state, size_t first, size_t end)
{
    closure->states[state].follows = false;
    rl_closure_begin_account(closure, state, first);
    rl_sweep_part(closure->sweep, end, true);
    settle(closure, end - first);
}

/* The level's cursor stands at the begin of a stretch of the run at hand. */
static void begin_stretch(struct rl_closure *closure, uint32_t number, uint32_t leaf)
{
    struct rl_level *level = &closure->sweep->levels[1];
    struct rl_cursor *cursor = &level->cursor;

    level->leaf = leaf;
    for (int device = 0; device < 2; device++) {
        level->start[device] = rl_stretches_start(&closure->again, &level->run, number, device);
    }
    rl_stretches_original(cursor->original, level->start[RL_MEMORY], level->start[RL_FLASH]->count,
                          cursor->dirty);
    cursor->version++; /* what is open in its flash is something else now */
}

/* Cuts those stretches of the run at hand that wait for it. */
static void cut_stretches(struct rl_closure *closure, uint32_t owner, bool memory)
{
    struct rl_stretches *again = &closure->again;
    const struct rl_level *level = &closure->sweep->levels[1];
    uint32_t count = closure->leaves[owner].run_count;
    uint32_t last = closure->leaves[owner].run[count - 1u];

    rl_sweep_start(closure->sweep, &closure->sweep->levels[1]);
    for (uint32_t k = 0; k < count && rl_closure_goes_well(closure); k++) {
        uint32_t leaf = closure->leaves[owner].run[k];
        uint32_t state = rl_closure_state_of(leaf, memory);
        size_t first = again->list[k]->first;
        size_t end = k + 1u == count ? level->run.log.count : again->list[k + 1u]->first;
        bool own = closure->leaves[leaf].owner == owner;
        bool waits = own && rl_closure_state_at(closure, state)->waits;

        if (k > 0) {
            rl_stretches_pass(again, &level->cursor, k);
        }
        begin_stretch(closure, k, leaf);
        if (own) {
            closure->states[state].waits = false;
        }
        if (waits && !closure->states[state].follows) {
            cut_stretch(closure, state, first, end);
        } else {
            rl_sweep_part(closure->sweep, end, false);
        }
    }
    if (rl_closure_goes_well(closure) && closure->leaves[last].next != RL_LEAF_NONE) {
        rl_stretches_pass(again, &level->cursor, count);
    }
}

/* Puts the run of an owner in hand: into level 1, to be cut. It is made again where it was not
 * kept, and that is NULL. */
static struct rl_kept_run *take_in_hand(struct rl_closure *closure, uint32_t owner)
{
    struct rl_level *level = &closure->sweep->levels[1];
    struct rl_run *run = &level->run;
    struct rl_kept_run *kept = rl_kept_take(&closure->kept, owner);
    struct rl_log log;

    rl_closure_take_from_vault(closure, owner, level);
    if (kept == NULL) {
        rl_stretches_again(&closure->again, run, &level->view, closure->leaves[owner].run_count);
        closure->sweep->tally.result.runs++;
        closure->sweep->tally.result.closure.repeated++;
        return NULL;
    }
    rl_stretches_recall(&closure->again, kept->firsts, kept->count);
    rl_plane_copy(&run->flash, &closure->flash);
    rl_plane_copy(&run->memory, &closure->memory);
    rl_data_assign(&run->data, &kept->data);
    run->judge.initialises[RL_RUNS_NEW].began = kept->began;
    run->judge.initialises[RL_RUNS_NEW].operation = kept->began_at;
    run->found_at = kept->found_at;
    run->first_image = kept->first_image;
    log = run->log;
    run->log = kept->log;
    kept->log = log;
    return kept;
}

/* Its owner may have a longer run by now. */
static void put_back(struct rl_closure *closure, uint32_t owner, struct rl_kept_run *kept,
                     uint32_t made)
{
    struct rl_run *run = &closure->sweep->levels[1].run;
    bool is_same = closure->leaves[owner].runs == made;
    struct rl_log log;

    if (kept == NULL) {
        if (is_same) {
            rl_closure_keep(closure, owner, &closure->again, run);
        }
        return;
    }
    log = run->log;
    run->log = kept->log;
    kept->log = log;
    if (is_same) {
        rl_kept_give(&closure->kept, kept);
    } else {
        rl_kept_drop(kept);
    }
}

/* Does with all stretches of the run that a state is one of what they wait for. */
void rl_closure_work_off(struct rl_closure *closure, uint32_t state)
{
    struct rl_sweep *sweep = closure->sweep;
    uint32_t owner = closure->leaves[rl_closure_leaf_of(state)].owner;
    uint32_t count = closure->leaves[owner].run_count;
    uint32_t last = closure->leaves[owner].run[count - 1u];
    struct rl_kept_run *kept = take_in_hand(closure, owner);
    uint32_t made = closure->leaves[owner].runs;

    sweep->level = 1;
    cut_stretches(closure, owner, rl_closure_has_memory(state));
    if (rl_closure_goes_well(closure) && closure->leaves[last].next != RL_LEAF_NONE) {
        go_on(closure, owner);
    }
    if (rl_closure_goes_well(closure)) {
        inherit(closure, owner, count);
    }
    sweep->level = 0;
    put_back(closure, owner, kept, made);
}
