/* authentic: nothing is executed that is not part of an image which stands there whole. */
#include "oracles/judge.h"

void rl_judge_authentic(struct rl_judge *judge, relight_module module, int code, int there)
{
    static const char *const names[] = {"update", "bootstrap", "init"};

    if (there == RL_RUNS_NONE) {
        rl_judge_violated(judge, RL_PROPERTY_AUTHENTIC,
                          "module %s of the %s image ran from a place that does not hold that "
                          "image whole: its digests cannot have been checked there",
                          names[module], rl_judge_image_name(judge, code));
    }
}
