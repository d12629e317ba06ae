/* What may run where faults took the last good copy of an image: a bank can be hit by what no
 * engine can help. Then the image that the other bank carries may follow, and before an update that
 * is the older one, which the device ran before the old one. It may begin to run only while no bank
 * carries the old image, nor a new one that ran. Then it is the image that the device has: a record
 * may name it, so that it goes on when a bank that was gone is back. */
#include "oracles/judge.h"

#define TARGETS (1u << RL_RUNS_OLD | 1u << RL_RUNS_NEW)

static bool holds(struct rl_judge *judge, int image, uint32_t bank)
{
    return rl_judge_holds(judge, image, RL_STANDS_STAGED, &judge->board->device.geometry.bank[bank],
                          RL_PLANE_FLASH);
}

/* Whether a bank that answers carries the image whole. */
static bool is_in_bank(struct rl_judge *judge, int image)
{
    static const uint32_t regions[2] = {1u << RL_REGION_BANK_A, 1u << RL_REGION_BANK_B};

    for (uint32_t bank = 0; bank < 2u; bank++) {
        if ((judge->board->absent & regions[bank]) == 0 && holds(judge, image, bank)) {
            return true;
        }
    }
    return false;
}

void rl_judge_hurt(struct rl_judge *judge, uint32_t bank, bool in_time)
{
    int last = judge->falls_back ? RL_RUNS_OLDER : RL_RUNS_NEW;

    for (int image = RL_RUNS_OLD; image <= last && judge->injected; image++) {
        if (holds(judge, image, bank) &&
            (!in_time || rl_judge_stands(judge, image, RL_STANDS_RESIDENT))) {
            judge->hurt |= 1u << image;
        }
    }
}

bool rl_judge_lost(struct rl_judge *judge, int image)
{
    return (judge->hurt >> image & 1u) != 0 && !is_in_bank(judge, image);
}

/* Whether nothing says that a boot has to run the image: no bank carries it, or it is below the
 * security counter of what ran since, or a new one that never ran. */
static bool is_no_choice(struct rl_judge *judge, int image)
{
    return (image == RL_RUNS_NEW && (judge->ran >> RL_RUNS_NEW & 1u) == 0) ||
           judge->images[image].facts.security_counter < judge->counter ||
           !is_in_bank(judge, image);
}

bool rl_judge_may_stop(struct rl_judge *judge)
{
    bool none = (judge->hurt & TARGETS) != 0 && is_no_choice(judge, RL_RUNS_OLD) &&
                is_no_choice(judge, RL_RUNS_NEW);

    /* What the engine fell back to once has to run from then on. */
    return judge->may_stop || (none && (!judge->fell_back || rl_judge_lost(judge, RL_RUNS_OLDER)));
}

bool rl_judge_may_fall_back(struct rl_judge *judge)
{
    return judge->falls_back && (judge->fell_back || (rl_judge_lost(judge, RL_RUNS_OLD) &&
                                                      is_no_choice(judge, RL_RUNS_NEW)));
}

void rl_judge_base_is(struct rl_judge *judge, int image)
{
    judge->fell_back = image == RL_RUNS_OLDER || (judge->fell_back && image == RL_RUNS_NONE);
}

int rl_judge_base(const struct rl_judge *judge)
{
    return judge->fell_back ? RL_RUNS_OLDER : RL_RUNS_OLD;
}
