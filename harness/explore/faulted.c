#include "explore/faulted.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/call.h"
#include "explore/outside.h"
#include "explore/run_private.h"
#include "oracles/hosts.h"

void rl_faulted_start(struct rl_run *run, const struct rl_view *view, bool log)
{
    struct rl_run_options options = {.log = log};

    rl_run_start(run, view, &options);
    run->board.history = run->scene->cell->world.hosts > 0 ? &run->history : NULL;
    run->board.observer = NULL;
    run->stage = RL_STAGE_BOOT;
    run->refusals = 0;
    run->stopped = false;
    run->lasting = false;
    run->resets = 0;
    run->judge.may_refuse = true;
    rl_run_look_at_state(run, &run->board);
}

/* Refusals in one run that are followed by another offer in the same power cycle. */
#define REFUSALS_MOST 1u
/* Resets out of an update in one run that are followed by another offer while faults go on. */
#define RESETS_MOST   32u

static void offer(struct rl_run *run)
{
    rl_run_begin_update(run);
    run->stage = RL_STAGE_UPDATE;
}

/* Each offer ends in a reset, and would for ever. Once faults are over it may not. */
static void end_resets(struct rl_run *run)
{
    if (!run->stopped) {
        run->resets = 0;
        run->stage = RL_STAGE_STOP;
        return;
    }
    run->stage = RL_STAGE_END;
    rl_judge_violated(&run->judge, RL_PROPERTY_PROGRESS,
                      "the update does not end: each of %u offers ended in a reset", run->resets);
}

static void after_boot(struct rl_run *run)
{
    int image = rl_run_settle(run);

    if (run->judge.power_cycle == 1) {
        run->first_image = image;
    }
    if (image != RL_RUNS_NONE) {
        rl_judge_serves(&run->judge, 0, RELIGHT_RUNS);
    }
    run->last_image = image;
    run->stage = image == RL_RUNS_NONE && !run->stopped ? RL_STAGE_STOP : RL_STAGE_END;
    if (image == rl_judge_base(&run->judge) && run->resets > RESETS_MOST) {
        end_resets(run);
    } else if (image == rl_judge_base(&run->judge)) {
        rl_run_tell_offer(run);
        offer(run);
    }
}

static void after_reset(struct rl_run *run, int escape)
{
    rl_run_tell(run, escape == RL_ESCAPE_TRAP ? "the CPU traps: the device is reset"
                                              : "the device is reset");
    run->resets++;
    rl_run_warm_reset(run);
    rl_run_look_at_state(run, &run->board);
    run->stage = RL_STAGE_BOOT;
}

/* The update was refused, and the image that it started from runs. */
static void after_refusal(struct rl_run *run)
{
    run->stage = run->stopped ? RL_STAGE_END : RL_STAGE_STOP;
    if (!run->stopped && ++run->refusals <= REFUSALS_MOST) {
        rl_run_tell(run, "refused; the update is offered once more");
        run->judge.may_refuse = !rl_inject_is_over(&run->injecting);
        offer(run);
    }
}

/* One fault alone may say why the update had to be refused. */
static void judge_refusal(struct rl_run *run)
{
    struct rl_armed *armed = &run->injecting.list[0];
    const struct rl_injector *injector;
    const char *expected = NULL;

    if (run->injecting.count != 1u || !armed->fired || armed->over) {
        return;
    }
    injector = rl_injector_of(armed->what.fault_class);
    if (injector->refused_as != NULL) {
        expected = injector->refused_as(armed, &run->board);
    }
    if (expected != NULL) {
        rl_judge_refusal(&run->judge, run->update.progress, run->last_image, run->reason, expected);
    }
    armed->over |= injector->refused_as != NULL && armed->what.lasts == RL_LASTS_ONCE;
}

/* The update ended, one way or the other. */
static void after_update(struct rl_run *run, int escape)
{
    if (escape == RL_ESCAPE_RESET || escape == RL_ESCAPE_TRAP) {
        after_reset(run, escape);
        return;
    }
    if (escape == 0 && run->update.progress == RELIGHT_HALTED && !run->stopped) {
        run->last_image = RL_RUNS_NONE; /* a boot is what is left */
        run->stage = RL_STAGE_STOP;
        return;
    }
    run->stage = RL_STAGE_END;
    rl_run_end_update(run, escape);
    rl_judge_serves(&run->judge, escape, run->update.progress);
    if (escape == 0 && !run->judge.refuses) {
        judge_refusal(run);
    }
    if (run->last_image == RL_RUNS_NONE && run->judge.violated == 0 && !run->stopped) {
        /* What runs is no known image, and that was no fault of its own. */
        run->stage = RL_STAGE_STOP;
    }
    if (escape == 0 && run->update.progress == RELIGHT_REFUSED && !run->judge.refuses &&
        run->judge.violated == 0 && run->last_image == rl_judge_base(&run->judge)) {
        after_refusal(run);
    }
}

/* Companions keep a configuration in one place. When that fails for good and the old one is gone
 * from it, no image can run that needs it. */
static bool is_last_place(const struct rl_armed *armed)
{
    return armed->first.region == RL_REGION_PLA_FLASH || armed->first.region == RL_REGION_PHY_FLASH;
}

/* Those that do not last for good are over. */
static void stop_faults(struct rl_run *run)
{
    run->stopped = true;
    for (uint32_t i = 0; i < run->injecting.count; i++) {
        struct rl_armed *armed = &run->injecting.list[i];

        if (armed->what.lasts == RL_LASTS_GOOD && armed->fired && !armed->over) {
            run->lasting = true;
            run->judge.may_stop |= is_last_place(armed);
        } else {
            armed->over = true;
        }
    }
    run->judge.may_refuse = run->lasting;
}

/* What a refused update left running is what runs again: a commit that failed half-way may not win
 * later. */
static void stop_and_boot(struct rl_run *run)
{
    int before = run->last_image;

    rl_run_tell(run, "faults are over; power goes and comes back");
    run->operations = run->board.operations;
    run->board.log = NULL; /* it holds the first power cycle */
    stop_faults(run);
    rl_run_power_cycle(run, &run->board);
    rl_run_look_at_state(run, &run->board);
    after_boot(run);
    if (before != RL_RUNS_NONE && run->last_image != RL_RUNS_NONE && !run->lasting) {
        rl_judge_choice(&run->judge, before, run->last_image);
    }
}

bool rl_faulted_advance(struct rl_run *run)
{
    int escape;

    if (run->stage == RL_STAGE_BOOT) {
        after_boot(run);
    } else if (run->stage == RL_STAGE_STOP) {
        stop_and_boot(run);
    } else if (run->stage == RL_STAGE_UPDATE) {
        escape = rl_call_update_step(&run->update);
        if (escape != 0 || run->update.progress != RELIGHT_WORKING) {
            after_update(run, escape);
        }
    }
    return run->stage != RL_STAGE_END;
}

static bool lasts(const struct rl_armed *armed)
{
    return armed->fired && !armed->over &&
           (armed->what.lasts == RL_LASTS_GOOD || armed->what.lasts == RL_LASTS_ERASE);
}

bool rl_faulted_follow(struct rl_run *to, const struct rl_run *from)
{
    bool follows = from->injecting.count > 0 && (from->board.damaged || from->judge.hurt != 0);

    for (uint32_t i = 0; i < from->injecting.count; i++) {
        follows = follows || lasts(&from->injecting.list[i]);
    }
    rl_inject_clear(&to->injecting);
    to->hurt = follows ? from->judge.hurt : 0;
    if (follows) {
        to->injecting = from->injecting;
        rl_inject_follow(&to->injecting);
    }
    return follows;
}

void rl_faulted_note_met(struct rl_run *run)
{
    for (uint32_t i = 0; i < run->injecting.count; i++) {
        struct rl_armed *armed = &run->injecting.list[i];

        armed->observed |= (run->board.causes_met >> armed->number & 1u) != 0;
    }
}

void rl_faulted_end(struct rl_run *run)
{
    if (!run->stopped) {
        rl_outside_judge_faulted(run);
        run->operations = run->board.operations;
        stop_faults(run);
    }
    run->board.history = NULL;
    run->board.log = NULL;
    if (run->last_image != RL_RUNS_NONE) {
        rl_run_again(run, &run->board, run->context, run->last_image, false);
        rl_run_again(run, &run->board, run->context, run->last_image, true);
    }
    rl_faulted_note_met(run);
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

void rl_run_is_injected(struct rl_run *run, rl_class fault_class)
{
    rl_run_owes(run, fault_class);
    run->judge.may_refuse = true;
    run->judge.injected = true;
    run->judge.falls_back = run->scene->falls_back;
}

void rl_faulted_arm(struct rl_run *run, const struct rl_injection *what, uint64_t at)
{
    rl_inject_arm(&run->injecting, what, at, run->injecting.cycle);
    rl_inject_attach(&run->injecting, &run->board);
    rl_run_is_injected(run, what->fault_class);
}
