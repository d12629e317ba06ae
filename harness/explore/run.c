#include "explore/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/guard.h"

/* Bytes behind a context that an engine must leave alone. */
#define CONTEXT_GUARD 4096u

void *rl_context_new(const struct relight_engine *engine)
{
    uint8_t *context = rl_calloc(1, engine->context_size + CONTEXT_GUARD);

    memset(context + engine->context_size, 0xA5, CONTEXT_GUARD);
    return context;
}

/* Whether the engine kept to its context; repairs what it wrote behind it. */
static bool context_is_whole(const struct relight_engine *engine, void *context)
{
    uint8_t *guard = (uint8_t *)context + engine->context_size;
    bool whole = true;

    for (uint32_t i = 0; i < CONTEXT_GUARD; i++) {
        whole = whole && guard[i] == 0xA5;
    }
    if (!whole) {
        memset(guard, 0xA5, CONTEXT_GUARD);
    }
    return whole;
}

void rl_run_init(struct rl_run *run, const struct rl_scene *scene)
{
    memset(run, 0, sizeof *run);
    run->scene = scene;
    rl_board_init(&run->board, &scene->device);
    rl_board_init(&run->side, &scene->device);
    rl_observer_init(&run->observer, run->board.planes[RL_PLANE_FLASH].count,
                     run->board.planes[RL_PLANE_MEMORY].count);
    rl_plane_init(&run->flash, run->board.planes[RL_PLANE_FLASH].count, RL_SLOT_BLANK);
    rl_plane_init(&run->memory, run->board.planes[RL_PLANE_MEMORY].count, RL_SLOT_LOST);
    run->context = rl_context_new(scene->engine);
    run->side_context = rl_context_new(scene->engine);
    run->judge.engine = scene->engine;
    run->judge.images = scene->images;
    run->judge.properties = scene->cell->properties;
}

void rl_run_free(struct rl_run *run)
{
    rl_board_free(&run->board);
    rl_board_free(&run->side);
    rl_observer_free(&run->observer);
    rl_log_free(&run->log);
    rl_plane_free(&run->flash);
    rl_plane_free(&run->memory);
    free(run->context);
    free(run->side_context);
}

/* One call of the engine under guard. */
struct call {
    struct rl_board *board;
    const struct relight_engine *engine;
    void *context;
    relight_progress progress;
    char reason[64];
};

static void call_boot(void *user)
{
    struct call *call = user;

    call->progress = call->engine->boot(call->context, &call->board->services);
}

static void call_update(void *user)
{
    struct call *call = user;

    call->progress = RELIGHT_REFUSED;
    if (call->engine->request(call->context, &call->board->services)) {
        do {
            call->progress = call->engine->step(call->context, &call->board->services);
        } while (call->progress == RELIGHT_WORKING);
    }
}

/* Everything that an engine keeps is as after power-on, then it boots. */
static int boot(const struct rl_scene *scene, struct rl_board *board, void *context,
                relight_progress *progress)
{
    struct call call = {board, scene->engine, context, RELIGHT_HALTED, ""};
    int escape;

    memset(context, 0, scene->engine->context_size);
    rl_statics_restore(&scene->statics);
    board->engine = scene->engine;
    board->context = context;
    escape = rl_guard_call(board, call_boot, &call);
    *progress = call.progress;
    return escape;
}

static int update(const struct rl_scene *scene, struct rl_board *board, void *context,
                  relight_progress *progress)
{
    struct call call = {board, scene->engine, context, RELIGHT_HALTED, ""};
    int escape = rl_guard_call(board, call_update, &call);

    *progress = call.progress;
    return escape;
}

relight_progress rl_run_plain(struct rl_board *board, const struct rl_scene *scene, void *context,
                              bool offer, uint64_t stop)
{
    relight_progress progress;

    board->operation_limit = stop > 0 ? stop : scene->cell->limits.operations;
    if (boot(scene, board, context, &progress) != 0) {
        return RELIGHT_HALTED;
    }
    if (offer && progress == RELIGHT_RUNS && update(scene, board, context, &progress) != 0) {
        return RELIGHT_HALTED;
    }
    return progress;
}

static void call_reason(void *user)
{
    struct call *call = user;
    const char *reason = call->engine->reason(call->context);

    (void)snprintf(call->reason, sizeof call->reason, "%s", reason == NULL ? "" : reason);
}

void rl_run_reason(const struct rl_scene *scene, struct rl_board *board, void *context, char *text,
                   size_t size)
{
    struct call call = {.board = board, .engine = scene->engine, .context = context};

    if (rl_guard_call(board, call_reason, &call) != 0) {
        call.reason[0] = '\0';
    }
    (void)snprintf(text, size, "%s", call.reason);
}

static void tell(struct rl_run *run, const char *line)
{
    if (run->told != NULL) {
        run->told(run->told_user, line);
    }
}

static bool is_battery(const struct rl_run *run)
{
    return run->scene->cell->memory == RL_MEMORY_BATTERY;
}

static void judge_state(void *user)
{
    struct rl_judge *judge = user;

    rl_judge_invariant(judge);
    rl_judge_key_state(judge);
    judge->outlook = judge->now;
}

static void look_at_state(struct rl_run *run, struct rl_board *board)
{
    rl_statics_restore(&run->scene->statics);
    if (rl_guard_call(board, judge_state, &run->judge) != 0) {
        rl_judge_violated(&run->judge, RL_PROPERTY_INVARIANT,
                          "the engine's look at this state did not return");
    }
}

/* Boots until an image runs, without further faults. Returns the image, or RL_RUNS_NONE. */
static int settle(struct rl_run *run)
{
    relight_progress progress = RELIGHT_HALTED;
    uint32_t boots = 0;
    int escape = 0;
    int image;

    for (;;) {
        boots++;
        escape = boot(run->scene, &run->board, run->context, &progress);
        if (escape != 0 || progress == RELIGHT_RUNS || boots == run->scene->cell->limits.boots) {
            break;
        }
        run->board.log = NULL; /* it holds the first power cycle */
        rl_board_restart(&run->board, !is_battery(run));
        run->judge.power_cycle++;
        run->judge.key_seen = false;
        look_at_state(run, &run->board);
        tell(run, "no image runs: power cycle without a fault");
    }
    rl_judge_boot(&run->judge, escape, progress, boots);
    if (escape != 0 || progress != RELIGHT_RUNS) {
        return RL_RUNS_NONE;
    }
    image = rl_judge_running(&run->judge);
    rl_judge_outlook(&run->judge, image);
    return image;
}

/* A power cycle without a fault, after which `image` has to run. */
static void again(struct rl_run *run, struct rl_board *board, void *context, int image,
                  bool settled)
{
    relight_progress progress;
    uint64_t changes;
    int escape;

    rl_board_restart(board, !is_battery(run));
    run->judge.power_cycle++;
    run->judge.key_seen = false;
    run->judge.settling = true;
    look_at_state(run, board);
    changes = board->flash_changes;
    escape = boot(run->scene, board, context, &progress);
    rl_judge_boot(&run->judge, escape, progress, 1);
    if (escape == 0 && progress == RELIGHT_RUNS) {
        int now = rl_judge_running(&run->judge);

        rl_judge_choice(&run->judge, image, now);
        rl_judge_outlook(&run->judge, now);
    }
    if (settled && board->flash_changes != changes) {
        rl_judge_settled(&run->judge);
    }
}

/* Two more power cycles from here, on a copy of the board. */
static void aside(struct rl_run *run, int image)
{
    uint32_t cycle = run->judge.power_cycle;

    rl_statics_keep(&run->scene->statics);
    rl_board_copy(&run->side, &run->board);
    run->side.observer = run->board.observer;
    run->side.operation_limit = run->board.operation_limit;
    run->side.erase_limit = run->board.erase_limit;
    rl_judge_attach(&run->judge, &run->side);
    again(run, &run->side, run->side_context, image, false);
    again(run, &run->side, run->side_context, image, true);
    rl_judge_attach(&run->judge, &run->board);
    run->judge.power_cycle = cycle;
    run->judge.settling = false;
    rl_statics_put_back(&run->scene->statics);
    run->board.watched_changed = true; /* what the judge watched was the copy */
}

static void offer_again(struct rl_run *run)
{
    relight_progress progress;
    int escape;

    run->judge.executed = 0;
    escape = update(run->scene, &run->board, run->context, &progress);

    if (escape == 0 && progress == RELIGHT_REFUSED) {
        rl_run_reason(run->scene, &run->board, run->context, run->reason, sizeof run->reason);
    }
    run->last_image =
        escape == 0 && progress != RELIGHT_HALTED ? rl_judge_running(&run->judge) : RL_RUNS_NONE;
    rl_judge_end(&run->judge, escape, progress, run->last_image, run->reason);
}

static void start(struct rl_run *run, const struct rl_view *view,
                  const struct rl_run_options *options)
{
    struct rl_board *board = &run->board;

    rl_view_store(view, &run->flash, &run->memory);
    rl_plane_copy(&board->planes[RL_PLANE_FLASH], &run->flash);
    rl_plane_copy(&board->planes[RL_PLANE_MEMORY], &run->memory);
    rl_observer_clear(&run->observer);
    rl_log_clear(&run->log);
    rl_judge_clear(&run->judge);
    rl_judge_attach(&run->judge, board);
    board->observer = &run->observer;
    board->log = options->log ? &run->log : NULL;
    board->erase_limit = run->scene->cell->limits.erases;
    board->operation_limit = run->scene->cell->limits.operations;
    board->link = rl_sender_link(&(struct rl_sender){NULL, 0});
    rl_board_start(board);
    board->start[RL_FLASH] = &run->flash;
    board->start[RL_MEMORY] = &run->memory;
    run->side.start[RL_FLASH] = &run->flash;
    run->side.start[RL_MEMORY] = &run->memory;
    run->first_image = RL_RUNS_NONE;
    run->last_image = RL_RUNS_NONE;
    run->reason[0] = '\0';
}

static void judge_contexts(struct rl_run *run)
{
    bool first = context_is_whole(run->scene->engine, run->context);

    if (!context_is_whole(run->scene->engine, run->side_context) || !first) {
        rl_judge_violated(&run->judge, RL_PROPERTY_BOOTABLE,
                          "the engine wrote behind the %u bytes of its context",
                          run->scene->engine->context_size);
    }
}

static void judged(struct rl_run *run)
{
    run->first_image = settle(run);
    run->last_image = run->first_image;
    if (run->first_image == RL_RUNS_NONE) {
        return;
    }
    aside(run, run->first_image);
    if (run->first_image == RL_RUNS_OLD) {
        tell(run, "the old image runs; the update is offered");
        offer_again(run);
    }
    run->operations = run->board.operations;
    run->board.log = NULL;
    if (run->last_image != RL_RUNS_NONE) {
        again(run, &run->board, run->context, run->last_image, false);
        again(run, &run->board, run->context, run->last_image, true);
    }
}

void rl_run_execute(struct rl_run *run, const struct rl_view *view,
                    const struct rl_run_options *options)
{
    struct rl_sender sender = {run->scene->images[RL_RUNS_NEW].data,
                               run->scene->images[RL_RUNS_NEW].pages};

    start(run, view, options);
    run->board.link = rl_sender_link(&sender);
    if (options->prefix_only) {
        run->board.monitor = (struct rl_monitor){0};
        (void)rl_run_plain(&run->board, run->scene, run->context, true, options->stop);
        run->operations = run->board.operations;
        return;
    }
    look_at_state(run, &run->board);
    if (run->scene->unreached[0] != '\0') {
        rl_judge_violated(&run->judge, RL_PROPERTY_PROGRESS, "%s", run->scene->unreached);
    }
    judged(run);
    judge_contexts(run);
}
