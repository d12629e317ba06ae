/* Programming, erasing, caches: what the device does other than it says. */
#include "faults/injection.h"

#include <stdio.h>

#define KIND(kind)   (1u << (unsigned)(kind))
#define LASTS(lasts) (1u << (unsigned)(lasts))
#define SHOWS(shows) (1u << (unsigned)(shows))

/* Nothing is done, and the status says so. */
static void refuse(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, struct rl_effect *effect)
{
    if (!rl_armed_is_like(armed, board, operation)) {
        return;
    }
    effect->deed = RL_DEED_NOTHING;
    effect->answers = true;
    effect->result = RELIGHT_IO;
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, true);
}

static const struct rl_injector rows[] = {
    {
        .fault_class = RL_CLASS_PROGRAM_ERROR,
        .kinds = KIND(RL_KIND_PROGRAM),
        .lasts = LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_TIMES) | LASTS(RL_LASTS_RESET) |
                 LASTS(RL_LASTS_GOOD),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .before = refuse,
    },
    {
        .fault_class = RL_CLASS_ERASE_ERROR,
        .kinds = KIND(RL_KIND_ERASE),
        .lasts = LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_TIMES) | LASTS(RL_LASTS_RESET) |
                 LASTS(RL_LASTS_GOOD),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .before = refuse,
    },
};
const struct rl_injector_family rl_injectors_write = {rows, sizeof rows / sizeof rows[0]};
