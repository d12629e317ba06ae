#include "explore/outside.h"

#include "oracles/hosts.h"

void rl_outside_look(struct rl_outside *outside, const struct rl_scene *scene,
                     const struct rl_port_history *history)
{
    const struct rl_world_plan *plan = &scene->cell->world;
    const struct rl_adapters *before = &scene->before;
    uint64_t from;

    *outside = (struct rl_outside){0};
    if (!rl_port_history_serves(history, &from)) {
        return;
    }
    rl_world_usual(&outside->world, plan->adapters, plan->hosts, history);
    for (uint32_t i = 0; i < before->count; i++) {
        outside->world.history[outside->world.adapters - 1u - before->count + i] =
            &before->histories[i];
    }
    if (plan->source != RL_SOURCE_HOST) {
        outside->world.medium_ns = rl_storage_medium_ns(scene->images[RL_RUNS_NEW].pages * RL_PAGE);
    }
    rl_hosts_run(&outside->world, &outside->hosts);
    outside->outage = (struct rl_outage){.measured = true,
                                         .port = rl_port_history_sums(history),
                                         .hosts = outside->hosts.hosts,
                                         .sums = outside->hosts.total};
}

void rl_outside_judge(const struct rl_outside *outside, const struct rl_scene *scene,
                      struct rl_judge *judge)
{
    if (outside->outage.measured) {
        rl_judge_io_kept(judge, &outside->hosts);
        rl_judge_outage(judge, &outside->outage.port, scene->cell->limits.offline_ms,
                        scene->cell->limits.dark_ms);
    }
}

void rl_outside_free(struct rl_outside *outside)
{
    rl_hosts_free(&outside->hosts);
}
