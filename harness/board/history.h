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
    bool reset; /* power was lost or the CPU reset here: what was accepted and not answered is lost
                 */
};

struct rl_port_history {
    struct rl_port_event *events;
    size_t count, room;
    uint64_t end_ns; /* of the last operation */
};

/* Adds an event, which is not earlier than the last; one that changes nothing is left out. */
void rl_port_history_add(struct rl_port_history *history, struct rl_port_event event);
void rl_port_history_clear(struct rl_port_history *history);
void rl_port_history_free(struct rl_port_history *history);
/* `to` becomes `from`. */
void rl_port_history_assign(struct rl_port_history *to, const struct rl_port_history *from);

/* The first time from which on the adapter serves: it accepts, processes, and its light is on.
 * False when it never does. */
bool rl_port_history_serves(const struct rl_port_history *history, uint64_t *from_ns);

/* Sums of what an adapter's history says about the outside. */
struct rl_port_sums {
    uint64_t update_ns;  /* from the first time that it serves to the end of the history */
    uint64_t offline_ns; /* of these, without processing */
    uint64_t dark_ns;    /* of these, with the light off */
    bool serving;        /* it accepts, processes, and its light is on in the end */
};

/* All zero and false for a history that never serves. */
struct rl_port_sums rl_port_history_sums(const struct rl_port_history *history);

#endif
