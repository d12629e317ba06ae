#include "explore/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/account.h"
#include "explore/afterwards.h"
#include "explore/call.h"
#include "explore/guard.h"

/* Bytes behind a context that an engine must leave alone. */
#define CONTEXT_GUARD 4096u
#define GUARD         0xA5

void *rl_context_new(const struct relight_engine *engine)
{
    uint8_t *context = rl_calloc(1, engine->context_size + CONTEXT_GUARD);

    memset(context + engine->context_size, GUARD, CONTEXT_GUARD);
    return context;
}

/* Whether the engine kept to its context; repairs what it wrote behind it. */
static bool context_is_whole(const struct relight_engine *engine, void *context)
{
    uint8_t *guard = (uint8_t *)context + engine->context_size;
    bool whole = guard[0] == GUARD && memcmp(guard, guard + 1, CONTEXT_GUARD - 1u) == 0;

    if (!whole) {
        memset(guard, GUARD, CONTEXT_GUARD);
    }
    return whole;
}

static uint32_t sectors(const struct relight_geometry *geometry)
{
    return geometry->flash_size / geometry->sector_size;
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
    run->board.recall = scene->recall;
    run->side.recall = scene->recall;
    run->judge.engine = scene->engine;
    run->judge.images = scene->images;
    run->judge.takes_no_new = scene->takes_no_new;
    run->judge.properties = scene->cell->properties;
    run->judge.refuses = scene->cell->expect.refused;
    run->judge.refusal = scene->cell->expect.reason;
    rl_scene_data(scene, &run->data);
    run->statics_size = rl_statics_size(&scene->statics);
    run->statics = rl_calloc(1, run->statics_size + 1u);
    run->injecting.cycle = 1;
    run->erased = rl_calloc(sectors(&scene->device.geometry), sizeof *run->erased);
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
    free(run->statics);
    free(run->erased);
    rl_data_free(&run->data);
    rl_port_history_free(&run->history);
}

/* Boots without judging; true when an image runs. What it finds goes into `data`. */
static bool boot_plain(struct rl_board *board, const struct rl_scene *scene, void *context,
                       struct rl_data_history *data)
{
    relight_progress progress;

    return rl_call_boot(scene, board, context, &progress) == 0 && progress == RELIGHT_RUNS &&
           (data == NULL || rl_call_find_data(board, data) == 0);
}

relight_progress rl_run_plain(struct rl_board *board, const struct rl_scene *scene, void *context,
                              uint64_t stop, struct rl_data_history *data)
{
    struct rl_update update = {
        .scene = scene, .board = board, .context = context, .data = data, .at_first = true};

    board->operation_limit = stop > 0 ? stop : scene->cell->limits.operations;
    if (!boot_plain(board, scene, context, data) || rl_call_update(&update) != 0) {
        return RELIGHT_HALTED;
    }
    return update.progress;
}

bool rl_run_set_items(struct rl_board *board, const struct rl_scene *scene, void *context,
                      struct rl_data_history *data)
{
    board->operation_limit = scene->cell->limits.operations;
    return boot_plain(board, scene, context, data) && rl_call_set_items(board, data, context) == 0;
}

void rl_run_tell(struct rl_run *run, const char *line)
{
    if (run->told != NULL) {
        run->told(run->told_user, line);
    }
}

void rl_run_tell_offer(struct rl_run *run)
{
    rl_run_tell(run,
                run->judge.fell_back
                    ? "the older image runs, because the old one is lost; the update is offered"
                    : "the old image runs; the update is offered");
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
    rl_judge_counter_state(judge);
    judge->outlook = judge->now;
}

void rl_run_look_at_state(struct rl_run *run, struct rl_board *board)
{
    rl_statics_restore(&run->scene->statics);
    if (rl_guard_call(board, judge_state, &run->judge) != 0) {
        rl_judge_violated(&run->judge, RL_PROPERTY_INVARIANT,
                          "the engine's look at this state did not return");
    }
}

/* An image runs on `board`: which one, and what it finds. */
int rl_run_image(struct rl_run *run, struct rl_board *board)
{
    int before = rl_judge_base(&run->judge);
    int image = rl_judge_running(&run->judge);

    rl_judge_counter(&run->judge, image);
    /* Each of the two has data of its own; what the new one takes over is what came before it. */
    if (image == rl_judge_base(&run->judge) && image != before) {
        rl_data_clear(&run->data);
    }
    if (rl_call_judge_data(board, &run->judge, &run->data, image) != 0) {
        rl_judge_violated(&run->judge, RL_PROPERTY_DATA_KEPT,
                          "reading persistent data did not return");
    }
    return image;
}

static bool is_reset(int escape)
{
    return escape == RL_ESCAPE_RESET || escape == RL_ESCAPE_TRAP;
}

/* A boot that left no image running is followed by another: a reset led to it, or power goes. */
static void boot_next(struct rl_run *run, int escape)
{
    if (is_reset(escape)) {
        rl_run_tell(run, escape == RL_ESCAPE_TRAP ? "the CPU traps in boot: the device is reset"
                                                  : "the device is reset in boot");
        rl_run_warm_reset(run);
    } else {
        rl_run_tell(run, "no image runs: power cycle without a fault");
        run->board.log = NULL; /* it holds the first power cycle */
        rl_run_power_cycle(run, &run->board);
    }
    rl_run_look_at_state(run, &run->board);
}

int rl_run_settle(struct rl_run *run)
{
    relight_progress progress = RELIGHT_HALTED;
    uint32_t boots = 1;
    int escape = rl_call_boot(run->scene, &run->board, run->context, &progress);
    int image;

    while (boots < run->scene->cell->limits.boots &&
           (is_reset(escape) || (escape == 0 && progress != RELIGHT_RUNS))) {
        boot_next(run, escape);
        escape = rl_call_boot(run->scene, &run->board, run->context, &progress);
        boots++;
    }
    if (is_reset(escape)) {
        escape = 0;
        progress = RELIGHT_HALTED;
    }
    rl_judge_boot(&run->judge, escape, progress, boots);
    if (escape != 0 || progress != RELIGHT_RUNS) {
        return RL_RUNS_NONE;
    }
    run->found_at.cycle = run->judge.power_cycle;
    run->found_at.operation = run->board.operations;
    image = rl_run_image(run, &run->board);
    rl_judge_outlook(&run->judge, image);
    return image;
}

void rl_run_again(struct rl_run *run, struct rl_board *board, void *context, int image,
                  bool settled)
{
    relight_progress progress;
    bool calm = run->spoils == board->spoils;
    uint64_t changes;
    int escape;

    run->spoils = board->spoils;
    rl_run_power_cycle(run, board);
    run->judge.settling = true;
    rl_run_look_at_state(run, board);
    changes = board->flash_changes;
    escape = rl_call_boot(run->scene, board, context, &progress);
    rl_judge_boot(&run->judge, escape, progress, 1);
    if (escape == 0 && progress == RELIGHT_RUNS) {
        int now = rl_run_image(run, board);

        rl_judge_choice(&run->judge, image, now);
        rl_judge_outlook(&run->judge, now);
    }
    if (settled && board->flash_changes != changes && calm && board->spoils == run->spoils) {
        rl_judge_settled(&run->judge);
    }
}

static void next_cycle(struct rl_run *run)
{
    run->judge.power_cycle++;
    run->judge.executed = 0;
    run->judge.key_seen = false;
}

void rl_run_warm_reset(struct rl_run *run)
{
    rl_board_reset(&run->board);
    rl_inject_reset(&run->injecting, &run->board, false);
    run->board.log = NULL; /* it holds the first power cycle */
    next_cycle(run);
}

void rl_run_power_cycle(struct rl_run *run, struct rl_board *board)
{
    rl_board_restart(board, !is_battery(run));
    rl_inject_reset(&run->injecting, board, true);
    next_cycle(run);
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
    rl_run_again(run, &run->side, run->side_context, image, false);
    rl_run_again(run, &run->side, run->side_context, image, true);
    rl_judge_attach(&run->judge, &run->board);
    run->judge.power_cycle = cycle;
    run->judge.settling = false;
    rl_statics_put_back(&run->scene->statics);
    run->board.watched_changed = true; /* what the judge watched was the copy */
}

static void changed(void *user, const struct rl_data_change *change)
{
    struct rl_run *run = user;
    char line[96];

    (void)snprintf(line, sizeof line, "the running image %s item %u to %u",
                   change->acknowledged ? "sets" : "may not now set", change->item, change->new);
    rl_run_tell(run, line);
}

/* A key that is valid between two steps of a golden run becomes unreadable, once. */
static void spoil_key(struct rl_run *run)
{
    uint32_t key = run->board.device.geometry.resident.address + RL_IMAGE_KEY;
    uint32_t words = UINT32_MAX >> (RL_PAGE_WORDS - RL_IMAGE_KEY_SIZE / RL_WORD);

    if (!run->golden || run->spoiled || !run->scene->cell->world.spoil_key ||
        !run->judge.now.key_valid) {
        return;
    }
    run->spoiled = true;
    rl_board_damage_cached(&run->board, key / RL_PAGE, words, RL_SLOT_LOST, RL_CAUSE_PLAN);
    rl_run_tell(run, "the fastload key becomes unreadable, as the plan asks");
}

static void tell_account(struct rl_run *run, const struct relight_account *account)
{
    char line[288];

    rl_account_text(account, line, sizeof line);
    rl_run_tell(run, line);
}

/* The query answers as soon as it knows both images. Only for a timeline: nobody judges it. */
static void ask(struct rl_run *run)
{
    const struct relight_engine *engine = run->scene->engine;
    struct relight_account account = {0};

    if (run->told == NULL || run->asked || engine->account == NULL) {
        return;
    }
    rl_account_take(engine, &run->board, run->context, &account);
    run->asked = account.new_image.known;
    if (run->asked) {
        tell_account(run, &account);
    }
}

/* Commands that come in the middle. What was under way goes on where one is refused, and has to
 * succeed. */
static void take_commands(struct rl_run *run)
{
    struct rl_said said = {0};

    rl_inject_between(&run->injecting, &run->board, run->context, &said);
    if (said.twice) {
        rl_judge_violated(&run->judge, RL_PROPERTY_REFUSAL,
                          "a second update was taken in the middle of the first");
    }
    if (said.refused) {
        rl_run_tell(run, "a command in the middle of the update was refused");
        run->judge.may_refuse = !rl_inject_is_over(&run->injecting);
    }
    if (said.cancelled) {
        rl_run_tell(run, "the update was cancelled");
        run->update.cancelled = true;
    }
    if (said.reset && run->board.escape != NULL) {
        siglongjmp(*run->board.escape, RL_ESCAPE_RESET);
    }
}

static void between(void *user)
{
    ask(user);
    spoil_key(user);
    take_commands(user);
}

/* A refusal that the plan asks for. */
static void judge_refusal(struct rl_run *run, relight_progress progress)
{
    struct relight_account account = {0};

    rl_judge_refusal(&run->judge, progress, run->last_image, run->reason, run->judge.refusal);
    if (progress != RELIGHT_REFUSED || run->scene->engine->account == NULL) {
        return;
    }
    if (rl_call_account(run->scene, &run->board, run->context, &account) != 0) {
        rl_judge_violated(&run->judge, RL_PROPERTY_REFUSAL, "the query did not return");
        return;
    }
    tell_account(run, &account);
    rl_judge_account(&run->judge, &account, run->reason);
}

void rl_run_begin_update(struct rl_run *run)
{
    run->update = (struct rl_update){
        .scene = run->scene,
        .board = &run->board,
        .context = run->context,
        .data = &run->data,
        .judge = &run->judge,
        .at_first = run->judge.power_cycle == 1,
        .between = between,
        .changed = changed,
        .user = run,
    };
    run->judge.executed = 0;
    run->board.touched = 0;
}

/* How an update ended. */
void rl_run_end_update(struct rl_run *run, int escape)
{
    relight_progress progress = run->update.progress;

    if (escape == 0 && progress == RELIGHT_REFUSED) {
        rl_call_reason(run->scene, &run->board, run->context, run->reason, sizeof run->reason);
    }
    run->last_image =
        escape == 0 && progress != RELIGHT_HALTED ? rl_run_image(run, &run->board) : RL_RUNS_NONE;
    rl_judge_end(&run->judge, escape, progress, run->last_image, run->reason);
}

/* What comes after a boundary has to follow from what stands there: the invariant is asked anew. */
static bool end_at_boundary(struct rl_run *run)
{
    if (run->boundary == NULL || run->judge.power_cycle != 1) {
        return false;
    }
    rl_run_judge_contexts(run);
    run->ended = run->boundary(run->boundary_user, run);
    run->board.watched_changed = true;
    return run->ended;
}

/* The update, up to where the run ends, if it does. */
static int update(struct rl_run *run)
{
    int escape = 0;
    uint64_t changes;

    do {
        changes = run->board.flash_changes;
        run->update.progress = RELIGHT_HALTED;
        escape = rl_call_update_step(&run->update);
    } while (escape == 0 && run->update.progress == RELIGHT_WORKING &&
             (run->board.flash_changes == changes || !end_at_boundary(run)));
    return escape;
}

static void offer_again(struct rl_run *run)
{
    int escape;

    rl_run_begin_update(run);
    escape = update(run);
    if (run->ended) {
        return;
    }
    rl_run_end_update(run, escape);
    if (run->judge.refuses && escape == 0) {
        judge_refusal(run, run->update.progress);
    }
}

void rl_run_start(struct rl_run *run, const struct rl_view *view,
                  const struct rl_run_options *options)
{
    struct rl_board *board = &run->board;

    rl_view_store(view, &run->flash, &run->memory);
    rl_plane_copy(&board->planes[RL_PLANE_FLASH], &run->flash);
    rl_plane_copy(&board->planes[RL_PLANE_MEMORY], &run->memory);
    rl_observer_clear(&run->observer);
    rl_log_clear(&run->log);
    rl_judge_clear(&run->judge);
    run->judge.properties = run->scene->cell->properties;
    for (uint32_t i = 0; i < run->injecting.count; i++) {
        rl_run_is_injected(run, run->injecting.list[i].what.fault_class);
    }
    rl_data_clear(&run->data);
    rl_judge_attach(&run->judge, board);
    board->observer = &run->observer;
    board->log = options->log ? &run->log : NULL;
    rl_port_history_clear(&run->history);
    board->history = options->golden ? &run->history : NULL;
    board->erase_limit = run->scene->cell->limits.erases;
    board->operation_limit = run->scene->cell->limits.operations;
    run->source = run->scene->source;
    board->link = rl_source_link(&run->source);
    run->injecting.cycle = 1;
    rl_inject_attach(&run->injecting, board);
    rl_board_start(board);
    run->judge.hurt = run->hurt;
    board->start[RL_FLASH] = &run->flash;
    board->start[RL_MEMORY] = &run->memory;
    run->side.start[RL_FLASH] = &run->flash;
    run->side.start[RL_MEMORY] = &run->memory;
    run->first_image = RL_RUNS_NONE;
    run->last_image = RL_RUNS_NONE;
    run->golden = options->golden;
    run->spoils = 0;
    run->spoiled = false;
    run->asked = false;
    run->reason[0] = '\0';
    run->update = (struct rl_update){0};
    memset(run->erased, 0, sectors(&run->scene->device.geometry) * sizeof *run->erased);
    run->boundary = options->boundary;
    run->boundary_user = options->user;
    run->ended = false;
}

void rl_run_judge_contexts(struct rl_run *run)
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
    run->first_image = rl_run_settle(run);
    run->last_image = run->first_image;
    if (run->first_image == RL_RUNS_NONE || end_at_boundary(run)) {
        return;
    }
    aside(run, run->first_image);
    if (run->first_image == rl_judge_base(&run->judge)) {
        rl_run_tell_offer(run);
        offer_again(run);
    } else if (run->judge.refuses) {
        /* It was not there to be refused. */
        rl_judge_refusal(&run->judge, RELIGHT_RUNS, run->first_image, "", run->judge.refusal);
    }
    run->operations = run->board.operations;
    if (run->ended) {
        return;
    }
    memcpy(run->erased, run->board.erases,
           sectors(&run->scene->device.geometry) * sizeof *run->erased);
    run->board.log = NULL;
    run->board.history = NULL;
    if (run->golden && run->last_image == RL_RUNS_NEW) {
        rl_afterwards_counter(run);
    }
    if (run->last_image != RL_RUNS_NONE) {
        rl_run_again(run, &run->board, run->context, run->last_image, false);
        rl_run_again(run, &run->board, run->context, run->last_image, true);
    }
    if (run->golden && run->last_image == RL_RUNS_NEW && run->judge.violated == 0) {
        rl_afterwards_there_and_back(run);
    }
}

void rl_run_execute(struct rl_run *run, const struct rl_view *view,
                    const struct rl_run_options *options)
{
    rl_run_start(run, view, options);
    if (options->prefix_only) {
        run->board.monitor = (struct rl_monitor){0};
        (void)rl_run_plain(&run->board, run->scene, run->context, options->stop, &run->data);
        run->operations = run->board.operations;
        return;
    }
    rl_run_look_at_state(run, &run->board);
    if (run->scene->unreached[0] != '\0') {
        rl_judge_violated(&run->judge, RL_PROPERTY_PROGRESS, "%s", run->scene->unreached);
    }
    judged(run);
    if (!run->ended) {
        rl_run_judge_contexts(run);
    }
}
