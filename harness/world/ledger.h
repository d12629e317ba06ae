/* What became of each command: taken by an adapter or not, and how often answered by one. Kept
 * apart from hosts and adapters, which report to it, so that neither judges itself. */
#ifndef RELIGHT_WORLD_LEDGER_H
#define RELIGHT_WORLD_LEDGER_H

#include <stddef.h>
#include <stdint.h>

struct rl_ledger {
    uint8_t *commands; /* by number: bit 7 taken, the rest answers, which stop at 127 */
    size_t count, room;
};

struct rl_ledger_sums {
    uint64_t issued;
    uint64_t accepted;       /* by an adapter, at least once */
    uint64_t answered;       /* at least once */
    uint64_t answered_twice; /* twice or more often */
    uint64_t unanswered;     /* accepted and never answered */
};

/* A new command; returns its number, 0 for the first. */
uint32_t rl_ledger_issue(struct rl_ledger *ledger);
/* An adapter took `command`, or answered it; numbers that were not issued are ignored. */
void rl_ledger_accept(struct rl_ledger *ledger, uint32_t command);
void rl_ledger_answer(struct rl_ledger *ledger, uint32_t command);
struct rl_ledger_sums rl_ledger_sums(const struct rl_ledger *ledger);
void rl_ledger_free(struct rl_ledger *ledger);

#endif
