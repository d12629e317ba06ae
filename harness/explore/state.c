/* The state of a run at a step boundary: copied, and known by a fingerprint. */
#include <stdlib.h>
#include <string.h>

#define XXH_STATIC_LINKING_ONLY /* a state on the stack */
#include <xxhash.h>

#include "board/heap.h"
#include "explore/faulted.h"
#include "explore/run_private.h"

static void assign_log(struct rl_log *to, const struct rl_log *from)
{
    if (to->room < from->count) {
        to->room = from->count * 2u;
        to->operations = rl_realloc(to->operations, to->room * sizeof *to->operations);
    }
    if (to->change_room < from->change_count) {
        to->change_room = from->change_count * 2u;
        to->changes = rl_realloc(to->changes, to->change_room * sizeof *to->changes);
    }
    to->count = from->count;
    to->change_count = from->change_count;
    if (from->count > 0) {
        memcpy(to->operations, from->operations, from->count * sizeof *to->operations);
    }
    if (from->change_count > 0) {
        memcpy(to->changes, from->changes, from->change_count * sizeof *to->changes);
    }
}

/* An update that is under way goes on in another run. */
static void assign_update(struct rl_run *to, const struct rl_run *from)
{
    to->update = from->update;
    to->update.board = &to->board;
    to->update.context = to->context;
    to->update.data = &to->data;
    to->update.judge = &to->judge;
    to->update.user = to;
}

static void assign_judge(struct rl_run *to, const struct rl_run *from)
{
    to->judge = from->judge;
    rl_judge_attach(&to->judge, &to->board);
}

void rl_run_assign(struct rl_run *to, const struct rl_run *from, bool log)
{
    const struct relight_engine *engine = from->scene->engine;

    rl_board_assign(&to->board, &from->board);
    to->board.engine = engine;
    to->board.context = to->context;
    to->board.observer = NULL;
    to->board.history = from->board.history != NULL ? &to->history : NULL;
    if (from->board.history != NULL) {
        rl_port_history_assign(&to->history, &from->history);
    }
    to->board.start[RL_FLASH] = NULL;
    to->board.start[RL_MEMORY] = NULL;
    to->board.log = log && from->board.log != NULL ? &to->log : NULL;
    if (to->board.log != NULL) {
        assign_log(&to->log, &from->log);
    } else {
        rl_log_clear(&to->log);
    }
    assign_judge(to, from);
    rl_data_assign(&to->data, &from->data);
    memcpy(to->context, from->context, engine->context_size);
    if (from->statics_size > 0) {
        memcpy(to->statics, from->statics, from->statics_size);
    }
    to->injecting = from->injecting;
    rl_inject_attach(&to->injecting, &to->board);
    to->source = from->source;
    to->board.link = rl_source_link(&to->source);
    assign_update(to, from);
    to->stage = from->stage;
    to->refusals = from->refusals;
    to->resets = from->resets;
    to->stopped = from->stopped;
    to->lasting = from->lasting;
    to->golden = false;
    to->first_image = from->first_image;
    to->last_image = from->last_image;
    to->operations = from->operations;
    to->found_at = from->found_at;
    memcpy(to->reason, from->reason, sizeof to->reason);
}

void rl_run_keep_statics(struct rl_run *run)
{
    rl_statics_read(&run->scene->statics, run->statics);
}

void rl_run_put_back_statics(const struct rl_run *run)
{
    rl_statics_write(&run->scene->statics, run->statics);
}

#define PUT(state, value) ((void)XXH3_128bits_update((state), &(value), sizeof(value)))

static void put_board(XXH3_state_t *state, const struct rl_board *board)
{
    uint32_t pages = board->planes[RL_PLANE_CPU].count;
    const struct rl_cache *cache = &board->cache;

    for (int i = 0; i < 3; i++) {
        struct rl_sum plane = rl_plane_state(&board->planes[i]);

        PUT(state, plane);
    }
    for (uint32_t i = 0; i < cache->used; i++) {
        uint32_t page = cache->queue[(cache->head + i) % pages];

        PUT(state, page);
        PUT(state, cache->dirty[page]);
    }
    PUT(state, cache->state);
    PUT(state, board->light);
    PUT(state, board->processing);
    PUT(state, board->interrupt);
    PUT(state, board->prepared);
    PUT(state, board->refreshed);
    PUT(state, board->guarded);
    PUT(state, board->absent);
    PUT(state, board->excused);
    PUT(state, board->excused_for_good);
    (void)XXH3_128bits_update(state, board->harmed,
                              RL_BITMAP_WORDS(board->planes[RL_PLANE_FLASH].count) *
                                  sizeof *board->harmed);
    PUT(state, board->resident_hurt);
    PUT(state, board->corrected);
}

static void put_judge(XXH3_state_t *state, const struct rl_judge *judge)
{
    /* What hit the older image counts only when it has to go on running. */
    uint32_t hurt = judge->fell_back ? judge->hurt : judge->hurt & ~(1u << RL_RUNS_OLDER);

    PUT(state, hurt);
    PUT(state, judge->fell_back);
    PUT(state, judge->violated);
    PUT(state, judge->key_seen);
    PUT(state, judge->settling);
    PUT(state, judge->offered);
    PUT(state, judge->executed);
    PUT(state, judge->counter);
    PUT(state, judge->ran);
}

static void put_data(XXH3_state_t *state, const struct rl_data_history *data)
{
    PUT(state, data->turn);
    PUT(state, data->found.read);
    PUT(state, data->found.format);
    for (uint32_t i = 0; i < data->items; i++) {
        uint32_t there = data->now[i].there;

        PUT(state, there);
        PUT(state, data->now[i].value);
        PUT(state, data->now[i].other);
    }
}

/* A run is ended by its state only when its faults are over, where no violation was found yet, and
 * where the known run led to the new image without a refusal. So what is left out makes no
 * difference:
 *  - how often sectors were erased: struct rl_known_end has how often they will be;
 *  - operations, time and the port's history: no engine reads them, and runs that are judged by
 *    hosts are not ended. The limit of operations is against loops, of which a known state has
 * none;
 *  - what lasts for an operation or a boot only: source, offset, effect, failed, struck;
 *  - what counts and attributes: causes, causes_met, damaged, spoils, upsets_met, touched;
 *  - what makes judging more lenient where something is refused or stops: may_refuse, may_stop;
 *    `stopped` and `refusals`, which say what a halt or a refusal leads to: rl_inject_run_on(). */
struct rl_sum rl_run_fingerprint(const struct rl_run *run)
{
    uint32_t every = run->scene->cell->world.data_every;
    uint32_t turn = every > 0 ? run->update.steps % every : 0;
    XXH128_hash_t hash;
    XXH3_state_t state;

    (void)XXH3_128bits_reset(&state);
    put_board(&state, &run->board);
    put_judge(&state, &run->judge);
    put_data(&state, &run->data);
    PUT(&state, turn);
    (void)XXH3_128bits_update(&state, run->context, run->scene->engine->context_size);
    if (run->statics_size > 0) {
        (void)XXH3_128bits_update(&state, run->statics, run->statics_size);
    }
    hash = XXH3_128bits_digest(&state);
    return (struct rl_sum){hash.low64, hash.high64};
}

/* What is dirty in the data cache: which words, what they hold, how that came, and the order in
 * which it is written back. The words around them are memory's, which is asked. */
static void put_dirty(XXH3_state_t *state, const struct rl_board *board)
{
    const struct rl_cache *cache = &board->cache;
    uint32_t pages = board->planes[RL_PLANE_CPU].count;

    for (uint32_t i = 0; i < cache->used; i++) {
        uint32_t page = cache->queue[(cache->head + i) % pages];
        uint32_t dirty = cache->dirty[page];
        rl_slot words =
            rl_slot_merge(RL_SLOT_BLANK, board->planes[RL_PLANE_CPU].slots[page], dirty);

        if (dirty != 0) {
            PUT(state, page);
            PUT(state, dirty);
            PUT(state, words);
            PUT(state, cache->stores[page]);
        }
    }
    PUT(state, cache->state);
}

static void put_port(XXH3_state_t *state, const struct rl_board *board)
{
    PUT(state, board->light);
    PUT(state, board->processing);
    PUT(state, board->interrupt);
    PUT(state, board->prepared);
    PUT(state, board->refreshed);
    PUT(state, board->guarded);
    PUT(state, board->absent);
    PUT(state, board->touched);
    PUT(state, board->struck);
    PUT(state, board->excused);
    PUT(state, board->excused_for_good);
    PUT(state, board->resident_hurt);
    PUT(state, board->corrected);
    (void)XXH3_128bits_update(state, board->harmed,
                              RL_BITMAP_WORDS(board->planes[RL_PLANE_FLASH].count) *
                                  sizeof *board->harmed);
}

/* Violations with their texts, and which images began their initialization: cuts that come are
 * judged by that (rl_judge_counter_agrees()). */
static void put_verdict(XXH3_state_t *state, const struct rl_judge *judge)
{
    for (unsigned i = 0; i < RL_PROPERTY_COUNT; i++) {
        if ((judge->violated >> i & 1u) != 0) {
            (void)XXH3_128bits_update(state, judge->why[i], strlen(judge->why[i]));
        }
    }
    for (unsigned i = 0; i < RL_KNOWN_IMAGES; i++) {
        PUT(state, judge->initialises[i].began);
    }
}

static void put_found(XXH3_state_t *state, const struct rl_data_history *data)
{
    PUT(state, data->found.there);
    for (uint32_t i = 0; i < data->items; i++) {
        PUT(state, data->found.value[i]);
    }
    PUT(state, data->count);
}

/* Left out, besides what rl_run_fingerprint() leaves out:
 *  - what the engine said last of what a reset would leave: it is asked anew before that counts;
 *  - pages that the invariant depended on: it is asked anew behind a boundary;
 *  - how often sectors were erased, and operations: who goes on from here has to see whether what
 *    is to come keeps the limits (explore/stretch.c). */
struct rl_sum rl_run_boundary_key(struct rl_run *run)
{
    XXH128_hash_t hash;
    XXH3_state_t state;

    (void)XXH3_128bits_reset(&state);
    put_dirty(&state, &run->board);
    put_port(&state, &run->board);
    put_judge(&state, &run->judge);
    put_verdict(&state, &run->judge);
    put_data(&state, &run->data);
    put_found(&state, &run->data);
    PUT(&state, run->update.requested);
    PUT(&state, run->update.idle);
    PUT(&state, run->first_image);
    (void)XXH3_128bits_update(&state, run->context, run->scene->engine->context_size);
    rl_run_keep_statics(run);
    if (run->statics_size > 0) {
        (void)XXH3_128bits_update(&state, run->statics, run->statics_size);
    }
    hash = XXH3_128bits_digest(&state);
    return (struct rl_sum){hash.low64, hash.high64};
}
