/* io-kept: what hosts wanted from the adapters while they were updated. */
#include "oracles/hosts.h"

/* Each command that was taken is answered. */
static bool judge_answers(struct rl_judge *judge, const struct rl_host_sums *sums)
{
    if (sums->unanswered > 0) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT,
                          "%llu commands were taken by an adapter and never answered",
                          (unsigned long long)sums->unanswered);
        return false;
    }
    return true;
}

/* And once. */
static bool judge_once(struct rl_judge *judge, const struct rl_host_sums *sums)
{
    if (sums->answered_twice > 0) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT, "%llu commands were answered twice",
                          (unsigned long long)sums->answered_twice);
        return false;
    }
    return judge_answers(judge, sums);
}

static void judge_end(struct rl_judge *judge, const struct rl_hosts_result *hosts)
{
    if (!hosts->settled) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT,
                          "%llu commands were not answered, or paths not back, at the end",
                          (unsigned long long)hosts->total.undone);
    }
}

void rl_judge_io_kept(struct rl_judge *judge, const struct rl_hosts_result *hosts)
{
    const struct rl_host_sums *sums = &hosts->total;

    if (!judge_once(judge, sums)) {
        return;
    }
    if (sums->timeouts + sums->paths_removed > 0) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT,
                          "hosts saw %llu timeouts and removed %llu paths; the longest wait for an "
                          "answer was %llu ms",
                          (unsigned long long)sums->timeouts,
                          (unsigned long long)sums->paths_removed,
                          (unsigned long long)(sums->longest_wait_ns / 1000000u));
    } else if (hosts->redundant && sums->least_paths == 0) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT,
                          "a host on redundant paths had none at some time");
    } else {
        judge_end(judge, hosts);
    }
}

void rl_judge_io_answered(struct rl_judge *judge, const struct rl_hosts_result *hosts)
{
    if (judge_answers(judge, &hosts->total)) {
        judge_end(judge, hosts);
    }
}

void rl_judge_io_last_path(struct rl_judge *judge, const struct rl_hosts_result *hosts)
{
    if (!judge_once(judge, &hosts->total)) {
        return;
    }
    if (hosts->cut_off + hosts->total.timeouts > 0) {
        rl_judge_violated(judge, RL_PROPERTY_IO_KEPT,
                          "hosts that had one path left saw %llu logins end there and %llu "
                          "timeouts; the longest wait for an answer was %llu ms",
                          (unsigned long long)hosts->cut_off,
                          (unsigned long long)hosts->total.timeouts,
                          (unsigned long long)(hosts->total.longest_wait_ns / 1000000u));
    } else {
        judge_end(judge, hosts);
    }
}
