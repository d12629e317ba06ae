/* What hosts see of an adapter: it follows its history, takes commands, has the clusters serve
 * them, and answers. */
#include "world/sim.h"

#include <string.h>

void rl_adapter_init(struct rl_sim_adapter *adapter, const struct rl_port_history *history)
{
    *adapter = (struct rl_sim_adapter){.history = history,
                                       .start_ns = RL_NEVER,
                                       .accepting = true,
                                       .processing = true,
                                       .light = true};
    if (history == NULL) {
        adapter->update = RL_UPDATE_DONE;
    } else if (rl_port_history_serves(history, &adapter->base_ns)) {
        while (adapter->next < history->count &&
               history->events[adapter->next].at_ns <= adapter->base_ns) {
            adapter->next++; /* its own start, before the world joins */
        }
    }
}

/* World time of a time in the history. */
static uint64_t world_ns(const struct rl_sim_adapter *adapter, uint64_t at_ns)
{
    return adapter->start_ns + (at_ns > adapter->base_ns ? at_ns - adapter->base_ns : 0);
}

void rl_adapter_start(struct rl_sim *sim, uint32_t index)
{
    struct rl_sim_adapter *adapter = &sim->adapters[index];
    const struct rl_port_history *history = adapter->history;
    uint64_t limit;

    adapter->update = RL_UPDATE_GOES;
    adapter->start_ns = sim->now_ns;
    sim->result->started_ns[index] = sim->now_ns;
    if (sim->world->loses_path && index + 1u == sim->world->adapters) {
        rl_loss_plan(sim, world_ns(adapter, sim->world->loss_ns),
                     world_ns(adapter, history->end_ns));
    }
    limit = sim->now_ns + (history->end_ns - adapter->base_ns) + RL_NS_SETTLE_MOST;
    sim->limit_ns = limit > sim->limit_ns ? limit : sim->limit_ns;
    rl_happened(&sim->result->happenings, sim->now_ns, "storage: adapter %u notified of the update",
                index + 1);
}

static uint64_t history_next(const struct rl_sim_adapter *adapter)
{
    return world_ns(adapter, adapter->next < adapter->history->count
                                 ? adapter->history->events[adapter->next].at_ns
                                 : adapter->history->end_ns);
}

/* An answer reaches its host: the link is up, and the host does not wait for its login. One who has
 * given the path up gets answers, too, and takes no notice. */
static bool answers_pass(const struct rl_sim *sim, const struct rl_sim_adapter *adapter,
                         const struct rl_entry *entry)
{
    rl_path_state state = sim->hosts[entry->host].paths[entry->path].state;

    return adapter->processing && adapter->light && state != RL_PATH_DARK && state != RL_PATH_LOGIN;
}

uint64_t rl_adapter_next(const struct rl_sim *sim, const struct rl_sim_adapter *adapter)
{
    uint64_t next = RL_NEVER;

    /* The end of the history happens once; then there is nothing left to wait for. */
    if (adapter->update == RL_UPDATE_GOES &&
        (adapter->next < adapter->history->count || history_next(adapter) > sim->now_ns)) {
        next = history_next(adapter);
    }
    for (uint32_t i = 0; i < adapter->count; i++) {
        const struct rl_entry *entry = &adapter->entries[i];

        if (entry->ready_ns < next && answers_pass(sim, adapter, entry)) {
            next = entry->ready_ns;
        }
    }
    return next;
}

bool rl_adapter_done(const struct rl_sim *sim, const struct rl_sim_adapter *adapter)
{
    return adapter->update == RL_UPDATE_DONE ||
           (adapter->update == RL_UPDATE_GOES && adapter->next == adapter->history->count &&
            sim->now_ns >= history_next(adapter) && adapter->accepting && adapter->processing &&
            adapter->light);
}

static void serve(struct rl_sim *sim, struct rl_entry *entry)
{
    struct rl_cluster *cluster =
        &sim->clusters[rl_storage_cluster(rl_command_unit(entry->command))];

    entry->ready_ns = rl_cluster_serve(cluster, sim->now_ns, rl_command_writes(entry->command));
}

static void hold(struct rl_sim *sim, struct rl_entry *entry)
{
    entry->held_ns = sim->now_ns;
    sim->hosts[entry->host].sums.held++;
}

static void release(struct rl_sim *sim, struct rl_entry *entry)
{
    struct rl_sim_host *host = &sim->hosts[entry->host];
    uint64_t held = sim->now_ns - entry->held_ns;

    if (entry->held_ns != RL_NEVER) {
        host->sums.longest_hold_ns =
            held > host->sums.longest_hold_ns ? held : host->sums.longest_hold_ns;
        entry->held_ns = RL_NEVER;
    }
}

static void drop(struct rl_sim *sim, struct rl_sim_adapter *adapter, uint32_t at)
{
    release(sim, &adapter->entries[at]);
    adapter->count--;
    memmove(&adapter->entries[at], &adapter->entries[at + 1],
            (adapter->count - at) * sizeof adapter->entries[0]);
}

void rl_adapter_take(struct rl_sim *sim, const struct rl_path *path,
                     const struct rl_exchange *exchange)
{
    struct rl_sim_adapter *adapter = &sim->adapters[path->adapter];
    struct rl_entry *entry = &adapter->entries[adapter->count];

    if (!adapter->accepting || !adapter->light || adapter->count == RL_ENTRIES) {
        return;
    }
    adapter->count++;
    *entry = (struct rl_entry){path->host,       path->index, exchange->command,
                               exchange->number, RL_NEVER,    RL_NEVER};
    rl_ledger_accept(&sim->hosts[path->host].ledger, exchange->command);
    if (adapter->processing) {
        serve(sim, entry);
    } else {
        hold(sim, entry);
    }
}

void rl_adapter_abort(struct rl_sim *sim, const struct rl_path *path, uint32_t number)
{
    struct rl_sim_adapter *adapter = &sim->adapters[path->adapter];

    /* An abort that nobody takes leaves the command where it is. */
    if (!adapter->accepting || !adapter->light) {
        return;
    }
    for (uint32_t i = adapter->count; i > 0; i--) {
        const struct rl_entry *entry = &adapter->entries[i - 1];

        if (entry->host == path->host && (number == RL_ABORT_ALL || entry->number == number)) {
            drop(sim, adapter, i - 1);
        }
    }
}

/* Hosts whose commands wait there are told of in one line, not in one for each command. */
static void tell_held(struct rl_sim *sim, uint32_t index)
{
    const struct rl_sim_adapter *adapter = &sim->adapters[index];

    for (uint32_t host = 0; host < sim->world->hosts; host++) {
        uint32_t count = 0;
        uint64_t since = sim->now_ns;

        for (uint32_t i = 0; i < adapter->count; i++) {
            const struct rl_entry *entry = &adapter->entries[i];

            if (entry->host == host && entry->held_ns != RL_NEVER) {
                count++;
                since = entry->held_ns < since ? entry->held_ns : since;
            }
        }
        if (count > 0) {
            rl_happened(&sim->result->happenings, sim->now_ns,
                        "host %u, adapter %u: %u command%s held, the longest for %llu ms", host + 1,
                        index + 1, count, count == 1 ? " was" : "s were",
                        (unsigned long long)((sim->now_ns - since) / RL_NS_MS));
        }
    }
}

static void processing_changed(struct rl_sim *sim, uint32_t index)
{
    struct rl_sim_adapter *adapter = &sim->adapters[index];

    if (adapter->processing) {
        tell_held(sim, index);
    }
    for (uint32_t i = 0; i < adapter->count; i++) {
        struct rl_entry *entry = &adapter->entries[i];

        if (!adapter->processing) {
            hold(sim, entry);
            continue;
        }
        release(sim, entry);
        if (entry->ready_ns == RL_NEVER) {
            serve(sim, entry);
        }
    }
}

static void light_changed(struct rl_sim *sim, uint32_t index)
{
    for (uint32_t host = 0; host < sim->world->hosts; host++) {
        for (uint32_t i = 0; i < sim->hosts[host].plan->paths; i++) {
            struct rl_path *path = &sim->hosts[host].paths[i];

            if (path->adapter == index) {
                rl_path_light(sim, path, sim->adapters[index].light);
            }
        }
    }
}

void rl_adapter_link(struct rl_sim *sim, uint32_t index, bool up)
{
    struct rl_sim_adapter *adapter = &sim->adapters[index];

    adapter->light = up;
    adapter->lit_ns = sim->now_ns;
    light_changed(sim, index);
}

static void accepting_began(struct rl_sim *sim, uint32_t index)
{
    for (uint32_t host = 0; host < sim->world->hosts; host++) {
        for (uint32_t i = 0; i < sim->hosts[host].plan->paths; i++) {
            struct rl_path *path = &sim->hosts[host].paths[i];

            if (path->adapter == index) {
                rl_path_accepting(sim, path);
            }
        }
    }
}

static void tell(struct rl_sim *sim, uint32_t index, const struct rl_port_event *event)
{
    rl_happened(&sim->result->happenings, sim->now_ns, "adapter %u: %s%s, %s", index + 1,
                event->reset ? "reset; " : "", event->light ? "light on" : "light off",
                event->processing  ? "processes commands"
                : event->accepting ? "takes commands and holds them"
                                   : "takes no commands");
}

/* One event of the history. Processing ends first and begins last, as on a real port. */
static void follow(struct rl_sim *sim, uint32_t index, const struct rl_port_event *event)
{
    struct rl_sim_adapter *adapter = &sim->adapters[index];
    bool processing = adapter->processing;
    bool accepting = adapter->accepting;
    bool light = adapter->light;

    tell(sim, index, event);
    adapter->processing = event->processing;
    adapter->accepting = event->accepting;
    adapter->light = event->light;
    if (event->reset) {
        adapter->resets++;
        while (adapter->count > 0) {
            drop(sim, adapter, adapter->count - 1);
        }
    }
    if (light != adapter->light) {
        adapter->lit_ns = sim->now_ns;
        light_changed(sim, index);
    }
    if (!accepting && adapter->accepting) {
        accepting_began(sim, index);
    }
    if (processing != adapter->processing) {
        processing_changed(sim, index);
    }
}

static void answers_due(struct rl_sim *sim, struct rl_sim_adapter *adapter)
{
    uint32_t i = 0;

    while (i < adapter->count) {
        if (adapter->entries[i].ready_ns > sim->now_ns ||
            !answers_pass(sim, adapter, &adapter->entries[i])) {
            i++;
            continue;
        }
        rl_host_answered(sim, &adapter->entries[i]);
        drop(sim, adapter, i);
    }
}

void rl_adapter_due(struct rl_sim *sim, uint32_t index)
{
    struct rl_sim_adapter *adapter = &sim->adapters[index];

    while (adapter->update == RL_UPDATE_GOES && adapter->next < adapter->history->count &&
           history_next(adapter) <= sim->now_ns) {
        follow(sim, index, &adapter->history->events[adapter->next++]);
    }
    answers_due(sim, adapter);
}
