#include "explore/closure_private.h"

void rl_closure_cut_start(struct rl_closure *closure)
{
    rl_closure_begin_account(closure, RL_CLOSURE_START, 0);
    closure->sweep->level = 0;
    rl_sweep_log(closure->sweep);
    if (rl_closure_goes_well(closure)) {
        rl_closure_settle_account(closure, closure->sweep->levels[0].run.log.count);
    }
}

/* Stretches of the run at hand ask what follows them asks, from the last to the first. */
static void inherit(struct rl_closure *closure, uint32_t owner, uint32_t count, bool cuts)
{
    struct rl_sweep *sweep = closure->sweep;
    const struct rl_run *run = &sweep->levels[1].run;
    bool battery = sweep->scene->cell->memory == RL_MEMORY_BATTERY;

    for (uint32_t k = count; k-- > 0;) {
        uint32_t leaf = closure->leaves[owner].run[k];
        const struct rl_closure_leaf *at = &closure->leaves[leaf];
        bool left = false;

        if (at->owner != owner) {
            continue;
        }
        if (at->next != RL_LEAF_NONE) {
            left = rl_stretches_inherit(&closure->again, run, k, leaf, at->next_root);
        }
        if (cuts && !battery) {
            left |= rl_stretches_inherit_cut(&closure->again, run, k, leaf, true);
        }
        if (cuts) {
            left |= rl_stretches_inherit_cut(&closure->again, run, k, leaf, false);
        }
        if (left) {
            rl_closure_note_split(closure, leaf);
        }
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
    if (rl_closure_goes_well(closure)) {
        rl_closure_settle_account(closure, end - first);
    }
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
    const struct rl_stretches *again = &closure->again;
    const struct rl_run *run = &closure->sweep->levels[1].run;
    uint32_t count = closure->leaves[owner].run_count;

    rl_sweep_start(closure->sweep, &closure->sweep->levels[1]);
    for (uint32_t k = 0; k < count && rl_closure_goes_well(closure); k++) {
        uint32_t leaf = closure->leaves[owner].run[k];
        uint32_t state = rl_closure_state_of(leaf, memory);
        size_t first = again->list[k]->first;
        bool last = k + 1u == count && closure->leaves[leaf].next == RL_LEAF_NONE;
        size_t end = last ? run->log.count : again->list[k + 1u]->first;
        bool own = closure->leaves[leaf].owner == owner;
        bool waits = own && rl_closure_state_at(closure, state)->waits;

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
}

/* Runs what a state is a stretch of once more, with a log, and does with all of its stretches what
 * they wait for. */
void rl_closure_work_off(struct rl_closure *closure, uint32_t state)
{
    struct rl_sweep *sweep = closure->sweep;
    struct rl_level *level = &sweep->levels[1];
    uint32_t owner = closure->leaves[rl_closure_leaf_of(state)].owner;
    uint32_t count = closure->leaves[owner].run_count;
    uint32_t last = closure->leaves[owner].run[count - 1u];

    rl_closure_take_from_vault(closure, owner, level);
    rl_stretches_again(&closure->again, &level->run, &level->view, count);
    sweep->tally.result.runs++;
    sweep->level = 1;
    inherit(closure, owner, count, true);
    cut_stretches(closure, owner, rl_closure_has_memory(state));
    if (rl_closure_goes_well(closure) && closure->leaves[last].next != RL_LEAF_NONE) {
        go_on(closure, owner);
    }
    if (rl_closure_goes_well(closure)) {
        inherit(closure, owner, count, false);
    }
    sweep->level = 0;
}
