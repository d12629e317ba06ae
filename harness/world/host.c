/* The hosts: what they send, what they send again, and what they wait for too long. */
#include <string.h>

#include "world/sim.h"

static void remove_open(struct rl_path *path, uint32_t at)
{
    path->open_count--;
    memmove(&path->open[at], &path->open[at + 1], (path->open_count - at) * sizeof path->open[0]);
}

void rl_host_give_back(struct rl_sim *sim, struct rl_path *path)
{
    struct rl_sim_host *host = &sim->hosts[path->host];

    for (uint32_t i = 0; i < path->open_count; i++) {
        host->pending[host->pending_count++] =
            (struct rl_pending){path->open[i].command, true, sim->now_ns};
    }
    path->open_count = 0;
}

void rl_host_answered(struct rl_sim *sim, const struct rl_entry *entry)
{
    struct rl_sim_host *host = &sim->hosts[entry->host];
    struct rl_path *path = &host->paths[entry->path];
    uint64_t wait = sim->now_ns - host->last_answer_ns;

    rl_ledger_answer(&host->ledger, entry->command);
    for (uint32_t i = 0; i < path->open_count; i++) {
        if (path->open[i].number == entry->number) {
            remove_open(path, i);
            host->sums.longest_wait_ns =
                wait > host->sums.longest_wait_ns ? wait : host->sums.longest_wait_ns;
            host->last_answer_ns = sim->now_ns;
            return;
        }
    }
    /* An answer to what the host has given up: it takes no notice, the ledger did. */
}

static void send(struct rl_sim *sim, struct rl_path *path, uint32_t command)
{
    struct rl_sim_host *host = &sim->hosts[path->host];
    struct rl_exchange exchange = {command, host->number++, sim->now_ns};

    path->open[path->open_count++] = exchange;
    rl_adapter_take(sim, path, &exchange);
}

/* The next path of the group with room, in turn; NULL when there is none. */
static struct rl_path *next_path(struct rl_sim_host *host)
{
    for (uint32_t i = 0; i < host->plan->paths; i++) {
        struct rl_path *path = &host->paths[(host->turn + i) % host->plan->paths];

        if (path->state == RL_PATH_READY && path->open_count < RL_QUEUE_DEPTH) {
            host->turn = (path->index + 1) % host->plan->paths;
            return path;
        }
    }
    return NULL;
}

static bool any_ready(const struct rl_sim_host *host)
{
    for (uint32_t i = 0; i < host->plan->paths; i++) {
        if (host->paths[i].state == RL_PATH_READY) {
            return true;
        }
    }
    return false;
}

/* A new command: over the next path, or to wait for one where the host has none left. */
static void issue(struct rl_sim *sim, struct rl_sim_host *host)
{
    struct rl_path *path = host->pending_count == 0 ? next_path(host) : NULL;

    if (path != NULL) {
        send(sim, path, rl_ledger_issue(&host->ledger));
    } else if (!any_ready(host)) {
        host->pending[host->pending_count++] =
            (struct rl_pending){rl_ledger_issue(&host->ledger), false, sim->now_ns};
    }
}

/* First what waits, then a new command. */
static void tick(struct rl_sim *sim, struct rl_sim_host *host)
{
    uint32_t sent = 0;
    struct rl_path *path = NULL;

    host->tick_ns += host->interval_ns;
    while (sent < host->pending_count && (path = next_path(host)) != NULL) {
        send(sim, path, host->pending[sent].command);
        host->sums.retried += host->pending[sent].sent;
        sent++;
    }
    host->pending_count -= sent;
    memmove(host->pending, host->pending + sent, host->pending_count * sizeof host->pending[0]);
    if (sent > 0) {
        host->told_no_path = false;
    }
    if (host->pending_count < RL_QUEUE_DEPTH && sim->now_ns < sim->stop_ns) {
        issue(sim, host);
    }
}

/* When the first command of the host is waited for too long. */
static uint64_t timeout_next(const struct rl_sim_host *host)
{
    uint64_t oldest = RL_NEVER;

    for (uint32_t i = 0; i < host->plan->paths; i++) {
        if (host->paths[i].open_count > 0 && host->paths[i].open[0].sent_ns < oldest) {
            oldest = host->paths[i].open[0].sent_ns;
        }
    }
    for (uint32_t i = 0; i < host->pending_count; i++) {
        oldest = host->pending[i].since_ns < oldest ? host->pending[i].since_ns : oldest;
    }
    return oldest == RL_NEVER ? RL_NEVER : oldest + host->plan->timeout_ns;
}

/* One line for an outage, not one for each command. */
static void tell_no_path(struct rl_sim *sim, struct rl_sim_host *host)
{
    if (!host->told_no_path) {
        host->told_no_path = true;
        rl_happened(&sim->result->happenings, sim->now_ns,
                    "host %u: timeouts of commands that found no path for %llu s",
                    (unsigned)(host - sim->hosts) + 1,
                    (unsigned long long)(host->plan->timeout_ns / RL_NS_S));
    }
}

static void timeouts_due(struct rl_sim *sim, struct rl_sim_host *host)
{
    uint64_t timeout = host->plan->timeout_ns;

    for (uint32_t i = 0; i < host->plan->paths; i++) {
        struct rl_path *path = &host->paths[i];

        if (path->open_count > 0 && path->open[0].sent_ns + timeout <= sim->now_ns) {
            host->sums.timeouts++;
            rl_happened(&sim->result->happenings, sim->now_ns,
                        "host %u, adapter %u: timeout of a command after %llu s", path->host + 1,
                        path->adapter + 1, (unsigned long long)(timeout / RL_NS_S));
            rl_path_remove(sim, path);
        }
    }
    for (uint32_t i = 0; i < host->pending_count; i++) {
        if (host->pending[i].since_ns + timeout <= sim->now_ns) {
            host->pending[i].since_ns = sim->now_ns; /* it is tried on: there is no other path */
            host->sums.timeouts++;
            tell_no_path(sim, host);
        }
    }
}

uint64_t rl_host_next(const struct rl_sim_host *host)
{
    uint64_t next = timeout_next(host);

    next = host->tick_ns < next ? host->tick_ns : next;
    for (uint32_t i = 0; i < host->plan->paths; i++) {
        next = host->paths[i].timer_ns < next ? host->paths[i].timer_ns : next;
    }
    return next;
}

void rl_host_due(struct rl_sim *sim, struct rl_sim_host *host)
{
    for (uint32_t i = 0; i < host->plan->paths; i++) {
        if (host->paths[i].timer_ns <= sim->now_ns) {
            rl_path_timer(sim, &host->paths[i]);
        }
    }
    if (timeout_next(host) <= sim->now_ns) {
        timeouts_due(sim, host);
    }
    if (host->tick_ns <= sim->now_ns) {
        tick(sim, host);
    }
}
