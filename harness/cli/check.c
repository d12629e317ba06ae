/* relight check: whether a certificate is true. */
#include "cli/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/cells.h"
#include "images/file.h"

#define FILE_MOST ((size_t)1 << 34)

struct check_options {
    const char *path;
    const char *plan;
    const char *engine;
    struct rl_check_options how;
    unsigned jobs;
    bool json;
};

static const struct argp_option options[] = {
    {"sample", 's', "SHARE", 0,
     "Check this share of the states only, such as 5% or 0.05, each as likely as any other", 0},
    {"seed", 'r', "N", 0,
     "What the sample is drawn by, and what pages are replaced with; default 1", 0},
    {"jobs", 'j', "N", 0, RL_CLI_JOBS_HELP, 0},
    {"plan", 'p', "FILE", 0,
     "The plan that the certificate names; by default faultplans/NAME.yaml in the current folder, "
     "then Relight's own",
     0},
    {"engine", 'e', "NAME|FILE.so", 0, "The engine, for all cells, instead of the plan's own", 0},
    {"json", 'J', NULL, 0, "Print one JSON object on standard output; see docs/certificate.md", 0},
    {0},
};

static double parse_share(const char *text, struct argp_state *state)
{
    char *rest = NULL;
    errno = 0;
    double share = strtod(text, &rest);
    if (*rest == '%') {
        share /= 100;
        rest++;
    }
    if (text[0] < '0' || text[0] > '9' || *rest != '\0' || errno != 0 || !(share > 0) ||
        share > 1) {
        argp_error(state, "--sample: a share above 0 and up to 1 expected, such as 5%%, got \"%s\"",
                   text);
    }
    return share;
}

static uint64_t parse_seed(const char *text, struct argp_state *state)
{
    char *rest = NULL;
    errno = 0;
    unsigned long long seed = strtoull(text, &rest, 10);
    if (text[0] < '0' || text[0] > '9' || *rest != '\0' || errno != 0) {
        argp_error(state, "--seed: a number expected, got \"%s\"", text);
    }
    return seed;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct check_options *chosen = state->input;
    switch (key) {
    case 's':
        chosen->how.share = parse_share(argument, state);
        return 0;
    case 'r':
        chosen->how.seed = parse_seed(argument, state);
        return 0;
    case 'j':
        chosen->jobs = rl_cli_jobs(argument, state);
        return 0;
    case 'p':
        chosen->plan = argument;
        return 0;
    case 'e':
        chosen->engine = argument;
        return 0;
    case 'J':
        chosen->json = true;
        return 0;
    default:
        return rl_cli_one_word(
            key, argument, state, &chosen->path, "one CERTIFICATE expected",
            "a CERTIFICATE is expected: a file that relight run --certificate wrote");
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "CERTIFICATE",
    .doc = "Verify what `relight run --certificate FILE PLAN' wrote, without the code that wrote "
           "it: rebuild "
           "its states, run each, cut each at every operation, and see that every crash state "
           "belongs to a state of the certificate, and that all are judged as it says.\v"
           "Exit codes: 0 it is true, and nothing in it violates a property; 1 it is not true, or "
           "tells of violations; 2 wrong use, or no certificate of this plan, engine and version; "
           "3 the harness failed.\n\n"
           "Examples:\n"
           "  relight check c.rlc\n"
           "  relight check --sample 5% --seed 7 --json c.rlc",
};

/* The plan that the certificate names, and it has to be that; NULL after a line on stderr. */
static struct rl_plan *plan_of(const struct check_options *chosen, const struct rl_check_file *file)
{
    char path[4096];
    if (chosen->plan == NULL && !rl_cli_locate(file->plan, path, sizeof path)) {
        rl_cli_fail(RL_EXIT_USAGE,
                    "%s: no plan \"%s\": neither faultplans/%s.yaml nor %s/%s.yaml is there; name "
                    "its file with --plan",
                    chosen->path, file->plan, file->plan, RELIGHT_PLAN_DIR, file->plan);
        return NULL;
    }
    struct rl_plan *plan = rl_cli_plan(chosen->plan != NULL ? chosen->plan : path);
    if (plan != NULL && plan->digest != file->plan_digest) {
        rl_cli_fail(RL_EXIT_USAGE,
                    "%s: a certificate of plan %s with digest %08" PRIx64
                    "; this is plan %s with %08" PRIx64,
                    chosen->path, file->plan, file->plan_digest, plan->name, plan->digest);
        rl_plan_free(plan);
        plan = NULL;
    }
    return plan;
}

static uint32_t find_cell(const struct rl_plan *plan, const char *name)
{
    uint32_t i = 0;
    while (i < plan->cell_count && strcmp(plan->cells[i].name, name) != 0) {
        i++;
    }
    return i;
}

/* That all it speaks of is there, before anything is run: an exit code. */
static int check_names(const struct check_options *chosen, const struct rl_check_file *file,
                       const struct rl_plan *plan, const struct rl_engines *engines)
{
    uint64_t digest = rl_engines_digest(engines, plan->cell_count);
    if (digest != file->engine_digest) {
        return rl_cli_fail(RL_EXIT_USAGE,
                           "%s: a certificate of engine %s with digest %08" PRIx64
                           "; this is engine %s with %08" PRIx64,
                           chosen->path, file->engine, file->engine_digest,
                           rl_engines_name(engines), digest);
    }
    for (size_t i = 0; i < file->cell_count; i++) {
        uint32_t cell = find_cell(plan, file->cells[i].name);
        if (cell == plan->cell_count || !plan->cells[cell].closure) {
            return rl_cli_fail(RL_EXIT_USAGE, "%s: plan %s has no closure \"%s\"", chosen->path,
                               plan->name, file->cells[i].name);
        }
    }
    return 0;
}

struct checked {
    struct rl_check_result *cells; /* in the order of the file */
    struct rl_check_result sum;    /* `state` and `why` of the first that is not true */
    size_t first;
};

static void add_up(struct checked *checked, size_t count)
{
    checked->sum.is_true = true;
    for (size_t i = 0; i < count; i++) {
        const struct rl_check_result *result = &checked->cells[i];
        checked->sum.states += result->states;
        checked->sum.checked += result->checked;
        checked->sum.rebuilt += result->rebuilt;
        checked->sum.crash_states += result->crash_states;
        checked->sum.drawn += result->drawn;
        checked->sum.violating += result->violating;
        if (checked->sum.is_true && !result->is_true) {
            checked->first = i;
            checked->sum.is_true = false;
            checked->sum.state = result->state;
            memcpy(checked->sum.why, result->why, sizeof result->why);
        }
    }
}

/* False after a line on stderr. */
static bool check_cells(const struct check_options *chosen, struct rl_check_file *file,
                        const struct rl_plan *plan, const struct rl_engines *engines,
                        struct checked *checked)
{
    struct rl_check_task *tasks = calloc(file->cell_count, sizeof *tasks);
    char why[RL_CHECK_WHY] = "out of memory";
    for (size_t i = 0; tasks != NULL && i < file->cell_count; i++) {
        uint32_t cell = find_cell(plan, file->cells[i].name);
        tasks[i] = (struct rl_check_task){&plan->cells[cell], rl_engines_of(engines, cell),
                                          &file->cells[i]};
    }
    bool whole = tasks != NULL && rl_check_cells(plan, tasks, file->cell_count, &chosen->how,
                                                 chosen->jobs, checked->cells, why);
    free(tasks);
    if (!whole) {
        rl_cli_fail(RL_EXIT_FAILED, "%s: %s", chosen->path, why);
        return false;
    }
    add_up(checked, file->cell_count);
    return true;
}

static double percent(const struct rl_check_result *result)
{
    return 100.0 * (double)result->checked / (double)result->states;
}

static void print_text(const struct check_options *chosen, const struct rl_check_file *file,
                       const struct checked *checked)
{
    const struct rl_check_result *sum = &checked->sum;
    for (size_t i = 0; i < file->cell_count; i++) {
        const struct rl_check_result *cell = &checked->cells[i];
        printf("%s: checked %" PRIu64 " of %" PRIu64 " states (%.1f%%), %" PRIu64
               " crash states; %" PRIu64 " more were run\n",
               file->cells[i].name, cell->checked, cell->states, percent(cell), cell->crash_states,
               cell->rebuilt);
    }
    if (!sum->is_true) {
        printf("%s is not true: cell %s, state %" PRIu64 ": %s\n", chosen->path,
               file->cells[checked->first].name, sum->state, sum->why);
        return;
    }
    printf("%s is true of what was checked: %" PRIu64 " of %" PRIu64 " states (%.1f%%)\n",
           chosen->path, sum->checked, sum->states, percent(sum));
    if (sum->drawn > 0) {
        printf("of %" PRIu64 " crash states not every combination of dirty lines was tried\n",
               sum->drawn);
    }
    if (sum->violating > 0) {
        printf("it tells of %" PRIu64 " crash states that violate a property\n", sum->violating);
    }
}

static json_t *result_json(const struct rl_check_result *result, const char *cell)
{
    json_t *object = json_pack(
        "{s:I, s:I, s:f, s:I, s:I, s:I, s:I, s:b}", "states", (json_int_t)result->states, "checked",
        (json_int_t)result->checked, "share", (double)result->checked / (double)result->states,
        "rebuilt", (json_int_t)result->rebuilt, "crash_states", (json_int_t)result->crash_states,
        "drawn", (json_int_t)result->drawn, "violating", (json_int_t)result->violating, "true",
        (int)result->is_true);
    if (object != NULL && cell != NULL) {
        (void)json_object_set_new(object, "cell", json_string(cell));
    }
    if (object != NULL && cell != NULL && !result->is_true) {
        (void)json_object_set_new(object, "state", json_integer((json_int_t)result->state));
        (void)json_object_set_new(object, "why", json_string(result->why));
    }
    return object;
}

static int print_json(const struct check_options *chosen, const struct rl_check_file *file,
                      const struct checked *checked)
{
    json_t *object = result_json(&checked->sum, NULL);
    json_t *cells = json_array();
    for (size_t i = 0; i < file->cell_count; i++) {
        (void)json_array_append_new(cells, result_json(&checked->cells[i], file->cells[i].name));
    }
    (void)json_object_set_new(object, "plan", json_string(file->plan));
    (void)json_object_set_new(object, "engine", json_string(file->engine));
    (void)json_object_set_new(object, "seed", json_integer((json_int_t)chosen->how.seed));
    (void)json_object_set_new(object, "cells", cells);
    char *text = json_dumps(object, JSON_INDENT(2) | JSON_SORT_KEYS);
    json_decref(object);
    if (text == NULL) {
        return rl_cli_fail(RL_EXIT_FAILED, "out of memory while printing results");
    }
    puts(text);
    free(text);
    return 0;
}

/* The cells, and what was found: an exit code. */
static int check_all(const struct check_options *chosen, struct rl_check_file *file,
                     const struct rl_plan *plan, const struct rl_engines *engines)
{
    struct checked checked = {.cells = calloc(file->cell_count, sizeof *checked.cells)};
    if (checked.cells == NULL) {
        return rl_cli_fail(RL_EXIT_FAILED, "out of memory");
    }
    if (!check_cells(chosen, file, plan, engines, &checked)) {
        free(checked.cells);
        return RL_EXIT_FAILED;
    }
    int code = 0;
    if (chosen->json) {
        code = print_json(chosen, file, &checked);
    } else {
        print_text(chosen, file, &checked);
    }
    bool holds = checked.sum.is_true && checked.sum.violating == 0;
    free(checked.cells);
    return rl_cli_finish(code != 0 ? code : holds ? RL_EXIT_HELD : RL_EXIT_VIOLATED);
}

struct checking {
    const struct check_options *chosen;
    struct rl_check_file *file;
};

static int check_named(const struct rl_plan *plan, const struct rl_engines *engines, void *user)
{
    const struct checking *what = user;
    int code = check_names(what->chosen, what->file, plan, engines);
    return code != 0 ? code : check_all(what->chosen, what->file, plan, engines);
}

static int check_file(const struct check_options *chosen, struct rl_check_file *file)
{
    if (strcmp(file->version, RELIGHT_VERSION) != 0) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: a certificate of relight %s; this is relight %s",
                           chosen->path, file->version, RELIGHT_VERSION);
    }
    struct checking what = {chosen, file};
    return rl_cli_with_plan(plan_of(chosen, file), chosen->engine, check_named, &what);
}

int rl_cli_check(int argc, char **argv)
{
    struct check_options chosen = {
        .jobs = rl_cli_cpus(),
        .how = {.share = 1, .seed = 1, .combinations = RL_CHECK_COMBINATIONS}};
    struct rl_check_file file;
    char why[RL_ERROR_SIZE];
    uint8_t *bytes;
    size_t size;
    rl_cli_parse(&argp, argc, argv, &chosen);
    if (!rl_file_read(chosen.path, FILE_MOST, &bytes, &size, why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", chosen.path, why);
    }
    int code = rl_check_read(&file, bytes, size, why)
                   ? check_file(&chosen, &file)
                   : rl_cli_fail(RL_EXIT_USAGE, "%s: %s", chosen.path, why);
    rl_check_file_free(&file);
    free(bytes);
    return code;
}
