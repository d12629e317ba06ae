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
#include "explore/certificate.h"
#include "explore/sweep.h"

/* Between two times that results are stored. */
#define STORE_SECONDS 0.25
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
    struct rl_deaths *deaths;          /* by result: of its workers */
    bool *again;                       /* by result: its worker died, and another goes on */
    uint64_t *scenarios;               /* by result, shared: the last ones of careful workers */
    struct rl_cell_result *partial;    /* by result: of blocks that are not done */
    struct rl_certificate_sections sections; /* where a certificate is asked for */
    struct worker *workers;
    bool *changed; /* by result: not stored yet */
    uint32_t next, done;
    double stored; /* when results were stored last */
    char *error;   /* where a line goes when something fails */
    size_t error_size;
    double start, deadline, shown;
    double before; /* seconds that the campaign took before it was taken up again */
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
                           .deaths = &campaign->deaths[number],
                           .take = send_piece,
                           .user = &outlet,
                           .certificate =
                               campaign->options->certificate == NULL ? NULL : &campaign->sections};
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
    campaign->changed[number] = true;
    (void)snprintf(result->harness_error, sizeof result->harness_error, "%s", why);
}

static bool start_worker(struct campaign *campaign, struct worker *worker, uint32_t cell)
{
    int ends[2];

    worker->cell = cell;
    campaign->scenarios[cell] = 0;
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
    campaign->changed[worker->cell] = true;
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

/* Why a worker did not end as it should; "" when it did. */
static void tell_end(const struct worker *worker, int status, char *why, size_t size)
{
    why[0] = '\0';
    if (WIFSIGNALED(status)) {
        (void)snprintf(why, size, "the worker process died by signal %d", WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0 || !worker->ended) {
        (void)snprintf(why, size, "the worker process ended without a whole result");
    }
}

/* Whether another worker can go on with the cell of one that died. Where none has died before, it
 * is a careful one; a careful one has told the scenario that it was at. */
static bool goes_on(struct campaign *campaign, uint32_t cell, const char *why)
{
    struct rl_deaths *deaths = &campaign->deaths[cell];

    if (campaign->plan->cells[campaign->results->cells[cell].number].closure) {
        return false; /* its states are found again by what was read in them */
    }
    if (deaths->careful && !rl_deaths_add(deaths, why)) {
        return false;
    }
    deaths->careful = true;
    return true;
}

static void finish_worker(struct campaign *campaign, struct worker *worker)
{
    const struct rl_deaths *deaths = &campaign->deaths[worker->cell];
    int status = 0;
    char why[128];

    (void)close(worker->pipe);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
    }
    worker->pid = 0;
    tell_end(worker, status, why, sizeof why);
    if (why[0] != '\0' && goes_on(campaign, worker->cell, why)) {
        campaign->again[worker->cell] = true;
        return;
    }
    campaign->done++;
    if (why[0] != '\0' && deaths->count == RL_DEATHS_MAX) {
        lose(campaign, worker->cell, "worker processes died in too many scenarios");
    } else if (why[0] != '\0') {
        lose(campaign, worker->cell, why);
    } else if (deaths->careful && deaths->count == 0) {
        lose(campaign, worker->cell, "a worker process died, and the next one did not");
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

/* Stores what is new, now and then. False when that failed. */
static bool store(struct campaign *campaign, bool last)
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

static void skip_complete(struct campaign *campaign)
{
    const struct rl_results *results = campaign->results;

    while (campaign->next < results->cell_count && results->cells[campaign->next].complete) {
        campaign->next++;
        campaign->done++;
    }
}

/* A cell to work on: one whose worker died, or the next one that is not complete yet. */
static bool next_cell(struct campaign *campaign, uint32_t *cell)
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
static bool serve(struct campaign *campaign)
{
    struct pollfd *ends = rl_calloc(campaign->options->jobs, sizeof *ends);
    bool good = true;

    skip_complete(campaign);
    while (good && campaign->done < campaign->results->cell_count) {
        unsigned jobs = campaign->options->jobs;

        for (unsigned i = 0; i < jobs; i++) {
            struct worker *worker = &campaign->workers[i];
            uint32_t cell;

            while (worker->pid == 0 && next_cell(campaign, &cell)) {
                campaign->done += !start_worker(campaign, worker, cell);
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
        good = store(campaign, false);
        show(campaign, false);
    }
    free(ends);
    return good && store(campaign, true);
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

/* What is known already of a campaign that is taken up again. False when it has other cells. */
static bool take_up(struct campaign *campaign, struct rl_results *so_far)
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

static bool begin(struct campaign *campaign)
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

static bool finish(struct campaign *campaign)
{
    join_partial(campaign);
    campaign->results->seconds = campaign->before + rl_clock_now() - campaign->start;
    show(campaign, true);
    return campaign->options->store == NULL ||
           rl_store_finish(campaign->options->store, campaign->results, campaign->error,
                           campaign->error_size);
}

static void describe(const struct campaign *campaign)
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

static void clean_up(struct campaign *campaign)
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

static void make_room(struct campaign *campaign)
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
static void certify(struct campaign *campaign)
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
    struct campaign campaign = {.plan = plan,
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
    return good ? 0 : -1;
}
