#include "explore/faulted.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/call.h"
#include "explore/run_private.h"

void rl_faulted_start(struct rl_run *run, const struct rl_view *view, bool log)
{
    struct rl_run_options options = {.log = log};

    rl_run_start(run, view, &options);
    run->board.observer = NULL;
    run->stage = RL_STAGE_BOOT;
    run->judge.may_refuse = true;
    for (uint32_t i = 0; i < run->injecting.count; i++) {
        rl_run_owes(run, run->injecting.list[i].what.fault_class);
    }
    rl_run_look_at_state(run, &run->board);
}

static void after_boot(struct rl_run *run)
{
    int image = rl_run_settle(run);

    if (run->judge.power_cycle == 1) {
        run->first_image = image;
    }
    run->last_image = image;
    run->stage = RL_STAGE_END;
    if (image == RL_RUNS_OLD) {
        rl_run_tell(run, "the old image runs; the update is offered");
        rl_run_begin_update(run);
        run->stage = RL_STAGE_UPDATE;
    }
}

/* The update ended, one way or the other. */
static void after_update(struct rl_run *run, int escape)
{
    run->stage = RL_STAGE_END;
    if (escape == RL_ESCAPE_RESET || escape == RL_ESCAPE_TRAP) {
        rl_run_tell(run, escape == RL_ESCAPE_TRAP ? "the CPU traps: the device is reset"
                                                  : "the device is reset");
        rl_run_warm_reset(run);
        rl_run_look_at_state(run, &run->board);
        run->stage = RL_STAGE_BOOT;
        return;
    }
    if (escape == 0 && run->update.progress == RELIGHT_HALTED) {
        /* Stopped, and a boot is what is left: see rl_faulted_end(). */
        run->last_image = RL_RUNS_NONE;
        return;
    }
    rl_run_end_update(run, escape);
}

bool rl_faulted_advance(struct rl_run *run)
{
    int escape;

    if (run->stage == RL_STAGE_BOOT) {
        after_boot(run);
    } else if (run->stage == RL_STAGE_UPDATE) {
        escape = rl_call_update_step(&run->update);
        if (escape != 0 || run->update.progress != RELIGHT_WORKING) {
            after_update(run, escape);
        }
    }
    return run->stage != RL_STAGE_END;
}

/* Those that do not last for good are over. */
static bool stop_faults(struct rl_run *run)
{
    bool lasting = false;

    for (uint32_t i = 0; i < run->injecting.count; i++) {
        struct rl_armed *armed = &run->injecting.list[i];

        if (armed->what.lasts == RL_LASTS_GOOD && armed->fired && !armed->over) {
            lasting = true;
        } else {
            armed->over = true;
        }
    }
    return lasting;
}

/* Without faults, apart from those that last, the update succeeds. */
static void offer_once_more(struct rl_run *run, bool lasting)
{
    bool may_refuse = run->judge.may_refuse;
    int escape;

    rl_run_tell(run, "faults are over; the update is offered again");
    run->judge.may_refuse = lasting;
    rl_run_begin_update(run);
    escape = rl_call_update(&run->update);
    rl_run_end_update(run, escape);
    run->judge.may_refuse = may_refuse;
}

static void note_met(struct rl_run *run)
{
    for (uint32_t i = 0; i < run->injecting.count; i++) {
        struct rl_armed *armed = &run->injecting.list[i];

        armed->observed |= (run->board.causes_met >> armed->number & 1u) != 0;
    }
}

void rl_faulted_end(struct rl_run *run)
{
    bool lasting = stop_faults(run);

    run->operations = run->board.operations;
    run->board.log = NULL;
    if (run->last_image == RL_RUNS_NONE && run->judge.violated == 0) {
        rl_run_power_cycle(run, &run->board);
        rl_run_look_at_state(run, &run->board);
        run->last_image = rl_run_settle(run);
    }
    if (run->last_image == RL_RUNS_OLD && !run->judge.refuses) {
        rl_run_again(run, &run->board, run->context, run->last_image, false);
        run->judge.settling = false;
        offer_once_more(run, lasting);
    }
    if (run->last_image != RL_RUNS_NONE) {
        rl_run_again(run, &run->board, run->context, run->last_image, false);
        rl_run_again(run, &run->board, run->context, run->last_image, true);
    }
    note_met(run);
    rl_run_judge_contexts(run);
}

void rl_faulted_execute(struct rl_run *run, const struct rl_view *view, bool log)
{
    rl_faulted_start(run, view, log);
    while (rl_faulted_advance(run)) {
    }
    rl_faulted_end(run);
}

void rl_run_owes(struct rl_run *run, rl_class fault_class)
{
    const struct rl_class_info *info = rl_class_info(fault_class);

    run->judge.properties &= ~info->spares;
    run->judge.may_stop |= info->duty == RL_OWES_STOP_SAFELY;
}

void rl_faulted_arm(struct rl_run *run, const struct rl_injection *what, uint64_t at)
{
    rl_inject_arm(&run->injecting, what, at, run->injecting.cycle);
    rl_inject_attach(&run->injecting, &run->board);
    rl_run_owes(run, what->fault_class);
}
