/* relight replay: one scenario again, with a timeline. */
#include "cli/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replay_options {
    const char *token;
    const char *plan;
    const char *engine;
    uint64_t until; /* 0: to the end */
};

static const struct argp_option options[] = {
    {"plan", 'p', "FILE", 0,
     "The plan that the token names; by default faultplans/NAME.yaml in the current folder, then "
     "Relight's own",
     0},
    {"engine", 'e', "NAME|FILE.so", 0, "The engine, for all cells, instead of the plan's own", 0},
    {"until", 'u', "OP", 0,
     "Stop after operation OP, counted from 1 in the power cycle after the last fault", 0},
    {0},
};

static uint64_t parse_until(const char *text, struct argp_state *state)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value == 0) {
        argp_error(state, "--until: a number of operations from 1 up expected, got \"%s\"", text);
    }
    return value;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct replay_options *chosen = state->input;
    switch (key) {
    case 'p':
        chosen->plan = argument;
        return 0;
    case 'e':
        chosen->engine = argument;
        return 0;
    case 'u':
        chosen->until = parse_until(argument, state);
        return 0;
    case ARGP_KEY_ARG:
        if (chosen->token != NULL) {
            argp_error(state, "one TOKEN expected; put it in single quotes");
        }
        chosen->token = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "a TOKEN is expected, in single quotes");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "'TOKEN'",
    .doc = "Run the scenario that TOKEN names again, and print a timeline of it: each operation, "
           "what the faults did, how boot went, and which property failed and why. The same token "
           "gives the same timeline, byte for byte. Exit code 1 when the violation happened, 0 "
           "when nothing was violated.\v"
           "Examples:\n"
           "  relight replay 'smoke/memory=volatile/start=factory 1:flash:program@bankB#17=before "
           "#1f2e3d4c.99aa88bb'\n"
           "  relight replay outage/fastload         the update without faults, of a plan's cell\n"
           "  relight replay --engine ./mutant.so --plan my.yaml 'TOKEN'\n\n"
           "docs/tokens.md explains tokens.",
};

/* A token comes from anywhere: of what is not printable only a mark reaches the terminal. */
static int malformed(const char *token)
{
    char shown[81];
    size_t size = strnlen(token, sizeof shown - 1);
    for (size_t i = 0; i < size; i++) {
        shown[i] = (char)(token[i] < ' ' || token[i] > '~' ? '?' : token[i]);
    }
    shown[size] = '\0';
    return rl_cli_fail(RL_EXIT_USAGE,
                       "malformed token \"%s\"; expected \"PLAN[/CELL] FAULT... #DIGESTS\", in "
                       "single quotes, see docs/tokens.md",
                       shown);
}

/* The plan that the token belongs to; NULL after a line on stderr. */
static struct rl_plan *plan_of(const struct replay_options *chosen)
{
    char name[64];
    char path[4096];
    if (strchr(chosen->token, '\n') != NULL || !rl_token_plan(chosen->token, name, sizeof name)) {
        malformed(chosen->token);
        return NULL;
    }
    if (chosen->plan != NULL) {
        return rl_cli_plan(chosen->plan);
    }
    if (!rl_cli_locate(name, path, sizeof path)) {
        rl_cli_fail(RL_EXIT_USAGE,
                    "no plan \"%s\": neither faultplans/%s.yaml nor %s/%s.yaml is there; name its "
                    "file with --plan",
                    name, name, RELIGHT_PLAN_DIR, name);
        return NULL;
    }
    return rl_cli_plan(path);
}

static int replay(const struct rl_plan *plan, const struct rl_engines *engines,
                  const struct replay_options *chosen)
{
    char error[RL_ERROR_SIZE] = "";
    char *timeline = NULL;
    enum rl_replay_status status =
        rl_replay(plan, engines, chosen->token, chosen->until, &timeline, error, sizeof error);
    if (status == RL_REPLAY_BAD_TOKEN) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s", error);
    }
    fputs(timeline, stdout);
    free(timeline);
    return rl_cli_finish(status == RL_REPLAY_VIOLATED ? RL_EXIT_VIOLATED : RL_EXIT_HELD);
}

int rl_cli_replay(int argc, char **argv)
{
    struct replay_options chosen = {0};
    struct rl_engines engines;
    rl_cli_parse(&argp, argc, argv, &chosen);
    struct rl_plan *plan = plan_of(&chosen);
    if (plan == NULL) {
        return RL_EXIT_USAGE;
    }
    int code = rl_cli_engines(chosen.engine, plan, &engines);
    if (code == 0) {
        code = replay(plan, &engines, &chosen);
        rl_engines_close(&engines);
    }
    rl_plan_free(plan);
    return code;
}
