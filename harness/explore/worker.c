/* Worker processes, one a cell: what they do, what they tell, and how they end. */
#include "explore/campaign_private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

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
static _Noreturn void work(const struct rl_campaign *campaign, uint32_t number, int to)
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

static void lose(struct rl_campaign *campaign, uint32_t number, const char *why)
{
    struct rl_cell_result *result = &campaign->results->cells[number];

    result->complete = false;
    campaign->changed[number] = true;
    (void)snprintf(result->harness_error, sizeof result->harness_error, "%s", why);
}

bool rl_worker_start(struct rl_campaign *campaign, struct rl_worker *worker, uint32_t cell)
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

static void take_message(struct rl_campaign *campaign, struct rl_worker *worker,
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

static void take_messages(struct rl_campaign *campaign, struct rl_worker *worker)
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
static void tell_end(const struct rl_worker *worker, int status, char *why, size_t size)
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
static bool goes_on(struct rl_campaign *campaign, uint32_t cell, const char *why)
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

static void finish_worker(struct rl_campaign *campaign, struct rl_worker *worker)
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

void rl_worker_read(struct rl_campaign *campaign, struct rl_worker *worker)
{
    bool more = rl_messages_read(&worker->messages, worker->pipe);

    take_messages(campaign, worker);
    if (!more) {
        campaign->progress[worker->cell].fraction = 1.0;
        finish_worker(campaign, worker);
    }
}
