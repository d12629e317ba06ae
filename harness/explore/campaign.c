/* Runs the cells of a plan in worker processes, one process a cell: what an engine under test does
 * to its process ends with it, and results do not depend on how many work at once. */
#include "explore/explore.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board/heap.h"
#include "explore/sweep.h"

struct worker {
    pid_t pid; /* 0: free */
    int pipe;
    uint32_t cell;  /* number of the result; chosen[] has the plan's */
    uint8_t *bytes; /* what it wrote so far */
    size_t count, room;
};

struct campaign {
    const struct rl_plan *plan;
    const struct rl_engines *engines;
    const struct rl_campaign_options *options;
    struct rl_results *results;
    struct rl_cell_progress *progress; /* by result, shared with the workers */
    uint32_t *chosen;                  /* the plan's cells that are run, one a result */
    struct worker *workers;
    uint32_t next, done;
    double start, deadline, shown;
};

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

static bool write_all(int to, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    while (size > 0) {
        ssize_t written = write(to, at, size);

        if (written < 0 && errno != EINTR) {
            return false;
        }
        if (written > 0) {
            at += written;
            size -= (size_t)written;
        }
    }
    return true;
}

/* The worker: one cell, its result through the pipe. */
static _Noreturn void work(const struct campaign *campaign, uint32_t number, int to)
{
    uint32_t cell = campaign->chosen[number];
    struct rl_cell_result result;
    bool sent;

    rl_cell_run(campaign->plan, &campaign->plan->cells[cell],
                rl_engines_of(campaign->engines, cell), campaign->deadline,
                &campaign->progress[number], &result);
    sent = write_all(to, &result, sizeof result) &&
           write_all(to, result.findings, result.finding_count * sizeof *result.findings) &&
           write_all(to, result.held, result.held_count * sizeof *result.held);
    _exit(sent ? 0 : 3);
}

static void lose(struct campaign *campaign, uint32_t number, const char *why)
{
    struct rl_cell_result *result = &campaign->results->cells[number];
    const struct rl_cell *cell = &campaign->plan->cells[campaign->chosen[number]];

    memset(result, 0, sizeof *result);
    (void)snprintf(result->cell, sizeof result->cell, "%s", cell->name);
    (void)snprintf(result->harness_error, sizeof result->harness_error, "%s", why);
}

static bool start_worker(struct campaign *campaign, struct worker *worker)
{
    int ends[2];

    worker->cell = campaign->next++;
    worker->count = 0;
    if (pipe(ends) != 0) {
        lose(campaign, worker->cell, "no pipe to a worker process could be made");
        return false;
    }
    (void)fflush(NULL);
    worker->pid = fork();
    if (worker->pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would take the result */
        (void)close(ends[0]);
        work(campaign, worker->cell, ends[1]);
    }
    (void)close(ends[1]);
    if (worker->pid < 0) {
        worker->pid = 0;
        (void)close(ends[0]);
        lose(campaign, worker->cell, "no worker process could be started");
        return false;
    }
    worker->pipe = ends[0];
    return true;
}

/* Takes a result out of what a worker wrote. False when it is not whole. */
static bool take_result(const struct worker *worker, struct rl_cell_result *result)
{
    size_t findings;
    size_t held;

    if (worker->count < sizeof *result) {
        return false;
    }
    memcpy(result, worker->bytes, sizeof *result);
    findings = result->finding_count * sizeof *result->findings;
    held = result->held_count * sizeof *result->held;
    if (worker->count != sizeof *result + findings + held) {
        return false;
    }
    result->findings = rl_malloc(findings);
    result->held = rl_malloc(held);
    memcpy(result->findings, worker->bytes + sizeof *result, findings);
    memcpy(result->held, worker->bytes + sizeof *result + findings, held);
    return true;
}

static void finish_worker(struct campaign *campaign, struct worker *worker)
{
    int status = 0;
    char why[128];

    (void)close(worker->pipe);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
    }
    worker->pid = 0;
    campaign->done++;
    if (WIFSIGNALED(status)) {
        (void)snprintf(why, sizeof why, "the worker process died by signal %d", WTERMSIG(status));
        lose(campaign, worker->cell, why);
    } else if (WEXITSTATUS(status) != 0 ||
               !take_result(worker, &campaign->results->cells[worker->cell])) {
        lose(campaign, worker->cell, "the worker process ended without a whole result");
    }
}

static void show(struct campaign *campaign, bool last)
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

static void read_some(struct campaign *campaign, struct worker *worker)
{
    ssize_t got;

    if (worker->count + 65536u > worker->room) {
        worker->room = worker->count + 1048576u;
        worker->bytes = rl_realloc(worker->bytes, worker->room);
    }
    got = read(worker->pipe, worker->bytes + worker->count, worker->room - worker->count);
    if (got > 0) {
        worker->count += (size_t)got;
    } else if (got == 0 || errno != EINTR) {
        campaign->progress[worker->cell].fraction = 1.0;
        finish_worker(campaign, worker);
    }
}

/* Keeps all workers busy until every cell is done. */
static void serve(struct campaign *campaign)
{
    struct pollfd *ends = rl_calloc(campaign->options->jobs, sizeof *ends);

    while (campaign->done < campaign->results->cell_count) {
        unsigned jobs = campaign->options->jobs;

        for (unsigned i = 0; i < jobs; i++) {
            struct worker *worker = &campaign->workers[i];

            while (worker->pid == 0 && campaign->next < campaign->results->cell_count) {
                campaign->done += !start_worker(campaign, worker);
            }
            ends[i].fd = worker->pid == 0 ? -1 : worker->pipe;
            ends[i].events = POLLIN;
            ends[i].revents = 0;
        }
        (void)poll(ends, jobs, 250);
        for (unsigned i = 0; i < jobs; i++) {
            if (ends[i].fd >= 0 && ends[i].revents != 0) {
                read_some(campaign, &campaign->workers[i]);
            }
        }
        show(campaign, false);
    }
    free(ends);
}

/* Not by the workers: a pointer of theirs is worth nothing here. */
static void name_engines(struct campaign *campaign)
{
    for (uint32_t i = 0; i < campaign->results->cell_count; i++) {
        campaign->results->cells[i].engine =
            rl_engines_of(campaign->engines, campaign->chosen[i])->engine->name;
    }
}

static void choose_cells(struct campaign *campaign)
{
    const struct rl_plan *plan = campaign->plan;
    struct rl_results *results = campaign->results;

    results->cell_count = 0;
    campaign->chosen = rl_calloc(plan->cell_count, sizeof *campaign->chosen);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        if (is_chosen(&plan->cells[i], campaign->options->only)) {
            campaign->chosen[results->cell_count++] = i;
        }
    }
    results->cells = rl_calloc(results->cell_count, sizeof *results->cells);
}

/* Zeroed memory that worker processes share; NULL and errno when there is none. */
static void *shared_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    /* cppcheck-suppress memleak ; it takes MAP_FAILED for memory */
    return memory == MAP_FAILED ? NULL : memory;
}

int rl_campaign_run(const struct rl_plan *plan, const struct rl_engines *engines,
                    const struct rl_campaign_options *options, struct rl_results *results,
                    char *error, size_t error_size)
{
    struct campaign campaign = {
        .plan = plan, .engines = engines, .options = options, .results = results};
    size_t shared = plan->cell_count * sizeof *campaign.progress;

    memset(results, 0, sizeof *results);
    campaign.progress = shared_memory(shared);
    if (campaign.progress == NULL) {
        (void)snprintf(error, error_size, "no memory to share with worker processes: %s",
                       strerror(errno));
        return -1;
    }
    results->plan = plan->name;
    results->engine = rl_engines_name(engines);
    results->plan_digest = plan->digest;
    results->engine_digest = rl_engines_digest(engines, plan->cell_count);
    results->only = options->only;
    results->without = options->without;
    choose_cells(&campaign);
    campaign.workers = rl_calloc(options->jobs, sizeof *campaign.workers);
    campaign.start = rl_clock_now();
    campaign.deadline = options->budget_seconds > 0 ? campaign.start + options->budget_seconds : 0;
    serve(&campaign);
    name_engines(&campaign);
    show(&campaign, true);
    results->seconds = rl_clock_now() - campaign.start;
    for (unsigned i = 0; i < options->jobs; i++) {
        free(campaign.workers[i].bytes);
    }
    free(campaign.workers);
    free(campaign.chosen);
    (void)munmap(campaign.progress, shared);
    return 0;
}
