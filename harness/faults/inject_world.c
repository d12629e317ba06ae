/* Commands in the middle of an update, and what surrounds the adapter. */
#include "faults/injection.h"

#include <stdio.h>

#define LASTS(lasts) (1u << (unsigned)(lasts))
#define SHOWS(shows) (1u << (unsigned)(shows))

/* Whatever the engine does; damage is no operation of its. */
#define EVERY_KIND   ((1u << (unsigned)RL_KIND_COUNT) - 1u - (1u << (unsigned)RL_KIND_SPOIL))

/* ---- concurrent-command ---- */

/* a: which command. */
enum { COMMAND_UPDATE = 0, COMMAND_CANCEL, COMMAND_RESET, COMMAND_COUNT };

static void command_variants(const struct rl_site *site, const struct rl_injection *base,
                             rl_variant_visit *visit, void *user)
{
    struct rl_injection injection = *base;

    for (injection.a = 0; site->ends_step && injection.a < COMMAND_COUNT; injection.a++) {
        visit(user, &injection);
    }
}

static void command(struct rl_armed *armed, struct rl_board *board, void *context,
                    struct rl_said *said)
{
    const struct relight_engine *engine = board->engine;

    rl_armed_hit(armed, &armed->first, true);
    switch (armed->what.a) {
    case COMMAND_UPDATE:
        said->twice = engine->request(context, &board->services);
        said->refused = !said->twice;
        break;
    case COMMAND_CANCEL:
        said->cancelled = engine->cancel(context, &board->services);
        said->refused = !said->cancelled;
        break;
    default:
        said->reset = true;
        break;
    }
}

static void tell_command(const struct rl_injection *injection, const struct rl_operation *first,
                         char *text, size_t size)
{
    static const char *const commands[COMMAND_COUNT] = {"a second update is asked for",
                                                        "the update is cancelled", "a reset"};

    (void)first;
    (void)snprintf(text, size, "%s after this step", commands[injection->a % COMMAND_COUNT]);
}

static const struct rl_injector rows[] = {
    {
        .fault_class = RL_CLASS_CONCURRENT_COMMAND,
        .kinds = EVERY_KIND,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .variants = command_variants,
        .between = command,
        .tell = tell_command,
    },
};
const struct rl_injector_family rl_injectors_world = {rows, sizeof rows / sizeof rows[0]};
