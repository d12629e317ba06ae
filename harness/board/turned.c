#include "board/turned.h"

#include "board/observer.h"

#define BITS 2u /* of an answer */

void rl_turned_add(struct rl_turned *turned, uint32_t page, rl_slot slot)
{
    uint32_t doubted = rl_slot_doubted(slot);

    turned->any = turned->any || doubted != 0;
    turned->plain_bad += (rl_slot_marks_of(slot).bad & ~doubted) != 0;
    turned->plain_written += doubted == 0 && slot != RL_SLOT_BLANK;
    for (unsigned turn = 0; turn < RL_TURNS; turn++) {
        rl_slot now = doubted == 0
                          ? slot
                          : rl_slot_settled(rl_slot_turned(slot, (enum rl_turn)turn), UINT32_MAX);

        rl_sum_add(&turned->by[turn].sum, rl_slot_sum(page, now));
        turned->by[turn].bad += rl_slot_is_bad(now);
        turned->by[turn].written += now != RL_SLOT_BLANK;
    }
}

void rl_turned_sub(struct rl_turned *turned, const struct rl_turned *part)
{
    turned->plain_bad -= part->plain_bad;
    turned->plain_written -= part->plain_written;
    for (unsigned turn = 0; turn < RL_TURNS; turn++) {
        rl_sum_sub(&turned->by[turn].sum, part->by[turn].sum);
        turned->by[turn].bad -= part->by[turn].bad;
        turned->by[turn].written -= part->by[turn].written;
    }
}

static uint64_t answer(const struct rl_turned *turned, unsigned turn, uint8_t look,
                       struct rl_sum target)
{
    if (turned->by[turn].bad > 0) {
        return look == RL_LOOK_HELD ? RL_DIFFERS : RL_UNREADABLE;
    }
    if (look == RL_LOOK_BLANK) {
        return turned->by[turn].written > 0 ? RL_DIFFERS : RL_HOLDS;
    }
    return rl_sum_equal(turned->by[turn].sum, target) ? RL_HOLDS : RL_DIFFERS;
}

uint64_t rl_turned_answers(const struct rl_turned *turned, uint8_t look, struct rl_sum target)
{
    uint64_t now = answer(turned, RL_TURN_NONE, look, target);
    uint64_t answers = 0;

    for (unsigned turn = RL_TURN_DONE; turned->any && turn < RL_TURNS; turn++) {
        answers |= (answer(turned, turn, look, target) ^ now) << (BITS * turn);
    }
    return answers;
}

bool rl_turned_differs(const struct rl_turned *turned)
{
    bool differs = false;

    for (unsigned turn = RL_TURN_DONE; turn < RL_TURNS; turn++) {
        differs = differs || !rl_sum_equal(turned->by[turn].sum, turned->by[RL_TURN_NONE].sum) ||
                  turned->by[turn].bad != turned->by[RL_TURN_NONE].bad ||
                  turned->by[turn].written != turned->by[RL_TURN_NONE].written;
    }
    return differs;
}
