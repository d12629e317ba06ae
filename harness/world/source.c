#include "world/source.h"

#include "board/clock.h"

/* One request and its answer between two processors that do other things, too: a choice. */
#define NS_REQUEST  100000u

/* PCI 2.3: 32 bits at 33 MHz are 132 Mbyte/s. A tenth of it for the image, the rest left to host
 * I/O: a choice. */
#define NS_BUS_256B 19394u

static uint32_t stored_pages(void *user, uint32_t first, uint32_t most, uint32_t *data)
{
    const struct rl_image_source *source = user;
    uint32_t count = 0;

    while (count < most && first + count < source->pages) {
        data[count] = source->data[first + count];
        count++;
    }
    return count;
}

static uint32_t relayed_pages(void *user, uint32_t first, uint32_t most, uint32_t *data)
{
    const struct rl_image_source *source = user;
    const struct rl_plane *flash = &source->from->planes[RL_PLANE_FLASH];
    uint32_t count = 0;

    while (count < most && first + count < source->pages &&
           source->first + first + count < flash->count) {
        rl_slot slot = flash->slots[source->first + first + count];

        if (rl_slot_is_bad(slot)) {
            break;
        }
        data[count] = rl_slot_data(slot);
        count++;
    }
    return count;
}

struct rl_image_source rl_source_storage(const uint32_t *data, uint32_t pages)
{
    return (struct rl_image_source){.name = "storage system",
                                    .data = data,
                                    .pages = pages,
                                    .ns_per_page = RL_NS_LINK_256B,
                                    .latency_ns = NS_REQUEST};
}

struct rl_image_source rl_source_host(const uint32_t *data, uint32_t pages)
{
    return (struct rl_image_source){.name = "host",
                                    .data = data,
                                    .pages = pages,
                                    .ns_per_page = NS_BUS_256B,
                                    .latency_ns = NS_REQUEST};
}

struct rl_image_source rl_source_relay(struct rl_board *from, uint32_t first, uint32_t pages)
{
    return (struct rl_image_source){.name = "another adapter",
                                    .from = from,
                                    .first = first,
                                    .pages = pages,
                                    .ns_per_page = RL_NS_LINK_256B + RL_NS_FLASH_READ_256B,
                                    .latency_ns = NS_REQUEST};
}

struct rl_link rl_source_link(struct rl_image_source *source)
{
    return (struct rl_link){.user = source,
                            .pages = source->from == NULL ? stored_pages : relayed_pages,
                            .ns_per_page = source->ns_per_page,
                            .latency_ns = source->latency_ns};
}
