#include "world/ledger.h"

#include <stdlib.h>

#include "board/heap.h"

#define TAKEN   0x80u
#define ANSWERS 0x7fu

uint32_t rl_ledger_issue(struct rl_ledger *ledger)
{
    ledger->commands =
        rl_grow(ledger->commands, ledger->count, &ledger->room, sizeof ledger->commands[0]);
    ledger->commands[ledger->count] = 0;
    return (uint32_t)ledger->count++;
}

void rl_ledger_accept(struct rl_ledger *ledger, uint32_t command)
{
    if (command < ledger->count) {
        ledger->commands[command] |= TAKEN;
    }
}

void rl_ledger_answer(struct rl_ledger *ledger, uint32_t command)
{
    if (command < ledger->count && (ledger->commands[command] & ANSWERS) < ANSWERS) {
        ledger->commands[command]++;
    }
}

struct rl_ledger_sums rl_ledger_sums(const struct rl_ledger *ledger)
{
    struct rl_ledger_sums sums = {.issued = ledger->count};

    for (size_t i = 0; i < ledger->count; i++) {
        uint32_t answers = ledger->commands[i] & ANSWERS;
        uint32_t taken = ledger->commands[i] & TAKEN;

        sums.accepted += taken != 0;
        sums.answered += answers > 0;
        sums.answered_twice += answers > 1;
        sums.unanswered += taken != 0 && answers == 0;
    }
    return sums;
}

void rl_ledger_free(struct rl_ledger *ledger)
{
    free(ledger->commands);
    *ledger = (struct rl_ledger){0};
}
