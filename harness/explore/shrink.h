/* Shrinking: a scenario that violates a property is made smaller as long as it violates that
 * property. What is tried, over and over until nothing helps any more:
 *
 *   fewer     without some of the faults: all, a half of them, …, one
 *   simpler   a power cut instead of a reset; dirty lines all kept; before or after instead of in
 *             the middle; less of the operation; an injection that lasts shorter, and is told
 *   earlier   the same fault at an earlier operation of the same phase, kind and region
 *
 * Whatever is tried is a fault that the plan asks for, or of the class that is there already. It
 * takes no draw and no clock, but for the deadline: the same token always shrinks to the same. What
 * comes out cannot be made smaller in one such step; there may be a smaller one further away. */
#ifndef RELIGHT_EXPLORE_SHRINK_H
#define RELIGHT_EXPLORE_SHRINK_H

#include "explore/explore.h"
#include "explore/play.h"

struct rl_shrunk {
    struct rl_token token; /* the smallest that was found */
    rl_property property;  /* that it violates */
    char why[RL_JUDGE_WHY];
    uint64_t replays;
    uint32_t steps; /* that made it smaller */
    bool complete;  /* no step does any more; false: replays or time ran out */
};

/* Shrinks a token of the scene's cell: RL_REPLAY_VIOLATED and the result, RL_REPLAY_HELD when it
 * does not violate the property in the first place, RL_REPLAY_BAD_TOKEN when a fault of it does not
 * exist. */
enum rl_replay_status rl_shrink_token(const struct rl_scene *scene, const struct rl_token *token,
                                      const struct rl_shrink_options *options,
                                      struct rl_shrunk *shrunk);

/* Causes of findings that were shrunk in this process. */
struct rl_shrunk_causes {
    struct rl_shrunk_cause *list;
    size_t count, room;
};
void rl_shrunk_causes_free(struct rl_shrunk_causes *causes);

/* Shrinks the findings of a piece of a cell's results, until `deadline` (0: none): the token
 * becomes the smaller one, and what was drawn is kept beside it. Of one cause only the first
 * finding: a later one is never kept. So which are shrunk does not depend on how the work is
 * divided. */
void rl_shrink_findings(const struct rl_scene *scene, double deadline,
                        struct rl_shrunk_causes *causes, struct rl_cell_result *piece);

#endif
