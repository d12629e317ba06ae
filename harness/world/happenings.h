/* What happened in the world, one line each, in the order of simulated time: for timelines. */
#ifndef RELIGHT_WORLD_HAPPENINGS_H
#define RELIGHT_WORLD_HAPPENINGS_H

#include <stddef.h>
#include <stdint.h>

struct rl_happening {
    uint64_t at_ns;
    char text[104]; /* "host 1, adapter 2: full login" */
};

struct rl_happenings {
    struct rl_happening *list; /* ascending in time */
    size_t count, room;
};

/* `format` as printf; `at_ns` is not earlier than that of the last. */
void rl_happened(struct rl_happenings *happenings, uint64_t at_ns, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void rl_happenings_free(struct rl_happenings *happenings);

#endif
