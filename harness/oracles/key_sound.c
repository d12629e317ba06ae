/* key-sound: a key stands for a completed, verified overlay of its very image, and opens the fast
 * sequence once. */
#include "oracles/judge.h"

#include <string.h>

#include "board/recall.h"

/* The engine's view of what a reset now would leave. */
static void look(struct rl_judge *judge, struct relight_outlook *outlook)
{
    memset(outlook, 0, sizeof *outlook);
    if (judge->engine->decode == NULL) {
        return;
    }
    judge->board->peeking++;
    judge->board->watching = true;
    if (!rl_recall_find(judge->board, RL_ASK_OUTLOOK, outlook, sizeof *outlook)) {
        judge->engine->decode(&judge->board->services, outlook);
        rl_recall_learn(judge->board, RL_ASK_OUTLOOK, outlook, sizeof *outlook);
    }
    judge->board->watching = false;
    judge->board->peeking--;
}

/* A key that would survive a reset now must belong to what would survive with it. */
void rl_judge_key_state(struct rl_judge *judge)
{
    struct relight_outlook *outlook = &judge->now;
    int there;

    look(judge, outlook);
    if (!outlook->key_valid) {
        return;
    }
    judge->key_seen = true;
    judge->board->watching = true; /* a key found valid depends on what it belongs to */
    there = rl_judge_image_at(judge, RL_STANDS_RESIDENT, true);
    judge->board->watching = false;
    if (there == RL_RUNS_NONE && judge->board->resident_hurt) {
        return; /* the fault did that; whether the key is believed is judged at the fast steps */
    }
    if (there == RL_RUNS_NONE) {
        rl_judge_violated(judge, RL_PROPERTY_KEY_SOUND,
                          "a valid key would survive a reset, and the resident image would not be "
                          "whole");
    } else if (memcmp(judge->images[there].identity, outlook->key, sizeof outlook->key) != 0) {
        rl_judge_violated(judge, RL_PROPERTY_KEY_SOUND,
                          "a valid key would survive a reset, and the resident image, %s, is not "
                          "the one it names",
                          rl_judge_image_name(judge, there));
    }
}

/* What the fast variants rest on, besides the key: what the image that comes needs and the one that
 * goes did not was prepared, the one that goes has taken the step itself, and what was negotiated
 * is still what the transceivers do. The variables are no matter of the image that goes: an update
 * sets them up. */
static void judge_basis(struct rl_judge *judge, uint32_t step)
{
    const struct rl_known_image *comes = &judge->images[judge->offered];
    const struct rl_known_image *goes =
        &judge->images[judge->offered == RL_RUNS_NEW ? rl_judge_base(judge) : RL_RUNS_NEW];
    uint32_t needed = comes->facts.prepares & ~goes->facts.prepares;
    bool in_update = (judge->executed >> RELIGHT_MODULE_BOOTSTRAP & 1u) != 0;

    if (in_update && (needed & ~judge->board->prepared) != 0) {
        rl_judge_violated(judge, RL_PROPERTY_KEY_SOUND,
                          "fast step %u ran, and the %s image needs registers, buffers or caches "
                          "that nobody prepared (mask 0x%x)",
                          step, comes->name, needed & ~judge->board->prepared);
    }
    if (step != RELIGHT_INIT_VARIABLES &&
        rl_judge_image_at(judge, RL_STANDS_RESIDENT, false) == judge->offered &&
        (goes->facts.init_requires >> step & 1u) == 0) {
        rl_judge_violated(judge, RL_PROPERTY_KEY_SOUND,
                          "fast step %u ran, and the %s image never took that step", step,
                          goes->name);
    }
    if (step == RELIGHT_INIT_HANDSHAKE && (judge->board->refreshed >> RELIGHT_PHY & 1u) != 0) {
        rl_judge_violated(judge, RL_PROPERTY_KEY_SOUND,
                          "the fast handshake ran, and the transceivers were loaded anew since "
                          "their values were negotiated");
    }
}

void rl_judge_init_step(struct rl_judge *judge, uint32_t step, bool fast)
{
    struct relight_outlook outlook;

    if (!fast) {
        return;
    }
    if (judge->settling) {
        rl_judge_violated(judge, RL_PROPERTY_KEY_SOUND,
                          "fast step %u ran again: no overlay came since the initialization that "
                          "the key was for",
                          step);
    }
    look(judge, &outlook);
    if (outlook.key_valid) {
        rl_judge_violated(judge, RL_PROPERTY_KEY_SOUND,
                          "fast step %u ran while the key was not consumed: a reset now would "
                          "leave it valid",
                          step);
    } else if (!judge->key_seen) {
        rl_judge_violated(judge, RL_PROPERTY_KEY_SOUND,
                          "fast step %u ran though no valid key was there in this power cycle",
                          step);
    }
    judge_basis(judge, step);
    if (rl_judge_image_at(judge, RL_STANDS_RESIDENT, false) == RL_RUNS_NONE) {
        rl_judge_violated(judge, RL_PROPERTY_KEY_SOUND,
                          "fast step %u ran on a resident image that is not whole", step);
    }
}
