/* What an engine says of a state, remembered.
 *
 * Oracles ask an engine after almost each operation what it makes of what a reset now would leave:
 * whether its invariant holds, what a boot would do, what an item of its data is. It answers by
 * reading, so what it says is a function of what its reads came to. Here such answers are kept in a
 * tree of looks, as runs are in explore/footprint.h: who asks again walks along the looks of who
 * asked before, and has the answer when all come to the same, without the engine being called.
 *
 * The looks of a remembered answer are noted on the board like those of the engine itself, so
 * that nobody can tell the two apart: not the observer, and not who watches for changes. */
#ifndef RELIGHT_BOARD_RECALL_H
#define RELIGHT_BOARD_RECALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/content.h"
#include "board/observer.h"

struct rl_board;
struct rl_recall;

/* A look at the board, in whatever state it is. */
struct rl_seen {
    uint8_t look;  /* enum rl_look */
    uint8_t plane; /* RL_PLANE_… */
    uint32_t page;
    uint32_t count;                   /* BLANK: pages */
    uint32_t mask;                    /* WORDS */
    const struct rl_content *content; /* RANGE and HELD */
};

/* Most bytes of an answer. */
#define RL_RECALL_ANSWER 128u

/* What is asked: an engine has one invariant, one outlook, and items of data. */
enum { RL_ASK_INVARIANT = 0, RL_ASK_OUTLOOK, RL_ASK_ITEM };
#define RL_RECALL_ITEMS 32u /* items beyond that are not remembered */

struct rl_recall *rl_recall_new(void);
void rl_recall_free(struct rl_recall *recall);

/* Fills `answer` when what is asked was answered in a state that looks the same. Otherwise the
 * engine has to be asked, and rl_recall_learn() told what it said; what it looks at between the two
 * is kept. Nothing is remembered on a board without board->recall, or while faults are injected
 * into it: what reads come to is no function of its state then. */
bool rl_recall_find(struct rl_board *board, uint32_t question, void *answer, size_t size);
void rl_recall_learn(struct rl_board *board, uint32_t question, const void *answer, size_t size);

/* ---- for board/look.c ---- */

void rl_recall_keep(struct rl_recall *recall, const struct rl_seen *seen, uint64_t answer);

#endif
