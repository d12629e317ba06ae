/* relight run: campaigns. Everything that can be wrong with what the user gave is found before the
 * first plan runs; after that only the harness itself can fail. */
#include "cli/commands.h"
#include "results/store_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run_options {
    char **plans;
    unsigned plan_count;
    const char *engine;
    const char *store;
    const char *only;
    const char *without;
    const char *certificate;
    unsigned jobs;
    unsigned shard, shards; /* 0, 0: no shard */
    double budget_seconds;
    bool json;
    bool resume;
};

/* One plan with what belongs to it. */
struct run {
    const char *path;
    struct rl_plan *plan;
    struct rl_engines engines; /* none until they are open */
    struct rl_store *store;    /* NULL without --store */
    struct rl_stored stored;   /* of the campaign that goes on */
    bool goes_on;
    char *replay_options;
};

static const struct argp_option options[] = {
    {"engine", 'e', "NAME|FILE.so", 0,
     "Test this engine in all cells, instead of the plan's own: a built-in one, or a shared "
     "object",
     0},
    {"jobs", 'j', "N", 0, RL_CLI_JOBS_HELP, 0},
    {"budget", 'b', "TIME", 0,
     "Stop each plan after TIME: a number with s, m or h, such as 90s or 10m. What was not judged "
     "by then makes the verdict unverified",
     0},
    {"shard", 'S', "I/N", 0,
     "Run the I-th of N shards of each plan, from 1/N to N/N; relight merge puts their stores "
     "together. The verdict and the counts are the shard's",
     0},
    {"only", 'o', "CELL", 0,
     "Run those cells only whose names begin with CELL, such as small/memory=battery. The verdict "
     "and the counts are theirs, not the plan's",
     0},
    {"without", 'w', "CLASS[,CLASS]...", 0,
     "Take these fault classes out of every cell. A cell that is left without faults runs its "
     "golden run. The verdict and the counts are not the plan's",
     0},
    {"store", 's', "FILE", 0,
     "Add the results to FILE, a results store of this plan and engine, or a new file", 0},
    {"resume", 'R', NULL, 0,
     "Go on with the last campaign in the store, of which some blocks are missing because it was "
     "stopped or its budget ran out; begin one where there is none",
     0},
    {"certificate", 'c', "FILE", 0,
     "Write to FILE what was explored, when every cell was closed, for relight check to verify", 0},
    {"json", 'J', NULL, 0, "Print one JSON object a plan on standard output; see docs/json.md", 0},
    {0},
};

/* A number from 1 to `most` at the start of `text`; *rest is what follows. 0 when there is none. */
static unsigned parse_number(const char *text, unsigned most, char **rest)
{
    errno = 0;
    unsigned long value = strtoul(text, rest, 10);
    if (text[0] < '0' || text[0] > '9' || errno != 0 || value > most) {
        return 0;
    }
    return (unsigned)value;
}

static void parse_shard(const char *text, struct argp_state *state, struct run_options *chosen)
{
    char *rest = NULL;
    chosen->shard = parse_number(text, RL_SHARDS_MAX, &rest);
    chosen->shards = *rest == '/' ? parse_number(rest + 1, RL_SHARDS_MAX, &rest) : 0;
    if (chosen->shard == 0 || chosen->shard > chosen->shards || *rest != '\0') {
        argp_error(state, "--shard: I/N expected, from 1/N to N/N, such as 2/4, got \"%s\"", text);
    }
}

static void check_certificate(const struct run_options *chosen, struct argp_state *state)
{
    if (chosen->certificate != NULL && chosen->plan_count > 1) {
        argp_error(state, "--certificate: a certificate is about one plan; run the plans one by "
                          "one");
    }
    if (chosen->certificate != NULL && chosen->resume) {
        argp_error(state, "--certificate: it is of what one process explored; leave --resume out");
    }
    if (chosen->certificate != NULL && chosen->shards > 0) {
        argp_error(state, "--certificate: a certificate is of whole cells; leave --shard out");
    }
    if (chosen->certificate != NULL && chosen->without != NULL) {
        argp_error(state, "--certificate: it tells what the plan's faults lead to; leave --without "
                          "out");
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct run_options *chosen = state->input;
    switch (key) {
    case 'e':
        chosen->engine = argument;
        return 0;
    case 'j':
        chosen->jobs = rl_cli_jobs(argument, state);
        return 0;
    case 'b':
        chosen->budget_seconds = rl_cli_budget(argument, state);
        return 0;
    case 'S':
        parse_shard(argument, state, chosen);
        return 0;
    case 'o':
        chosen->only = argument;
        return 0;
    case 'w':
        chosen->without = argument;
        return 0;
    case 's':
        chosen->store = argument;
        return 0;
    case 'R':
        chosen->resume = true;
        return 0;
    case 'c':
        chosen->certificate = argument;
        return 0;
    case 'J':
        chosen->json = true;
        return 0;
    case ARGP_KEY_ARGS:
        chosen->plans = state->argv + state->next;
        chosen->plan_count = (unsigned)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "a PLAN is expected: the path of a fault plan");
        return EINVAL;
    case ARGP_KEY_END:
        if (chosen->store != NULL && chosen->plan_count > 1) {
            argp_error(state, "--store: a store belongs to one plan; run the plans one by one");
        }
        if (chosen->resume && chosen->store == NULL) {
            argp_error(state, "--resume: name the store with --store FILE");
        }
        if (chosen->store != NULL && (chosen->only != NULL || chosen->without != NULL)) {
            argp_error(state, "--store: a store has the results of whole plans; leave %s out",
                       chosen->only != NULL ? "--only" : "--without");
        }
        check_certificate(chosen, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "PLAN...",
    .doc = "Run each fault plan: the golden run first, without faults, then every scenario of the "
           "plan, and print the verdict, the counts and each finding with the token that replays "
           "it.\v"
           "Exit codes: 0 all held; 1 a property was violated; 2 wrong use, or a bad plan, store "
           "or engine; 3 the harness failed; 4 unverified. Of several plans' codes the first of "
           "3, 1, 4, 0 counts.\n\n"
           "Examples:\n"
           "  relight run faultplans/power-cut.yaml\n"
           "  relight run --engine ./mutant.so --jobs 2 faultplans/smoke.yaml\n"
           "  relight run --only small/memory=battery faultplans/power-cut.yaml\n"
           "  relight run --without torn-erase,torn-program-prefix faultplans/power-cut.yaml\n"
           "  relight run --json --store night.db --budget 2h faultplans/power-cut.yaml",
};

/* The store, and the campaign in it that is to go on. */
static int open_store(struct run *run, const struct run_options *chosen)
{
    char error[RL_ERROR_SIZE];
    bool none = true;
    struct rl_identity identity = {
        .plan = run->plan->name,
        .engine = rl_engines_name(&run->engines),
        .plan_digest = run->plan->digest,
        .engine_digest = rl_engines_digest(&run->engines, run->plan->cell_count),
        .images_digest = run->plan->images_digest,
    };
    run->store = rl_store_open(chosen->store, &identity, error, sizeof error);
    if (run->store == NULL ||
        (chosen->resume && !rl_store_resume(run->store, chosen->shard, chosen->shards, &run->stored,
                                            &none, error, sizeof error))) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s", error);
    }
    run->goes_on = !none;
    return 0;
}

/* Closures alone have something to certify. 0, or an exit code after a line on stderr. */
static int check_closures(const struct run *run, const struct run_options *chosen)
{
    for (uint32_t i = 0; chosen->certificate != NULL && i < run->plan->cell_count; i++) {
        const struct rl_cell *cell = &run->plan->cells[i];
        bool runs =
            chosen->only == NULL || strncmp(cell->name, chosen->only, strlen(chosen->only)) == 0;

        if (runs && !cell->closure) {
            return rl_cli_fail(RL_EXIT_USAGE,
                               "--certificate: cells with \"explore: closure\" expected; %s in %s "
                               "has none",
                               cell->name, run->path);
        }
        if (runs && rl_class_in(&cell->classes, RL_CLASS_MARGINAL_CELL)) {
            return rl_cli_fail(RL_EXIT_USAGE,
                               "--certificate: cells without marginal-cell expected: what is in "
                               "doubt has no place in a certificate; %s in %s has it",
                               cell->name, run->path);
        }
    }
    return 0;
}

/* Loads what one plan needs. 0, or an exit code after a line on stderr. */
static int prepare(struct run *run, const char *path, const struct run_options *chosen)
{
    run->path = path;
    run->plan = rl_cli_plan(path);
    if (run->plan == NULL) {
        return RL_EXIT_USAGE;
    }
    if (rl_campaign_cells(run->plan, chosen->only) == 0) {
        return rl_cli_fail(RL_EXIT_USAGE,
                           "--only: the beginning of a cell's name expected, such as \"%s\"; no "
                           "cell of %s begins with \"%s\"",
                           run->plan->cells[0].name, path, chosen->only);
    }
    int code = chosen->without == NULL ? 0 : rl_cli_without(run->plan, path, chosen->without);
    code = code != 0 ? code : check_closures(run, chosen);
    if (code != 0) {
        return code;
    }
    code = rl_cli_engines(chosen->engine, run->plan, &run->engines);
    if (code != 0) {
        return code;
    }
    run->replay_options = rl_cli_replay_options(run->plan, path, chosen->engine);
    return chosen->store == NULL ? 0 : open_store(run, chosen);
}

static void release(struct run *run)
{
    rl_store_close(run->store);
    rl_stored_free(&run->stored);
    rl_engines_close(&run->engines);
    rl_plan_free(run->plan);
    free(run->replay_options);
}

/* Of two exit codes the one that counts. */
static int worse(int a, int b)
{
    static const int order[] = {RL_EXIT_USAGE, RL_EXIT_FAILED, RL_EXIT_VIOLATED,
                                RL_EXIT_UNVERIFIED};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (a == order[i] || b == order[i]) {
            return order[i];
        }
    }
    return RL_EXIT_HELD;
}

/* A failed harness has no verdict, and JSON has no word for one: the reasons go to stderr. */
static void note_failures(const struct rl_results *results)
{
    for (uint32_t i = 0; i < results->cell_count; i++) {
        if (results->cells[i].harness_error[0] != '\0') {
            rl_cli_note("the harness failed in cell %s: %s", results->cells[i].cell,
                        results->cells[i].harness_error);
        }
    }
    if (results->cell_count == 0) {
        rl_cli_note("the harness failed: no cell was judged");
    }
}

static int print_results(const struct rl_results *results, bool json)
{
    int code = rl_verdict_exit(rl_results_verdict(results));
    if (json && code == RL_EXIT_FAILED) {
        note_failures(results);
        return code;
    }
    char *text =
        json ? rl_results_json(results) : rl_results_text(results, rl_cli_colour(STDOUT_FILENO));
    if (text == NULL) {
        return rl_cli_fail(RL_EXIT_FAILED, "out of memory while printing results");
    }
    printf(json ? "%s\n" : "\n%s", text);
    free(text);
    return rl_cli_finish(code);
}

/* What is not closed is not verified; a file that cannot be written is a failure. */
static int tell_certificate(const struct rl_results *results, const struct run_options *chosen)
{
    if (chosen->certificate == NULL || results->certified) {
        return RL_EXIT_HELD;
    }
    return rl_cli_fail(results->unclosed ? RL_EXIT_UNVERIFIED : RL_EXIT_FAILED,
                       "%s: no certificate was written: %s", chosen->certificate,
                       results->uncertified);
}

static void announce(const struct run *run, const struct run_options *chosen)
{
    uint32_t cells = rl_campaign_cells(run->plan, chosen->only);
    printf("%s: engine%s ", run->plan->name, run->engines.count == 1 ? "" : "s");
    for (uint32_t i = 0; i < run->engines.count; i++) {
        printf("%s%s", i == 0 ? "" : ", ", run->engines.handles[i].label);
    }
    printf(", %" PRIu32 " cell%s, %u job%s; the golden run comes first in each\n", cells,
           cells == 1 ? "" : "s", chosen->jobs, chosen->jobs == 1 ? "" : "s");
    fflush(stdout); /* worker processes must not inherit it unwritten */
}

static int execute(struct run *run, const struct run_options *chosen)
{
    char error[RL_ERROR_SIZE] = "";
    struct rl_results results = {0};
    struct rl_progress progress;
    struct rl_campaign_options campaign = {
        .jobs = chosen->jobs,
        .budget_seconds = chosen->budget_seconds,
        .only = chosen->only,
        .without = chosen->without,
        .store = run->store,
        .so_far = run->goes_on ? &run->stored.results : NULL,
        .shard = chosen->shard,
        .shards = chosen->shards,
        .certificate = chosen->certificate,
        .progress = rl_progress_show,
        .progress_user = &progress,
    };
    if (!chosen->json) {
        announce(run, chosen);
    }
    rl_progress_begin(&progress, chosen->json);
    int status =
        rl_campaign_run(run->plan, &run->engines, &campaign, &results, error, sizeof error);
    rl_progress_end(&progress);
    if (status != 0) {
        return rl_cli_fail(RL_EXIT_FAILED, "%s: %s", run->path, error);
    }
    results.replay_options = run->replay_options;
    int code = print_results(&results, chosen->json);
    code = worse(code, tell_certificate(&results, chosen));
    rl_results_free(&results);
    return code;
}

static int run_all(struct run *runs, const struct run_options *chosen)
{
    int code = RL_EXIT_HELD;
    for (unsigned i = 0; i < chosen->plan_count && code == RL_EXIT_HELD; i++) {
        code = prepare(&runs[i], chosen->plans[i], chosen);
    }
    if (code != RL_EXIT_HELD) {
        return code;
    }
    for (unsigned i = 0; i < chosen->plan_count; i++) {
        code = worse(code, execute(&runs[i], chosen));
    }
    return code;
}

int rl_cli_run(int argc, char **argv)
{
    struct run_options chosen = {.jobs = rl_cli_cpus()};
    rl_cli_parse(&argp, argc, argv, &chosen);
    struct run *runs = calloc(chosen.plan_count, sizeof *runs);
    if (runs == NULL) {
        return rl_cli_fail(RL_EXIT_FAILED, "out of memory");
    }
    int code = run_all(runs, &chosen);
    for (unsigned i = 0; i < chosen.plan_count; i++) {
        release(&runs[i]);
    }
    free(runs);
    return code;
}
