/* An operation of a scenario as a person names it:
 *
 *   N                          number N of the last power cycle, as timelines count
 *   CYCLE:N                    the same of power cycle CYCLE, from 1
 *   CYCLE:PHASE:KIND@REGION#N  the N-th of a kind on a region in a phase, as in tokens
 */
#ifndef RELIGHT_EXPLORE_MOMENT_H
#define RELIGHT_EXPLORE_MOMENT_H

#include "explore/token.h"

struct rl_moment {
    bool given;
    uint32_t cycle;        /* 0: the last one */
    uint64_t number;       /* 0: it is named by its place */
    struct rl_fault place; /* without an outcome */
};

/* False when `text` names no operation; NULL is none, and is right. */
bool rl_moment_parse(const char *text, struct rl_moment *moment);
/* Whether it is in this power cycle, which is the last one of its scenario or not. */
bool rl_moment_is_in(const struct rl_moment *moment, uint32_t cycle, bool last);
/* Its index in the log of its power cycle; log->count when it is not there. */
size_t rl_moment_find(const struct rl_moment *moment, const struct rl_log *log,
                      const struct relight_engine *engine);

#endif
