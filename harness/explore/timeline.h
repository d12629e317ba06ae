/* A scenario as text that a person can follow: power cycle by power cycle, operations that belong
 * together in one line, the fault where it hit, and the verdict. */
#ifndef RELIGHT_EXPLORE_TIMELINE_H
#define RELIGHT_EXPLORE_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include "board/log.h"
#include "explore/scene.h"

/* Text that grows. */
struct rl_text {
    char *bytes; /* NUL-terminated; allocated */
    size_t length, room;
};
void rl_text_add(struct rl_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Operations [first, end) of a log. What repeats is told once, with how often: a kind of operation
 * on region after region, or a whole sequence of them. The last `plain` operations are a line each.
 */
void rl_timeline_operations(struct rl_text *text, const struct rl_scene *scene,
                            const struct rl_log *log, size_t first, size_t end, size_t plain);

#endif
