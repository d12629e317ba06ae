/* Where faults get hold of the board: before and after each operation of the engine, whoever
 * injects may change what the device does with it, what it answers, and what lies in its devices.
 * The board knows no classes of faults; harness/faults does. */
#ifndef RELIGHT_BOARD_UPSET_H
#define RELIGHT_BOARD_UPSET_H

#include <stdbool.h>
#include <stdint.h>

#include "board/log.h"
#include "relight/engine.h"

struct rl_board;
struct rl_link;

/* What the device does with the operation. */
typedef enum rl_deed {
    RL_DEED_DONE = 0, /* as asked */
    RL_DEED_NOTHING,  /* nothing at all; answers stay as they were, and buffers of a read, in which
                       * an engine sees leftovers that differ from one read to the next */
    RL_DEED_PART,  /* the first `part` units: granules of a program, sixteenths of an erase, bytes
                    * of a read, bulk units of a receive, words of a store */
    RL_DEED_TWICE, /* done, and done once more */
    RL_DEED_ELSEWHERE /* done at `address` in the same device instead; a receive: what the sender
                       * has from offset `address` on; a copy: what lies there */
} rl_deed;

/* What becomes of one operation. All zero: nothing unusual. */
struct rl_effect {
    rl_deed deed;
    uint32_t part;
    uint32_t address;
    bool answers; /* the engine is told `result`, whatever was done */
    relight_result result;
    /* Of a read: the byte at `flip_at` of the buffer comes back with these bits inverted; of a
     * check, the answer is inverted when flip_bits is not 0; of a copy, the byte is stored so. */
    uint32_t flip_at;
    uint8_t flip_bits;
    /* A receive tells of `count` bytes, whatever came. */
    bool counts;
    uint32_t count;
    const struct rl_link *sender; /* of a receive: who sends instead; NULL: who always does */
    bool denies;                  /* of a check: the answer is no, whatever is there */
    uint64_t late_ns;             /* it takes so much longer */
    int escape; /* RL_ESCAPE_… when the engine does not get to see the end of it; 0: it does */
    uint32_t cause; /* number of the fault, from 1, that an error is due to; 0: none */
    bool curable;   /* the engine can end it: that it was met excuses nothing */
};

/* Both may be NULL. Not called while the board is peeked into. */
struct rl_upset {
    void *user;
    /* The operation is about to be performed; it is the board->operations-th of the power cycle. */
    void (*before)(void *user, struct rl_board *board, const struct rl_operation *operation,
                   struct rl_effect *effect);
    /* It was; `result` is what the engine will be told. */
    void (*after)(void *user, struct rl_board *board, const struct rl_operation *operation,
                  relight_result result);
};

/* The words of `mask` in a page become as in `slot`, marks and all, as damage does: not as an
 * operation of the engine. In memory the dirty words of the data cache stay as they are, and cover
 * what is damaged behind them. Logged as kind `spoil`, which is never cut; crash states after it
 * have it. `cause` as above, or RL_CAUSE_PLAN, for reads that fail because of it; 0 is no reason.
 */
void rl_board_damage(struct rl_board *board, uint8_t device, uint32_t page, uint32_t mask,
                     rl_slot slot, uint32_t cause);
/* The same, with the words in the cache as well. */
void rl_board_damage_cached(struct rl_board *board, uint32_t page, uint32_t mask, rl_slot slot,
                            uint32_t cause);
/* Pages of flash that a fault programs, or harms, without the engine having a way to know before it
 * programs there: that is no broken rule then. */
void rl_board_harmed(struct rl_board *board, uint32_t address, uint32_t size);
/* What lies at `address` of flash is about to be damaged, and no engine can help that: a bank there
 * may be the only one with its image. All other damage an engine owes to find before it commits
 * to a bank. */
void rl_board_hurt(struct rl_board *board, uint32_t address);
/* What a failed read is due to, beside faults, which count from 1. Nothing else may be the reason
 * of an error: one without a cause violates device-rules. */
enum {
    RL_CAUSE_PLAN = 28,   /* the plan asked for it */
    RL_CAUSE_ENGINE = 29, /* the engine itself: it programmed a granule twice */
    RL_CAUSE_LEFT = 30,   /* the state that the power cycle began with had it: never written since
                           * power-on, or left so by the start state or a crash */
    RL_CAUSE_UNKNOWN = 31 /* damage that names no fault */
};

/* The fault that damaged a page last, from 1; 0: none since the run began. */
uint32_t rl_board_cause(const struct rl_board *board, uint8_t device, uint32_t page);

#endif
