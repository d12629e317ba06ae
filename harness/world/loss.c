/* The redundant path fails: the link between the switch and the first adapter goes down while the
 * last one is updated, and comes back when its update is over. */
#include "world/sim.h"

void rl_loss_plan(struct rl_sim *sim, uint64_t at_ns, uint64_t until_ns)
{
    sim->loss_ns = at_ns;
    sim->restore_ns = until_ns > at_ns ? until_ns : at_ns;
}

uint64_t rl_loss_next(const struct rl_sim *sim)
{
    return sim->lost ? sim->restore_ns : sim->loss_ns;
}

void rl_loss_due(struct rl_sim *sim)
{
    if (!sim->lost && sim->loss_ns <= sim->now_ns) {
        sim->lost = true;
        sim->loss_ns = RL_NEVER;
        rl_happened(&sim->result->happenings, sim->now_ns, "switch: the link to adapter 1 fails");
        rl_adapter_link(sim, 0, false);
    }
    if (sim->lost && sim->restore_ns <= sim->now_ns) {
        sim->lost = false;
        sim->restore_ns = RL_NEVER;
        rl_happened(&sim->result->happenings, sim->now_ns, "switch: the link to adapter 1 is back");
        rl_adapter_link(sim, 0, true);
    }
}

bool rl_loss_cuts_off(const struct rl_sim *sim, const struct rl_path *path)
{
    const struct rl_sim_host *host = &sim->hosts[path->host];

    for (uint32_t i = 0; i < host->plan->paths; i++) {
        if (i != path->index && host->paths[i].state == RL_PATH_READY) {
            return false;
        }
    }
    return sim->lost && path->adapter + 1u == sim->world->adapters && host->plan->paths > 1;
}
