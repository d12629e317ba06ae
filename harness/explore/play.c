#include "explore/play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/doubtful.h"
#include "explore/faulted.h"

static const struct rl_cell *refuse(char *error, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static const struct rl_cell *refuse(char *error, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(error, size, format, arguments);
    va_end(arguments);
    return NULL;
}

static const struct rl_cell *find_cell(const struct rl_plan *plan, const char *name)
{
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        if (strcmp(plan->cells[i].name, name) == 0) {
            return &plan->cells[i];
        }
    }
    return NULL;
}

const struct rl_cell *rl_play_cell(const struct rl_token *token, const struct rl_plan *plan,
                                   const struct rl_engines *engines,
                                   const struct rl_engine_handle **engine, char *error, size_t size)
{
    const struct rl_cell *cell;

    if (strcmp(token->plan, plan->name) != 0) {
        return refuse(error, size, "the token is of plan '%s', and this is plan '%s'", token->plan,
                      plan->name);
    }
    if (!token->golden && token->plan_digest != (uint32_t)plan->digest) {
        return refuse(error, size,
                      "the token is stale: plan '%s', its device or its images changed since (%08x "
                      "then, %08x now)",
                      token->plan, token->plan_digest, (uint32_t)plan->digest);
    }
    cell = find_cell(plan, token->cell);
    if (cell == NULL) {
        return refuse(error, size, "plan '%s' has no cell '%s'; expected one such as '%s'",
                      token->plan, token->cell, plan->cells[0].name);
    }
    *engine = rl_engines_of(engines, (uint32_t)(cell - plan->cells));
    if (!token->golden && token->engine_digest != (uint32_t)(*engine)->digest) {
        return refuse(error, size,
                      "the token belongs to another engine or another version of it (%08x then, "
                      "%08x now): give the one it was found with by --engine",
                      token->engine_digest, (uint32_t)(*engine)->digest);
    }
    return cell;
}

struct rl_play *rl_play_new(const struct rl_scene *scene, const struct rl_play_listener *listener)
{
    static const struct rl_play_listener nobody;
    struct rl_play *play = rl_calloc(1, sizeof *play);

    play->scene = scene;
    play->listener = listener == NULL ? &nobody : listener;
    for (int i = 0; i < 2; i++) {
        rl_run_init(&play->runs[i], scene);
    }
    rl_cursor_init(&play->cursor, &scene->device);
    return play;
}

void rl_play_free(struct rl_play *play)
{
    if (play == NULL) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        rl_run_free(&play->runs[i]);
    }
    rl_cursor_free(&play->cursor);
    rl_doubt_free(&play->doubt);
    free(play);
}

/* The golden run shows which items of persistent data the new image does not have. */
static void learn_what_goes(struct rl_play *play, const struct rl_run *golden)
{
    play->runs[0].data.may_go = rl_data_gone(&golden->data);
    play->runs[1].data.may_go = play->runs[0].data.may_go;
}

/* The run of one power cycle, and all that follows it: first without the injections that the token
 * has there, to find the operations that they hit, one after the other. False when there is none.
 */
static bool arm(struct rl_play *play, struct rl_run *run)
{
    const struct rl_token *token = play->token;

    play->injecting = run->injecting;
    play->followed = run->injecting.count;
    while (play->fault < token->fault_count) {
        const struct rl_fault *next = &token->faults[play->fault];
        struct rl_injection injection;
        size_t index;

        if (!rl_fault_injection(next, &injection)) {
            return true;
        }
        run->told = NULL;
        run->injecting = play->injecting;
        rl_faulted_execute(run, &play->view, true);
        if (play->fault == 0) {
            learn_what_goes(play, run);
        }
        index = rl_fault_locate(next, &run->log, play->scene->engine);
        if (index == run->log.count) {
            return false;
        }
        rl_inject_arm(&play->injecting, &injection, run->log.operations[index].number, 1);
        play->fault++;
    }
    return true;
}

/* Where a debugger stops, if it is in the part of the run that belongs to the scenario: of a power
 * cycle that is cut, nothing after it does. */
static struct rl_stop stop_in(const struct rl_play *play, uint32_t cycle)
{
    bool last = play->fault == play->token->fault_count;
    struct rl_stop stop = {0};

    if (play->stop.cycle == cycle || (last && play->stop.cycle > cycle)) {
        stop.cycle = play->stop.cycle - cycle + 1u;
        stop.operation = play->stop.operation;
    }
    return stop;
}

/* The same with these injections, told. */
static void run_cycle(struct rl_play *play, struct rl_run *run, uint32_t cycle)
{
    const struct rl_play_listener *listener = play->listener;
    struct rl_run_options options = {.log = true, .golden = cycle == 1};
    struct rl_run *next = &play->runs[run == &play->runs[0]];

    if (listener->begins != NULL) {
        listener->begins(listener->user, run, cycle);
    }
    run->told = listener->told;
    run->told_user = listener->user;
    run->judge.stop = stop_in(play, cycle);
    run->injecting = play->injecting;
    rl_inject_clear(&next->injecting);
    next->hurt = 0;
    if (run->injecting.count > play->followed) {
        rl_faulted_start(run, &play->view, true);
        while (rl_faulted_advance(run)) {
        }
        (void)rl_faulted_follow(next, run);
        rl_faulted_end(run);
    } else if (play->in_doubt) {
        rl_doubtful_execute(run, &play->doubt, &play->view, true);
    } else {
        rl_run_execute(run, &play->view, &options);
    }
    run->judge.stop = (struct rl_stop){0};
    if (cycle == 1 && run->injecting.count == 0) {
        learn_what_goes(play, run);
    }
    if (listener->ran != NULL) {
        listener->ran(listener->user, run, cycle);
    }
}

/* Whether all that was injected into the run comes before a cut at this operation of its log: what
 * would have come later never happened. */
static bool is_behind(const struct rl_play *play, const struct rl_run *run, size_t index)
{
    for (uint32_t i = play->followed; i < run->injecting.count; i++) {
        if (run->log.operations[index].number <= run->injecting.list[i].at) {
            return false;
        }
    }
    return true;
}

/* Places the cursor where the fault hits, and makes its crash state. */
static bool hit(struct rl_play *play, const struct rl_fault *fault, const struct rl_run *run)
{
    const struct rl_scene *scene = play->scene;
    const struct relight_geometry *geometry = &scene->device.geometry;
    bool battery = scene->cell->memory == RL_MEMORY_BATTERY;
    size_t index = rl_fault_locate(fault, &run->log, scene->engine);
    struct rl_outcome outcome;
    struct rl_fault again;

    if (index == run->log.count || !is_behind(play, run, index) ||
        !rl_outcome_parse(fault->outcome, geometry, battery, &outcome)) {
        return false;
    }
    rl_cursor_start(&play->cursor, &run->log, &run->flash, &run->memory);
    while (play->cursor.next < index + rl_outcome_is_after(&outcome)) {
        rl_cursor_step(&play->cursor);
    }
    rl_fault_describe(&again, fault->cycle, &run->log, index, scene->engine, &outcome, geometry);
    if (!rl_outcome_view(&play->cursor, &outcome, battery, &play->view) ||
        strcmp(again.outcome, fault->outcome) != 0) {
        return false;
    }
    play->in_doubt = rl_outcome_is_doubtful(&outcome);
    if (play->in_doubt && !rl_doubt_set(&play->doubt, &play->cursor, &outcome)) {
        return false;
    }
    play->cut = rl_run_cut_at(&play->cursor, &outcome, index);
    play->spares = rl_class_info(rl_outcome_class(&outcome))->spares;
    if (play->listener->cut != NULL) {
        play->listener->cut(play->listener->user, run, fault->cycle, index, &outcome);
    }
    return true;
}

/* A closure judges what is longer ago than one power cycle (closure.h). */
static void remember(struct rl_play *play, const struct rl_run *run)
{
    play->remembered = play->began;
    play->began = play->began || (run->judge.initialises[RL_RUNS_NEW].began &&
                                  run->judge.initialises[RL_RUNS_NEW].operation <= play->cut.cut);
}

/* Held against what power cycles before the last one let be found; properties, a bit mask. */
static uint32_t recall(const struct rl_play *play, const struct rl_run_found *found, char *why)
{
    bool agrees = !play->remembered || !rl_run_remembers_counter(play->scene) ||
                  rl_judge_counter_remembered(play->scene->images, found->first_image, why);

    return agrees ? 0u : 1u << RL_PROPERTY_MONOTONIC & play->scene->cell->properties;
}

/* What the last run found is held against where the last cut was. */
static void compare(struct rl_play *play, const struct rl_run *before, struct rl_run *run)
{
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    struct rl_run_found found;
    uint32_t violated;

    if (before != NULL) {
        run->judge.violated &=
            ~rl_judge_spared(run->judge.violated, rl_judge_at_start(&run->judge), play->spares);
    }
    rl_run_found(run, &found);
    violated = before == NULL ? rl_run_compare_start(run, why)
                              : rl_run_compare(before, play->cut, &found, why);
    if (before != NULL) {
        if ((violated >> RL_PROPERTY_MONOTONIC & 1u) == 0) {
            violated |= recall(play, &found, why[RL_PROPERTY_MONOTONIC]);
        }
        violated &= before->judge.properties;
    }
    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        if (((violated & ~run->judge.violated) >> property & 1u) != 0) {
            run->judge.violated |= 1u << property;
            run->judge.at[property] = run->found_at.operation;
            run->judge.cycle[property] = run->found_at.cycle;
            memcpy(run->judge.why[property], why[property], RL_JUDGE_WHY);
        }
    }
}

static void restart(struct rl_play *play, const struct rl_token *token)
{
    play->token = token;
    play->fault = 0;
    play->cycles = 0;
    play->remembered = false;
    play->began = false;
    play->in_doubt = false;
    play->last = &play->runs[0];
    for (int i = 0; i < 2; i++) {
        rl_inject_clear(&play->runs[i].injecting);
        play->runs[i].hurt = 0;
    }
    rl_view_plain(&play->view, &play->scene->flash, &play->scene->memory);
}

bool rl_play_token(struct rl_play *play, const struct rl_token *token)
{
    struct rl_run *before = NULL;
    struct rl_run *run = &play->runs[0];

    restart(play, token);
    for (;;) {
        if (!arm(play, run)) {
            return false;
        }
        run_cycle(play, run, play->cycles + 1u);
        if (play->fault == token->fault_count) {
            break;
        }
        if (!hit(play, &token->faults[play->fault], run)) {
            return false;
        }
        remember(play, run);
        play->fault++;
        play->cycles++;
        before = run;
        run = &play->runs[run == &play->runs[0]];
    }
    compare(play, before, run);
    play->last = run;
    return true;
}
