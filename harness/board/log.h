/* The operation log of a power cycle: everything that happened on the board, so that crash states,
 * timelines, tokens and "who wrote this" all come out of it without running the engine again. */
#ifndef RELIGHT_BOARD_LOG_H
#define RELIGHT_BOARD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/pages.h"

/* Extended only at the end: numbers stand in stores. */
typedef enum rl_kind {
    RL_KIND_READ = 0,
    RL_KIND_WRITE,
    RL_KIND_COPY,
    RL_KIND_FILL,
    RL_KIND_RECEIVE,
    RL_KIND_PROGRAM,
    RL_KIND_ERASE,
    RL_KIND_BLANK,
    RL_KIND_COMPARE,
    RL_KIND_DIGEST,
    RL_KIND_SIGNATURE,
    RL_KIND_CLEAN,
    RL_KIND_INVALIDATE,
    RL_KIND_EXECUTE,
    RL_KIND_INIT,
    RL_KIND_IO,
    RL_KIND_LIGHT,
    RL_KIND_INTERRUPT,
    RL_KIND_PREPARE,
    RL_KIND_REFRESH,
    RL_KIND_SPOIL, /* no access of an engine: memory went bad by itself */
    RL_KIND_CLEAR, /* error flags of flash */
    RL_KIND_COUNT
} rl_kind;

const char *rl_kind_name(rl_kind kind);
/* Index of the kind called `name`, or RL_KIND_COUNT. */
rl_kind rl_kind_find(const char *name);

/* Which plane a change is in. */
enum { RL_PLANE_FLASH = 0, RL_PLANE_MEMORY = 1, RL_PLANE_CPU = 2 };

struct rl_change {
    uint8_t plane;
    bool through; /* CPU and MEMORY: past the cache, word by word in ascending order */
    uint8_t first_word, last_word; /* CPU: the words stored, ascending */
    uint32_t page;
    uint32_t mask; /* MEMORY: the words that were written back */
    rl_slot before, after;
};

struct rl_operation {
    uint8_t kind;   /* rl_kind */
    uint8_t phase;  /* the engine's */
    uint8_t result; /* relight_result */
    uint8_t region; /* index for rl_region_name() */
    uint8_t cause;  /* number of the fault that its result is due to, or RL_CAUSE_…; 0: none */
    uint32_t address, size;
    uint32_t value; /* by kind: the init step, light, answer of a check, offset of a receive; where
                     * a copy or a program takes its bytes: address | relight_space; else 0 */
    uint32_t change_count;
    size_t change_first;
    uint64_t time_ns; /* simulated, at its end */
    uint64_t number;  /* in its power cycle, from 1; damage has that of the operation before it */
};

struct rl_log {
    struct rl_operation *operations;
    size_t count, room;
    struct rl_change *changes;
    size_t change_count, change_room;
};

void rl_log_clear(struct rl_log *log);
void rl_log_free(struct rl_log *log);
struct rl_operation *rl_log_operation(struct rl_log *log);
struct rl_change *rl_log_change(struct rl_log *log);

/* True when the operation changed flash. */
bool rl_operation_is_durable(const struct rl_log *log, const struct rl_operation *operation);

#endif
