#include "explore/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_notes_add(struct rl_notes *notes, size_t at, uint64_t at_ns, const char *line)
{
    size_t i = notes->count;

    notes->list = rl_grow(notes->list, notes->count, &notes->room, sizeof notes->list[0]);
    while (i > 0 && notes->list[i - 1u].at > at) {
        notes->list[i] = notes->list[i - 1u];
        i--;
    }
    notes->list[i].at = at;
    notes->list[i].at_ns = at_ns;
    (void)snprintf(notes->list[i].line, sizeof notes->list[i].line, "%s", line);
    notes->count++;
}

void rl_notes_free(struct rl_notes *notes)
{
    free(notes->list);
    *notes = (struct rl_notes){0};
}

/* Operations that are over at `at_ns`. One that switches the port does so when it begins. */
static size_t place(const struct rl_log *log, uint64_t at_ns)
{
    size_t i = 0;

    while (i < log->count && log->operations[i].time_ns <= at_ns) {
        i++;
    }
    if (i > 0 && i < log->count && log->operations[i - 1u].time_ns <= at_ns &&
        (log->operations[i].kind == RL_KIND_IO || log->operations[i].kind == RL_KIND_LIGHT)) {
        i++;
    }
    return i;
}

void rl_notes_weave(struct rl_notes *notes, const struct rl_log *log,
                    const struct rl_port_history *history, const struct rl_outside *outside)
{
    const struct rl_happenings *happenings = &outside->hosts.happenings;
    uint64_t from = 0;
    uint64_t started;

    if (!outside->outage.measured || !rl_port_history_serves(history, &from)) {
        return;
    }
    started = outside->hosts.started_ns[outside->world.adapters - 1u];
    for (size_t i = 0; i < happenings->count && started != UINT64_MAX; i++) {
        const struct rl_happening *happening = &happenings->list[i];
        uint64_t at_ns = from + (happening->at_ns > started ? happening->at_ns - started : 0);
        char line[sizeof notes->list[0].line];

        size_t at = place(log, at_ns);

        if (at > 0 && log->operations[at - 1u].time_ns > at_ns) {
            at_ns = log->operations[at - 1u].time_ns; /* switched the port: told when it is over */
        }
        if (happening->at_ns < started) {
            (void)snprintf(line, sizeof line, "-- %.3f s before: %s",
                           (double)(started - happening->at_ns) * 1e-9, happening->text);
        } else {
            (void)snprintf(line, sizeof line, "%10.3f ms  -- %s", (double)at_ns * 1e-6,
                           happening->text);
        }
        rl_notes_add(notes, at, at_ns, line);
    }
}
