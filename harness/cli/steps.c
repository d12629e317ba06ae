/* relight steps: the operations of a plan's golden runs. */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>

struct steps_options {
    const char *plan;
    const char *engine;
};

static const struct argp_option options[] = {
    {"engine", 'e', "NAME|FILE.so", 0, "The engine, for all cells, instead of the plan's own", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct steps_options *chosen = state->input;
    switch (key) {
    case 'e':
        chosen->engine = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (chosen->plan != NULL) {
            argp_error(state, "one PLAN expected, got \"%s\" too", argument);
        }
        chosen->plan = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "a PLAN is expected: the path of a fault plan");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "PLAN",
    .doc = "Print the operations of the golden run of each cell of PLAN: number, phase, kind, "
           "region, address, size, and how many crash states each leaves.\v"
           "Example:\n"
           "  relight steps faultplans/smoke.yaml",
};

static int print_steps(const struct rl_plan *plan, const struct rl_engines *engines, void *user)
{
    (void)user;
    char *table = rl_steps(plan, engines);
    fputs(table, stdout);
    free(table);
    return rl_cli_finish(RL_EXIT_HELD);
}

int rl_cli_steps(int argc, char **argv)
{
    struct steps_options chosen = {0};
    rl_cli_parse(&argp, argc, argv, &chosen);
    return rl_cli_with_plan(rl_cli_plan(chosen.plan), chosen.engine, print_steps, NULL);
}
