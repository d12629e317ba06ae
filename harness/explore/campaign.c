/* Runs the cells of a plan in worker processes, one process a cell: what an engine under test does
 * to its process ends with it, and results do not depend on how many work at once. */
#include "explore/campaign_private.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "board/heap.h"

/* Between two times that results are stored. */
#define STORE_SECONDS 0.25

static bool is_chosen(const struct rl_cell *cell, const char *only)
{
    return only == NULL || strncmp(cell->name, only, strlen(only)) == 0;
}

uint32_t rl_campaign_cells(const struct rl_plan *plan, const char *only)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < plan->cell_count; i++) {
        count += is_chosen(&plan->cells[i], only);
    }
    return count;
}
static void show(struct rl_campaign *campaign, bool last)
{
    struct rl_campaign_progress progress = {.cells_done = campaign->done,
                                            .cells = campaign->results->cell_count};
    double now = rl_clock_now();

    if (campaign->options->progress == NULL || (!last && now - campaign->shown < 0.25)) {
        return;
    }
    campaign->shown = now;
    for (uint32_t i = 0; i < progress.cells; i++) {
        progress.crash_states += campaign->progress[i].crash_states;
        progress.violations += campaign->progress[i].violations;
        progress.fraction += campaign->progress[i].fraction / progress.cells;
    }
    progress.seconds = now - campaign->start;
    campaign->options->progress(campaign->options->progress_user, &progress);
}

/* Stores what is new, now and then. False when that failed. */
static bool store(struct rl_campaign *campaign, bool last)
{
    struct rl_results *results = campaign->results;
    double now = rl_clock_now();

    if (campaign->options->store == NULL || (!last && now - campaign->stored < STORE_SECONDS)) {
        return true;
    }
    campaign->stored = now;
    results->seconds = campaign->before + now - campaign->start;
    if (!rl_store_update(campaign->options->store, results, campaign->changed, campaign->error,
                         campaign->error_size)) {
        return false;
    }
    memset(campaign->changed, 0, results->cell_count * sizeof *campaign->changed);
    return true;
}

static void skip_complete(struct rl_campaign *campaign)
{
    const struct rl_results *results = campaign->results;

    while (campaign->next < results->cell_count && results->cells[campaign->next].complete) {
        campaign->next++;
        campaign->done++;
    }
}

/* A cell to work on: one whose worker died, or the next one that is not complete yet. */
static bool next_cell(struct rl_campaign *campaign, uint32_t *cell)
{
    for (*cell = 0; *cell < campaign->next; (*cell)++) {
        if (campaign->again[*cell]) {
            campaign->again[*cell] = false;
            return true;
        }
    }
    skip_complete(campaign);
    if (campaign->next == campaign->results->cell_count) {
        return false;
    }
    *cell = campaign->next++;
    return true;
}

/* Keeps all workers busy until every cell is done. False when that could not be stored. */
static bool serve(struct rl_campaign *campaign)
{
    struct pollfd *ends = rl_calloc(campaign->options->jobs, sizeof *ends);
    bool good = true;

    skip_complete(campaign);
    while (good && campaign->done < campaign->results->cell_count) {
        unsigned jobs = campaign->options->jobs;

        for (unsigned i = 0; i < jobs; i++) {
            struct rl_worker *worker = &campaign->workers[i];
            uint32_t cell;

            while (worker->pid == 0 && next_cell(campaign, &cell)) {
                campaign->done += !rl_worker_start(campaign, worker, cell);
            }
            ends[i].fd = worker->pid == 0 ? -1 : worker->pipe;
            ends[i].events = POLLIN;
            ends[i].revents = 0;
        }
        (void)poll(ends, jobs, 250);
        for (unsigned i = 0; i < jobs; i++) {
            if (ends[i].fd >= 0 && ends[i].revents != 0) {
                rl_worker_read(campaign, &campaign->workers[i]);
            }
        }
        good = store(campaign, false);
        show(campaign, false);
    }
    free(ends);
    return good && store(campaign, true);
}

/* Not by the workers: a pointer of theirs is worth nothing here. */
static void name_engines(struct rl_campaign *campaign)
{
    for (uint32_t i = 0; i < campaign->results->cell_count; i++) {
        campaign->results->cells[i].engine =
            rl_engines_of(campaign->engines, campaign->results->cells[i].number)->engine->name;
    }
}

static void choose_cells(struct rl_campaign *campaign)
{
    const struct rl_plan *plan = campaign->plan;
    struct rl_results *results = campaign->results;

    results->cell_count = 0;
    results->cells = rl_calloc(plan->cell_count, sizeof *results->cells);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        if (is_chosen(&plan->cells[i], campaign->options->only)) {
            struct rl_cell_result *result = &results->cells[results->cell_count++];

            result->number = i;
            (void)snprintf(result->cell, sizeof result->cell, "%s", plan->cells[i].name);
        }
    }
    campaign->partial = rl_calloc(plan->cell_count, sizeof *campaign->partial);
}

/* Zeroed memory that worker processes share; NULL and errno when there is none. */
static void *shared_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    /* cppcheck-suppress memleak ; it takes MAP_FAILED for memory */
    return memory == MAP_FAILED ? NULL : memory;
}

/* What was found in blocks that are not done is found all the same. */
static void join_partial(struct rl_campaign *campaign)
{
    for (uint32_t i = 0; i < campaign->results->cell_count; i++) {
        rl_cell_result_add(&campaign->results->cells[i], &campaign->partial[i]);
        rl_cell_result_free(&campaign->partial[i]);
        rl_cell_result_sort(&campaign->results->cells[i]);
    }
}

/* What is known already of a campaign that is taken up again. False when it has other cells. */
static bool take_up(struct rl_campaign *campaign, struct rl_results *so_far)
{
    struct rl_results *results = campaign->results;

    for (uint32_t i = 0; i < results->cell_count; i++) {
        if (i >= so_far->cell_count || so_far->cells[i].number != results->cells[i].number ||
            strcmp(so_far->cells[i].cell, results->cells[i].cell) != 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < results->cell_count; i++) {
        results->cells[i] = so_far->cells[i];
        memset(&so_far->cells[i], 0, sizeof so_far->cells[i]);
        results->cells[i].harness_error[0] = '\0';
        campaign->progress[i].crash_states = results->cells[i].crash_states;
        campaign->progress[i].violations = results->cells[i].violations;
        campaign->progress[i].fraction = results->cells[i].complete ? 1.0 : 0.0;
    }
    campaign->before = so_far->seconds;
    return true;
}

static bool begin(struct rl_campaign *campaign)
{
    const struct rl_campaign_options *options = campaign->options;

    choose_cells(campaign);
    if (options->so_far != NULL && !take_up(campaign, options->so_far)) {
        (void)snprintf(campaign->error, campaign->error_size,
                       "the store's last campaign has other cells; give the name of a new file");
        return false;
    }
    name_engines(campaign);
    campaign->start = rl_clock_now();
    campaign->deadline =
        options->budget_seconds > 0 ? campaign->start + options->budget_seconds : 0;
    return options->store == NULL ||
           rl_store_begin(options->store, campaign->results, campaign->error, campaign->error_size);
}

static bool finish(struct rl_campaign *campaign)
{
    join_partial(campaign);
    campaign->results->seconds = campaign->before + rl_clock_now() - campaign->start;
    show(campaign, true);
    return campaign->options->store == NULL ||
           rl_store_finish(campaign->options->store, campaign->results, campaign->error,
                           campaign->error_size);
}

static void describe(const struct rl_campaign *campaign)
{
    struct rl_results *results = campaign->results;

    memset(results, 0, sizeof *results);
    results->plan = campaign->plan->name;
    results->engine = rl_engines_name(campaign->engines);
    results->plan_digest = campaign->plan->digest;
    results->engine_digest = rl_engines_digest(campaign->engines, campaign->plan->cell_count);
    results->only = campaign->options->only;
    results->without = campaign->options->without;
    results->shard = campaign->options->shard;
    results->shards = campaign->options->shards;
}

static void clean_up(struct rl_campaign *campaign)
{
    for (unsigned i = 0; i < campaign->options->jobs; i++) {
        free(campaign->workers[i].messages.bytes);
    }
    free(campaign->workers);
    free(campaign->partial);
    free(campaign->changed);
    free(campaign->again);
    free(campaign->deaths);
}

static void make_room(struct rl_campaign *campaign)
{
    uint32_t cells = campaign->plan->cell_count;

    campaign->workers = rl_calloc(campaign->options->jobs, sizeof *campaign->workers);
    campaign->changed = rl_calloc(cells, sizeof *campaign->changed);
    campaign->again = rl_calloc(cells, sizeof *campaign->again);
    campaign->deaths = rl_calloc(cells, sizeof *campaign->deaths);
    campaign->scenarios = (uint64_t *)(campaign->progress + cells); /* shared with workers, too */
    for (uint32_t i = 0; i < cells; i++) {
        campaign->deaths[i].last = &campaign->scenarios[i];
    }
}

/* A cell that was not closed has no section, and then there is no certificate. */
static void certify(struct rl_campaign *campaign)
{
    struct rl_results *results = campaign->results;
    uint32_t *cells = rl_calloc(results->cell_count + 1u, sizeof *cells);

    for (uint32_t i = 0; i < results->cell_count; i++) {
        cells[i] = results->cells[i].number;
        results->unclosed |= !results->cells[i].closure.closed;
    }
    if (campaign->options->certificate != NULL) {
        results->certified = rl_certificate_write(
            &campaign->sections, campaign->plan, campaign->engines, cells, results->cell_count,
            campaign->options->certificate, results->uncertified, sizeof results->uncertified);
        rl_certificate_end(&campaign->sections);
    }
    free(cells);
}

int rl_campaign_run(const struct rl_plan *plan, const struct rl_engines *engines,
                    const struct rl_campaign_options *options, struct rl_results *results,
                    char *error, size_t error_size)
{
    struct rl_campaign campaign = {.plan = plan,
                                   .engines = engines,
                                   .options = options,
                                   .results = results,
                                   .error = error,
                                   .error_size = error_size};
    size_t shared = plan->cell_count * (sizeof *campaign.progress + sizeof *campaign.scenarios);
    bool good;

    campaign.progress = shared_memory(shared);
    if (campaign.progress == NULL) {
        (void)snprintf(error, error_size, "no memory to share with worker processes: %s",
                       strerror(errno));
        return -1;
    }
    if (options->certificate != NULL && !rl_certificate_begin(&campaign.sections)) {
        (void)snprintf(error, error_size, "no file for the certificate's parts: %s",
                       strerror(errno));
        return -1;
    }
    describe(&campaign);
    make_room(&campaign);
    good = begin(&campaign) && serve(&campaign) && finish(&campaign);
    certify(&campaign);
    clean_up(&campaign);
    (void)munmap(campaign.progress, shared);
    if (!good) {
        rl_results_free(results);
    }
    return good ? 0 : -1;
}
