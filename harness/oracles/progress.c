/* progress: once faults stop, the update ends in the new image, and the choice holds. */
#include "oracles/judge.h"

#include <string.h>

void rl_judge_choice(struct rl_judge *judge, int before, int after)
{
    /* What the only good copy of was lost may be followed by the other image; and what was gone may
     * be back. */
    bool excused = before != RL_RUNS_NONE && rl_judge_lost(judge, before);
    bool returned = before == RL_RUNS_OLDER && after == RL_RUNS_OLD;

    if (before != after && !excused && !returned) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "the choice did not hold: %s ran, and after another boot without faults "
                          "%s",
                          rl_judge_image_name(judge, before), rl_judge_image_name(judge, after));
    }
}

void rl_judge_outlook(struct rl_judge *judge, int image)
{
    /* Damage in the very boot changes what it finds. */
    if (judge->engine->decode == NULL || judge->board->struck) {
        return;
    }
    if (judge->outlook.bootable != (image != RL_RUNS_NONE)) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "the engine's decoder said that this boot would run %s image, and %s ran",
                          judge->outlook.bootable ? "an" : "no", rl_judge_image_name(judge, image));
    } else if (image != RL_RUNS_NONE &&
               memcmp(judge->outlook.identity, judge->images[image].identity,
                      sizeof judge->outlook.identity) != 0) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "the engine's decoder said that this boot would run another image, and "
                          "%s ran",
                          rl_judge_image_name(judge, image));
    }
}

/* The names of the modules in a bit mask. */
static const char *module_list(uint32_t modules)
{
    static const char *const lists[] = {
        "none", "update",       "bootstrap",       "update, bootstrap",
        "init", "update, init", "bootstrap, init", "update, bootstrap, init",
    };

    return lists[modules % (sizeof lists / sizeof lists[0])];
}

/* An update that ends in the new image entered the modules that the engine tells, and no others. */
static void judge_modules(struct rl_judge *judge)
{
    uint32_t told = judge->engine->update_modules;

    if (told != 0 && judge->executed != told) {
        rl_judge_violated(
            judge, RL_PROPERTY_WHOLE,
            "the update ended in new, and other modules ran than the engine tells: %s "
            "ran, where %s should",
            module_list(judge->executed), module_list(told));
    }
}

/* Whether the update may be refused: for a fault, or because what runs now does not take it. */
static bool may_refuse(const struct rl_judge *judge)
{
    return judge->may_refuse || (judge->fell_back && judge->takes_no_new);
}

void rl_judge_end(struct rl_judge *judge, int escape, relight_progress progress, int image,
                  const char *reason)
{
    if (escape == RL_ESCAPE_BUDGET) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "the update did not end within the plan's limit of operations");
    } else if (escape != 0) {
        rl_judge_boot(judge, escape, progress, 1);
    } else if (progress != RELIGHT_RUNS && progress != RELIGHT_REFUSED &&
               progress != RELIGHT_HALTED) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "the engine's step returned %d, which is no relight_progress",
                          (int)progress);
    } else if (judge->refuses) {
        if (image != rl_judge_base(judge)) {
            rl_judge_violated(
                judge, RL_PROPERTY_PROGRESS,
                "offered without faults, an update that has to be refused ended in %s",
                rl_judge_image_name(judge, image));
        }
    } else if (may_refuse(judge) && progress == RELIGHT_REFUSED && image == rl_judge_base(judge)) {
        if (reason[0] == '\0') {
            rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                              "the update was refused, and the engine gives no reason");
        }
    } else if (image == RL_RUNS_NONE && ((judge->board->excused >> RL_PROPERTY_WHOLE & 1u) != 0 ||
                                         rl_judge_may_stop(judge))) {
        return; /* or a fault hit what runs: the next reset shows what the engine makes of it */
    } else if (image != RL_RUNS_NEW) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "offered without faults, the update ended in %s%s%s",
                          rl_judge_image_name(judge, image), reason[0] == '\0' ? "" : ": ", reason);
    } else if (image == RL_RUNS_NEW) {
        judge_modules(judge);
    }
}

void rl_judge_there_and_back(struct rl_judge *judge, int escape, relight_progress progress,
                             int image)
{
    const char *offered = rl_judge_image_name(judge, judge->offered);
    bool refused = progress == RELIGHT_REFUSED && judge->offered == RL_RUNS_OLD;

    if (escape == RL_ESCAPE_BUDGET) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "offered again in the same power cycle, the update to %s did not end "
                          "within the plan's limit of operations",
                          offered);
    } else if (escape != 0) {
        rl_judge_boot(judge, escape, progress, 1);
    } else if (image != (refused ? RL_RUNS_NEW : judge->offered)) {
        rl_judge_violated(judge, RL_PROPERTY_PROGRESS,
                          "%s was offered again in the same power cycle as before, and the update "
                          "%s; then %s runs",
                          offered, progress == RELIGHT_REFUSED ? "was refused" : "was not refused",
                          rl_judge_image_name(judge, image));
    }
}
