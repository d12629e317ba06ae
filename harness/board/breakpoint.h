/* Where a debugger stops: rl_breakpoint() does nothing, and is called just before the operation
 * that a replay is to stop at. Who called it is the service that the engine asked for, and above
 * that is the engine. */
#ifndef RELIGHT_BOARD_BREAKPOINT_H
#define RELIGHT_BOARD_BREAKPOINT_H

#include <stdint.h>

/* An operation of a power cycle, both from 1; cycle 0: none. */
struct rl_stop {
    uint32_t cycle;
    uint64_t operation;
};

void rl_breakpoint(void);

#endif
