/* relight(1): finds the subcommand and hands over. */
#include "cli/commands.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

struct command {
    const char *name;
    char *title; /* what the subcommand's messages call it; argv[0] of its arguments */
    int (*run)(int argc, char **argv);
};

static char run_title[] = "relight run";
static char merge_title[] = "relight merge";
static char replay_title[] = "relight replay";
static char shrink_title[] = "relight shrink";
static char check_title[] = "relight check";
static char steps_title[] = "relight steps";
static char image_title[] = "relight image";
static char faults_title[] = "relight faults";
static char properties_title[] = "relight properties";

static const struct command commands[] = {
    {"run", run_title, rl_cli_run},
    {"merge", merge_title, rl_cli_merge},
    {"replay", replay_title, rl_cli_replay},
    {"shrink", shrink_title, rl_cli_shrink},
    {"check", check_title, rl_cli_check},
    {"steps", steps_title, rl_cli_steps},
    {"image", image_title, rl_cli_image},
    {"faults", faults_title, rl_cli_faults},
    {"properties", properties_title, rl_cli_properties},
};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

/* What the command line names. */
struct choice {
    const struct command *command;
    int index; /* of the subcommand in argv */
};

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct choice *choice = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        choice->command = find(argument);
        if (choice->command == NULL) {
            argp_error(state, "no subcommand \"%s\"", argument);
        }
        choice->index = state->next - 1;
        state->next = state->argc; /* the rest is the subcommand's */
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "a subcommand is expected");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .parser = parse,
    .args_doc = "SUBCOMMAND [ARGUMENT...]",
    .doc = "Fault injection and verification for firmware update engines.\n\n"
           "Subcommands:\n"
           "  run PLAN...      run fault plans and judge every scenario\n"
           "  merge STORE...   put the results of shards together\n"
           "  replay TOKEN     run one scenario again, with a timeline\n"
           "  shrink TOKEN     make a scenario smaller that violates a property\n"
           "  check FILE       verify the certificate of a closure\n"
           "  steps PLAN       print the operations of a plan's golden runs\n"
           "  image ...        make and show code images\n"
           "  faults [NAME]    print the fault classes\n"
           "  properties       print the properties that are judged\n\n"
           "`relight SUBCOMMAND --help` tells more. Options:\v"
           "Exit codes: 0 all held; 1 a property was violated; 2 wrong use, or a bad plan, token, "
           "store or engine; 3 the harness failed; 4 unverified: something asked for never fired, "
           "or the budget ran out. Where several apply: 2, 3, 1, 4, 0.\n\n"
           "Examples:\n"
           "  relight run faultplans/power-cut.yaml\n"
           "  relight run --json --jobs 2 faultplans/smoke.yaml",
};

static void print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "relight %s\n", RELIGHT_VERSION);
}

int main(int argc, char **argv)
{
    struct choice choice = {0};
    argp_program_version_hook = print_version;
    argp_err_exit_status = RL_EXIT_USAGE;
    /* A limit on file sizes is an error of the write that meets it, which says so. */
    (void)signal(SIGXFSZ, SIG_IGN);
    error_t result = argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &choice);
    if (result != 0 || choice.command == NULL) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s", strerror(result != 0 ? result : EINVAL));
    }
    argv[choice.index] = choice.command->title;
    return choice.command->run(argc - choice.index, argv + choice.index);
}
