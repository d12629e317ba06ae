/* relight properties: what is judged. */
#include "cli/commands.h"

#include <stdio.h>

#include "oracles/oracles.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
    if (key != ARGP_KEY_ARG) {
        return ARGP_ERR_UNKNOWN;
    }
    argp_error(state, "no argument expected, got \"%s\"", argument);
    return EINVAL;
}

static const struct argp argp = {
    .parser = parse,
    .doc = "Print the properties that Relight judges: when each holds, and when it is looked at.\v"
           "Example:\n"
           "  relight properties",
};

int rl_cli_properties(int argc, char **argv)
{
    rl_cli_parse(&argp, argc, argv, NULL);
    for (unsigned i = 0; i < RL_PROPERTY_COUNT; i++) {
        const struct rl_property_info *info = rl_property_info((rl_property)i);
        printf("%s\n", info->name);
        rl_cli_field("holds when", info->holds_when);
        rl_cli_field("judged", info->judged);
    }
    return rl_cli_finish(RL_EXIT_HELD);
}
