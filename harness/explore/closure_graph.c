#include "explore/closure_private.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

static void reach(struct rl_closure *closure, uint32_t state, uint32_t depth, uint32_t from,
                  uint32_t edge, uint32_t *order, uint32_t *count)
{
    struct rl_closure_state *to = &closure->states[state];

    if (to->depth == UINT32_MAX) {
        to->depth = depth;
        to->from = from;
        to->from_edge = edge;
        order[(*count)++] = state;
    }
}

static uint32_t next_of(const struct rl_closure *closure, uint32_t state)
{
    uint32_t next =
        state == RL_CLOSURE_START ? RL_LEAF_NONE : closure->leaves[rl_closure_leaf_of(state)].next;

    return next == RL_LEAF_NONE ? RL_CLOSURE_START
                                : rl_closure_state_of(next, rl_closure_has_memory(state));
}

/* Depths, by following edges from the start: states in the order of their depth. What a state goes
 * on to has its depth. */
static uint32_t *order_states(struct rl_closure *closure, uint32_t *count)
{
    uint32_t *order = rl_malloc(closure->count * sizeof *order);
    uint32_t *queue = rl_malloc(closure->count * sizeof *queue);
    uint32_t queued = 0;

    *count = 0;
    reach(closure, RL_CLOSURE_START, 0, RL_CLOSURE_START, 0, queue, &queued);
    for (uint32_t done = 0; done < queued; done++) {
        uint32_t from = queue[done];
        uint32_t next;

        for (;;) {
            const struct rl_closure_state *state = &closure->states[from];

            order[(*count)++] = from;
            for (uint32_t i = 0; i < state->edge_count; i++) {
                reach(closure, state->edges[i].to, state->depth + 1u, from, i, queue, &queued);
            }
            next = next_of(closure, from);
            if (next == RL_CLOSURE_START || closure->states[next].depth != UINT32_MAX) {
                break;
            }
            closure->states[next].depth = state->depth;
            closure->states[next].from = from;
            closure->states[next].from_edge = RL_GOES_ON;
            from = next;
        }
    }
    free(queue);
    return order;
}

struct described {
    struct rl_closure *closure;
    uint32_t state;
    const struct rl_account_row *row;
};

/* The state that the power cycle of a state began in, and how many operations that had before. */
static uint32_t origin_of(const struct rl_closure *closure, uint32_t state, size_t *before)
{
    *before = 0;
    while (state != RL_CLOSURE_START && closure->states[state].from_edge == RL_GOES_ON) {
        state = closure->states[state].from;
        *before += closure->leaves[rl_closure_leaf_of(state)].length;
    }
    return state;
}

/* One fault of a token: the run of the state that it cuts is made once more, as a whole. Returns
 * the state that its power cycle began in. */
static uint32_t describe_fault(struct rl_closure *closure, uint32_t state, uint32_t operation,
                               const struct rl_outcome *outcome, struct rl_fault *fault)
{
    const struct rl_scene *scene = closure->sweep->scene;
    size_t before;
    uint32_t origin = origin_of(closure, state, &before);
    struct rl_level *level = &closure->sweep->levels[origin == RL_CLOSURE_START ? 0 : 1];

    if (origin != RL_CLOSURE_START) {
        rl_closure_take_from_vault(closure, rl_closure_leaf_of(origin), level);
        rl_run_execute(&level->run, &level->view, &(struct rl_run_options){.log = true});
    }
    if (fault != NULL) {
        rl_fault_describe(fault, closure->states[origin].depth + 1u, &level->run.log,
                          before + operation, scene->engine, outcome, &scene->device.geometry);
    }
    return origin;
}

/* Of paths that are longer than a token has room for it has the first faults: what such a token
 * leads to is a state on the way. */
static void describe(void *user, struct rl_token *token)
{
    const struct described *what = user;
    struct rl_closure *closure = what->closure;
    uint32_t depth = closure->states[what->state].depth;
    uint32_t at = what->state;
    uint32_t operation = what->row->operation;
    const struct rl_outcome *outcome = &what->row->outcome;

    token->fault_count = depth < RL_TOKEN_FAULTS ? depth + 1u : RL_TOKEN_FAULTS;
    for (;;) {
        const struct rl_edge *edge;

        at = describe_fault(closure, at, operation, outcome,
                            depth < RL_TOKEN_FAULTS ? &token->faults[depth] : NULL);
        if (at == RL_CLOSURE_START) {
            return;
        }
        edge = &closure->states[closure->states[at].from].edges[closure->states[at].from_edge];
        at = closure->states[at].from;
        operation = edge->operation;
        outcome = &edge->outcome;
        depth--;
    }
}

static void add_state(struct rl_closure *closure, uint32_t number)
{
    struct rl_closure_state *state = &closure->states[number];
    struct rl_cell_result *result = &closure->sweep->tally.result;
    struct rl_closure_result *all = &result->closure;

    result->crash_states += state->crash_states;
    all->transitions += state->edge_count;
    all->longest_path = all->longest_path > state->depth ? all->longest_path : state->depth;
    all->recovery_boots = all->recovery_boots > state->boots ? all->recovery_boots : state->boots;
    result->distinct_states +=
        number != RL_CLOSURE_START && closure->leaves[rl_closure_leaf_of(number)].number == 0;
    for (uint32_t i = 0; i < state->class_count; i++) {
        struct rl_class_count *count = &result->classes[state->classes[i].fault_class];

        count->applicable += state->classes[i].count.applicable;
        count->fired += state->classes[i].count.fired;
        count->observed += state->classes[i].count.observed;
    }
    for (uint32_t i = 0; i < state->row_count; i++) {
        const struct rl_account_row *row = &state->rows[i];
        struct described what = {closure, number, row};
        struct rl_scenario scenario = {
            .phase = row->phase,
            .kind = row->kind,
            .fault_class = row->fault_class,
            .faults = state->depth + 1u,
            .count = row->count,
            .is_crash_state = true,
            .describe = describe,
            .user = &what,
        };

        rl_tally_scenario(&closure->sweep->tally, &scenario, row->verdict);
    }
}

/* Two contents, or two sums over pages, are taken for one where their 128 bits are equal. At most
 * each of n is compared with each: n * n / 2^129, and n is what the tree distinguishes. */
static double chance_of_miss(const struct rl_closure *closure)
{
    double known = (double)rl_footprints_nodes(closure->sweep->footprints);

    return known * known / 6.8e38;
}

/* Sums up what is kept by state. */
void rl_closure_finish(struct rl_closure *closure)
{
    struct rl_cell_result *result = &closure->sweep->tally.result;
    uint32_t count = 0;
    uint32_t *order = order_states(closure, &count);

    memset(result->classes, 0, sizeof result->classes);
    result->crash_states = 0;
    result->distinct_states = 1u;   /* the golden run's */
    closure->sweep->closure = NULL; /* from here on scenarios are counted by the tally */
    for (uint32_t i = 0; i < count; i++) {
        add_state(closure, order[i]);
    }
    result->closure.asked = true;
    result->closure.closed = rl_closure_waiting(closure) == 0 && !closure->sweep->failed &&
                             !closure->sweep->out_of_time && closure->left_out == 0;
    result->closure.missed = chance_of_miss(closure);
    free(order);
}
