#include "board/history.h"

#include <stdlib.h>

#include "board/heap.h"

static bool same(const struct rl_port_event *a, const struct rl_port_event *b)
{
    return a->accepting == b->accepting && a->processing == b->processing && a->light == b->light;
}

void rl_port_history_add(struct rl_port_history *history, struct rl_port_event event)
{
    if (event.at_ns > history->end_ns) {
        history->end_ns = event.at_ns;
    }
    if (history->count > 0 && !event.reset && same(&history->events[history->count - 1], &event)) {
        return;
    }
    history->events =
        rl_grow(history->events, history->count, &history->room, sizeof history->events[0]);
    history->events[history->count++] = event;
}

void rl_port_history_clear(struct rl_port_history *history)
{
    history->count = 0;
    history->end_ns = 0;
}

void rl_port_history_free(struct rl_port_history *history)
{
    free(history->events);
    *history = (struct rl_port_history){0};
}

void rl_port_history_assign(struct rl_port_history *to, const struct rl_port_history *from)
{
    rl_port_history_clear(to);
    for (size_t i = 0; i < from->count; i++) {
        to->events = rl_grow(to->events, to->count, &to->room, sizeof to->events[0]);
        to->events[to->count++] = from->events[i];
    }
    to->end_ns = from->end_ns;
}

static bool serves(const struct rl_port_event *event)
{
    return event->accepting && event->processing && event->light;
}

bool rl_port_history_serves(const struct rl_port_history *history, uint64_t *from_ns)
{
    for (size_t i = 0; i < history->count; i++) {
        if (serves(&history->events[i])) {
            *from_ns = history->events[i].at_ns;
            return true;
        }
    }
    return false;
}

struct rl_port_sums rl_port_history_sums(const struct rl_port_history *history)
{
    struct rl_port_sums sums = {0};
    uint64_t from;

    if (!rl_port_history_serves(history, &from)) {
        return sums;
    }
    sums.update_ns = history->end_ns - from;
    for (size_t i = 0; i < history->count; i++) {
        const struct rl_port_event *event = &history->events[i];
        uint64_t until = i + 1 < history->count ? event[1].at_ns : history->end_ns;

        if (event->at_ns >= from) {
            sums.offline_ns += event->processing ? 0 : until - event->at_ns;
            sums.dark_ns += event->light ? 0 : until - event->at_ns;
        }
    }
    sums.serving = serves(&history->events[history->count - 1]);
    return sums;
}
