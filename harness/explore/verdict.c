#include "explore/verdict.h"

#include <stdio.h>

/* Those that are judged over the whole update, and broke at no operation. */
static bool is_outside(unsigned property)
{
    return property == RL_PROPERTY_IO_KEPT || property == RL_PROPERTY_OUTAGE;
}

static bool is_violated(const struct rl_judge *judge, unsigned property)
{
    return (judge->violated >> property & 1u) != 0;
}

void rl_verdict_tell(struct rl_text *text, const struct rl_judge *judge, uint32_t cycles)
{
    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        if (!is_violated(judge, property)) {
            continue;
        }
        rl_text_add(text, "VIOLATED %s: %s\n", rl_property_info((rl_property)property)->name,
                    judge->why[property]);
        if (is_outside(property)) {
            rl_text_add(text, "         seen from outside, over the whole update\n");
            continue;
        }
        rl_text_add(text, "         seen at operation %llu of power cycle %u\n",
                    (unsigned long long)judge->at[property], cycles + judge->cycle[property]);
    }
    if (judge->violated == 0) {
        rl_text_add(text, "held: no property that the plan asks for is violated\n");
    }
}

void rl_verdict_note(struct rl_notes *notes, const struct rl_judge *judge, size_t count)
{
    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        size_t at = (size_t)judge->at[property];
        char line[64];

        if (!is_violated(judge, property) || judge->cycle[property] != 1 || at > count) {
            continue;
        }
        (void)snprintf(line, sizeof line, "-- VIOLATED %s here",
                       rl_property_info((rl_property)property)->name);
        rl_notes_add(notes, at, 0, line);
    }
}

struct rl_stop rl_verdict_first(const struct rl_judge *judge, uint32_t cycles)
{
    struct rl_stop first = {0};

    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        struct rl_stop at = {cycles + judge->cycle[property], judge->at[property]};

        if (!is_violated(judge, property) || is_outside(property)) {
            continue;
        }
        at.operation += at.operation == 0; /* in the state that the cycle began with */
        if (first.cycle == 0 || at.cycle < first.cycle ||
            (at.cycle == first.cycle && at.operation < first.operation)) {
            first = at;
        }
    }
    return first;
}

void rl_verdict_tell_outage(struct rl_text *text, const struct rl_outage *outage)
{
    if (!outage->measured) {
        return;
    }
    rl_text_add(text, "  the update took %.1f ms: off-line %.1f ms, light off %.1f ms\n",
                (double)outage->port.update_ns * 1e-6, (double)outage->port.offline_ns * 1e-6,
                (double)outage->port.dark_ns * 1e-6);
    rl_text_add(text,
                "  %u hosts: %llu commands, the longest waited %.1f ms; %llu timeouts, %llu paths "
                "lost\n",
                outage->hosts, (unsigned long long)outage->sums.issued,
                (double)outage->sums.longest_wait_ns * 1e-6,
                (unsigned long long)outage->sums.timeouts,
                (unsigned long long)outage->sums.paths_removed);
}
