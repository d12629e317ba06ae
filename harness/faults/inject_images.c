/* Images that break or change on their way, in the middle of an update. */
#include "faults/injection.h"

static const struct rl_injector rows[] = {};
const struct rl_injector_family rl_injectors_images = {rows, sizeof rows / sizeof rows[0]};
