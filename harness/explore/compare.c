/* What a power cycle left against what the next one found: judged for each crash state, outside of
 * the runs. A run is a function of what it reads, and where the one before it was cut is not part
 * of that: states of different cuts arrive at one leaf, and share its verdict, but not this one. */
#include "explore/run.h"

#include <stdio.h>
#include <string.h>

void rl_run_found(const struct rl_run *run, struct rl_run_found *found)
{
    memset(found, 0, sizeof *found);
    found->first_image = run->first_image;
    found->data = run->data.found;
}

static bool is_asked(const struct rl_scene *scene, rl_property property)
{
    return (scene->cell->properties >> property & 1u) != 0;
}

struct rl_cut_place rl_run_cut_at(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                                  size_t index)
{
    const struct rl_operation *operations = cursor->log->operations;
    size_t firm = rl_outcome_firm_until(cursor, outcome, index);

    uint64_t cut = operations[index].number - 1u;

    return (struct rl_cut_place){.cut = cut,
                                 .firm = operations[firm].number - 1u,
                                 .done = cut + rl_outcome_is_after(outcome),
                                 .turned = outcome->turn != RL_TURN_NONE};
}

static uint32_t compare_at(const struct rl_run *before, uint64_t cut,
                           const struct rl_run_found *after,
                           char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY])
{
    uint32_t violated = 0;
    const char *sentence;

    if (is_asked(before->scene, RL_PROPERTY_DATA_KEPT) &&
        !rl_data_agrees(&before->data, cut, &after->data, why[RL_PROPERTY_DATA_KEPT])) {
        violated |= 1u << RL_PROPERTY_DATA_KEPT;
    }
    if (is_asked(before->scene, RL_PROPERTY_MONOTONIC) &&
        !rl_judge_counter_agrees(&before->judge, cut, after->first_image, &sentence)) {
        (void)snprintf(why[RL_PROPERTY_MONOTONIC], RL_JUDGE_WHY, "%s", sentence);
        violated |= 1u << RL_PROPERTY_MONOTONIC;
    }
    return violated;
}

/* The new image ran, and depends on nothing that was in doubt: it runs again. */
static bool choice_agrees(const struct rl_run *before, struct rl_cut_place at,
                          const struct rl_run_found *after)
{
    bool ran = before->first_image == RL_RUNS_NEW && before->found_at.cycle == 1u &&
               at.done >= before->found_at.operation;

    return !at.turned || !ran || after->first_image == RL_RUNS_NEW;
}

uint32_t rl_run_compare(const struct rl_run *before, struct rl_cut_place at,
                        const struct rl_run_found *after, char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY])
{
    uint32_t violated = compare_at(before, at.cut, after, why);

    if (violated != 0 && at.firm != at.cut) {
        violated = compare_at(before, at.firm, after, why);
    }
    if (is_asked(before->scene, RL_PROPERTY_PROGRESS) && !choice_agrees(before, at, after)) {
        (void)snprintf(why[RL_PROPERTY_PROGRESS], RL_JUDGE_WHY,
                       "new ran, and it does not after what was in doubt turned");
        violated |= 1u << RL_PROPERTY_PROGRESS;
    }
    return violated;
}

bool rl_run_remembers_counter(const struct rl_scene *scene)
{
    const struct rl_cell *cell = scene->cell;

    return cell->closure &&
           scene->images[RL_RUNS_NEW].facts.security_counter >
               scene->images[RL_RUNS_OLD].facts.security_counter &&
           !rl_class_in(&cell->classes, RL_CLASS_BROWN_OUT) &&
           !rl_class_in(&cell->classes, RL_CLASS_REORDERED_PERSIST) &&
           !rl_class_in(&cell->classes, RL_CLASS_LYING_COMPLETION);
}

uint32_t rl_run_compare_start(const struct rl_run *run, char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY])
{
    const struct rl_scene *scene = run->scene;

    return is_asked(scene, RL_PROPERTY_DATA_KEPT) &&
                   !rl_data_agrees(&scene->data, scene->data_cut, &run->data.found,
                                   why[RL_PROPERTY_DATA_KEPT])
               ? 1u << RL_PROPERTY_DATA_KEPT
               : 0u;
}
