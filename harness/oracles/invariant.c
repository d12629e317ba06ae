/* invariant: the engine's own predicate over surviving state holds after each operation. */
#include "oracles/judge.h"

#include <string.h>

#include "board/recall.h"

/* Lets the engine look at what a reset now would leave, and remembers what it looked at: until one
 * of those pages changes, its answer stands. */
void rl_judge_invariant(struct rl_judge *judge)
{
    struct rl_board *board = judge->board;
    const char *broken = NULL;

    for (int i = 0; i < 2; i++) {
        memset(board->watched[i], 0, RL_BITMAP_WORDS(board->planes[i].count) * sizeof(uint64_t));
    }
    board->watched_changed = false;
    board->peeking++;
    board->watching = true;
    if (judge->engine->invariant != NULL &&
        !rl_recall_find(board, RL_ASK_INVARIANT, &broken, sizeof broken)) {
        broken = judge->engine->invariant(&board->services);
        rl_recall_learn(board, RL_ASK_INVARIANT, &broken, sizeof broken);
    }
    board->watching = false;
    board->peeking--;
    if (broken != NULL) {
        rl_judge_violated(judge, RL_PROPERTY_INVARIANT, "%s", broken);
    }
}
