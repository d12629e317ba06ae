/* Results as a person reads them at the end of a run. */
#include "results/outage.h"
#include "results/results.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct printer {
    FILE *out;
    bool colour;
};

/* Terminal attributes; "0" ends them. */
static const char *const good = "32;1";
static const char *const bad = "31;1";
static const char *const doubtful = "33;1";

static void start(const struct printer *printer, const char *attribute)
{
    if (printer->colour) {
        fprintf(printer->out, "\x1b[%sm", attribute);
    }
}

static void stop(const struct printer *printer)
{
    start(printer, "0");
}

static void print_verdict(const struct printer *printer, rl_verdict verdict)
{
    const char *attribute = verdict == RL_HELD ? good : verdict == RL_UNVERIFIED ? doubtful : bad;
    fprintf(printer->out, "verdict            ");
    start(printer, attribute);
    fprintf(printer->out, "%s", rl_verdict_name(verdict));
    stop(printer);
    fprintf(printer->out, "\n");
}

static void print_count(const struct printer *printer, const char *name, uint64_t count)
{
    fprintf(printer->out, "%-18s %" PRIu64 "\n", name, count);
}

static const char *engine_of(const struct rl_results *results, uint32_t cell)
{
    const char *engine = results->cells[cell].engine;
    return engine == NULL ? results->engine : engine;
}

/* What an update can cost: the crash states after which no image runs, for each engine that has
 * some. */
static void print_bricks(const struct printer *printer, const struct rl_results *results)
{
    for (uint32_t i = 0; i < results->cell_count; i++) {
        const char *engine = engine_of(results, i);
        uint64_t bricks = 0;
        uint64_t states = 0;
        bool first = true;
        for (uint32_t k = 0; k < results->cell_count; k++) {
            if (strcmp(engine_of(results, k), engine) == 0) {
                first = first && k >= i;
                bricks += results->cells[k].unbootable;
                states += results->cells[k].crash_states;
            }
        }
        if (first && bricks > 0) {
            fprintf(printer->out, "%-18s %" PRIu64 " of %" PRIu64 " crash states (%.1f %%)",
                    "bricks", bricks, states, 100.0 * (double)bricks / (double)states);
            fprintf(printer->out, " with engine %s\n", engine);
        }
    }
}

static void print_closure(const struct printer *printer, const struct rl_closure_result *closure)
{
    if (!closure->asked) {
        return;
    }
    fprintf(printer->out, "%-18s %s\n", "closed", closure->closed ? "yes" : "no");
    print_count(printer, "transitions", closure->transitions);
    fprintf(printer->out, "%-18s %" PRIu32 " cuts\n", "longest path", closure->longest_path);
    fprintf(printer->out, "%-18s %" PRIu32 " boots at most\n", "recovery", closure->recovery_boots);
    print_count(printer, "runs made again", closure->repeated);
    fprintf(printer->out, "%-18s %.1e\n", "chance of a miss", closure->missed);
}

static void print_counts(const struct printer *printer, const struct rl_results *results,
                         const struct rl_cell_result *total)
{
    print_count(printer, "golden operations", total->golden_operations);
    print_count(printer, "scenarios", total->scenarios);
    print_count(printer, "crash states", total->crash_states);
    print_count(printer, "distinct states", total->distinct_states);
    print_count(printer, "runs", total->runs);
    print_closure(printer, &total->closure);
    print_count(printer, "violations", total->violations);
    print_bricks(printer, results);
    fprintf(printer->out, "%-18s %.1f", "seconds", results->seconds);
    if (results->seconds > 0) {
        fprintf(printer->out, " (%.0f crash states per second)",
                (double)total->crash_states / results->seconds);
    }
    fprintf(printer->out, "\n");
}

static void print_class(const struct printer *printer, int width, const char *name,
                        const struct rl_class_count *count, bool unverified)
{
    fprintf(printer->out, "%-*s %14" PRIu64 " %14" PRIu64 " %14" PRIu64, width, name,
            count->applicable, count->fired, count->observed);
    if (unverified) {
        fprintf(printer->out, "  ");
        start(printer, doubtful);
        fprintf(printer->out, "unverified");
        stop(printer);
    }
    fprintf(printer->out, "\n");
}

static void print_pairs(const struct printer *printer, const struct rl_cell_result *total)
{
    if (total->pair_count == 0) {
        return;
    }
    fprintf(printer->out, "\n%-42s %14s %14s %14s\n", "pair", "applicable", "fired", "observed");
    for (uint32_t i = 0; i < total->pair_count; i++) {
        const struct rl_pair_result *pair = &total->pairs[i];
        char name[96];

        snprintf(name, sizeof name, "%s, %s", rl_class_info((rl_class)pair->first)->name,
                 rl_class_info((rl_class)pair->second)->name);
        print_class(printer, 42, name, &pair->count, rl_pair_unverified(pair));
    }
}

static void print_classes(const struct printer *printer, const struct rl_cell_result *total)
{
    if (rl_class_none(&total->classes_asked)) {
        return;
    }
    fprintf(printer->out, "\n%-20s %14s %14s %14s\n", "fault class", "applicable", "fired",
            "observed");
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        const struct rl_class_count *count = &total->classes[i];
        if (!rl_class_in(&total->classes_asked, (rl_class)i)) {
            continue;
        }
        print_class(printer, 20, rl_class_info((rl_class)i)->name, count,
                    rl_class_unverified(total, i));
    }
}

/* Incomplete cells that are named; the rest are counted. */
#define INCOMPLETE_MAX 3u

/* Cells that were not judged to their end, each with the reason. */
static void print_cells(const struct printer *printer, const struct rl_results *results)
{
    bool first = true;
    uint32_t incomplete = 0;
    for (uint32_t i = 0; i < results->cell_count; i++) {
        const struct rl_cell_result *cell = &results->cells[i];
        bool failed = cell->harness_error[0] != '\0';
        bool open = cell->closure.asked && !cell->closure.closed;
        if (!failed && cell->complete && !open) {
            continue;
        }
        if (!failed && ++incomplete > INCOMPLETE_MAX) {
            continue;
        }
        fprintf(printer->out, "%scell %s: ", first ? "\n" : "", cell->cell);
        first = false;
        start(printer, failed ? bad : doubtful);
        fprintf(printer->out, failed ? "the harness failed" : "incomplete");
        stop(printer);
        fprintf(printer->out, ": %s\n",
                failed           ? cell->harness_error
                : cell->complete ? "not closed: some cache lines had more choices than are followed"
                                 : "the budget ran out before all was judged");
    }
    if (incomplete > INCOMPLETE_MAX) {
        fprintf(printer->out, "and %" PRIu32 " more incomplete cells\n",
                incomplete - INCOMPLETE_MAX);
    }
    if (incomplete > 0) {
        struct rl_coverage coverage = rl_results_coverage(results);
        fprintf(printer->out,
                "covered: %" PRIu32 " of %" PRIu32 " cells, %" PRIu64 " of %" PRIu64
                " blocks, %.1f %% of the work\n",
                coverage.complete, coverage.cells, coverage.done, coverage.blocks,
                100.0 * coverage.share);
    }
}

void rl_print_quoted(FILE *out, const char *word)
{
    fputc('\'', out);
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'') {
            fputs("'\\''", out);
        } else {
            fputc(*c, out);
        }
    }
    fputc('\'', out);
}

static void print_finding(const struct printer *printer, const struct rl_results *results,
                          const struct rl_finding *finding)
{
    const struct rl_property_info *property = rl_property_info(finding->property);
    const char *name = rl_finding_class(finding);
    fprintf(printer->out, "\n");
    start(printer, bad);
    fprintf(printer->out, "violation of %s", property == NULL ? "unknown" : property->name);
    stop(printer);
    fprintf(printer->out, ": phase %s, class %s, %" PRIu64 " scenario%s\n", finding->phase,
            name == NULL ? "none" : name, finding->count, finding->count == 1 ? "" : "s");
    fprintf(printer->out, "  why: %s\n", finding->why);
    fprintf(printer->out, "  token: %s\n", finding->token);
    if (finding->drawn[0] != '\0' && strcmp(finding->drawn, finding->token) != 0) {
        fprintf(printer->out, "  drawn: %s\n", finding->drawn);
    }
    fprintf(printer->out, "  replay: relight replay ");
    rl_print_quoted(printer->out, finding->token);
    if (results->replay_options != NULL && results->replay_options[0] != '\0') {
        fprintf(printer->out, " %s", results->replay_options);
    }
    fprintf(printer->out, "\n");
}

char *rl_results_text(const struct rl_results *results, bool colour)
{
    char *text = NULL;
    size_t size = 0;
    struct printer printer = {.out = open_memstream(&text, &size), .colour = colour};
    if (printer.out == NULL) {
        return NULL;
    }
    struct rl_cell_result total;
    rl_results_sum(results, &total);
    fprintf(printer.out, "%-18s %s\n%-18s %s\n", "plan", results->plan, "engine", results->engine);
    if (results->only != NULL) {
        fprintf(printer.out, "%-18s %s\n", "only cells", results->only);
    }
    if (results->without != NULL) {
        fprintf(printer.out, "%-18s %s\n", "without", results->without);
    }
    if (results->shards > 0) {
        fprintf(printer.out, "%-18s %" PRIu32 "/%" PRIu32 "\n", "shard", results->shard,
                results->shards);
    }
    print_verdict(&printer, rl_results_verdict(results));
    print_counts(&printer, results, &total);
    rl_print_outages(printer.out, results);
    print_classes(&printer, &total);
    print_pairs(&printer, &total);
    print_cells(&printer, results);
    for (uint32_t i = 0; i < total.finding_count; i++) {
        print_finding(&printer, results, &total.findings[i]);
    }
    rl_cell_result_free(&total);
    if (fclose(printer.out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
