/* Reading flash, and what the CPU makes of it: what comes back other than what is there. */
#include "faults/injection.h"

static const struct rl_injector rows[] = {};
const struct rl_injector_family rl_injectors_read = {rows, sizeof rows / sizeof rows[0]};
