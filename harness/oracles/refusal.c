/* refusal: an update that has to be refused is, for the right reason, and changes nothing that
 * survives. */
#include "oracles/judge.h"

#include <string.h>

static const char *or_any(const char *word)
{
    return word[0] == '\0' ? "any reason" : word;
}

void rl_judge_refusal(struct rl_judge *judge, relight_progress progress, int image,
                      const char *reason, bool flash_changed)
{
    if (progress != RELIGHT_REFUSED || image != RL_RUNS_OLD) {
        rl_judge_violated(judge, RL_PROPERTY_REFUSAL,
                          "the update had to be refused (%s), and it %s; %s runs",
                          or_any(judge->refusal), progress == RELIGHT_REFUSED ? "was" : "was not",
                          rl_judge_image_name(judge, image));
    } else if (judge->refusal[0] != '\0' && strcmp(judge->refusal, reason) != 0) {
        rl_judge_violated(judge, RL_PROPERTY_REFUSAL,
                          "the update was refused because of '%s'; expected '%s'", reason,
                          judge->refusal);
    } else if (flash_changed) {
        rl_judge_violated(judge, RL_PROPERTY_REFUSAL,
                          "the update was refused because of '%s', and flash was changed between "
                          "the offer and the refusal",
                          reason);
    }
}

void rl_judge_account(struct rl_judge *judge, const struct relight_account *account,
                      const char *reason)
{
    if (account->reason == NULL || strcmp(account->reason, reason) != 0) {
        rl_judge_violated(judge, RL_PROPERTY_REFUSAL,
                          "the update was refused because of '%s', and the query's account says "
                          "'%s'",
                          reason, account->reason == NULL ? "nothing" : account->reason);
    } else if (account->fastload || account->sentence == NULL || account->sentence[0] == '\0') {
        rl_judge_violated(judge, RL_PROPERTY_REFUSAL,
                          "the update was refused because of '%s', and the query's account %s",
                          reason,
                          account->fastload ? "says that it is possible" : "has no sentence on it");
    }
}
