/* bootable: with faults over, boot reaches a running image within a bounded number of operations.
 */
#include "oracles/judge.h"

void rl_judge_boot(struct rl_judge *judge, int escape, relight_progress progress, uint32_t boots)
{
    switch (escape) {
    case RL_ESCAPE_BUDGET:
        rl_judge_violated(judge, RL_PROPERTY_BOOTABLE,
                          "boot did not end within the plan's limit of operations");
        return;
    case RL_ESCAPE_SPIN:
        rl_judge_violated(judge, RL_PROPERTY_BOOTABLE,
                          "boot made no operation for seconds: the guard's verdict is an endless "
                          "loop, or a call that blocks");
        return;
    case RL_ESCAPE_ASSERTION:
        rl_judge_violated(judge, RL_PROPERTY_BOOTABLE, "an assertion of the engine failed: %s",
                          judge->board->assertion);
        return;
    case RL_ESCAPE_CRASH:
        rl_judge_violated(judge, RL_PROPERTY_BOOTABLE,
                          "the engine crashed: illegal access, instruction or arithmetic");
        return;
    case RL_ESCAPE_EXIT:
        rl_judge_violated(judge, RL_PROPERTY_BOOTABLE, "the engine ended the process");
        return;
    default:
        break;
    }
    if (progress != RELIGHT_RUNS && !rl_judge_may_stop(judge)) {
        rl_judge_violated(judge, RL_PROPERTY_BOOTABLE,
                          "no image runs after %u boots without faults", boots);
    }
}
