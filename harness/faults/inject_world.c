/* Commands in the middle of an update, and what surrounds the adapter. */
#include "faults/inject.h"

#include <stdio.h>

#include "world/times.h"

/* Whatever the engine does; damage is no operation of its. */
#define EVERY_KIND ((1u << (unsigned)RL_KIND_COUNT) - 1u - (1u << (unsigned)RL_KIND_SPOIL))

/* ---- concurrent-command ---- */

/* a: which command. */
enum { COMMAND_UPDATE = 0, COMMAND_CANCEL, COMMAND_RESET, COMMAND_COUNT };

static void command_variants(const struct rl_site *site, const struct rl_injection *base,
                             rl_variant_visit *visit, void *user)
{
    rl_visit_variants(base, site->ends_step ? COMMAND_COUNT : 0, visit, user);
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

/* ---- bank-absent ---- */

static void lose(struct rl_armed *armed, struct rl_board *board)
{
    rl_board_lose(board, REGION(armed->first.region), armed->number);
}

static void go_absent(struct rl_armed *armed, struct rl_board *board,
                      const struct rl_operation *operation, struct rl_effect *effect)
{
    (void)effect;
    lose(armed, board);
    if (!armed->fired) {
        rl_armed_hit(armed, operation, true);
    }
}

/* What is gone for good is gone in the next power cycle, too. */
static void still_absent(struct rl_armed *armed, struct rl_board *board, bool cold)
{
    (void)cold;
    if (!armed->over) {
        lose(armed, board);
    }
}

static void tell_absent(const struct rl_injection *injection, const struct rl_operation *first,
                        char *text, size_t size)
{
    (void)injection;
    (void)snprintf(text, size, "%s does not answer any more", rl_region_name(first->region));
}

/* ---- clock-jump ---- */

/* a: who takes the jump for his time having passed. */
enum { JUMP_WATCHDOG = 0, JUMP_HOSTS, JUMP_COUNT };

/* A little longer than the longest that hosts wait for an answer: world/times.h. */
#define JUMP_NS (RL_NS_TIMEOUT_LONG + RL_NS_S)

static void jump_variants(const struct rl_site *site, const struct rl_injection *base,
                          rl_variant_visit *visit, void *user)
{
    rl_visit_variants(base, site->ends_step ? JUMP_COUNT : JUMP_HOSTS, visit, user);
}

/* Hosts tell later whether they noticed. */
static void jump(struct rl_armed *armed, struct rl_board *board,
                 const struct rl_operation *operation, struct rl_effect *effect)
{
    bool resets = armed->what.a == JUMP_WATCHDOG;

    (void)board;
    if (resets) {
        effect->escape = RL_ESCAPE_RESET;
    } else {
        effect->late_ns = JUMP_NS;
        armed->for_hosts = true;
    }
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, resets);
}

static void tell_jump(const struct rl_injection *injection, const struct rl_operation *first,
                      char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "%s",
                   injection->a == JUMP_WATCHDOG ? "the watchdog expires behind this operation"
                                                 : "61 s pass at once, and hosts time out");
}

/* ---- path-loss ---- */

static void loss_variants(const struct rl_site *site, const struct rl_injection *base,
                          rl_variant_visit *visit, void *user)
{
    if (site->ends_step) {
        visit(user, base);
    }
}

/* keep: when. */
static void lose_path(struct rl_armed *armed, struct rl_board *board,
                      const struct rl_operation *operation, relight_result result)
{
    (void)result;
    if (!armed->fired) {
        armed->keep[0] = board->now_ns;
        armed->for_hosts = true;
        rl_armed_hit(armed, operation, false);
    }
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
    {
        .fault_class = RL_CLASS_BANK_ABSENT,
        .kinds = KIND(RL_KIND_READ) | KIND(RL_KIND_PROGRAM) | KIND(RL_KIND_ERASE) |
                 KIND(RL_KIND_BLANK) | KIND(RL_KIND_COMPARE) | KIND(RL_KIND_DIGEST),
        .regions = REGION(RL_REGION_BANK_A) | REGION(RL_REGION_BANK_B) |
                   REGION(RL_REGION_RECORD_A) | REGION(RL_REGION_RECORD_B) |
                   REGION(RL_REGION_PLA_FLASH) | REGION(RL_REGION_PHY_FLASH),
        .lasts = LASTS(RL_LASTS_RESET) | LASTS(RL_LASTS_GOOD),
        .lasts_default = LASTS(RL_LASTS_GOOD),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .before = go_absent,
        .reset = still_absent,
        .tell = tell_absent,
    },
    {
        .fault_class = RL_CLASS_CLOCK_JUMP,
        .kinds = EVERY_KIND,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .hosts = RL_HOSTS_ANSWERED,
        .variants = jump_variants,
        .before = jump,
        .tell = tell_jump,
    },
    {
        .fault_class = RL_CLASS_PATH_LOSS,
        .kinds = EVERY_KIND,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .hosts = RL_HOSTS_LAST_PATH,
        .variants = loss_variants,
        .after = lose_path,
    },
};
const struct rl_injector_family rl_injectors_world = {rows, sizeof rows / sizeof rows[0]};
