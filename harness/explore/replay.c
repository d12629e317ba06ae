/* Replays a scenario from its token, and tells how it went. */
#include "explore/explore.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/flash_dump.h"
#include "explore/guard.h"
#include "explore/last_write.h"
#include "explore/moment.h"
#include "explore/notes.h"
#include "explore/outside.h"
#include "explore/play.h"
#include "explore/timeline.h"
#include "explore/verdict.h"

/* Operations before a fault, and at the end of a recovery, that get a line each. */
#define PLAIN_LINES 6u

struct replay {
    const struct rl_replay_options *options;
    struct rl_token token;
    struct rl_scene scene;
    struct rl_play *play;
    struct rl_text text;
    struct rl_notes notes;     /* of the power cycle told next */
    struct rl_outside outside; /* of the first power cycle */
    const struct rl_run *running;
    struct rl_moment until, dump;
    struct rl_last_write last_write;
    struct rl_stop reached;
    bool stopped; /* `until` was told; what follows is not */
    bool bad;     /* an option names what is not there: `error` has the line */
    char *error;
    size_t error_size;
};

static void refuse(struct replay *replay, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void refuse(struct replay *replay, const char *format, ...)
{
    va_list arguments;

    if (replay->bad) {
        return; /* the first one counts */
    }
    replay->bad = true;
    va_start(arguments, format);
    (void)vsnprintf(replay->error, replay->error_size, format, arguments);
    va_end(arguments);
}

static bool is_last(const struct replay *replay)
{
    return replay->play->fault == replay->token.fault_count;
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

/* Index of an operation that an option names, among the first `end` of this power cycle; `end`
 * after a line of error when it is not one of them. */
static size_t find(struct replay *replay, const struct rl_moment *moment, const char *option,
                   const struct rl_run *run, uint32_t cycle, size_t end)
{
    size_t index = rl_moment_find(moment, &run->log, replay->scene.engine);

    if (index < end) {
        return index;
    }
    refuse(replay, "%s: power cycle %u has no such operation: it %s #%zu", option, cycle,
           is_last(replay) ? "ends with" : "was cut at", end);
    return end;
}

/* The operations of a power cycle that happened: the first `end` of its log. `view` is what a cut
 * at the last of them left; NULL: none did. True when the timeline ends before them. */
static bool tell_cycle(struct replay *replay, const struct rl_run *run, uint32_t cycle, size_t end,
                       const struct rl_view *view)
{
    bool ends = rl_moment_is_in(&replay->until, cycle, view == NULL);
    size_t until = end;
    size_t at;

    if (rl_moment_is_in(&replay->dump, cycle, view == NULL)) {
        at = find(replay, &replay->dump, "--dump", run, cycle, end);
        if (view != NULL && at + 1u == end) {
            rl_flash_dump_view(replay->options->flash, &replay->scene, view);
        } else if (at < end) {
            rl_flash_dump_after(replay->options->flash, run, at);
        }
    }
    if (replay->stopped) {
        return true;
    }
    if (ends) {
        at = find(replay, &replay->until, "--until", run, cycle, end);
        until = at < end ? at + 1u : end;
        if (at < end) {
            replay->reached = (struct rl_stop){cycle, run->log.operations[at].number};
        }
    }
    add_operations(replay, run, until);
    rl_last_write_begin(&replay->last_write, run);
    if (view != NULL && until == end) {
        rl_last_write_follow(&replay->last_write, run, cycle, end - 1u);
        rl_last_write_cut(&replay->last_write, run, cycle, end - 1u, view);
    } else {
        rl_last_write_follow(&replay->last_write, run, cycle, until);
    }
    replay->stopped = ends;
    if (!ends || (until == end && view == NULL)) {
        return false;
    }
    rl_text_add(&replay->text, "  -- stopped after operation %zu, as asked\n", until);
    return true;
}

static void told(void *user, const char *line)
{
    struct replay *replay = user;
    char text[320];

    (void)snprintf(text, sizeof text, "-- %s", line);
    rl_notes_add(&replay->notes, replay->running->log.count, 0, text);
}

static void begins(void *user, const struct rl_run *run, uint32_t cycle)
{
    struct replay *replay = user;

    rl_notes_free(&replay->notes);
    replay->running = run;
    if (replay->stopped) {
        return;
    }
    rl_text_add(&replay->text, "power cycle %u, from %s\n", cycle,
                cycle == 1 ? rl_start_name(replay->scene.cell->start) : "what the fault left");
    if (replay->play->followed > 0) {
        rl_text_add(&replay->text, "  a fault of the power cycle before goes on, or its damage\n");
    }
}

/* What each injection of the power cycle told last was, at its operation. */
static void note_injections(struct replay *replay, const struct rl_run *run)
{
    for (uint32_t i = replay->play->followed; i < run->injecting.count; i++) {
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

static void ran(void *user, const struct rl_run *run, uint32_t cycle)
{
    struct replay *replay = user;

    if (cycle == 1 && run->injecting.count == 0) {
        rl_outside_look(&replay->outside, &replay->scene, &run->history, NULL);
        rl_notes_weave(&replay->notes, &run->log, &run->history, &replay->outside);
    }
    note_injections(replay, run);
}

static void cut(void *user, const struct rl_run *run, uint32_t cycle, size_t index,
                const struct rl_outcome *outcome)
{
    struct replay *replay = user;
    char words[RL_OUTCOME_TEXT];

    if (tell_cycle(replay, run, cycle, index + 1u, &replay->play->view)) {
        return;
    }
    rl_outcome_tell(outcome, &replay->scene.device.geometry, words, sizeof words);
    rl_text_add(&replay->text, "  ** fault %u at #%zu: %s\n", cycle, index + 1u, words);
}

static void add_end(struct replay *replay, const struct rl_run *run)
{
    const struct rl_judge *judge = &run->judge;

    if (tell_cycle(replay, run, replay->play->cycles + 1u, run->log.count, NULL)) {
        return;
    }
    if (replay->token.fault_count == 0) {
        rl_verdict_tell_outage(&replay->text, &replay->outside.outage);
    }
    rl_text_add(&replay->text, "  after boot: %s runs; at the end: %s runs%s%s\n",
                rl_judge_image_name(judge, run->first_image),
                rl_judge_image_name(judge, run->last_image),
                run->reason[0] == '\0' ? "" : "; the update was refused: ", run->reason);
}

/* An option that names a power cycle which is not there was never met. */
static void check_cycles(struct replay *replay)
{
    uint32_t most = replay->play->cycles + 1u;

    if (replay->until.cycle > most) {
        refuse(replay, "--until: there is no power cycle %u in this scenario, but %u",
               replay->until.cycle, most);
    }
    if (replay->dump.cycle > most) {
        refuse(replay, "--dump: there is no power cycle %u in this scenario, but %u",
               replay->dump.cycle, most);
    }
}

static enum rl_replay_status play(struct replay *replay)
{
    struct rl_run *run;

    if (!rl_play_token(replay->play, &replay->token)) {
        refuse(replay,
               "fault %u of the token does not exist: no such operation, or not this outcome of "
               "it, or it is not behind the fault before",
               replay->play->fault + 1u);
        return RL_REPLAY_BAD_TOKEN;
    }
    run = replay->play->last;
    rl_verdict_note(&replay->notes, &run->judge, run->log.count);
    if (replay->token.fault_count == 0) {
        rl_outside_judge(&replay->outside, &replay->scene, &run->judge);
    }
    add_end(replay, run);
    check_cycles(replay);
    if (replay->bad) {
        return RL_REPLAY_BAD_TOKEN;
    }
    rl_verdict_tell(&replay->text, &run->judge, replay->play->cycles);
    rl_last_write_tell(&replay->last_write, &replay->scene, &replay->text);
    if (!replay->until.given) {
        replay->reached = rl_verdict_first(&run->judge, replay->play->cycles);
    }
    return run->judge.violated != 0 ? RL_REPLAY_VIOLATED : RL_REPLAY_HELD;
}

/* What the options name; false when one of them names nothing. */
static bool take_options(struct replay *replay)
{
    const struct rl_replay_options *options = replay->options;

    if (!rl_moment_parse(options->until, &replay->until) ||
        !rl_moment_parse(options->dump, &replay->dump)) {
        refuse(replay, "--until or --dump names no operation");
    }
    if (!rl_last_write_parse(options->last_write, &replay->scene.device, &replay->last_write)) {
        refuse(replay,
               "--last-write: \"%.80s\" is no place; expected REGION+0xOFFSET, such as "
               "recordA+0x40 or flash+0x1f00",
               options->last_write);
    }
    return !replay->bad;
}

static enum rl_replay_status set_up_and_play(struct replay *replay, const struct rl_plan *plan,
                                             const struct rl_cell *cell,
                                             const struct rl_engine_handle *engine,
                                             const char *token)
{
    struct rl_play_listener listener = {replay, begins, told, ran, cut};
    enum rl_replay_status status = RL_REPLAY_BAD_TOKEN;

    rl_guard_install();
    rl_scene_init(&replay->scene, plan, cell, engine);
    if (take_options(replay)) {
        replay->play = rl_play_new(&replay->scene, &listener);
        replay->play->stop = replay->options->stop;
        rl_text_add(&replay->text, "token    %s\ncell     %s\n", token, cell->name);
        status = play(replay);
        rl_play_free(replay->play);
        rl_notes_free(&replay->notes);
        rl_outside_free(&replay->outside);
    }
    rl_scene_free(&replay->scene);
    return status;
}

enum rl_replay_status rl_replay(const struct rl_plan *plan, const struct rl_engines *engines,
                                const char *token, const struct rl_replay_options *options,
                                char **timeline, char *error, size_t error_size)
{
    static const struct rl_replay_options none;
    struct replay *replay = rl_calloc(1, sizeof *replay);
    enum rl_replay_status status = RL_REPLAY_BAD_TOKEN;
    const struct rl_engine_handle *engine = NULL;
    const struct rl_cell *cell = NULL;

    *timeline = NULL;
    replay->options = options == NULL ? &none : options;
    replay->error = error;
    replay->error_size = error_size;
    if (rl_token_parse(token, &replay->token, error, error_size)) {
        cell = rl_play_cell(&replay->token, plan, engines, &engine, error, error_size);
    }
    if (cell != NULL) {
        status = set_up_and_play(replay, plan, cell, engine, token);
    }
    if (replay->options->reached != NULL) {
        *replay->options->reached = replay->reached;
    }
    if (status == RL_REPLAY_HELD || status == RL_REPLAY_VIOLATED) {
        *timeline = replay->text.bytes;
    } else {
        free(replay->text.bytes);
    }
    free(replay);
    return status;
}
