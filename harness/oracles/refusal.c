/* refusal: an update that has to be refused is, for the right reason, and changes nothing that the
 * running image needs.
 *
 * Until the new image's bootstrap is entered nothing is stored but in staging and in what one image
 * leaves another. What shows itself later only, such as a value that the new format of data cannot
 * hold, is refused from there: then flash that the old image does not need may have been used. */
#include "oracles/judge.h"

#include <string.h>

#define BIT(region) (1u << (unsigned)(region))
#define SCRATCH     (BIT(RL_REGION_STAGING) | BIT(RL_REGION_HANDOVER))

static const char *or_any(const char *word)
{
    return word[0] == '\0' ? "any reason" : word;
}

/* Whether flash has the image that runs, whole, where nothing was stored. */
static bool base_is_untouched(struct rl_judge *judge)
{
    const struct relight_geometry *g = &judge->board->device.geometry;
    const unsigned regions[] = {RL_REGION_BANK_A, RL_REGION_BANK_B};

    for (uint32_t bank = 0; bank < 2u; bank++) {
        if ((judge->board->touched & BIT(regions[bank])) == 0 &&
            rl_judge_holds(judge, rl_judge_base(judge), RL_STANDS_STAGED, &g->bank[bank],
                           RL_PLANE_FLASH)) {
            return true;
        }
    }
    return false;
}

/* The first region that should not have been stored to, or RL_REGION_COUNT. */
static unsigned first_touched(struct rl_judge *judge)
{
    const uint32_t running =
        BIT(RL_REGION_RESIDENT) | BIT(RL_REGION_PLA_ACTIVE) | BIT(RL_REGION_PHY_ACTIVE);
    bool late = (judge->executed >> RELIGHT_MODULE_BOOTSTRAP & 1u) != 0;
    uint32_t wrong = judge->board->touched & (late ? running : ~SCRATCH);

    if (late && !base_is_untouched(judge)) {
        wrong |= judge->board->touched & (BIT(RL_REGION_BANK_A) | BIT(RL_REGION_BANK_B));
    }
    for (unsigned region = 0; region < RL_REGION_COUNT; region++) {
        if ((wrong & BIT(region)) != 0) {
            return region;
        }
    }
    return RL_REGION_COUNT;
}

void rl_judge_refusal(struct rl_judge *judge, relight_progress progress, int image,
                      const char *reason, const char *expected)
{
    unsigned touched;

    if (progress != RELIGHT_REFUSED || image != rl_judge_base(judge)) {
        rl_judge_violated(judge, RL_PROPERTY_REFUSAL,
                          "the update had to be refused (%s), and it %s; %s runs", or_any(expected),
                          progress == RELIGHT_REFUSED ? "was" : "was not",
                          rl_judge_image_name(judge, image));
        return;
    }
    if (expected[0] != '\0' && strcmp(expected, reason) != 0) {
        rl_judge_violated(judge, RL_PROPERTY_REFUSAL,
                          "the update was refused because of '%s'; expected '%s'", reason,
                          expected);
        return;
    }
    touched = first_touched(judge);
    if (touched != RL_REGION_COUNT) {
        rl_judge_violated(judge, RL_PROPERTY_REFUSAL,
                          "the update was refused because of '%s', and %s was stored to between "
                          "the offer and the refusal",
                          reason, rl_region_name(touched));
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
