/* io-kept: what hosts wanted from the adapters while they were updated. */
#include "oracles/hosts.h"

void rl_judge_io_kept(struct rl_judge *judge, const struct rl_hosts_result *hosts)
{
    const struct rl_host_sums *sums = &hosts->total;

    if (sums->answered_twice > 0) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT, "%llu commands were answered twice",
                          (unsigned long long)sums->answered_twice);
    } else if (sums->unanswered > 0) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT,
                          "%llu commands were taken by an adapter and never answered",
                          (unsigned long long)sums->unanswered);
    } else if (sums->timeouts + sums->paths_removed > 0) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT,
                          "hosts saw %llu timeouts and removed %llu paths; the longest wait for an "
                          "answer was %llu ms",
                          (unsigned long long)sums->timeouts,
                          (unsigned long long)sums->paths_removed,
                          (unsigned long long)(sums->longest_wait_ns / 1000000u));
    } else if (hosts->redundant && sums->least_paths == 0) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT,
                          "a host on redundant paths had none at some time");
    } else if (!hosts->settled) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT,
                          "%llu commands were not answered, or paths not back, at the end",
                          (unsigned long long)sums->undone);
    }
}
