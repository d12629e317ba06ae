/* Runs of a closure that were made and are to be cut: their logs are kept, so that they need not be
 * made again for that. Memory for it is bounded; what is pushed out is run once more. */
#ifndef RELIGHT_EXPLORE_CLOSURE_KEPT_H
#define RELIGHT_EXPLORE_CLOSURE_KEPT_H

#include "explore/run.h"

#define RL_KEPT_BYTES (96u << 20)

struct rl_kept_run {
    uint32_t owner; /* leaf of its first stretch */
    struct rl_log log;
    uint64_t *firsts; /* operation that each stretch begins with */
    uint32_t count;
    size_t bytes;
    struct rl_data_history data;
    bool began; /* the new image its initialization, at this operation */
    uint64_t began_at;
    struct rl_found_at found_at;        /* when an image ran first, */
    int first_image;                    /* and which one */
    struct rl_kept_run *before, *after; /* in the list */
};

struct rl_kept_runs {
    struct rl_kept_run *first, *last; /* the last is pushed out first */
    struct rl_kept_run **of;          /* by leaf; NULL: none is kept */
    size_t room;
    size_t bytes, bound;
};

void rl_kept_init(struct rl_kept_runs *kept, size_t bound);
void rl_kept_free(struct rl_kept_runs *kept);
/* Keeps the log of the run of `owner`, in place of an earlier one; `firsts` has `count` numbers. */
void rl_kept_put(struct rl_kept_runs *kept, uint32_t owner, const struct rl_run *run,
                 const uint64_t *firsts, uint32_t count);
/* Takes the run of an owner out, for being cut; NULL when it is not kept. Gives it back: others are
 * rather needed from then on. Or drops it. */
struct rl_kept_run *rl_kept_take(struct rl_kept_runs *kept, uint32_t owner);
void rl_kept_give(struct rl_kept_runs *kept, struct rl_kept_run *run);
void rl_kept_drop(struct rl_kept_run *run);

#endif
