#include "world/sender.h"

#include "world/source.h"

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
    struct rl_image_source figures = rl_source_storage(sender->data, sender->pages);
    struct rl_link link = rl_source_link(&figures);

    link.user = sender;
    link.pages = pages;
    return link;
}
