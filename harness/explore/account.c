#include "explore/account.h"

#include <stdint.h>
#include <stdio.h>

void rl_account_take(const struct relight_engine *engine, struct rl_board *board,
                     const void *context, struct relight_account *account)
{
    board->peeking++;
    engine->account(context, &board->services, account);
    board->peeking--;
}

static const char *const aspects[RELIGHT_ASPECTS] = {
    "version",
    "size",
    "engine level",
    "data format",
    "flash",
    "PLA",
    "PHY",
    "preparations",
    "order of initialization",
    "places in memory",
};

/* The aspects of a mask in a row; "nothing" when it is empty. */
static void list(uint32_t mask, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%s", mask == 0 ? "nothing" : "");
    const char *between = "";

    for (unsigned i = 0; i < RELIGHT_ASPECTS && used < size; i++) {
        if ((mask >> i & 1u) != 0) {
            used += (size_t)snprintf(text + used, size - used, "%s%s", between, aspects[i]);
            between = ", ";
        }
    }
}

void rl_account_text(const struct relight_account *account, char *line, size_t size)
{
    char differences[144];
    char needs[144];

    if (!account->fastload) {
        (void)snprintf(line, size, "query: no fastload (%s)%s: %s",
                       account->reason == NULL ? "no reason" : account->reason,
                       account->conventional ? ", the conventional way is possible" : "",
                       account->sentence == NULL ? "" : account->sentence);
        return;
    }
    list(account->differences, differences, sizeof differences);
    list(account->needs, needs, sizeof needs);
    (void)snprintf(line, size, "query: fastload is possible; differs: %s; to do: %s", differences,
                   needs);
}
