/* Bits that flip in flash and in local memory, and what their ECC makes of it. */
#include "faults/injection.h"

static const struct rl_injector rows[] = {};
const struct rl_injector_family rl_injectors_ecc = {rows, sizeof rows / sizeof rows[0]};
