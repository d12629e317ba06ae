/* The course of a world: from one time at which something happens to the next.
 * At one time adapters come first, then paths, then hosts: an order as good as another, fixed so
 * that a world has one course. */
#include "world/host.h"

#include <stdlib.h>

#include "board/heap.h"
#include "world/sim.h"

static uint32_t usable_paths(const struct rl_sim *sim, const struct rl_sim_host *host)
{
    uint32_t usable = 0;

    for (uint32_t i = 0; i < host->plan->paths; i++) {
        usable += rl_path_usable(sim, &host->paths[i]);
    }
    return usable;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What is usable stays so until something happens: time passes in one piece. */
static void pass(struct rl_sim *sim)
{
    uint64_t next = least(sim->notify_ns, sim->stop_ns);

    if (sim->stop_ns == RL_NEVER) {
        next = least(next, sim->limit_ns);
    } else if (next <= sim->now_ns) {
        next = sim->stop_ns + RL_NS_DRAIN_MOST;
    }
    next = least(next, rl_loss_next(sim));
    for (uint32_t i = 0; i < sim->world->adapters; i++) {
        next = least(next, rl_adapter_next(sim, &sim->adapters[i]));
    }
    for (uint32_t i = 0; i < sim->world->hosts; i++) {
        next = least(next, rl_host_next(&sim->hosts[i]));
    }
    next = next < sim->now_ns ? sim->now_ns : next;
    for (uint32_t i = 0; i < sim->world->hosts; i++) {
        struct rl_sim_host *host = &sim->hosts[i];
        uint32_t usable = usable_paths(sim, host);

        host->sums.outage_ns += usable == 0 ? next - sim->now_ns : 0;
        if (usable < host->sums.least_paths && next > sim->now_ns) {
            host->sums.least_paths = usable;
        }
    }
    sim->now_ns = next;
}

static bool quiet(const struct rl_sim *sim)
{
    for (uint32_t i = 0; i < sim->world->hosts; i++) {
        const struct rl_sim_host *host = &sim->hosts[i];

        if (host->pending_count > 0) {
            return false;
        }
        for (uint32_t k = 0; k < host->plan->paths; k++) {
            if (host->paths[k].open_count > 0) {
                return false;
            }
        }
    }
    return true;
}

static bool over(const struct rl_sim *sim)
{
    return sim->stop_ns != RL_NEVER && sim->now_ns >= sim->stop_ns &&
           (quiet(sim) || sim->now_ns >= sim->stop_ns + RL_NS_DRAIN_MOST);
}

static void begin(struct rl_sim *sim)
{
    const struct rl_world *world = sim->world;

    for (uint32_t i = 0; i < world->adapters; i++) {
        rl_adapter_init(&sim->adapters[i], world->history[i]);
        sim->result->started_ns[i] = RL_NEVER;
    }
    for (uint32_t i = 0; i < world->hosts; i++) {
        struct rl_sim_host *host = &sim->hosts[i];

        host->plan = &world->host[i];
        host->tick_ns = i * RL_NS_MS; /* not all at once */
        host->interval_ns = RL_NS_COMMAND / (host->plan->paths > 1 ? host->plan->paths : 1);
        host->sums.least_paths = host->plan->paths;
        for (uint32_t k = 0; k < host->plan->paths; k++) {
            host->paths[k] = (struct rl_path){
                .host = i, .index = k, .adapter = host->plan->adapter[k], .timer_ns = RL_NEVER};
        }
    }
    sim->loss_ns = RL_NEVER;
    sim->restore_ns = RL_NEVER;
    rl_order_init(sim);
}

static void raise(uint64_t *most, uint64_t value)
{
    *most = value > *most ? value : *most;
}

static void add(struct rl_host_sums *total, const struct rl_host_sums *host, uint32_t paths)
{
    total->issued += host->issued;
    total->accepted += host->accepted;
    total->answered += host->answered;
    total->answered_twice += host->answered_twice;
    total->unanswered += host->unanswered;
    total->undone += host->undone;
    total->held += host->held;
    total->retried += host->retried;
    total->timeouts += host->timeouts;
    total->paths_removed += host->paths_removed;
    total->paths_restored += host->paths_restored;
    total->logins_fast += host->logins_fast;
    total->logins_full += host->logins_full;
    raise(&total->longest_hold_ns, host->longest_hold_ns);
    raise(&total->longest_wait_ns, host->longest_wait_ns);
    raise(&total->outage_ns, host->outage_ns);
    if (paths > 1) {
        total->least_paths = (uint32_t)least(total->least_paths, host->least_paths);
    }
}

static void finish(struct rl_sim *sim)
{
    struct rl_hosts_result *result = sim->result;

    result->hosts = sim->world->hosts;
    result->total.least_paths = UINT32_MAX; /* until a host has several */
    result->end_ns = sim->now_ns;
    result->settled = sim->all_back && quiet(sim);
    for (uint32_t i = 0; i < RL_CLUSTERS; i++) {
        result->served[i] = sim->clusters[i].served;
    }
    for (uint32_t i = 0; i < sim->world->hosts; i++) {
        struct rl_sim_host *host = &sim->hosts[i];
        struct rl_ledger_sums sums = rl_ledger_sums(&host->ledger);

        host->sums.issued = sums.issued;
        host->sums.accepted = sums.accepted;
        host->sums.answered = sums.answered;
        host->sums.answered_twice = sums.answered_twice;
        host->sums.unanswered = sums.unanswered;
        host->sums.undone = sums.issued - sums.answered;
        if (host->sums.undone > 0) {
            raise(&host->sums.longest_wait_ns, sim->now_ns - host->last_answer_ns);
        }
        result->host[i] = host->sums;
        add(&result->total, &host->sums, host->plan->paths);
        rl_ledger_free(&host->ledger);
    }
    result->redundant = result->total.least_paths != UINT32_MAX;
    if (result->total.least_paths == UINT32_MAX) {
        result->total.least_paths = 0;
    }
}

void rl_hosts_run(const struct rl_world *world, struct rl_hosts_result *result)
{
    struct rl_sim *sim = rl_calloc(1, sizeof *sim);

    *result = (struct rl_hosts_result){0};
    sim->world = world;
    sim->result = result;
    begin(sim);
    while (!over(sim)) {
        rl_loss_due(sim);
        for (uint32_t i = 0; i < world->adapters; i++) {
            rl_adapter_due(sim, i);
        }
        for (uint32_t i = 0; i < world->hosts; i++) {
            rl_host_due(sim, &sim->hosts[i]);
        }
        rl_order_step(sim);
        pass(sim);
    }
    finish(sim);
    free(sim);
}

void rl_hosts_free(struct rl_hosts_result *result)
{
    rl_happenings_free(&result->happenings);
    *result = (struct rl_hosts_result){0};
}
