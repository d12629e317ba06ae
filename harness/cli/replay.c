/* relight replay: one scenario again, with a timeline. */
#include "cli/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/moment.h"

struct replay_options {
    const char *token;
    const char *plan;
    const char *engine;
    const char *dump_file;
    bool gdb;
    struct rl_replay_options asked;
    struct rl_flash_dump flash; /* what --dump got */
    struct rl_stop reached;     /* where --gdb stops */
};

enum { OPTION_LAST_WRITE = 256, OPTION_GDB, OPTION_BREAK };

static const struct argp_option options[] = {
    {"plan", 'p', "FILE", 0,
     "The plan that the token names; by default faultplans/NAME.yaml in the current folder, then "
     "Relight's own",
     0},
    {"engine", 'e', "NAME|FILE.so", 0, "The engine, for all cells, instead of the plan's own", 0},
    {"until", 'u', "OP", 0, "Stop after operation OP", 0},
    {"dump", 'd', "OP FILE", 0,
     "Write flash as it is after operation OP to FILE; words of it that do not read are named on "
     "stderr",
     0},
    {"last-write", OPTION_LAST_WRITE, "REGION+0xOFFSET", 0,
     "Tell which operation wrote this granule of flash, or word of memory, last: up to --until, or "
     "to the end",
     0},
    {"gdb", OPTION_GDB, NULL, 0,
     "Run the replay under gdb, and stop in the engine just before the operation that violates a "
     "property, or that --until names",
     0},
    {"break", OPTION_BREAK, "CYCLE:N", OPTION_HIDDEN, "Call rl_breakpoint() before operation N", 0},
    {0},
};

/* Operations are looked for in the replay; that they are named right is seen here. */
static const char *parse_operation(const char *option, const char *text, struct argp_state *state)
{
    struct rl_moment moment;
    if (!rl_moment_parse(text, &moment)) {
        argp_error(
            state,
            "%s: an operation expected, N, CYCLE:N or CYCLE:PHASE:KIND@REGION#N, from 1, got "
            "\"%.80s\"",
            option, text);
    }
    return text;
}

static void parse_break(const char *text, struct rl_stop *stop, struct argp_state *state)
{
    char *end = NULL;
    char *last = NULL;
    stop->cycle = (uint32_t)strtoul(text, &end, 10);
    stop->operation = *end == ':' ? strtoull(end + 1, &last, 10) : 0;
    if (stop->cycle == 0 || stop->operation == 0 || *last != '\0') {
        argp_error(state, "--break: CYCLE:N expected, got \"%s\"", text);
    }
}

/* --dump takes two words. */
static void parse_dump(char *operation, struct replay_options *chosen, struct argp_state *state)
{
    chosen->asked.dump = parse_operation("--dump", operation, state);
    if (state->next >= state->argc) {
        argp_error(state, "--dump: an operation and a file are expected");
    }
    chosen->dump_file = state->argv[state->next++];
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
        chosen->asked.until = parse_operation("--until", argument, state);
        return 0;
    case 'd':
        parse_dump(argument, chosen, state);
        return 0;
    case OPTION_LAST_WRITE:
        chosen->asked.last_write = argument;
        return 0;
    case OPTION_GDB:
        chosen->gdb = true;
        return 0;
    case OPTION_BREAK:
        parse_break(argument, &chosen->asked.stop, state);
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
    .doc = "Run the scenario that TOKEN names again, and print a timeline of it: each operation, "
           "what the faults did, how boot went, and which property failed and why. The same token "
           "gives the same timeline, byte for byte. Exit code 1 when the violation happened, 0 "
           "when nothing was violated.\v"
           "OP is an operation of the scenario: N, number N of the last power cycle, as the "
           "timeline counts; CYCLE:N, of power cycle CYCLE; or CYCLE:PHASE:KIND@REGION#N, as in "
           "tokens.\n\n"
           "Examples:\n"
           "  relight replay 'smoke/memory=volatile/start=factory 1:flash:program@bankB#17=before "
           "#1f2e3d4c.99aa88bb'\n"
           "  relight replay outage/fastload         the update without faults, of a plan's cell\n"
           "  relight replay --engine ./mutant.so --plan my.yaml 'TOKEN'\n"
           "  relight replay --dump 2:boot:erase@recordA#1 flash.bin 'TOKEN'\n"
           "  relight replay --until 2:117 --last-write recordA+0x40 'TOKEN'\n\n"
           "docs/tokens.md explains tokens and these options.",
};

/* 0, or an exit code after a line on stderr. */
static int write_dump(const struct rl_flash_dump *dump, const char *path)
{
    FILE *out = fopen(path, "wb");
    bool good = out != NULL && fwrite(dump->bytes, 1, dump->size, out) == dump->size;
    if (out != NULL && fclose(out) != 0) {
        good = false;
    }
    if (!good) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: cannot be written: %s", path, strerror(errno));
    }
    if (dump->unreadable != NULL) {
        fputs(dump->unreadable, stderr);
    }
    return 0;
}

/* Under gdb: before the operation that was reached. Comes back with an exit code when not. */
static int debug(const struct replay_options *chosen)
{
    struct rl_gdb gdb = {chosen->token, chosen->plan, chosen->engine, chosen->reached};
    if (gdb.stop.cycle == 0) {
        return rl_cli_fail(RL_EXIT_USAGE,
                           "--gdb: no operation of this scenario violates a property; name one "
                           "with --until");
    }
    return rl_cli_gdb(&gdb);
}

static int replay(const struct rl_plan *plan, const struct rl_engines *engines, void *user)
{
    struct replay_options *chosen = user;
    char error[RL_ERROR_SIZE] = "";
    char *timeline = NULL;
    enum rl_replay_status status =
        rl_replay(plan, engines, chosen->token, &chosen->asked, &timeline, error, sizeof error);
    if (status == RL_REPLAY_BAD_TOKEN) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s", error);
    }
    if (!chosen->gdb) {
        fputs(timeline, stdout);
    }
    free(timeline);
    int code = chosen->flash.bytes == NULL ? 0 : write_dump(&chosen->flash, chosen->dump_file);
    if (code != 0) {
        return code;
    }
    if (chosen->gdb) {
        return debug(chosen);
    }
    return rl_cli_finish(status == RL_REPLAY_VIOLATED ? RL_EXIT_VIOLATED : RL_EXIT_HELD);
}

int rl_cli_replay(int argc, char **argv)
{
    struct replay_options chosen = {0};
    chosen.asked.flash = &chosen.flash;
    chosen.asked.reached = &chosen.reached;
    rl_cli_parse(&argp, argc, argv, &chosen);
    int code = rl_cli_with_plan(rl_cli_token_plan(chosen.token, chosen.plan), chosen.engine, replay,
                                &chosen);
    rl_flash_dump_free(&chosen.flash);
    return code;
}
