#include "explore/outside.h"

#include "oracles/hosts.h"

void rl_outside_look(struct rl_outside *outside, const struct rl_scene *scene,
                     const struct rl_port_history *history, const uint64_t *loss_ns)
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
    outside->world.loses_path = loss_ns != NULL;
    outside->world.loss_ns = loss_ns != NULL ? *loss_ns : 0;
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

/* What hosts notice of an adapter that is away, and of a path that fails. */
static bool differ(const struct rl_host_sums *a, const struct rl_host_sums *b)
{
    return a->held != b->held || a->retried != b->retried || a->timeouts != b->timeouts ||
           a->paths_removed != b->paths_removed || a->outage_ns != b->outage_ns ||
           a->longest_hold_ns != b->longest_hold_ns || a->longest_wait_ns != b->longest_wait_ns;
}

static void judge_one(struct rl_run *run, struct rl_armed *armed, rl_hosts_owed owed)
{
    const uint64_t *loss_ns = owed == RL_HOSTS_LAST_PATH ? &armed->keep[0] : NULL;
    struct rl_outside outside;
    struct rl_outside without;

    rl_outside_look(&outside, run->scene, &run->history, loss_ns);
    if (!outside.outage.measured) {
        return;
    }
    if (owed == RL_HOSTS_LAST_PATH) {
        rl_outside_look(&without, run->scene, &run->history, NULL);
        armed->observed |= differ(&outside.hosts.total, &without.hosts.total);
        rl_outside_free(&without);
        rl_judge_io_last_path(&run->judge, &outside.hosts);
    } else {
        armed->observed |= outside.hosts.total.timeouts > 0;
        rl_judge_io_answered(&run->judge, &outside.hosts);
    }
    rl_outside_free(&outside);
}

void rl_outside_judge_faulted(struct rl_run *run)
{
    for (uint32_t i = 0; i < run->injecting.count; i++) {
        struct rl_armed *armed = &run->injecting.list[i];
        rl_hosts_owed owed = rl_injector_of(armed->what.fault_class)->hosts;

        if (armed->for_hosts && run->board.history != NULL) {
            judge_one(run, armed, owed);
        }
    }
}
