/* What the outside sees of an adapter over time: whether commands are processed, and the light.
 * Recorded by the board; what hosts make of it is harness/world/. */
#ifndef RELIGHT_BOARD_HISTORY_H
#define RELIGHT_BOARD_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From `at_ns` on, until the next event. */
struct rl_port_event {
    uint64_t at_ns; /* simulated; ascending */
    bool accepting; /* the light is on and the adapter takes commands, perhaps without processing */
    bool processing; /* commands are processed */
    bool light;
};

struct rl_port_history {
    struct rl_port_event *events;
    size_t count, room;
    uint64_t end_ns; /* of the last operation */
};

void rl_port_history_add(struct rl_port_history *history, struct rl_port_event event);
void rl_port_history_clear(struct rl_port_history *history);
void rl_port_history_free(struct rl_port_history *history);

#endif
