/* outage: how long the adapter was away, by its port's history. */
#include "oracles/hosts.h"

#define NS_PER_MS UINT64_C(1000000)

static bool above(uint64_t ns, uint32_t limit_ms)
{
    return limit_ms > 0 && ns > limit_ms * NS_PER_MS;
}

/* Rounded up, so that what is above a limit never reads as the limit. */
static unsigned long long milliseconds(uint64_t ns)
{
    return (ns + NS_PER_MS - 1u) / NS_PER_MS;
}

void rl_judge_outage(struct rl_judge *judge, const struct rl_port_sums *sums, uint32_t offline_ms,
                     uint32_t dark_ms)
{
    if (above(sums->offline_ns, offline_ms)) {
        rl_judge_violated(judge, RL_PROPERTY_OUTAGE,
                          "no command was processed for %llu ms; at most %u ms are allowed",
                          milliseconds(sums->offline_ns), offline_ms);
    } else if (above(sums->dark_ns, dark_ms)) {
        rl_judge_violated(judge, RL_PROPERTY_OUTAGE,
                          "the light was off for %llu ms; at most %u ms are allowed",
                          milliseconds(sums->dark_ns), dark_ms);
    } else if (sums->update_ns > 0 && !sums->serving) {
        rl_judge_violated(judge, RL_PROPERTY_OUTAGE,
                          "commands are not processed again after the update");
    }
}

void rl_judge_serves(struct rl_judge *judge, int escape, relight_progress progress)
{
    bool ended = escape == 0 && (progress == RELIGHT_RUNS || progress == RELIGHT_REFUSED);

    if (ended && !(judge->board->light && judge->board->processing)) {
        rl_judge_violated(judge, RL_PROPERTY_OUTAGE,
                          "an image runs, and commands are not processed");
    }
}
