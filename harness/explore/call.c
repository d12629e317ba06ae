#include "explore/call.h"

#include <stdio.h>
#include <string.h>

#include "explore/account.h"
#include "explore/guard.h"

struct boot {
    struct rl_board *board;
    const struct relight_engine *engine;
    void *context;
    relight_progress progress;
};

static void do_boot(void *user)
{
    struct boot *call = user;

    call->progress = call->engine->boot(call->context, &call->board->services);
}

int rl_call_boot(const struct rl_scene *scene, struct rl_board *board, void *context,
                 relight_progress *progress)
{
    struct boot call = {board, scene->engine, context, RELIGHT_HALTED};
    int escape;

    memset(context, 0, scene->engine->context_size);
    rl_statics_restore(&scene->statics);
    board->engine = scene->engine;
    board->context = context;
    escape = rl_guard_call(board, do_boot, &call);
    *progress = call.progress;
    return escape;
}

/* What happens between two steps of an update. */
static void between(struct rl_update *update, uint32_t steps)
{
    uint32_t every = update->scene->cell->world.data_every;
    const struct rl_data_change *change = NULL;
    uint32_t touched = update->board->touched;

    if (update->between != NULL) {
        update->between(update->user);
    }
    if (update->cancelled) {
        return;
    }
    if (update->data != NULL && every > 0 && steps % every == 0) {
        change = rl_data_turn(update->board, update->data, update->judge, update->context,
                              update->at_first);
        update->board->touched = touched; /* what the application stores is no part of it */
    }
    if (change != NULL && update->changed != NULL) {
        update->changed(update->user, change);
    }
}

/* An interrupt that was asked for is delivered with the next step, whatever that makes of it. */
static relight_progress step(struct rl_update *update)
{
    bool delivered = update->board->interrupt;
    uint64_t operations = update->board->operations;
    relight_progress progress =
        update->scene->engine->step(update->context, &update->board->services);

    if (delivered) {
        update->board->interrupt = false;
    }
    update->idle = update->board->operations == operations ? update->idle + 1u : 0;
    return progress;
}

static void do_step(void *user)
{
    struct rl_update *update = user;

    if (!update->requested) {
        update->requested = true;
        update->progress = RELIGHT_REFUSED;
        if (!update->scene->engine->request(update->context, &update->board->services)) {
            return;
        }
    } else {
        between(update, update->steps);
    }
    if (update->cancelled) {
        update->progress = RELIGHT_REFUSED;
        return;
    }
    update->progress = step(update);
    update->steps++;
}

int rl_call_update_step(struct rl_update *update)
{
    int escape = rl_guard_call(update->board, do_step, update);

    return escape == 0 && update->idle > RL_IDLE_STEPS_MOST ? RL_ESCAPE_SPIN : escape;
}

int rl_call_update(struct rl_update *update)
{
    int escape = 0;

    do {
        update->progress = RELIGHT_HALTED;
        escape = rl_call_update_step(update);
    } while (escape == 0 && update->progress == RELIGHT_WORKING);
    return escape;
}

struct data {
    struct rl_board *board;
    struct rl_judge *judge;
    struct rl_data_history *history;
    void *context;
    int image;
};

static void do_set_items(void *user)
{
    struct data *call = user;

    for (uint32_t item = 0; item < call->history->items; item++) {
        (void)rl_data_set(call->board, call->history, NULL, call->context, item, true);
    }
}

int rl_call_set_items(struct rl_board *board, struct rl_data_history *data, void *context)
{
    struct data call = {board, NULL, data, context, RL_RUNS_NONE};

    return rl_guard_call(board, do_set_items, &call);
}

static void do_find(void *user)
{
    struct data *call = user;

    rl_data_find(call->board, call->history);
}

int rl_call_find_data(struct rl_board *board, struct rl_data_history *data)
{
    struct data call = {board, NULL, data, NULL, RL_RUNS_NONE};

    return rl_guard_call(board, do_find, &call);
}

static void do_judge_data(void *user)
{
    struct data *call = user;

    rl_judge_data(call->judge, call->history, call->image);
}

int rl_call_judge_data(struct rl_board *board, struct rl_judge *judge, struct rl_data_history *data,
                       int image)
{
    struct data call = {board, judge, data, NULL, image};

    return data->items == 0 ? 0 : rl_guard_call(board, do_judge_data, &call);
}

struct query {
    struct rl_board *board;
    const struct relight_engine *engine;
    const void *context;
    struct relight_account *account;
    char reason[64];
};

static void do_account(void *user)
{
    struct query *call = user;

    rl_account_take(call->engine, call->board, call->context, call->account);
}

int rl_call_account(const struct rl_scene *scene, struct rl_board *board, const void *context,
                    struct relight_account *account)
{
    struct query call = {board, scene->engine, context, account, ""};

    return scene->engine->account == NULL ? 0 : rl_guard_call(board, do_account, &call);
}

static void do_reason(void *user)
{
    struct query *call = user;
    const char *reason = call->engine->reason(call->context);

    (void)snprintf(call->reason, sizeof call->reason, "%s", reason == NULL ? "" : reason);
}

void rl_call_reason(const struct rl_scene *scene, struct rl_board *board, void *context, char *text,
                    size_t size)
{
    struct query call = {board, scene->engine, context, NULL, ""};

    if (rl_guard_call(board, do_reason, &call) != 0) {
        call.reason[0] = '\0';
    }
    (void)snprintf(text, size, "%s", call.reason);
}
