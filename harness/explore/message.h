/* What a worker process tells the one that started it: pieces of a cell's results, each as a
 * message through a pipe. Both are one program, so that a message may hold structs as they are. */
#ifndef RELIGHT_EXPLORE_MESSAGE_H
#define RELIGHT_EXPLORE_MESSAGE_H

#include "results/results.h"

enum rl_message_kind {
    RL_MESSAGE_PIECE = 1, /* what blocks add that are done */
    RL_MESSAGE_PARTIAL,   /* what blocks add that are not: time ran out */
    RL_MESSAGE_END        /* how it ended; the last one */
};

/* False when it could not be written as a whole. */
bool rl_message_write(int to, enum rl_message_kind kind, const struct rl_cell_result *piece);

/* Bytes that came out of a pipe, and were not taken yet. */
struct rl_messages {
    uint8_t *bytes;
    size_t count, room;
};

/* Reads what is there. False at the end of the pipe. */
bool rl_messages_read(struct rl_messages *messages, int from);
/* Takes the first message when it is whole; 0 when it is not. `piece`: rl_cell_result_free(). */
enum rl_message_kind rl_messages_take(struct rl_messages *messages, struct rl_cell_result *piece);

#endif
