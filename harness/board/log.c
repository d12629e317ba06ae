#include "board/log.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

static const char *const kind_names[RL_KIND_COUNT] = {
    "read",    "write",     "copy",      "fill",    "receive",    "program", "erase", "blank-check",
    "compare", "digest",    "signature", "clean",   "invalidate", "execute", "init",  "io",
    "light",   "interrupt", "prepare",   "refresh", "spoil",      "clear",
};

const char *rl_kind_name(rl_kind kind)
{
    return (unsigned)kind < RL_KIND_COUNT ? kind_names[kind] : "?";
}

rl_kind rl_kind_find(const char *name)
{
    unsigned kind = 0;

    while (kind < RL_KIND_COUNT && strcmp(kind_names[kind], name) != 0) {
        kind++;
    }
    return (rl_kind)kind;
}

void rl_log_clear(struct rl_log *log)
{
    log->count = 0;
    log->change_count = 0;
}

void rl_log_free(struct rl_log *log)
{
    free(log->operations);
    free(log->changes);
    memset(log, 0, sizeof *log);
}

struct rl_operation *rl_log_operation(struct rl_log *log)
{
    log->operations = rl_grow(log->operations, log->count, &log->room, sizeof *log->operations);
    memset(&log->operations[log->count], 0, sizeof *log->operations);
    log->operations[log->count].change_first = log->change_count;
    return &log->operations[log->count++];
}

struct rl_change *rl_log_change(struct rl_log *log)
{
    log->changes =
        rl_grow(log->changes, log->change_count, &log->change_room, sizeof *log->changes);
    memset(&log->changes[log->change_count], 0, sizeof *log->changes);
    log->operations[log->count - 1u].change_count++;
    return &log->changes[log->change_count++];
}

bool rl_operation_is_durable(const struct rl_log *log, const struct rl_operation *operation)
{
    for (uint32_t i = 0; i < operation->change_count; i++) {
        if (log->changes[operation->change_first + i].plane == RL_PLANE_FLASH) {
            return true;
        }
    }
    return false;
}
