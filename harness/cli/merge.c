/* relight merge: the stores of a campaign's shards become one. */
#include "cli/commands.h"
#include "results/merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct merge_options {
    char **stores;
    unsigned store_count;
    char *output;
    bool json;
};

static const struct argp_option options[] = {
    {"output", 'o', "STORE", 0, "Write the whole campaign to STORE, a new file", 0},
    {"json", 'J', NULL, 0, "Print one JSON object on standard output; see docs/json.md", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct merge_options *chosen = state->input;
    switch (key) {
    case 'o':
        chosen->output = argument;
        return 0;
    case 'J':
        chosen->json = true;
        return 0;
    case ARGP_KEY_ARGS:
        chosen->stores = state->argv + state->next;
        chosen->store_count = (unsigned)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "a STORE is expected: what relight run --shard I/N --store STORE wrote");
        return EINVAL;
    case ARGP_KEY_END:
        if (chosen->output == NULL) {
            argp_error(state, "name the store to write with -o STORE");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "STORE...",
    .doc =
        "Put the stores of all shards of a campaign together. Nothing is written unless they are "
        "of the same plan, images, engine and version of relight, each shard is there once, and "
        "every block of it was done. The counts and findings are those of one run without "
        "shards, but for runs and joined; the time is the sum of the shards'.\v"
        "Exit codes: 0 all held; 1 a property was violated; 2 wrong use, or stores that do not "
        "make a whole; 3 the harness failed; 4 unverified.\n\n"
        "Examples:\n"
        "  relight run --shard 1/2 --store one.db faultplans/power-cut.yaml\n"
        "  relight run --shard 2/2 --store two.db faultplans/power-cut.yaml\n"
        "  relight merge one.db two.db -o night.db",
};

static int print_whole(const struct rl_results *whole, bool json)
{
    int code = rl_verdict_exit(rl_results_verdict(whole));
    char *text =
        json ? rl_results_json(whole) : rl_results_text(whole, rl_cli_colour(STDOUT_FILENO));
    if (text == NULL) {
        return rl_cli_fail(RL_EXIT_FAILED, "out of memory while printing results");
    }
    printf(json ? "%s\n" : "%s", text);
    free(text);
    return rl_cli_finish(code);
}

static int store_whole(const struct rl_merge_source *first, const struct rl_results *whole,
                       const char *output)
{
    char error[RL_ERROR_SIZE];
    struct rl_identity identity = first->identity;
    identity.plan = whole->plan;
    identity.engine = whole->engine;
    if (access(output, F_OK) == 0) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: is there already; give the name of a new file",
                           output);
    }
    struct rl_store *store = rl_store_open(output, &identity, error, sizeof error);
    if (store == NULL) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s", error);
    }
    bool saved = rl_store_save(store, whole, error, sizeof error);
    rl_store_close(store);
    return saved ? RL_EXIT_HELD : rl_cli_fail(RL_EXIT_FAILED, "%s", error);
}

static int merge(const struct rl_merge_source *sources, const struct merge_options *chosen)
{
    char error[RL_ERROR_SIZE];
    struct rl_results whole;
    if (!rl_merge(sources, chosen->store_count, &whole, error, sizeof error)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s", error);
    }
    int code = store_whole(&sources[0], &whole, chosen->output);
    if (code == RL_EXIT_HELD) {
        code = print_whole(&whole, chosen->json);
    }
    rl_results_free(&whole);
    return code;
}

static int read_all(struct rl_merge_source *sources, const struct merge_options *chosen)
{
    char error[RL_ERROR_SIZE];
    for (unsigned i = 0; i < chosen->store_count; i++) {
        sources[i].path = chosen->stores[i];
        sources[i].campaigns = rl_store_read(sources[i].path, &sources[i].identity,
                                             &sources[i].count, error, sizeof error);
        if (sources[i].campaigns == NULL) {
            return rl_cli_fail(RL_EXIT_USAGE, "%s", error);
        }
    }
    return RL_EXIT_HELD;
}

int rl_cli_merge(int argc, char **argv)
{
    struct merge_options chosen = {0};
    rl_cli_parse(&argp, argc, argv, &chosen);
    struct rl_merge_source *sources = calloc(chosen.store_count, sizeof *sources);
    if (sources == NULL) {
        return rl_cli_fail(RL_EXIT_FAILED, "out of memory");
    }
    int code = read_all(sources, &chosen);
    if (code == RL_EXIT_HELD) {
        code = merge(sources, &chosen);
    }
    for (unsigned i = 0; i < chosen.store_count; i++) {
        for (uint32_t k = 0; sources[i].campaigns != NULL && k < sources[i].count; k++) {
            rl_stored_free(&sources[i].campaigns[k]);
        }
        free(sources[i].campaigns);
    }
    free(sources);
    return code;
}
