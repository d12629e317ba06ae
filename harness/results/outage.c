/* Outages of the cells' golden runs, as a table. */
#include "results/outage.h"

#include <inttypes.h>
#include <string.h>

#define ROWS_MAX  24u
#define NS_PER_MS 1e6
#define TITLE     "update without faults"

static bool times_alike(const struct rl_outage *a, const struct rl_outage *b)
{
    return a->port.offline_ns == b->port.offline_ns && a->port.dark_ns == b->port.dark_ns &&
           a->port.update_ns == b->port.update_ns && a->hosts == b->hosts;
}

static bool hosts_alike(const struct rl_host_sums *a, const struct rl_host_sums *b)
{
    return a->longest_wait_ns == b->longest_wait_ns && a->timeouts == b->timeouts &&
           a->paths_removed == b->paths_removed && a->unanswered == b->unanswered;
}

/* Whether two cells are one row: same engine, same figures. */
static bool alike(const struct rl_results *results, uint32_t a, uint32_t b)
{
    const struct rl_cell_result *left = &results->cells[a];
    const struct rl_cell_result *right = &results->cells[b];

    return strcmp(left->engine == NULL ? "" : left->engine,
                  right->engine == NULL ? "" : right->engine) == 0 &&
           right->outage.measured && times_alike(&left->outage, &right->outage) &&
           hosts_alike(&left->outage.sums, &right->outage.sums);
}

static bool told_before(const struct rl_results *results, uint32_t cell)
{
    for (uint32_t i = 0; i < cell; i++) {
        if (results->cells[i].outage.measured && alike(results, i, cell)) {
            return true;
        }
    }
    return false;
}

/* Columns for the longest name of a row. */
static int name_width(const struct rl_results *results)
{
    size_t width = strlen(TITLE);
    uint32_t rows = 0;

    for (uint32_t i = 0; i < results->cell_count && rows < ROWS_MAX; i++) {
        if (results->cells[i].outage.measured && !told_before(results, i)) {
            size_t length = strlen(results->cells[i].cell);

            width = length > width ? length : width;
            rows++;
        }
    }
    return (int)width;
}

static void print_row(FILE *out, const struct rl_results *results, uint32_t cell, int width)
{
    const struct rl_cell_result *result = &results->cells[cell];
    const struct rl_outage *outage = &result->outage;
    const char *engine = result->engine == NULL ? results->engine : result->engine;
    uint32_t more = 0;

    for (uint32_t i = cell + 1; i < results->cell_count; i++) {
        more += alike(results, cell, i);
    }
    fprintf(out, "%-*s  %-12s %11.1f %9.1f ", width, result->cell, engine,
            (double)outage->port.offline_ns / NS_PER_MS, (double)outage->port.dark_ns / NS_PER_MS);
    if (outage->hosts > 0) {
        fprintf(out, " %13.1f %9" PRIu64 " %11" PRIu64,
                (double)outage->sums.longest_wait_ns / NS_PER_MS, outage->sums.timeouts,
                outage->sums.paths_removed);
    }
    if (more > 0) {
        fprintf(out, "  and %" PRIu32 " cell%s more", more, more == 1 ? "" : "s");
    }
    fprintf(out, "\n");
}

void rl_print_outages(FILE *out, const struct rl_results *results)
{
    int width = name_width(results);
    uint32_t rows = 0;

    for (uint32_t i = 0; i < results->cell_count; i++) {
        if (!results->cells[i].outage.measured || told_before(results, i)) {
            continue;
        }
        if (rows == 0) {
            fprintf(out, "\n%-*s  %-12s %11s %9s  %13s %9s %11s\n", width, TITLE, "engine",
                    "off-line ms", "dark ms", "hosts wait ms", "timeouts", "paths lost");
        }
        if (rows++ < ROWS_MAX) {
            print_row(out, results, i, width);
        }
    }
    if (rows > ROWS_MAX) {
        fprintf(out, "and %" PRIu32 " more; --json has them all\n", rows - ROWS_MAX);
    }
}
