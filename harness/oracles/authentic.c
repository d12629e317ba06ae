/* authentic: nothing is executed that is not part of an image which stands there whole. */
#include "oracles/judge.h"

void rl_judge_authentic(struct rl_judge *judge, const char *module, const char *place)
{
    rl_judge_violated(judge, RL_PROPERTY_AUTHENTIC,
                      "module %s ran from %s, which does not hold a known image whole: its digests "
                      "cannot have been checked there",
                      module, place);
}
