#include "explore/message.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "board/heap.h"

struct head {
    size_t size; /* of the message, with this */
    enum rl_message_kind kind;
    struct rl_cell_result piece; /* its pointers mean nothing to others */
};

static bool write_all(int to, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    while (size > 0) {
        ssize_t written = write(to, at, size);

        if (written < 0 && errno != EINTR) {
            return false;
        }
        if (written > 0) {
            at += written;
            size -= (size_t)written;
        }
    }
    return true;
}

static size_t blocks_size(const struct rl_blocks *blocks)
{
    return blocks->words * sizeof *blocks->done;
}

bool rl_message_write(int to, enum rl_message_kind kind, const struct rl_cell_result *piece)
{
    size_t findings = piece->finding_count * sizeof *piece->findings;
    size_t held = piece->held_count * sizeof *piece->held;
    size_t states = piece->states.count * sizeof *piece->states.list;
    struct head head;
    bool good;

    memset(&head, 0, sizeof head);
    head.size = sizeof head + findings + held + states;
    head.kind = kind;
    head.piece = *piece;
    for (unsigned part = 0; part < RL_PARTS; part++) {
        head.size += blocks_size(&piece->blocks[part]);
    }
    good = write_all(to, &head, sizeof head) && write_all(to, piece->findings, findings) &&
           write_all(to, piece->held, held) && write_all(to, piece->states.list, states);
    for (unsigned part = 0; part < RL_PARTS; part++) {
        good = good && write_all(to, piece->blocks[part].done, blocks_size(&piece->blocks[part]));
    }
    return good;
}

bool rl_messages_read(struct rl_messages *messages, int from)
{
    ssize_t got;

    if (messages->count + 65536u > messages->room) {
        messages->room = messages->count + 1048576u;
        messages->bytes = rl_realloc(messages->bytes, messages->room);
    }
    got = read(from, messages->bytes + messages->count, messages->room - messages->count);
    if (got > 0) {
        messages->count += (size_t)got;
    }
    return got > 0 || (got < 0 && errno == EINTR);
}

/* Takes `size` bytes at *at as memory of its own; NULL for none. */
static void *take(const uint8_t **at, size_t size)
{
    void *copy = NULL;

    if (size > 0) {
        copy = rl_malloc(size);
        memcpy(copy, *at, size);
        *at += size;
    }
    return copy;
}

static void take_states(struct rl_states *states, const uint8_t **at)
{
    size_t count = states->count;

    memset(states, 0, sizeof *states);
    for (size_t i = 0; i < count; i++) {
        struct rl_sum state;

        memcpy(&state, *at, sizeof state);
        *at += sizeof state;
        (void)rl_states_add(states, state);
    }
}

enum rl_message_kind rl_messages_take(struct rl_messages *messages, struct rl_cell_result *piece)
{
    const uint8_t *at = messages->bytes + sizeof(struct head);
    struct head head;

    if (messages->count < sizeof head) {
        return 0;
    }
    memcpy(&head, messages->bytes, sizeof head);
    if (messages->count < head.size) {
        return 0;
    }
    *piece = head.piece;
    piece->findings = take(&at, piece->finding_count * sizeof *piece->findings);
    piece->held = take(&at, piece->held_count * sizeof *piece->held);
    take_states(&piece->states, &at);
    for (unsigned part = 0; part < RL_PARTS; part++) {
        piece->blocks[part].done = take(&at, blocks_size(&piece->blocks[part]));
    }
    messages->count -= head.size;
    memmove(messages->bytes, messages->bytes + head.size, messages->count);
    return head.kind;
}
