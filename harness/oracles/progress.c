/* progress: once faults stop, the update ends as it does without faults, and the choice holds. */
#include "oracles/judge.h"

#include <string.h>

void rl_judge_choice(struct rl_judge *judge, int before, int after)
{
    if (before != after) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "the choice did not hold: %s ran, and after another boot without faults "
                          "%s",
                          rl_judge_image_name(judge, before), rl_judge_image_name(judge, after));
    }
}

void rl_judge_end(struct rl_judge *judge, int escape, relight_progress progress, int image,
                  const char *reason)
{
    if (escape == RL_ESCAPE_BUDGET) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "the update did not end within the plan's limit of operations");
    } else if (escape != 0) {
        rl_judge_boot(judge, escape, progress, 1);
    } else if (judge->expect_new && image != RL_RUNS_NEW) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "offered again without faults, the update ended in %s (%s)",
                          rl_judge_image_name(judge, image), reason);
    } else if (!judge->expect_new && judge->expect_reason != NULL &&
               strcmp(reason, judge->expect_reason) != 0) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "offered again, the update was refused as %s, and without faults as %s",
                          reason, judge->expect_reason);
    }
}
