/* What the outside saw of a golden run: the storage system has the adapter updated, and hosts read
 * and write all along. Worked out after the run, from its port's history: nothing in the run
 * depends on it. So it is no part of footprints, and of golden runs, and of runs with faults that
 * are about hosts: what hosts go through after a power cut is not judged. */
#ifndef RELIGHT_EXPLORE_OUTSIDE_H
#define RELIGHT_EXPLORE_OUTSIDE_H

#include "explore/run.h"
#include "results/results.h"
#include "world/host.h"

struct rl_outside {
    struct rl_world world;
    struct rl_hosts_result hosts;
    struct rl_outage outage;
};

/* `history` is borrowed until rl_outside_free(). `loss_ns`: when in it the redundant path fails;
 * NULL: it does not. */
void rl_outside_look(struct rl_outside *outside, const struct rl_scene *scene,
                     const struct rl_port_history *history, const uint64_t *loss_ns);
/* io-kept and outage; adds to what the judge has. Nothing where nothing was measured. */
void rl_outside_judge(const struct rl_outside *outside, const struct rl_scene *scene,
                      struct rl_judge *judge);
/* The same of a run with faults, whose port's history is run->history: where a fault that fired is
 * about hosts. Says of those whether hosts met them. */
void rl_outside_judge_faulted(struct rl_run *run);
void rl_outside_free(struct rl_outside *outside);

#endif
