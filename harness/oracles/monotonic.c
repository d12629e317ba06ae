/* monotonic: the security counter of the image that runs never goes back. */
#include "oracles/judge.h"

#include <stdio.h>

void rl_judge_counter(struct rl_judge *judge, int image)
{
    uint32_t counter;

    if (image == RL_RUNS_NONE) {
        return;
    }
    judge->ran |= 1u << (unsigned)image;
    counter = judge->images[image].facts.security_counter;
    /* The old image ran on this device before any fault. */
    if (image == RL_RUNS_OLDER && counter < judge->images[RL_RUNS_OLD].facts.security_counter) {
        rl_judge_violated(judge, RL_PROPERTY_MONOTONIC,
                          "the older image runs with security counter %u, after the old one ran "
                          "with %u",
                          counter, judge->images[RL_RUNS_OLD].facts.security_counter);
        return;
    }
    if (counter < judge->counter) {
        rl_judge_violated(judge, RL_PROPERTY_MONOTONIC,
                          "%s runs with security counter %u, after an image with %u ran",
                          rl_judge_image_name(judge, image), counter, judge->counter);
        return;
    }
    judge->counter = counter;
}

void rl_judge_counter_state(struct rl_judge *judge)
{
    if (judge->now.bootable && judge->now.security_counter < judge->counter) {
        rl_judge_violated(judge, RL_PROPERTY_MONOTONIC,
                          "a boot now would run an image with security counter %u, after one with "
                          "%u ran",
                          judge->now.security_counter, judge->counter);
    }
}

void rl_judge_initialises(struct rl_judge *judge, relight_module module, int image)
{
    const struct rl_log *log = judge->board->log;

    if (log != NULL && module == RELIGHT_MODULE_INIT && image != RL_RUNS_NONE &&
        !judge->initialises[image].began) {
        judge->initialises[image].began = true;
        judge->initialises[image].operation = judge->board->operations - 1u;
    }
}

bool rl_judge_counter_agrees(const struct rl_judge *judge, uint64_t cut, int first_image,
                             const char **why)
{
    const struct rl_known_image *new = &judge->images[RL_RUNS_NEW];

    *why = "the image from before runs after the fault, and the new one, with a higher security "
           "counter, had begun its initialization before";
    return first_image == RL_RUNS_NONE || first_image == RL_RUNS_NEW ||
           new->facts.security_counter <= judge->images[first_image].facts.security_counter ||
           !judge->initialises[RL_RUNS_NEW].began ||
           judge->initialises[RL_RUNS_NEW].operation > cut;
}

bool rl_judge_counter_remembered(const struct rl_known_image *images, int first_image, char *why)
{
    uint32_t new = images[RL_RUNS_NEW].facts.security_counter;

    if (first_image == RL_RUNS_NONE || new <= images[RL_RUNS_OLD].facts.security_counter ||
        new <= images[first_image].facts.security_counter) {
        return true;
    }
    (void)snprintf(why, RL_JUDGE_WHY,
                   "%s runs, and the new one, with a higher security counter, had begun its "
                   "initialization some power cycles before",
                   images[first_image].name);
    return false;
}

void rl_judge_downgrade(struct rl_judge *judge, relight_progress progress, int image)
{
    if (progress != RELIGHT_REFUSED || image != RL_RUNS_NEW) {
        rl_judge_violated(judge, RL_PROPERTY_MONOTONIC,
                          "after the update to security counter %u, the old image with %u was "
                          "offered, and %s; then %s runs",
                          judge->images[RL_RUNS_NEW].facts.security_counter,
                          judge->images[RL_RUNS_OLD].facts.security_counter,
                          progress == RELIGHT_REFUSED ? "refused" : "not refused",
                          rl_judge_image_name(judge, image));
    }
}

void rl_judge_rollback(struct rl_judge *judge, int image)
{
    if (image == RL_RUNS_OLD) {
        rl_judge_violated(
            judge, RL_PROPERTY_MONOTONIC,
            "after the update to security counter %u, flash was put back to what it "
            "held before, all but its one-time-programmable sector, and the old image "
            "runs with %u",
            judge->images[RL_RUNS_NEW].facts.security_counter,
            judge->images[RL_RUNS_OLD].facts.security_counter);
    }
}
