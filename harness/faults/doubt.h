/* Flash that was being changed when power was lost, and cannot be trusted: what it reads as at
 * first is not what it reads as later. An erase leaves its whole sector in doubt, a program the
 * granules that it was to program; other outcomes of a cut (outcome.h) stay as they are.
 *
 * Doubt ends
 *   - for a sector, when it is erased again, completely;
 *   - for a granule, also when it is programmed once more with what it was to hold: cells that were
 *     to be programmed get their full charge, and the others none, as before.
 * Another program of a place in doubt breaks a rule of devices that say so (flash.trust): cells
 * that hold some charge already read as erased now, and otherwise later. */
#ifndef RELIGHT_FAULTS_DOUBT_H
#define RELIGHT_FAULTS_DOUBT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "faults/cursor.h"
#include "faults/outcome.h"

/* As what it reads, first and later. Numbers stand in tokens, as the second of an outcome's two. */
enum rl_doubt_way {
    RL_DOUBT_NEW_OLD = 0, /* as if the operation were done, later as if it had not begun */
    RL_DOUBT_OLD_NEW,
    RL_DOUBT_NEW_BAD, /* later with invalid ECC */
    RL_DOUBT_BAD_NEW,
    RL_DOUBT_OLD_BAD,
    RL_DOUBT_BAD_OLD,
    RL_DOUBT_WAYS
};
/* An outcome of these landings in words. */
void rl_doubt_tell(const struct rl_outcome *outcome, char *text, size_t size);

/* When a marginal cell decays: the first of an outcome's two numbers. */
enum rl_decay { RL_DECAY_BOOTED = 1, RL_DECAY_UPDATED, RL_DECAY_SETTLED, RL_DECAYS };

struct rl_doubt {
    bool by_reads;       /* an unstable cell: turns after `when` reads; 0: never */
    uint32_t when;       /* or enum rl_decay */
    bool distrusts;      /* the device's profile says so */
    bool erasing;        /* what was interrupted */
    bool turned;         /* reads as later */
    uint64_t reads;      /* of the pages in doubt, by the engine */
    uint32_t left;       /* pages with words in doubt */
    uint32_t page, size; /* the first page, and how many */
    uint32_t room;
    uint32_t *words; /* by page: mask of words in doubt */
    rl_slot *first, *later, *meant;
};

void rl_doubt_free(struct rl_doubt *doubt);
/* What an outcome of RL_LANDING_UNSTABLE or RL_LANDING_MARGINAL leaves in doubt; `cursor` stands
 * before the operation. False when there is no such outcome. `doubt` is all zero or used before. */
bool rl_doubt_set(struct rl_doubt *doubt, const struct rl_cursor *cursor,
                  const struct rl_outcome *outcome);
/* Hangs it onto a board that stands in the crash state of the outcome. */
void rl_doubt_attach(struct rl_doubt *doubt, struct rl_board *board);
/* From now on it reads as later. */
void rl_doubt_turn(struct rl_doubt *doubt, struct rl_board *board);

/* The crash state of such an outcome: what is in doubt as it reads first. `view` is the plain state
 * there. False when there is none. */
bool rl_doubt_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                   struct rl_view *view);

#endif
