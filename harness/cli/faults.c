/* relight faults: the catalogue of fault classes. */
#include "cli/commands.h"

#include <stdio.h>

#include "faults/catalogue.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
    const char **name = state->input;
    if (key != ARGP_KEY_ARG) {
        return ARGP_ERR_UNKNOWN;
    }
    if (*name != NULL) {
        argp_error(state, "one NAME at most, got \"%s\" too", argument);
    }
    *name = argument;
    return 0;
}

static const struct argp argp = {
    .parser = parse,
    .args_doc = "[NAME]",
    .doc = "Print the fault classes that Relight knows, or the one called NAME: what happens, what "
           "a plan may set, which operations it can hit, what the engine owes, and where it is "
           "known from.\v"
           "Examples:\n"
           "  relight faults\n"
           "  relight faults torn-erase",
};

static void print_class(const struct rl_class_info *info)
{
    printf("%s\n", info->name);
    rl_cli_field("physics", info->physics);
    rl_cli_field("parameters", info->parameters);
    rl_cli_field("applies", info->applies);
    rl_cli_field("owes", info->owes);
    rl_cli_field("source", info->source);
}

int rl_cli_faults(int argc, char **argv)
{
    const char *name = NULL;
    rl_cli_parse(&argp, argc, argv, &name);
    if (name != NULL) {
        const struct rl_class_info *info = rl_class_info(rl_class_find(name));
        if (info == NULL) {
            return rl_cli_fail(RL_EXIT_USAGE,
                               "no fault class \"%s\"; `relight faults` lists them all", name);
        }
        print_class(info);
        return rl_cli_finish(RL_EXIT_HELD);
    }
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        const struct rl_class_info *info = rl_class_info((rl_class)i);
        if (info != NULL) {
            print_class(info);
        }
    }
    return rl_cli_finish(RL_EXIT_HELD);
}
