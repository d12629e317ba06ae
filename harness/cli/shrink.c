/* relight shrink: a scenario made smaller. */
#include "cli/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/sweep.h"

struct shrink_options {
    const char *token;
    const char *plan;
    const char *engine;
    double budget_seconds; /* 0: none */
    struct rl_shrink_options asked;
};

enum { OPTION_PROPERTY = 256, OPTION_REPLAYS };

static const struct argp_option options[] = {
    {"plan", 'p', "FILE", 0,
     "The plan that the token names; by default faultplans/NAME.yaml in the current folder, then "
     "Relight's own",
     0},
    {"engine", 'e', "NAME|FILE.so", 0, "The engine, for all cells, instead of the plan's own", 0},
    {"property", OPTION_PROPERTY, "NAME", 0,
     "The property to keep violated, one of `relight properties`; by default the first of them "
     "that the token violates",
     0},
    {"replays", OPTION_REPLAYS, "N", 0,
     "Replay at most N scenarios; by default as many as it takes", 0},
    {"budget", 'b', "TIME", 0,
     "Stop after TIME: a number with s, m or h, such as 90s or 10m. How far it comes then depends "
     "on the machine",
     0},
    {0},
};

static int parse_property(const char *name, struct argp_state *state)
{
    for (unsigned i = 0; i < RL_PROPERTY_COUNT; i++) {
        if (strcmp(rl_property_info((rl_property)i)->name, name) == 0) {
            return (int)i;
        }
    }
    argp_error(state, "--property: a name of `relight properties` expected, got \"%s\"", name);
    return -1;
}

static uint64_t parse_replays(const char *text, struct argp_state *state)
{
    char *rest = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &rest, 10);
    if (text[0] < '0' || text[0] > '9' || *rest != '\0' || errno != 0 || value == 0) {
        argp_error(state, "--replays: a number from 1 up expected, got \"%s\"", text);
    }
    return value;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct shrink_options *chosen = state->input;
    switch (key) {
    case 'p':
        chosen->plan = argument;
        return 0;
    case 'e':
        chosen->engine = argument;
        return 0;
    case 'b':
        chosen->budget_seconds = rl_cli_budget(argument, state);
        return 0;
    case OPTION_PROPERTY:
        chosen->asked.property = parse_property(argument, state);
        return 0;
    case OPTION_REPLAYS:
        chosen->asked.replays = parse_replays(argument, state);
        return 0;
    default:
        return rl_cli_one_word(key, argument, state, &chosen->token,
                               "one TOKEN expected; put it in single quotes",
                               "a TOKEN is expected, in single quotes");
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "'TOKEN'",
    .doc = "Make the scenario that TOKEN names smaller, as long as it violates the same property: "
           "fewer faults, simpler ones, at earlier operations. Each step that helps is printed, "
           "with the token that it led to and how many replays it took so far; the last one is "
           "the result. Exit code 1 when there is one, 0 when TOKEN violates nothing.\v"
           "Without --budget, the same token always shrinks to the same. No single step makes the "
           "result smaller still, unless it says that replays or time ran out.\n\n"
           "Examples:\n"
           "  relight shrink 'smoke/memory=volatile/start=factory 1:flash:program@bankB#17=before "
           "#1f2e3d4c.99aa88bb'\n"
           "  relight shrink --engine ./mutant.so --plan my.yaml --property whole 'TOKEN'\n\n"
           "docs/tokens.md tells what is tried.",
};

static void print_step(void *user, const char *what, const char *token, uint64_t replays)
{
    (void)user;
    printf("%6" PRIu64 " replays: %s\n  %s\n", replays, what, token);
    fflush(stdout);
}

/* What `relight replay` needs besides the token goes with it. */
static void print_result(const struct rl_plan *plan, const struct shrink_options *chosen,
                         const struct rl_shrink_result *result)
{
    char *more = chosen->plan == NULL ? NULL : rl_cli_replay_options(plan, chosen->plan, NULL);
    printf("property  %s: %s\n", rl_property_info(result->property)->name, result->why);
    printf("shrunk    %" PRIu32 " step%s, %" PRIu64 " replays%s\n", result->steps,
           result->steps == 1 ? "" : "s", result->replays,
           result->complete ? "" : "; there may be more: replays or time ran out");
    printf("token     %s\nreplay    relight replay ", result->token);
    rl_print_quoted(stdout, result->token);
    if (more != NULL && more[0] != '\0') {
        printf(" %s", more);
    }
    if (chosen->engine != NULL) {
        printf(" --engine ");
        rl_print_quoted(stdout, chosen->engine);
    }
    printf("\n");
    free(more);
}

static int shrink(const struct rl_plan *plan, const struct rl_engines *engines, void *user)
{
    struct shrink_options *chosen = user;
    static struct rl_shrink_result result;
    char error[RL_ERROR_SIZE] = "";
    chosen->asked.step = print_step;
    chosen->asked.deadline =
        chosen->budget_seconds > 0 ? rl_clock_now() + chosen->budget_seconds : 0;
    enum rl_replay_status status =
        rl_shrink(plan, engines, chosen->token, &chosen->asked, &result, error, sizeof error);
    if (status == RL_REPLAY_BAD_TOKEN) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s", error);
    }
    if (status == RL_REPLAY_HELD) {
        printf("held: the token does not violate %s; there is nothing to shrink\n",
               chosen->asked.property < 0
                   ? "any property"
                   : rl_property_info((rl_property)chosen->asked.property)->name);
        return rl_cli_finish(RL_EXIT_HELD);
    }
    print_result(plan, chosen, &result);
    return rl_cli_finish(RL_EXIT_VIOLATED);
}

int rl_cli_shrink(int argc, char **argv)
{
    struct shrink_options chosen = {.asked = {.property = -1}};
    rl_cli_parse(&argp, argc, argv, &chosen);
    return rl_cli_with_plan(rl_cli_token_plan(chosen.token, chosen.plan), chosen.engine, shrink,
                            &chosen);
}
