#include "world/sender.h"

static uint32_t pages(void *user, uint32_t first, uint32_t most, uint32_t *data)
{
    const struct rl_sender *sender = user;
    uint32_t count = 0;

    while (count < most && first + count < sender->pages) {
        data[count] = sender->data[first + count];
        count++;
    }
    return count;
}

struct rl_link rl_sender_link(struct rl_sender *sender)
{
    return (struct rl_link){sender, pages};
}
