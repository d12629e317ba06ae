#include "explore/closure_private.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

uint32_t rl_closure_violated_by(struct rl_closure *closure, uint32_t leaf)
{
    return rl_footprints_leaf(closure->sweep->footprints, leaf)->violated;
}

const struct rl_to_come *rl_closure_to_come(void *user, uint32_t leaf)
{
    struct rl_closure *closure = user;
    const struct rl_closure_leaf *at = rl_closure_leaf_at(closure, leaf);

    return at->made ? &at->to_come : NULL;
}

void rl_closure_goes_on_to(struct rl_closure *closure, uint32_t leaf, uint32_t next, uint32_t root)
{
    struct rl_closure_leaf *to = rl_closure_leaf_at(closure, next);

    to->joiners = rl_grow(to->joiners, to->joiner_count, &to->joiner_room, sizeof *to->joiners);
    to->joiners[to->joiner_count++] = leaf;
    closure->leaves[leaf].next = next;
    closure->leaves[leaf].next_root = root;
}

/* A stretch of the run that was just made is the first of its leaf. */
static void learn_stretch(struct rl_closure *closure, uint32_t owner, uint32_t number,
                          const struct rl_run *run)
{
    const struct rl_stretches *made = &closure->made;
    const struct rl_stretch *stretch = made->list[number];
    bool last = number + 1u == made->count;
    bool goes_on = !last || made->joined != RL_LEAF_NONE;
    size_t size = made->sectors * sizeof *stretch->to_come.erases;
    struct rl_closure_leaf *leaf = rl_closure_leaf_at(closure, stretch->leaf);
    size_t end = goes_on ? made->list[number + 1u]->first : run->log.count;

    leaf->made = true;
    leaf->owner = owner;
    leaf->number = number;
    leaf->first = stretch->first;
    leaf->length = end - stretch->first;
    leaf->to_come.operations = stretch->to_come.operations;
    leaf->to_come.erases = rl_malloc(size);
    memcpy(leaf->to_come.erases, stretch->to_come.erases, size);
    if (goes_on) {
        rl_closure_goes_on_to(closure, stretch->leaf,
                              last ? made->joined : made->list[number + 1u]->leaf,
                              made->list[number + 1u]->root);
    }
}

void rl_closure_keep(struct rl_closure *closure, uint32_t owner,
                     const struct rl_stretches *stretches, const struct rl_run *run)
{
    uint64_t *firsts = rl_malloc(stretches->count * sizeof *firsts);

    for (uint32_t k = 0; k < stretches->count; k++) {
        firsts[k] = stretches->list[k]->first;
    }
    rl_kept_put(&closure->kept, owner, run, firsts, stretches->count);
    free(firsts);
}

/* The run that was just made, behind `known` stretches of it that were known; returns the leaf of
 * the first that was not. */
static uint32_t learn_run(struct rl_closure *closure, const struct rl_run *run, uint32_t known,
                          uint32_t owner)
{
    const struct rl_stretches *made = &closure->made;
    struct rl_closure_leaf *leaf;

    owner = known == 0 ? made->list[0]->leaf : owner;
    if (known == 0 && rl_closure_leaf_at(closure, owner)->made) {
        closure->sweep->tally.result.closure.repeated++;
        return owner; /* another state of it was run before, and stands for it */
    }
    for (uint32_t k = known; k < made->count; k++) {
        if (!rl_closure_leaf_at(closure, made->list[k]->leaf)->made) {
            learn_stretch(closure, owner, k, run);
        }
    }
    leaf = rl_closure_leaf_at(closure, owner);
    leaf->run = rl_realloc(leaf->run, made->count * sizeof *leaf->run);
    leaf->run_count = made->count;
    leaf->runs++;
    for (uint32_t k = known; k < made->count; k++) {
        leaf->run[k] = made->list[k]->leaf;
    }
    if (known == 0) {
        leaf->boots = run->found_at.cycle;
        leaf->stored = rl_vault_put(&closure->vault, &run->flash, &run->memory);
        rl_foresight_begin(&closure->foresight, owner,
                           (const struct rl_plane *const[]){&run->flash, &run->memory});
    }
    rl_closure_keep(closure, owner, made, run);
    return made->list[known]->leaf;
}

/* Runs from `view`, and learns what is new of it. */
uint32_t rl_closure_make_run(struct rl_closure *closure, struct rl_level *level,
                             const struct rl_view *view, uint32_t known, uint32_t owner)
{
    struct rl_sweep *sweep = closure->sweep;
    struct rl_stretches *made = &closure->made;
    uint32_t before = rl_footprints_count(sweep->footprints);
    uint32_t violated, verdict;

    rl_stretches_run(made, &level->run, view, known);
    sweep->tally.result.runs++;
    sweep->tally.result.closure.repeated += known > 0;
    rl_sweep_look_at_time(sweep);
    violated = made->joined == RL_LEAF_NONE ? level->run.judge.violated
                                            : rl_closure_violated_by(closure, made->joined);
    if (!rl_stretches_register(made, &level->run, violated)) {
        rl_sweep_fail(sweep, "the engine is not deterministic: after equal answers it read "
                             "something else");
        return RL_LEAF_NONE;
    }
    if (violated != 0 && rl_footprints_count(sweep->footprints) > before) {
        verdict = made->joined == RL_LEAF_NONE
                      ? rl_tally_keep(&sweep->tally, &level->run.judge)
                      : rl_footprints_leaf(sweep->footprints, made->joined)->verdict;
        for (; before < rl_footprints_count(sweep->footprints); before++) {
            rl_footprints_leaf(sweep->footprints, before)->verdict = verdict;
        }
    }
    return learn_run(closure, &level->run, known, owner);
}

/* The state that the run of a leaf started from, in the level's view. */
void rl_closure_take_from_vault(struct rl_closure *closure, uint32_t owner, struct rl_level *level)
{
    rl_vault_get(&closure->vault, closure->leaves[owner].stored, &closure->flash, &closure->memory);
    rl_view_plain(&level->view, &closure->flash, &closure->memory);
}
