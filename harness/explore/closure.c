#include "explore/closure_private.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/closure_lines.h"

uint32_t rl_closure_state_of(uint32_t leaf, bool memory)
{
    return 2u * leaf + (memory ? 2u : 1u);
}

uint32_t rl_closure_leaf_of(uint32_t state)
{
    return (state - 1u) / 2u;
}

bool rl_closure_has_memory(uint32_t state)
{
    return state != RL_CLOSURE_START && state % 2u == 0;
}

/* ---- states ---- */

struct rl_closure_state *rl_closure_state_at(struct rl_closure *closure, uint32_t state)
{
    while (closure->count <= state) {
        struct rl_closure_state *new;

        closure->states =
            rl_grow(closure->states, closure->count, &closure->room, sizeof *closure->states);
        new = &closure->states[closure->count++];
        memset(new, 0, sizeof *new);
        new->depth = UINT32_MAX;
    }
    return &closure->states[state];
}

static void push(struct rl_closure_queue *queue, uint32_t state)
{
    if (queue->count == queue->room) {
        size_t room = queue->room == 0 ? 1024u : queue->room * 2u;
        uint32_t *list = rl_malloc(room * sizeof *list);

        for (size_t i = 0; i < queue->count; i++) {
            list[i] = queue->list[(queue->head + i) % queue->room];
        }
        free(queue->list);
        *queue = (struct rl_closure_queue){list, 0, queue->count, room};
    }
    queue->list[(queue->head + queue->count++) % queue->room] = state;
}

/* A state waits once. */
void rl_closure_wait_for(struct rl_closure *closure, uint32_t state, bool cut)
{
    struct rl_closure_state *at = rl_closure_state_at(closure, state);

    at->follows = !cut && (!at->waits || at->follows);
    if (at->waits) {
        return;
    }
    at->waits = true;
    push(&closure->queues[at->cut ? 1 : 0], state);
}

size_t rl_closure_waiting(const struct rl_closure *closure)
{
    return closure->queues[0].count + closure->queues[1].count;
}

/* Newest first: of what is made to be cut soon, little waits at a time (closure_kept.c). */
static uint32_t next_in_queue(struct rl_closure *closure)
{
    struct rl_closure_queue *new = &closure->queues[0], *again = &closure->queues[1];
    uint32_t state;

    if (new->count > 0) {
        return new->list[(new->head + --new->count) % new->room];
    }
    state = again->list[again->head];
    again->head = (again->head + 1u) % again->room;
    again->count--;
    return state;
}

struct rl_closure_leaf *rl_closure_leaf_at(struct rl_closure *closure, uint32_t leaf)
{
    while (closure->leaf_count <= leaf) {
        closure->leaves = rl_grow(closure->leaves, closure->leaf_count, &closure->leaf_room,
                                  sizeof *closure->leaves);
        closure->leaves[closure->leaf_count++] = (struct rl_closure_leaf){.next = RL_LEAF_NONE};
    }
    return &closure->leaves[leaf];
}

/* Some crash state is in this state, and so in those that it goes on to. A recovery that violates a
 * property is not cut again: what is behind it has more faults. */
void rl_closure_know(struct rl_closure *closure, uint32_t state)
{
    while (!rl_closure_state_at(closure, state)->known) {
        struct rl_closure_state *new = rl_closure_state_at(closure, state);
        const struct rl_closure_leaf *leaf = rl_closure_leaf_at(closure, rl_closure_leaf_of(state));

        new->known = true;
        new->boots = leaf->boots;
        new->stored = leaf->stored;
        if (rl_closure_violated_by(closure, rl_closure_leaf_of(state)) == 0) {
            rl_closure_wait_for(closure, state, true);
        }
        if (leaf->next != RL_LEAF_NONE) {
            state = rl_closure_state_of(leaf->next, rl_closure_has_memory(state));
        }
    }
}

static void note_split(struct rl_closure *closure, uint32_t leaf)
{
    struct rl_closure_leaf *at = rl_closure_leaf_at(closure, leaf);

    if (!at->split) {
        at->split = true;
        closure->split = rl_grow(closure->split, closure->split_count, &closure->split_room,
                                 sizeof *closure->split);
        closure->split[closure->split_count++] = leaf;
    }
}

/* A leaf was split. Nothing has arrived at one that no run was made for; and what goes on to a
 * stretch, without a cut, is not asked what is foreseen. */
static void split(void *user, uint32_t leaf, const struct rl_question *question)
{
    struct rl_closure *closure = user;
    const struct rl_closure_leaf *at = rl_closure_leaf_at(closure, leaf);

    if (at->made && (at->number > 0 || !rl_foresight_split(&closure->foresight, leaf, question))) {
        note_split(closure, leaf);
    }
}

/* What leads to leaves that were split is looked at once more, for some of it may lead to the other
 * part. */
static void tell_of_splits(struct rl_closure *closure)
{
    while (closure->split_count > 0) {
        struct rl_closure_leaf *leaf = &closure->leaves[closure->split[--closure->split_count]];

        leaf->split = false;
        for (size_t i = 0; i < leaf->before_count; i++) {
            rl_closure_wait_for(closure, leaf->before[i], true);
        }
        leaf->before_count = 0;
        for (size_t i = 0; i < leaf->joiner_count; i++) {
            for (int m = 0; m < 2; m++) {
                uint32_t joiner = rl_closure_state_of(leaf->joiners[i], m != 0);

                if (rl_closure_state_at(closure, joiner)->known) {
                    rl_closure_wait_for(closure, joiner, false);
                }
            }
        }
    }
}

bool rl_closure_goes_well(const struct rl_closure *closure)
{
    return !closure->sweep->failed && !closure->sweep->out_of_time;
}

bool rl_closure_is_certified(const struct rl_sweep *sweep)
{
    return sweep->work != NULL && sweep->work->certificate != NULL;
}

/* ---- the whole ---- */

static void show(struct rl_closure *closure)
{
    struct rl_cell_progress *progress = closure->sweep->progress;

    if (progress != NULL) {
        double all = (double)(closure->cuts + rl_closure_waiting(closure));

        progress->crash_states += closure->states[closure->current].crash_states;
        progress->fraction = all > 0 ? (double)closure->cuts / all : 0;
    }
}

static void next(struct rl_closure *closure)
{
    uint32_t state = next_in_queue(closure);

    if (state == RL_CLOSURE_START) {
        closure->states[RL_CLOSURE_START].waits = false;
        rl_closure_cut_start(closure);
    } else if (closure->states[state].waits) {
        rl_closure_work_off(closure, state);
    }
}

/* Whether crash states show what was before the boundary where the stretch began that is cut: then
 * runs are not made in stretches. */
static bool reaches_back(const struct rl_cell *cell)
{
    static const rl_class classes[] = {RL_CLASS_ERASE_SUSPEND_LOST, RL_CLASS_PAIRED_DAMAGE,
                                       RL_CLASS_BROWN_OUT,          RL_CLASS_OPTION_WORD_TORN,
                                       RL_CLASS_REORDERED_PERSIST,  RL_CLASS_LYING_COMPLETION,
                                       RL_CLASS_RETAINED_GARBAGE,   RL_CLASS_COLD_RESET};

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (rl_class_in(&cell->classes, classes[i])) {
            return true;
        }
    }
    return false;
}

static void init_stretches(struct rl_closure *closure, struct rl_stretches *stretches)
{
    const struct rl_sweep *sweep = closure->sweep;

    rl_stretches_init(stretches, sweep->footprints, sweep->scene);
    stretches->apart =
        sweep->whole_runs || reaches_back(sweep->scene->cell) || rl_closure_is_certified(sweep);
    if (sweep->boundary_key != NULL) {
        stretches->key = sweep->boundary_key;
    }
    stretches->to_come = rl_closure_to_come;
    stretches->user = closure;
}

/* Who writes a certificate gives leaves other states to start from: no run is kept. */
static size_t kept_bytes(const struct rl_sweep *sweep)
{
    size_t bytes = sweep->kept_bytes > 0 ? sweep->kept_bytes : RL_KEPT_BYTES;

    return rl_closure_is_certified(sweep) ? 0 : bytes;
}

void rl_closure_explore(struct rl_closure *closure, struct rl_sweep *sweep)
{
    const struct rl_scene *scene = sweep->scene;

    memset(closure, 0, sizeof *closure);
    closure->sweep = sweep;
    sweep->closure = closure;
    rl_vault_init(&closure->vault, scene->flash.count, scene->memory.count);
    rl_kept_init(&closure->kept, kept_bytes(sweep));
    rl_foresight_init(&closure->foresight, sweep->footprints);
    rl_footprints_on_split(sweep->footprints, split, closure);
    rl_plane_init(&closure->flash, scene->flash.count, RL_SLOT_BLANK);
    rl_plane_init(&closure->memory, scene->memory.count, RL_SLOT_LOST);
    closure->lines = rl_closure_lines_new(closure);
    closure->born = rl_calloc(1, sizeof *closure->born);
    rl_plane_init(&closure->born_flash, scene->flash.count, RL_SLOT_BLANK);
    rl_plane_init(&closure->born_memory, scene->memory.count, RL_SLOT_LOST);
    init_stretches(closure, &closure->made);
    init_stretches(closure, &closure->again);
    rl_closure_state_at(closure, RL_CLOSURE_START)->known = true;
    rl_closure_wait_for(closure, RL_CLOSURE_START, true);
    while (rl_closure_waiting(closure) > 0 && rl_closure_goes_well(closure)) {
        next(closure);
        tell_of_splits(closure);
        show(closure);
    }
    rl_closure_finish(closure);
}

void rl_closure_free(struct rl_closure *closure)
{
    for (size_t i = 0; i < closure->count; i++) {
        rl_closure_forget_account(&closure->states[i]);
    }
    for (size_t i = 0; i < closure->leaf_count; i++) {
        free(closure->leaves[i].to_come.erases);
        free(closure->leaves[i].run);
        free(closure->leaves[i].before);
        free(closure->leaves[i].joiners);
    }
    free(closure->leaves);
    free(closure->split);
    rl_stretches_free(&closure->made);
    rl_stretches_free(&closure->again);
    rl_vault_free(&closure->vault);
    rl_kept_free(&closure->kept);
    rl_foresight_free(&closure->foresight);
    rl_plane_free(&closure->flash);
    rl_plane_free(&closure->memory);
    rl_closure_lines_free(closure->lines);
    free(closure->states);
    free(closure->queues[0].list);
    free(closure->queues[1].list);
    free(closure->stamp);
    free(closure->edges);
    free(closure->rows);
    free(closure->births);
    free(closure->is_born);
    free(closure->born);
    rl_plane_free(&closure->born_flash);
    rl_plane_free(&closure->born_memory);
    memset(closure, 0, sizeof *closure);
}
