/* What the cuts of one power cycle come to, and whether the certificate says the same. */
#include "check/check_private.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_account_init(struct rl_account *account, const struct rl_checker *checker)
{
    memset(account, 0, sizeof *account);
    for (int memory = 0; memory < 2; memory++) {
        account->met[memory] = rl_calloc(RL_BITMAP_WORDS(checker->state_bits), sizeof(uint64_t));
    }
}

void rl_account_free(struct rl_account *account)
{
    free(account->met[0]);
    free(account->met[1]);
}

/* Every state that was met is one that the certificate says its cuts lead to, and in the set. */
static bool check_met(struct rl_checker *checker, const uint64_t *met,
                      const struct rl_check_cuts *cuts, uint64_t *count)
{
    const struct rl_check_cell *cell = checker->certificate;
    uint64_t edge = 0;

    *count = 0;
    for (uint32_t state = 1; state < checker->state_bits; state++) {
        if (!rl_bit(met, state)) {
            continue;
        }
        ++*count;
        if (!cell->leaves[(state - 1u) / 2u].cuts[(state - 1u) % 2u].known) {
            return rl_check_fail(checker, "its cuts lead to state %u, which is not in the set",
                                 state);
        }
        while (edge < cuts->edge_count && cell->edges[cuts->edge_first + edge] < state) {
            edge++;
        }
        if (edge == cuts->edge_count || cell->edges[cuts->edge_first + edge] != state) {
            return rl_check_fail(checker,
                                 "its cuts lead to state %u, of which the certificate does not "
                                 "say so",
                                 state);
        }
    }
    return true;
}

/* Where lines are drawn, not every state that cuts lead to is met. */
static bool check_counts(struct rl_checker *checker, const struct rl_account *account, bool memory,
                         const struct rl_check_cuts *cuts, uint64_t met)
{
    if (account->violating[memory] > 0 && cuts->violating == 0) {
        return rl_check_fail(checker,
                             "%llu of its crash states violate a property; the certificate says 0",
                             (unsigned long long)account->violating[memory]);
    }
    if (account->drawn > 0) {
        return true;
    }
    if (met != cuts->edge_count) {
        return rl_check_fail(checker, "its cuts lead to %llu states; the certificate says %llu",
                             (unsigned long long)met, (unsigned long long)cuts->edge_count);
    }
    if (account->crash_states != cuts->crash_states) {
        return rl_check_fail(checker, "its cuts leave %llu crash states; the certificate says %llu",
                             (unsigned long long)account->crash_states,
                             (unsigned long long)cuts->crash_states);
    }
    if (account->violating[memory] != cuts->violating) {
        return rl_check_fail(checker,
                             "%llu of its crash states violate a property; the certificate says "
                             "%llu",
                             (unsigned long long)account->violating[memory],
                             (unsigned long long)cuts->violating);
    }
    return true;
}

bool rl_check_account(struct rl_checker *checker, const struct rl_account *account, bool memory,
                      const struct rl_check_cuts *cuts)
{
    uint64_t met;

    return check_met(checker, account->met[memory], cuts, &met) &&
           check_counts(checker, account, memory, cuts, met);
}
