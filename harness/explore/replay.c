/* Replays a scenario from its token, with the same code that found it. */
#include "explore/explore.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/doubtful.h"
#include "explore/faulted.h"
#include "explore/guard.h"
#include "explore/notes.h"
#include "explore/outside.h"
#include "explore/run.h"
#include "explore/timeline.h"
#include "explore/token.h"

/* Operations before a fault, and at the end of a recovery, that get a line each. */
#define PLAIN_LINES 6u

struct replay {
    const struct rl_plan *plan;
    const struct rl_engines *engines;
    const struct rl_engine_handle *engine; /* of the token's cell */
    struct rl_token token;
    struct rl_scene scene;
    struct rl_run runs[2]; /* the cycle being cut, and the one from the crash state */
    struct rl_cursor cursor;
    struct rl_view view;
    struct rl_text text;
    struct rl_notes notes;     /* of the power cycle told next */
    struct rl_outside outside; /* of the first power cycle */
    struct rl_cut_place cut;   /* of the last cut */
    uint32_t spares;           /* of the class of that cut */
    struct rl_doubt doubt;     /* of the last fault */
    bool in_doubt;
    uint32_t cycles; /* power cycles that were told and cut */
    const struct rl_run *running;
    /* Of the power cycle told next: injections, at the operations that they hit. */
    struct rl_injecting injecting;
    uint32_t followed; /* the first of these, which go on from the power cycle before */
    char *error;
    size_t error_size;
};

static enum rl_replay_status refuse(struct replay *replay, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum rl_replay_status refuse(struct replay *replay, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(replay->error, replay->error_size, format, arguments);
    va_end(arguments);
    return RL_REPLAY_BAD_TOKEN;
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

static const struct rl_cell *check(struct replay *replay)
{
    const struct rl_token *token = &replay->token;
    const struct rl_cell *cell;

    if (strcmp(token->plan, replay->plan->name) != 0) {
        (void)refuse(replay, "the token is of plan '%s', and this is plan '%s'", token->plan,
                     replay->plan->name);
        return NULL;
    }
    if (!token->golden && token->plan_digest != (uint32_t)replay->plan->digest) {
        (void)refuse(replay,
                     "the token is stale: plan '%s', its device or its images changed since (%08x "
                     "then, %08x now)",
                     token->plan, token->plan_digest, (uint32_t)replay->plan->digest);
        return NULL;
    }
    cell = find_cell(replay->plan, token->cell);
    if (cell == NULL) {
        (void)refuse(replay, "plan '%s' has no cell '%s'; expected one such as '%s'", token->plan,
                     token->cell, replay->plan->cells[0].name);
        return NULL;
    }
    replay->engine = rl_engines_of(replay->engines, (uint32_t)(cell - replay->plan->cells));
    if (!token->golden && token->engine_digest != (uint32_t)replay->engine->digest) {
        (void)refuse(replay,
                     "the token belongs to another engine or another version of it (%08x then, "
                     "%08x now): give the one it was found with by --engine",
                     token->engine_digest, (uint32_t)replay->engine->digest);
        return NULL;
    }
    return cell;
}

static void told(void *user, const char *line)
{
    struct replay *replay = user;

    char text[320];

    (void)snprintf(text, sizeof text, "-- %s", line);
    rl_notes_add(&replay->notes, replay->running->log.count, 0, text);
}

/* Operations of a run up to `end`, and what was noted between them. */
static void add_operations(struct replay *replay, const struct rl_run *run, size_t end)
{
    size_t first = 0;
    uint64_t end_ns =
        end > 0 && end < run->log.count ? run->log.operations[end - 1u].time_ns : UINT64_MAX;

    for (size_t i = 0; i < replay->notes.count; i++) {
        const struct rl_note *note = &replay->notes.list[i];

        if (note->at <= end && note->at_ns <= end_ns) {
            rl_timeline_operations(&replay->text, &replay->scene, &run->log, first, note->at, 0);
            rl_text_add(&replay->text, "  %s\n", note->line);
            first = note->at;
        }
    }
    rl_timeline_operations(&replay->text, &replay->scene, &run->log, first, end, PLAIN_LINES);
}

/* Whether all that was injected into the run comes before a cut at this operation of its log: what
 * would have come later never happened. */
static bool is_behind(const struct replay *replay, const struct rl_run *run, size_t index)
{
    for (uint32_t i = replay->followed; i < run->injecting.count; i++) {
        if (run->log.operations[index].number <= run->injecting.list[i].at) {
            return false;
        }
    }
    return true;
}

/* Places the cursor where the fault hits, and makes its crash state. */
static bool hit(struct replay *replay, const struct rl_fault *fault, struct rl_run *run)
{
    const struct rl_cell *cell = replay->scene.cell;
    bool battery = cell->memory == RL_MEMORY_BATTERY;
    size_t index = rl_fault_locate(fault, &run->log, replay->scene.engine);
    struct rl_outcome outcome;
    struct rl_fault again;
    char words[256];

    if (index == run->log.count || !is_behind(replay, run, index) ||
        !rl_outcome_parse(fault->outcome, &replay->scene.device.geometry, battery, &outcome)) {
        return false;
    }
    rl_cursor_start(&replay->cursor, &run->log, &run->flash, &run->memory);
    while (replay->cursor.next < index + rl_outcome_is_after(&outcome)) {
        rl_cursor_step(&replay->cursor);
    }
    rl_fault_describe(&again, fault->cycle, &run->log, index, replay->scene.engine, &outcome,
                      &replay->scene.device.geometry);
    if (!rl_outcome_view(&replay->cursor, &outcome, battery, &replay->view) ||
        strcmp(again.outcome, fault->outcome) != 0) {
        return false;
    }
    replay->in_doubt = rl_outcome_is_doubtful(&outcome);
    if (replay->in_doubt && !rl_doubt_set(&replay->doubt, &replay->cursor, &outcome)) {
        return false;
    }
    add_operations(replay, run, index + 1u);
    replay->cut = rl_run_cut_at(&replay->cursor, &outcome, index);
    replay->spares = rl_class_info(rl_outcome_class(&outcome))->spares;
    rl_outcome_tell(&outcome, &replay->scene.device.geometry, words, sizeof words);
    rl_text_add(&replay->text, "  ** fault %u at #%zu: %s\n", fault->cycle, index + 1u, words);
    return true;
}

/* The golden run shows which items of persistent data the new image does not have. */
static void learn_what_goes(struct replay *replay, const struct rl_run *golden)
{
    replay->runs[0].data.may_go = rl_data_gone(&golden->data);
    replay->runs[1].data.may_go = replay->runs[0].data.may_go;
}

static void run_cycle(struct replay *replay, struct rl_run *run, uint32_t cycle)
{
    struct rl_run_options options = {.log = true, .golden = cycle == 1};
    struct rl_run *next = &replay->runs[run == &replay->runs[0]];

    rl_text_add(&replay->text, "power cycle %u, from %s\n", cycle,
                cycle == 1 ? rl_start_name(replay->scene.cell->start) : "what the fault left");
    if (replay->followed > 0) {
        rl_text_add(&replay->text, "  a fault of the power cycle before goes on, or its damage\n");
    }
    rl_notes_free(&replay->notes);
    replay->running = run;
    run->injecting = replay->injecting;
    rl_inject_clear(&next->injecting);
    next->hurt = 0;
    if (run->injecting.count > replay->followed) {
        rl_faulted_start(run, &replay->view, true);
        while (rl_faulted_advance(run)) {
        }
        (void)rl_faulted_follow(next, run);
        rl_faulted_end(run);
    } else if (replay->in_doubt) {
        rl_doubtful_execute(run, &replay->doubt, &replay->view, true);
    } else {
        rl_run_execute(run, &replay->view, &options);
    }
    if (cycle == 1 && run->injecting.count == 0) {
        learn_what_goes(replay, run);
        rl_outside_look(&replay->outside, &replay->scene, &run->history, NULL);
        rl_notes_weave(&replay->notes, &run->log, &run->history, &replay->outside);
    }
}

/* Notes where each property broke, if that was in the power cycle that is told last. */
static void note_violations(struct replay *replay, const struct rl_run *run)
{
    const struct rl_judge *judge = &run->judge;

    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        size_t at = (size_t)judge->at[property];
        char line[64];

        if ((judge->violated >> property & 1u) == 0 || judge->cycle[property] != 1 ||
            at > run->log.count) {
            continue;
        }
        (void)snprintf(line, sizeof line, "-- VIOLATED %s here",
                       rl_property_info((rl_property)property)->name);
        rl_notes_add(&replay->notes, at, 0, line);
    }
}

/* What the judge said, property by property. */
static void add_verdict(struct replay *replay, const struct rl_run *run)
{
    const struct rl_judge *judge = &run->judge;

    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        if ((judge->violated >> property & 1u) == 0) {
            continue;
        }
        rl_text_add(&replay->text, "VIOLATED %s: %s\n",
                    rl_property_info((rl_property)property)->name, judge->why[property]);
        if (property == RL_PROPERTY_IO_KEPT || property == RL_PROPERTY_OUTAGE) {
            rl_text_add(&replay->text, "         seen from outside, over the whole update\n");
            continue;
        }
        rl_text_add(&replay->text, "         seen at operation %llu of power cycle %u\n",
                    (unsigned long long)judge->at[property],
                    replay->cycles + judge->cycle[property]);
    }
    if (judge->violated == 0) {
        rl_text_add(&replay->text, "held: no property that the plan asks for is violated\n");
    }
}

/* What the update cost, as the outside saw it. */
static void add_outage(struct replay *replay)
{
    const struct rl_outage *outage = &replay->outside.outage;

    if (!outage->measured) {
        return;
    }
    rl_text_add(&replay->text, "  the update took %.1f ms: off-line %.1f ms, light off %.1f ms\n",
                (double)outage->port.update_ns * 1e-6, (double)outage->port.offline_ns * 1e-6,
                (double)outage->port.dark_ns * 1e-6);
    rl_text_add(&replay->text,
                "  %u hosts: %llu commands, the longest waited %.1f ms; %llu timeouts, %llu paths "
                "lost\n",
                outage->hosts, (unsigned long long)outage->sums.issued,
                (double)outage->sums.longest_wait_ns * 1e-6,
                (unsigned long long)outage->sums.timeouts,
                (unsigned long long)outage->sums.paths_removed);
}

static void add_end(struct replay *replay, const struct rl_run *run, uint64_t until)
{
    const struct rl_judge *judge = &run->judge;
    size_t end = run->log.count;

    if (until > 0 && until < end) {
        add_operations(replay, run, (size_t)until);
        rl_text_add(&replay->text, "  -- stopped after operation %llu, as asked\n",
                    (unsigned long long)until);
        return;
    }
    add_operations(replay, run, end);
    if (replay->token.fault_count == 0) {
        add_outage(replay);
    }
    rl_text_add(&replay->text, "  after boot: %s runs; at the end: %s runs%s%s\n",
                rl_judge_image_name(judge, run->first_image),
                rl_judge_image_name(judge, run->last_image),
                run->reason[0] == '\0' ? "" : "; the update was refused: ", run->reason);
}

/* Where the last cut was, and what was found after it. */
static void compare(struct replay *replay, const struct rl_run *before, struct rl_run *run)
{
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    struct rl_run_found found;
    uint32_t violated;

    if (before != NULL) {
        run->judge.violated &=
            ~rl_judge_spared(run->judge.violated, rl_judge_at_start(&run->judge), replay->spares);
    }
    rl_run_found(run, &found);
    violated = before == NULL ? rl_run_compare_start(run, why)
                              : rl_run_compare(before, replay->cut, &found, why);
    if (before != NULL) {
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

/* The run of one power cycle, and all that follows it: first without the injections that the token
 * has there, to find the operations that they hit, one after the other; then with them, told. */
static bool arm(struct replay *replay, struct rl_run *run, uint32_t *fault)
{
    replay->injecting = run->injecting;
    replay->followed = run->injecting.count;
    while (*fault < replay->token.fault_count) {
        const struct rl_fault *next = &replay->token.faults[*fault];
        struct rl_injection injection;
        size_t index;

        if (!rl_fault_injection(next, &injection)) {
            return true;
        }
        run->told = NULL;
        run->injecting = replay->injecting;
        rl_faulted_execute(run, &replay->view, true);
        run->told = told;
        if (*fault == 0) {
            learn_what_goes(replay, run);
        }
        index = rl_fault_locate(next, &run->log, replay->scene.engine);
        if (index == run->log.count) {
            return false;
        }
        rl_inject_arm(&replay->injecting, &injection, run->log.operations[index].number, 1);
        (*fault)++;
    }
    return true;
}

static enum rl_replay_status no_fault(struct replay *replay, uint32_t fault)
{
    return refuse(replay,
                  "fault %u of the token does not exist: no such operation, or not this outcome of "
                  "it, or it is not behind the fault before",
                  fault + 1u);
}

/* What each injection of the power cycle told last was, at its operation. */
static void note_injections(struct replay *replay, const struct rl_run *run)
{
    for (uint32_t i = replay->followed; i < run->injecting.count; i++) {
        const struct rl_armed *armed = &run->injecting.list[i];
        size_t at = 0;
        char words[256];
        char line[320];

        while (at < run->log.count && run->log.operations[at].number != armed->at) {
            at++;
        }
        if (at == run->log.count) {
            continue;
        }
        rl_injection_tell(&armed->what, &run->log.operations[at], words, sizeof words);
        (void)snprintf(line, sizeof line, "** fault at #%zu: %s", at + 1u, words);
        rl_notes_add(&replay->notes, at, 0, line);
    }
}

static enum rl_replay_status play(struct replay *replay, uint64_t until)
{
    struct rl_run *run = &replay->runs[0];
    struct rl_run *other = &replay->runs[1];
    bool cut = false;
    uint32_t fault = 0;
    uint32_t cycle = 1;

    rl_view_plain(&replay->view, &replay->scene.flash, &replay->scene.memory);
    for (;;) {
        struct rl_run *next = other;

        if (!arm(replay, run, &fault)) {
            return no_fault(replay, fault);
        }
        run_cycle(replay, run, cycle++);
        note_injections(replay, run);
        if (fault == replay->token.fault_count) {
            break;
        }
        if (!hit(replay, &replay->token.faults[fault], run)) {
            return no_fault(replay, fault);
        }
        cut = true;
        replay->cycles++;
        fault++;
        other = run;
        run = next;
    }
    compare(replay, cut ? other : NULL, run);
    note_violations(replay, run);
    if (replay->token.fault_count == 0) {
        rl_outside_judge(&replay->outside, &replay->scene, &run->judge);
    }
    add_end(replay, run, until);
    add_verdict(replay, run);
    return run->judge.violated != 0 ? RL_REPLAY_VIOLATED : RL_REPLAY_HELD;
}

static enum rl_replay_status set_up_and_play(struct replay *replay, const struct rl_cell *cell,
                                             const char *token, uint64_t until)
{
    enum rl_replay_status status;

    rl_guard_install();
    rl_scene_init(&replay->scene, replay->plan, cell, replay->engine);
    for (int i = 0; i < 2; i++) {
        rl_run_init(&replay->runs[i], &replay->scene);
        replay->runs[i].told = told;
        replay->runs[i].told_user = replay;
    }
    rl_cursor_init(&replay->cursor, &replay->scene.device);
    rl_text_add(&replay->text, "token    %s\ncell     %s\n", token, cell->name);
    status = play(replay, until);
    rl_notes_free(&replay->notes);
    rl_outside_free(&replay->outside);
    for (int i = 0; i < 2; i++) {
        rl_run_free(&replay->runs[i]);
    }
    rl_cursor_free(&replay->cursor);
    rl_doubt_free(&replay->doubt);
    rl_scene_free(&replay->scene);
    return status;
}

enum rl_replay_status rl_replay(const struct rl_plan *plan, const struct rl_engines *engines,
                                const char *token, uint64_t until, char **timeline, char *error,
                                size_t error_size)
{
    struct replay *replay = rl_calloc(1, sizeof *replay);
    enum rl_replay_status status = RL_REPLAY_BAD_TOKEN;
    const struct rl_cell *cell = NULL;

    *timeline = NULL;
    replay->plan = plan;
    replay->engines = engines;
    replay->error = error;
    replay->error_size = error_size;
    if (rl_token_parse(token, &replay->token, error, error_size)) {
        cell = check(replay);
    }
    if (cell != NULL) {
        status = set_up_and_play(replay, cell, token, until);
    }
    if (status == RL_REPLAY_HELD || status == RL_REPLAY_VIOLATED) {
        *timeline = replay->text.bytes;
    } else {
        free(replay->text.bytes);
    }
    free(replay);
    return status;
}
