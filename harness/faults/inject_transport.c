/* The way images come, commands in the middle, and what surrounds the adapter. */
#include "faults/injection.h"

static const struct rl_injector rows[] = {};
const struct rl_injector_family rl_injectors_transport = {rows, sizeof rows / sizeof rows[0]};
