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
#include "explore/message.h"
#include "explore/sweep.h"

struct worker {
    pid_t pid; /* 0: free */
    int pipe;
    uint32_t cell; /* number of the result */
    bool ended;    /* its last message came */
    struct rl_messages messages;
};

struct campaign {
    const struct rl_plan *plan;
    const struct rl_engines *engines;
    const struct rl_campaign_options *options;
    struct rl_results *results;
    struct rl_cell_progress *progress; /* by result, shared with the workers */
    struct rl_cell_result *partial;    /* by result: of blocks that are not done */
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

/* What a worker hands over goes into its pipe. */
struct outlet {
    int to;
    bool sent;
};

static void send_piece(void *user, const struct rl_cell_result *piece, bool partial)
{
    struct outlet *outlet = user;

    outlet->sent =
        outlet->sent &&
        rl_message_write(outlet->to, partial ? RL_MESSAGE_PARTIAL : RL_MESSAGE_PIECE, piece);
}

/* The worker: what is to be done of one cell. */
static _Noreturn void work(const struct campaign *campaign, uint32_t number, int to)
{
    const struct rl_cell_result *so_far = &campaign->results->cells[number];
    struct outlet outlet = {.to = to, .sent = true};
    struct rl_work work = {.shard = campaign->results->shard,
                           .shards = campaign->results->shards,
                           .so_far = so_far,
                           .take = send_piece,
                           .user = &outlet};
    struct rl_cell_result end;

    rl_cell_work(campaign->plan, so_far->number, rl_engines_of(campaign->engines, so_far->number),
                 campaign->deadline, &campaign->progress[number], &work, &end);
    outlet.sent = outlet.sent && rl_message_write(to, RL_MESSAGE_END, &end);
    _exit(outlet.sent ? 0 : 3);
}

static void lose(struct campaign *campaign, uint32_t number, const char *why)
{
    struct rl_cell_result *result = &campaign->results->cells[number];

    result->complete = false;
    (void)snprintf(result->harness_error, sizeof result->harness_error, "%s", why);
}

static bool start_worker(struct campaign *campaign, struct worker *worker)
{
    int ends[2];

    worker->cell = campaign->next++;
    worker->ended = false;
    worker->messages.count = 0;
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

static void take_message(struct campaign *campaign, struct worker *worker,
                         enum rl_message_kind kind, const struct rl_cell_result *piece)
{
    struct rl_cell_result *result = &campaign->results->cells[worker->cell];

    if (kind == RL_MESSAGE_PARTIAL) {
        rl_cell_result_add(&campaign->partial[worker->cell], piece);
        return;
    }
    rl_cell_result_add(result, piece);
    if (kind == RL_MESSAGE_END) {
        worker->ended = true;
        result->complete = piece->complete;
        memcpy(result->harness_error, piece->harness_error, sizeof result->harness_error);
    }
}

static void take_messages(struct campaign *campaign, struct worker *worker)
{
    struct rl_cell_result piece;
    enum rl_message_kind kind = rl_messages_take(&worker->messages, &piece);

    while (kind != 0) {
        take_message(campaign, worker, kind, &piece);
        rl_cell_result_free(&piece);
        kind = rl_messages_take(&worker->messages, &piece);
    }
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
    } else if (WEXITSTATUS(status) != 0 || !worker->ended) {
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
    bool more = rl_messages_read(&worker->messages, worker->pipe);

    take_messages(campaign, worker);
    if (!more) {
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
            rl_engines_of(campaign->engines, campaign->results->cells[i].number)->engine->name;
    }
}

static void choose_cells(struct campaign *campaign)
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
static void join_partial(struct campaign *campaign)
{
    for (uint32_t i = 0; i < campaign->results->cell_count; i++) {
        rl_cell_result_add(&campaign->results->cells[i], &campaign->partial[i]);
        rl_cell_result_free(&campaign->partial[i]);
        rl_cell_result_sort(&campaign->results->cells[i]);
    }
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
    results->shard = options->shard;
    results->shards = options->shards;
    choose_cells(&campaign);
    campaign.workers = rl_calloc(options->jobs, sizeof *campaign.workers);
    campaign.start = rl_clock_now();
    campaign.deadline = options->budget_seconds > 0 ? campaign.start + options->budget_seconds : 0;
    serve(&campaign);
    join_partial(&campaign);
    name_engines(&campaign);
    show(&campaign, true);
    results->seconds = rl_clock_now() - campaign.start;
    for (unsigned i = 0; i < options->jobs; i++) {
        free(campaign.workers[i].messages.bytes);
    }
    free(campaign.workers);
    free(campaign.partial);
    (void)munmap(campaign.progress, shared);
    return 0;
}
