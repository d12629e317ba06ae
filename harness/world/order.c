/* The storage system's processor: which adapter is updated when. */
#include "world/sim.h"

void rl_order_init(struct rl_sim *sim)
{
    const struct rl_world *world = sim->world;

    sim->notify_ns = RL_NEVER;
    for (uint32_t i = 0; i < world->adapters; i++) {
        if (world->history[i] != NULL) {
            sim->notify_ns = world->medium_ns + RL_NS_NOTIFY;
        }
    }
    if (sim->notify_ns != RL_NEVER && world->medium_ns > 0) {
        rl_happened(&sim->result->happenings, 0, "storage: reads the new image from its medium");
    }
    sim->stop_ns = RL_NEVER;
    sim->limit_ns = world->medium_ns + RL_NS_SETTLE_MOST;
}

static bool paths_ready(const struct rl_sim *sim, uint32_t adapter)
{
    for (uint32_t host = 0; host < sim->world->hosts; host++) {
        for (uint32_t i = 0; i < sim->hosts[host].plan->paths; i++) {
            const struct rl_path *path = &sim->hosts[host].paths[i];

            if (path->adapter == adapter && path->state != RL_PATH_READY) {
                return false;
            }
        }
    }
    return true;
}

static void start_due(struct rl_sim *sim)
{
    if (sim->now_ns < sim->notify_ns) {
        return;
    }
    sim->notify_ns = RL_NEVER;
    for (uint32_t i = 0; i < sim->world->adapters; i++) {
        if (sim->adapters[i].update != RL_UPDATE_WAITS) {
            continue;
        }
        rl_adapter_start(sim, i);
        if (sim->world->order == RL_ORDER_ONE_BY_ONE) {
            break;
        }
    }
}

/* Adapters that are through; the next is notified when none is under way. */
static void look(struct rl_sim *sim)
{
    bool waits = false, goes = false;

    for (uint32_t i = 0; i < sim->world->adapters; i++) {
        struct rl_sim_adapter *adapter = &sim->adapters[i];

        if (adapter->update == RL_UPDATE_GOES && rl_adapter_done(sim, adapter) &&
            paths_ready(sim, i)) {
            adapter->update = RL_UPDATE_DONE;
            sim->result->updated++;
            rl_happened(&sim->result->happenings, sim->now_ns,
                        "storage: adapter %u serves again, all hosts logged in", i + 1);
        }
        waits |= adapter->update == RL_UPDATE_WAITS;
        goes |= adapter->update == RL_UPDATE_GOES;
    }
    if (waits && !goes && sim->notify_ns == RL_NEVER) {
        sim->notify_ns = sim->now_ns + RL_NS_NOTIFY;
    }
    sim->all_back = !waits && !goes;
}

void rl_order_step(struct rl_sim *sim)
{
    start_due(sim);
    look(sim);
    for (uint32_t i = 0; i < sim->world->adapters && sim->all_back; i++) {
        sim->all_back = paths_ready(sim, i);
    }
    if (sim->all_back && sim->stop_ns == RL_NEVER) {
        sim->stop_ns = sim->now_ns + RL_NS_AFTERWARDS;
    } else if (sim->stop_ns == RL_NEVER && sim->now_ns >= sim->limit_ns) {
        sim->stop_ns = sim->now_ns;
    }
}
